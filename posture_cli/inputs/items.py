"""What commands read: every picture, frame and member of an archive that the inputs name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, NoReturn

from posture_cli.core.body.scene import Frame
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import archives, lists, pictures, refusals
from posture_cli.inputs.archives import ARCHIVES
from posture_cli.inputs.names import once, place, written
from posture_cli.inputs.pictures import STDIN, SUFFIXES, VIDEO_SUFFIXES, Picture, load
from posture_cli.inputs.refusals import Unread
from posture_cli.inputs.search import named
from posture_cli.inputs.skipped import Skip, ignore
from posture_cli.inputs.stores import addresses, objects
from posture_cli.inputs.video import frames

INSIDE = archives.INSIDE
LIST = "@"
VIDEOS = tuple(VIDEO_SUFFIXES)
ENDINGS = (*SUFFIXES, *VIDEOS, *ARCHIVES)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One picture that has not been decoded yet.

    Attributes:
        key: The same in every run with the same inputs, and different from that of other items.
        name: What it is called in results, valid Unicode: a path, or `a.zip!/b.jpg`.
        frame: Its number in a video, from 0; otherwise 0.
        load: Reads and decodes it, in any thread; raises SourceError if it cannot be read.
        carried: How many bytes of it are in memory already.
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
    skip: Skip = ignore,
) -> Iterator[Item]:
    """Yield the items that the inputs name, in order; an item that cannot be read says why.

    Take them in one thread: videos need that. With several inputs, or a list, a file that is named
    twice is yielded once; that takes about 100 bytes per file.

    Args:
        inputs: Files, folders, patterns, archives, members of archives (`a.zip!/b.jpg`), addresses
            of stores, `@LIST`, or `-`. Folders are searched for pictures, videos and archives,
            without hidden ones.
        stdin: What `-` reads: one picture, or a list of names.
        leave_out: Results: folders that are not searched, and files that no pattern matches.
        every: Which frames of a video.
        skip: Is given the names of files in folders and archives that are not read.
    Raises:
        SourceError: If a store cannot be reached or refuses the login: the run can go on later.
    """
    found = files(inputs, stdin=stdin, leave_out=leave_out, skip=skip)
    return (item for one in found for item in items_of(one, every, skip))


def files(
    inputs: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    leave_out: Collection[Path] = (),
    skip: Skip = ignore,
) -> Iterator[str | Item]:
    """Yield the files that the inputs name, and items where there is no file; see `items`."""
    given = tuple(inputs)
    left_out = frozenset(map(os.path.realpath, leave_out))
    found = (one for name in expanded(given, stdin) for one in _behind(name, left_out, skip))
    several = len(given) > 1 or any(map(is_list, given))
    return once(found, known_by) if several else found


def expanded(inputs: Iterable[str], stdin: BinaryIO | None = None) -> Iterator[str | Item]:
    """Yield the inputs, with the names in a list in its place; a list contains no further lists."""
    for name in inputs:
        if name == STDIN:
            yield from (_listed(name, line) for line in lists.read(stdin))
        elif is_list(name):
            yield from (_listed(name, line) for line in lists.read_file(name.removeprefix(LIST)))
        else:
            yield name


def is_list(name: str) -> bool:
    """Whether an input stands for names that are in a list; `-` may also be one picture."""
    return name == STDIN or (name.startswith(LIST) and not os.path.lexists(name))


def known_by(found: str | Item) -> str:
    """Return the same text for names of the same file."""
    if isinstance(found, Item):
        return found.key
    return found if addresses.is_address(found) else place(found)


def content(name: str, most_bytes: int = pictures.MAX_BYTES) -> bytes:
    """Return what a file or an object of a store holds.

    Raises:
        SourceError: If it cannot be read, or has more bytes; by default, than a picture can have.
    """
    if not addresses.is_address(name):
        return pictures.content(name, most_bytes)
    data = objects.read(name)
    if len(data) > most_bytes:
        raise refusals.too_large(len(data), most_bytes)
    return data


def lines(name: str, most_bytes: int) -> Iterator[bytes]:
    """Yield the lines of a file, one at a time, or of an object of a store; see `content`."""
    if addresses.is_address(name):
        yield from content(name).splitlines()
    else:
        yield from pictures.lines(name, most_bytes)


def holds_many(found: str | Item) -> bool:
    """Whether a file is a video or an archive, by its ending."""
    return isinstance(found, str) and found.lower().endswith((*VIDEOS, *ARCHIVES))


def is_video(found: str | Item) -> bool:
    """Whether a file is a video, by its ending."""
    return isinstance(found, str) and found.lower().endswith(VIDEOS)


def unreadable(name: str, problem: PostureError) -> Item:
    """Return an item that says why it cannot be read."""
    shown = written(name)
    return Item(f"problem:{shown}", shown, 0, partial(_refuse, problem))


def items_of(found: str | Item, every: frames.Every, skip: Skip = ignore) -> Iterator[Item]:
    """Yield the items of a file, by its ending; a file with another ending may be a picture."""
    if isinstance(found, Item):
        yield found
    elif holds_many(found):
        try:
            yield from _in_video(found, every) if is_video(found) else _in(found, skip)
        except PostureError as error:
            yield unreadable(found, error)
    elif member := archives.member_of(found):
        shown = member.shown
        yield Item(f"picture:{shown}", shown, 0, partial(_load_member, *member))
    else:
        shown = written(found)
        load_it = partial(_load_bytes, partial(content, found), shown)
        yield Item(f"picture:{shown}", shown, 0, load_it)


def _behind(name: str | Item, leave_out: Collection[str], skip: Skip) -> Iterator[str | Item]:
    """Yield the files of one name, or why there is none."""
    for one in (name,) if isinstance(name, Item) else named(name, ENDINGS, leave_out, skip):
        yield unreadable(*one) if isinstance(one, Unread) else one


def _listed(name: str, line: lists.Line) -> str | Item:
    if isinstance(line, SourceError):
        return unreadable(name, line)
    if isinstance(line, str):
        return line
    load_it = partial(_load_bytes, partial(bytes, line), STDIN)
    return Item(f"picture:{STDIN}", STDIN, 0, load_it, len(line))


def _in_video(name: str, every: frames.Every) -> Iterator[Item]:
    if addresses.is_address(name):
        hint = "copy it to this machine first"
        raise SourceError("is a video, and not read from a store", hint=hint, code="video")
    pictures.check(name)
    for frame in frames.frames(name, every):
        key, (width, height) = f"frame {frame.index}:{frame.source}", frame.size
        yield Item(key, frame.source, frame.index, partial(replace, frame), width * height * 3)


def _in(archive: str, skip: Skip = ignore) -> Iterator[Item]:
    def skip_member(name: str) -> None:
        skip(archives.shown(archive, written(name)))

    found = False
    for member in archives.members(archive, _opened(archive), skip_member):
        found = True
        shown = archives.shown(archive, written(member.name))
        load_it = partial(_load_bytes, member.read, shown)
        yield Item(f"member {member.number}:{shown}", shown, 0, load_it, member.carried)
    if not found:
        raise refusals.nothing("there is no picture in this archive")


def _opened(archive: str) -> BinaryIO | None:
    """Return an archive that is not on disk, open; otherwise see that it is a file."""
    if addresses.is_address(archive):
        return objects.opened(archive)
    pictures.check(archive)
    return None


def _load_member(archive: str, shown: str) -> Frame:
    """Read one member of an archive, which is opened for it alone."""
    item = next((one for one in _in(archive) if one.name == shown), None)
    if item is None:
        raise refusals.missing("there is no such picture in this archive")
    return item.load()


def _load_bytes(read: Callable[[], bytes], name: str) -> Frame:
    return load(Picture(name, read()))


def _refuse(problem: PostureError) -> NoReturn:
    raise problem
