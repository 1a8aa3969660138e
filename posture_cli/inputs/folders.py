"""The files in a folder and in the folders below it, and those that match a pattern."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from posture_cli.inputs.names import DEEP, fits, natural
from posture_cli.inputs.refusals import Unread, closed


class _Folder(NamedTuple):
    name: str
    real: str
    """Where it is on disk, without links."""
    is_link: bool


def files_in(folder: str, leave_out: Collection[str] = ()) -> Iterator[str | Unread]:
    """Yield the files in a folder and in the folders below it, by name, without hidden ones.

    Links to other folders are followed, but not links to what is searched anyway: so nothing is
    found twice, and loops end. The names of one folder are in memory at a time.

    Args:
        folder: Where to begin.
        leave_out: Folders that are not searched, unless we begin there; real paths.
    """
    begin = _Folder(str(Path(folder)), os.path.realpath(folder), False)
    roots: list[str] = []
    todo = [begin]
    while todo:
        here = todo.pop()
        if here is not begin and (here.real in leave_out or _is_known(here, roots)):
            continue
        if here is begin or here.is_link:
            roots.append(here.real)
        files: list[str] = []
        folders: list[_Folder] = []
        try:
            _list(here, files, folders)
        except OSError as error:  # keep what was found before
            yield Unread(here.name, closed(error))
        files.sort(key=natural)
        for name in files:
            yield _joined(here.name, name)
        todo += sorted(folders, key=lambda one: natural(one.name), reverse=True)


def matching(pattern: str, leave_out: Collection[str] = ()) -> Iterator[str | Unread]:
    """Yield the files that match a pattern, by name; without `**` the folders too.

    `glob` itself follows every link below a `**`, and never ends where there are two loops.

    Args:
        pattern: As in a shell.
        leave_out: Folders that are not searched; real paths.
    """
    parts = Path(pattern).parts
    if DEEP not in parts:
        yield from sorted(glob.glob(pattern), key=natural)
        return
    deep = parts.index(DEEP)
    begins = glob.glob(str(Path(*parts[:deep]))) if deep else [os.curdir]
    for begin in sorted(begins, key=natural):
        if os.path.realpath(begin) not in leave_out:
            yield from _matching_in(begin, parts[deep:], leave_out)


def _matching_in(
    begin: str, wanted: Sequence[str], leave_out: Collection[str]
) -> Iterator[str | Unread]:
    depth = len(Path(begin).parts)
    for name in files_in(begin, leave_out) if os.path.isdir(begin) else ():
        if isinstance(name, Unread) or fits(Path(name).parts[depth:], wanted):
            yield name


def _is_known(folder: _Folder, roots: Sequence[str]) -> bool:
    """Whether a folder is searched from elsewhere too: it is below one of the roots."""
    if not folder.is_link:
        return folder.real in roots
    return _is_in(roots[0], folder.real) or any(_is_in(folder.real, root) for root in roots)


def _is_in(real: str, folder: str) -> bool:
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


def _list(here: _Folder, files: list[str], folders: list[_Folder]) -> None:
    """Add what is in a folder; a link that leads to no folder counts as a file."""
    with os.scandir(here.name) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not _is_folder(entry):
                files.append(entry.name)
                continue
            name, is_link = _joined(here.name, entry.name), _is_link(entry)
            real = os.path.realpath(name) if is_link else _joined(here.real, entry.name)
            folders.append(_Folder(name, real, is_link))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for example
        return False


def _is_link(entry: os.DirEntry[str]) -> bool:
    is_junction = getattr(entry, "is_junction", None)  # Windows; Python 3.12
    return entry.is_symlink() or bool(is_junction and is_junction())


def _joined(folder: str, name: str) -> str:
    if folder == os.curdir:  # `a.jpg`, not `./a.jpg`
        return name
    return folder + name if folder.endswith(os.sep) else folder + os.sep + name
