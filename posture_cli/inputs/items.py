"""What there is to label: every picture, frame and member of an archive behind the inputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from glob import has_magic
from pathlib import Path
from typing import BinaryIO, NoReturn

from posture_cli.core.body.scene import Frame
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import archives, folders, lists
from posture_cli.inputs.names import written
from posture_cli.inputs.once import once, place
from posture_cli.inputs.pictures import (
    STDIN,
    SUFFIXES,
    VIDEO_SUFFIXES,
    Picture,
    closed,
    load,
    missing,
    picture_at,
    pictures,
)
from posture_cli.inputs.stores import addresses, listing, objects, refusals
from posture_cli.inputs.video import frames

PICTURES, FILMS = tuple(SUFFIXES), tuple(VIDEO_SUFFIXES)
ARCHIVES = (*archives.ZIPS, *archives.TARS)
ALL = (*PICTURES, *FILMS, *ARCHIVES)
INSIDE = "!/"
"""Between an archive and its member, as in Java: no path that anybody could open by mistake."""
LIST = "@"
NOTHING = "there is nothing to label in this folder"


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One picture that has not been read yet.

    Attributes:
        key: The same in every run with the same inputs, and no other item of the run has it.
        name: What people know it by, valid Unicode (`names.written`): a path, or `a.zip!/b.jpg`.
        frame: Its number in a video, from 0; otherwise 0.
        load: Reads and decodes it, in any thread; raises SourceError if there is nothing to read.
        carried: How many bytes of it are in memory already, until it is forgotten.
    """

    key: str
    name: str
    frame: int
    load: Callable[[], Frame]
    carried: int = 0


def items(
    inputs: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    leave_out: Collection[Path] = (),
    every: frames.Every = frames.ONE_A_SECOND,
) -> Iterator[Item]:
    """Yield what is to be labelled, in order; of what cannot be read, `load` says why.

    Ask for them in one thread: videos belong to it. Where there are several inputs, or a list, what
    comes twice is left out; about 100 bytes a file are kept for that.

    Args:
        inputs: Files, folders, patterns, `@LIST`, or `-`. Folders are searched for pictures, videos
            and archives; what is hidden is left out. Addresses of stores are searched like them.
        stdin: What `-` reads: one picture, or a list of names.
        leave_out: Results: folders that are not searched, and files that no pattern means.
        every: Which frames of a video.
    Raises:
        SourceError: If a store cannot be reached or does not know us: the run can go on later.
    """
    found = files(inputs, stdin=stdin, leave_out=leave_out)
    return (item for one in found for item in items_of(one, every))


def files(
    inputs: Iterable[str], *, stdin: BinaryIO | None = None, leave_out: Collection[Path] = ()
) -> Iterator[str | Item]:
    """Yield the files behind the inputs, and items where there is no file; see `items`."""
    names, left_out = tuple(inputs), frozenset(map(os.path.realpath, leave_out))
    found = (one for name in names for one in _behind(name, stdin, left_out))
    twice = len(names) > 1 or any(name == STDIN or name.startswith(LIST) for name in names)
    return once(found, _known_by) if twice else found


def _known_by(found: str | Item) -> str:
    if isinstance(found, Item):
        return found.key
    return found if addresses.is_address(found) else place(found)


def _behind(name: str, stdin: BinaryIO | None, leave_out: Collection[str]) -> Iterator[str | Item]:
    """Yield what is behind one argument; a list has names, but no further lists."""
    if name != STDIN and (not name.startswith(LIST) or os.path.lexists(name)):
        yield from _named(name, leave_out)
        return
    for line in lists.read(stdin) if name == STDIN else lists.read_file(name.removeprefix(LIST)):
        if isinstance(line, bytes):
            load_it = partial(_load_bytes, partial(bytes, line), STDIN)
            yield Item(f"picture:{STDIN}", STDIN, 0, load_it, len(line))
        elif isinstance(line, SourceError):
            yield _problem(name, line)
        else:
            yield from _named(line, leave_out)


def _named(name: str, leave_out: Collection[str]) -> Iterator[str | Item]:
    if addresses.is_address(name):
        yield from _or_problem(_in_store(name), name, NOTHING)
    elif not name or "://" in name:
        shown = addresses.shown(name)
        yield from (_problem(shown, one.problem) for one in pictures([name]) if one.problem)
    elif os.path.isdir(name):
        yield from _in_folder(name, leave_out)
    elif has_magic(name) and not os.path.lexists(name):
        yield from _or_problem(_matching(name, leave_out), name, "no file matches this pattern")
    else:
        yield name


