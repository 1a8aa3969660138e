"""Write a file or a folder whole or not at all: beside its place first, then moved there."""

from __future__ import annotations

import contextlib
import functools
import glob
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from posture_cli.errors import OutputError, PostureError

Ours = str | tuple[str, ...] | None
"""How the names of everything end that may be replaced; None if nothing may."""
Refuse = Callable[[Path, Exception], PostureError]
"""Makes the error to raise for a path that cannot be written."""
HINT = "choose a folder with room and permission"
NAME_LETTERS = 40
"""How much of a name the temporary one repeats: with 4 bytes each it stays below the 255 bytes
that file systems take."""


def unwritable(path: Path | str, error: Exception, hint: str = HINT) -> OutputError:
    """Return the error for a path, or an address, that cannot be written."""
    why = getattr(error, "message", None) or getattr(error, "strerror", None) or error
    return OutputError(f"{path} cannot be written: {why}", hint=hint)


@contextlib.contextmanager
def refusals(path: Path, refuse: Refuse = unwritable) -> Iterator[None]:
    """Turn what the system refuses in the block into the error for this path."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise refuse(path, error) from error


@contextlib.contextmanager
def whole_file(
    path: Path, refuse: Refuse = unwritable, *, private: bool = False
) -> Iterator[BinaryIO]:
    """Open a file beside its place, and move it there when the block ends without an error.

    Several threads and processes may write the same path: one of them is there in the end, whole.

    Args:
        path: The file. Its folder is made if needed; an earlier file is replaced.
        refuse: Makes the error for what the system refuses.
        private: Whether nobody else may read it: it tells when somebody sat where.
    Raises:
        OutputError: If the path is a folder or a device.
        PostureError: That of `refuse`, if the file cannot be written; nothing of it is left then.
    """
    check_file(path)
    partial = path.with_name(f"{_beginning(path)}{secrets.token_hex(4)}.part")
    opener = functools.partial(os.open, mode=0o600 if private else 0o666)
    try:
        with refusals(path, refuse):
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(partial, "wb", opener=opener) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # some disks say only now that they are full
            partial.replace(path)
    finally:  # after Ctrl-C too
        with contextlib.suppress(OSError, ValueError):
            partial.unlink()


def write_whole(
    path: Path, data: bytes, refuse: Refuse = unwritable, *, private: bool = False
) -> None:
    """Write all the content of a file at once; see `whole_file`."""
    with whole_file(path, refuse, private=private) as file:
        file.write(data)


def sweep(path: Path) -> None:
    """Delete what killed processes left of writing a file.

    Only for a process that holds a lock on it: others may be writing it just now.
    """
    for left in path.parent.glob(f"{glob.escape(_beginning(path))}*.part"):
        left.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(path: Path, ours: Ours, refuse: Refuse = unwritable) -> Iterator[Path]:
    """Make a folder beside its place, to fill, and move it there when the block ends without error.

    Args:
        path: The folder; an earlier one is replaced if everything in it is ours.
        ours: How the name of everything ends that may be replaced; None if nothing may.
        refuse: Makes the error for what the system refuses.
    Raises:
        OutputError: If the path is a file, or a folder with other things.
        PostureError: That of `refuse`, if the folder cannot be written; nothing of it is left then.
    """
    check_folder(path, ours, refuse)
    place = Path(os.path.realpath(path))  # a link stays, and what it points to is written
    partial, old = (beside(place, what) for what in ("part", "old"))
    try:
        with refusals(path, refuse):
            shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
            partial.mkdir(parents=True)
            yield partial
            if hasattr(os, "sync"):
                os.sync()  # after a power cut a moved folder must not hold empty files
            _swap(partial, place, old)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def beside(folder: Path, what: str) -> Path:
    """Return a hidden place beside a folder, with a name that no other program chooses."""
    return folder.with_name(f".{folder.name}.posture-{what}")


def check_file(path: Path) -> None:
    """Check, before the work, that a file may be written at a path.

    Raises:
        OutputError: If there is a folder or a device.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 - never raise
        hint = "name another file, or move it away"
        raise OutputError(f"{path} is a folder or a device, not a file", hint=hint)


def check_folder(path: Path, ours: Ours, refuse: Refuse = unwritable) -> None:
    """Check, before the work, that a folder may be written at a path.

    Raises:
        OutputError: If there is a file, a folder with something that is not ours, or a folder that
            cannot be moved.
    """
    with refusals(path, refuse):
        names = [each.name for each in path.iterdir()] if path.exists() else []
    foreign = next((name for name in names if not ours or not name.endswith(ours)), None)
    if os.path.ismount(path):
        hint = f"name a folder in it, such as {path / 'labels'}"
        raise OutputError(f"{path} is a disk of its own and cannot be replaced", hint=hint)
    if foreign is not None:
        hint = "name another folder, or move it away"
        raise OutputError(f"{path} already exists and holds {foreign!r}", hint=hint)


def may_write(path: Path) -> bool:
    """Whether a file may be written at a path, as far as the folders that exist can say."""
    try:
        folder = next((parent for parent in path.absolute().parents if parent.exists()), path)
        return not path.is_dir() and folder.is_dir() and os.access(folder, os.W_OK)
    except OSError:  # a folder that may not even be looked into
        return False


def free_path(folder: Path, stem: str, ending: str) -> Path:
    """Return a path where nothing is yet: FOLDER/STEM.ENDING, or with -2, -3 and so on."""
    stems = chain([stem], (f"{stem}-{again}" for again in count(2)))
    paths = (folder / f"{each}{ending}" for each in stems)
    return next(path for path in paths if not os.path.lexists(path))


def _beginning(path: Path) -> str:
    """Return how the names of temporary files for a path begin."""
    return f".{path.name[:NAME_LETTERS]}."


def _swap(partial: Path, place: Path, old: Path) -> None:
    """Put a folder where another one may be; at every moment one of them is whole."""
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    try:
        partial.rename(place)
    except BaseException:  # Ctrl-C too
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
