"""Labelled pictures: each picture of a file, with the labels that apply to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.labels import CLASSES
from posture_cli.dataset.recorded import KEYPOINTS, Noted, Recorded, recorded
from posture_cli.errors import SourceError
from posture_cli.inputs.archives import shown
from posture_cli.inputs.items import Item, holds_many, is_video, items_of, known_by, unreadable
from posture_cli.inputs.refusals import missing
from posture_cli.inputs.skipped import Skip, ignore
from posture_cli.inputs.video.frames import ONE_A_SECOND, Every


class Row(NamedTuple):
    """What is known about the pictures of a file.

    Attributes:
        member: The one member of an archive that this is about, as results name it; empty for every
            picture of the file.
        label: In small letters; None where the folders in an archive are labels.
        about: Other facts by column, for example person, source or view.
        frame: The one frame of a video that this is about; None for all that are read.
    """

    member: str
    label: str | None
    about: Mapping[str, str]
    frame: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file with labelled pictures, which has not been opened yet.

    Attributes:
        found: The file, or why there is none, as `items.files` yields it.
        rows: What is known about its pictures, which may have several labels each.
        every: Which of its frames are read, if it is a video and no row names frames.
        noted: Keypoints that count in its place, since it is not here.
    """

    found: str | Item
    rows: tuple[Row, ...]
    every: Every = ONE_A_SECOND
    noted: Noted | None = None

    @property
    def has_keypoints(self) -> bool:
        """Whether it holds keypoints instead of a picture."""
        is_file = isinstance(self.found, str) and self.found.lower().endswith(KEYPOINTS)
        return is_file or self.noted is not None


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A picture and its label: small enough to be kept for all pictures.

    Attributes:
        name: What it is called in results: a path, `a.zip!/b.jpg`, or `clip.mp4, frame 25`.
        label: The truth in small letters: sitting, standing, hunching; for any other label the
            right answer is `unknown`.
        about: Other facts by column.
        key: The same for the same picture, however it is named.
        group: The same for frames of one video, which are alike; otherwise the same as `key`.
        source: The file that it is in.
        frame: Its number in a video; None for a picture.
    """

    name: str
    label: str
    about: Mapping[str, str]
    key: str
    group: str
    source: Source
    frame: int | None = None

    @property
    def file(self) -> str:
        """What a CSV names to mean it: a picture, a member of an archive, or the video."""
        return self.name if self.frame is None else str(self.source.found)


@dataclass(frozen=True, slots=True, eq=False)
class Loadable:
    """A labelled picture that has not been decoded yet.

    Attributes:
        labelled: The picture and its label.
        load: Returns the picture or its keypoints, in any thread; raises PostureError.
        carried: How many bytes of it are in memory already.
    """

    labelled: Labelled
    load: Callable[[], Frame | Recorded]
    carried: int


def pictures(sources: Iterable[Source], skip: Skip = ignore) -> Iterator[Loadable]:
    """Yield the labelled pictures of some files; a picture that cannot be read says why.

    Each file is opened when its turn comes. Take them in one thread: videos need that.

    Args:
        sources: The files.
        skip: Is given the names of members of archives that are not read.
    """
    return (one for source in sources for one in _in_note(source) or _in_file(source, skip))


def count(sources: Collection[Source]) -> int | None:
    """Return how many labelled pictures there are; None where files have to be opened for that."""
    if any(holds_many(source.found) for source in sources):
        return None
    return sum(len(source.rows) for source in sources)


def _in_file(source: Source, skip: Skip) -> Iterator[Loadable]:
    if frames := {row.frame for row in source.rows if row.frame is not None}:
        yield from _in_frames(source, frames)
        return
    rows: dict[str, list[Row]] = {}
    for row in source.rows:
        rows.setdefault(row.member, []).append(row)
    left, found = rows.keys() - {""}, False
    for item in items_of(source.found, source.every, skip):
        member = _member(source.found, item)
        if member is None:
            left.clear()  # it is the file itself, or why the archive cannot be read on
        left.discard(item.name)
        for label, about in _labels(rows, item, member).items():
            found = True
            yield _loadable(source, item, label, about)
    for row in (row for name in sorted(left) for row in rows[name]):
        gone = unreadable(row.member, missing("there is no such picture in this archive"))
        yield _loadable(source, gone, row.label or "", row.about)
    if not found and "" in rows:
        yield _loadable(source, unreadable(str(source.found), _no_folder()), "", {})


def _in_note(source: Source) -> list[Loadable]:
    """Return what is noted of a picture that is not here; frames of one source are alike."""
    if (noted := source.noted) is None:
        return []
    labelled = (
        Labelled(noted.name, row.label or "", row.about, noted.name, noted.source, source)
        for row in source.rows
    )
    return [Loadable(one, lambda: noted.recorded, 0) for one in labelled]


def _in_frames(source: Source, left: set[int]) -> Iterator[Loadable]:
    """Yield the frames of a video that rows name, and which of them it does not have."""
    for item in items_of(source.found, replace(source.every, nth=1, rate=None)):
        if not item.carried:  # why it cannot be read, or read on
            yield _loadable(source, item, "", {})
            return
        rows = [row for row in source.rows if row.frame in (None, item.frame)]
        for label, about in {row.label or "": row.about for row in rows}.items():
            yield _loadable(source, item, label, about)
        left.discard(item.frame)
    for frame in sorted(left):
        gone = unreadable(f"{source.found}, frame {frame}", missing("there is no such frame"))
        yield _loadable(source, gone, "", {})


def _member(found: str | Item, item: Item) -> str | None:
    """Return the name of a member inside its archive; None for what is not a member."""
    if isinstance(found, Item) or not item.name.startswith(shown(found, "")):
        return None
    return item.name.removeprefix(shown(found, ""))


def _labels(
    rows: Mapping[str, list[Row]], item: Item, member: str | None
) -> dict[str, Mapping[str, str]]:
    """Return the labels of an item, each with the other facts."""
    labels: dict[str, Mapping[str, str]] = {}
    for row in (*rows.get("", ()), *rows.get(item.name, ())):
        label = _folder(member) if row.label is None else row.label
        if label is not None:
            labels.setdefault(label, row.about)
    return labels or ({"": {}} if member is None else {})


def _folder(member: str | None) -> str | None:
    """Return the label that the folders of a member give; None if it has none.

    It is the first folder, or the second if the first is not the name of a class: archives often
    have one folder around everything.
    """
    if member is None:
        return None
    path = PurePosixPath(member)
    folders = [part.strip().casefold() for part in path.parts[:-1] if part not in ("..", path.root)]
    if not folders:
        return None
    return folders[0] if folders[0] in CLASSES or len(folders) == 1 else folders[1]


def _loadable(source: Source, item: Item, label: str, about: Mapping[str, str]) -> Loadable:
    file = known_by(source.found)
    key = f"{file} {item.key}" if holds_many(source.found) else file
    is_frame = is_video(source.found) and item.carried
    labelled = Labelled(
        name=f"{item.name}, frame {item.frame}" if is_frame else item.name,
        label=label,
        about=about,
        key=key,
        group=file if is_frame else key,
        source=source,
        frame=item.frame if is_frame else None,
    )
    load = partial(recorded, str(source.found)) if source.has_keypoints else item.load
    return Loadable(labelled, load, item.carried)


def _no_folder() -> SourceError:
    hint = "pack folders named sitting, standing, hunching"
    return SourceError("this archive has no folder with pictures", hint=hint, code="not_found")