def _in_store(address: str) -> Iterator[str | Item]:
    """Yield what is in a store; one that cannot be reached ends the run, which can go on later."""
    for name in listing.listed(address, ALL):
        if isinstance(name, listing.Unread) and name.problem.code in refusals.PASSING:
            raise refusals.for_now(written(name.name), name.problem)
        yield _problem(name.name, name.problem) if isinstance(name, listing.Unread) else name


def _in_folder(folder: str, leave_out: Collection[str]) -> Iterator[str | Item]:
    names = folders.files_in(folder, leave_out)
    ours = (name for name in names if not isinstance(name, str) or name.lower().endswith(ALL))
    return _or_problem(map(_or_unread, ours), folder, NOTHING)


def _matching(pattern: str, leave_out: Collection[str]) -> Iterator[str | Item]:
    for name in folders.matching(pattern, leave_out):
        if not isinstance(name, str):
            yield _or_unread(name)
        elif os.path.realpath(name) in leave_out:
            continue
        elif os.path.isdir(name):
            yield from _in_folder(name, leave_out)
        else:
            yield name


def _or_unread(found: str | folders.Unread) -> str | Item:
    """Return a name, or why a folder could not be read."""
    return found if isinstance(found, str) else _problem(found.name, closed(found.error))


def _or_problem(found: Iterator[str | Item], name: str, message: str) -> Iterator[str | Item]:
    """Yield what was found behind a name, or that there is nothing."""
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield _problem(name, missing(message))


def holds_many(found: str | Item) -> bool:
    """Whether a file is a video or an archive, by its ending."""
    return isinstance(found, str) and found.lower().endswith((*FILMS, *ARCHIVES))


def items_of(found: str | Item, every: frames.Every) -> Iterator[Item]:
    """Yield the items of a file, by its ending; what has no ending of ours may be a picture."""
    if isinstance(found, Item):
        yield found
    elif holds_many(found):
        yield from _in_container(found, every)
    else:
        shown = written(found)
        load_it = partial(_load_stored if addresses.is_address(found) else _load_file, found)
        yield Item(f"picture:{shown}", shown, 0, load_it)


def _in_container(name: str, every: frames.Every) -> Iterator[Item]:
    stored = addresses.is_address(name)
    problem = None if stored else picture_at(name).problem
    if problem and problem.code != "video":
        yield _problem(name, problem)
        return
    try:
        if not name.lower().endswith(FILMS):
            yield from _in_archive(name, objects.opened(name) if stored else None)
        elif stored:
            raise _film_in_store()
        else:
            yield from _in_film(name, every)
    except PostureError as error:
        yield _problem(name, error)


def _in_film(name: str, every: frames.Every) -> Iterator[Item]:
    for frame in frames.frames(name, every):
        key = f"frame {frame.index}:{frame.source}"
        yield Item(key, frame.source, frame.index, partial(replace, frame), frame.rgb.nbytes)


def _in_archive(name: str, file: BinaryIO | None) -> Iterator[Item]:
    found = False
    for member in archives.members(name, file):
        found = True
        shown = written(name) + INSIDE + written(member.name)
        load_it = partial(_load_bytes, member.read, shown)
        yield Item(f"member {member.number}:{shown}", shown, 0, load_it, member.carried)
    if not found:
        raise missing("there is no picture in this archive")


def _load_file(name: str) -> Frame:
    picture = picture_at(name)
    if not picture.problem and (size := _size(name)) > archives.MAX_BYTES:
        raise archives.too_large(size)
    return replace(load(picture), source=written(name))


def _load_stored(address: str) -> Frame:
    return _load_bytes(partial(objects.read, address), written(address))


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except OSError:  # gone since we looked: reading it tells
        return 0


def _load_bytes(read: Callable[[], bytes], name: str) -> Frame:
    return load(Picture(name, read()))


def _problem(name: str, problem: PostureError) -> Item:
    shown = written(name)
    return Item(f"problem:{shown}", shown, 0, partial(_refuse, problem))


def _refuse(problem: PostureError) -> NoReturn:
    raise problem


def _film_in_store() -> SourceError:
    hint = "copy it to this machine, and label the copy"
    return SourceError("is a video, and not read from a store", hint=hint, code="video")
