"""Which files have labelled pictures: CSV files, folders and archives of labels, and lists."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import BinaryIO

from posture_cli.core.masking import one_line
from posture_cli.dataset import label_csv, label_json, label_lines, label_parquet
from posture_cli.dataset.labelled import Row, Source
from posture_cli.dataset.recorded import KEYPOINTS, Noted
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.archives import ARCHIVES, member_of
from posture_cli.inputs.items import ENDINGS, Item, expanded, is_video, known_by, unreadable
from posture_cli.inputs.lists import standard_input
from posture_cli.inputs.names import written
from posture_cli.inputs.pictures import SUFFIXES
from posture_cli.inputs.refusals import Unread
from posture_cli.inputs.search import named
from posture_cli.inputs.skipped import Skip, Skipped, ignore
from posture_cli.inputs.stores.addresses import is_address
from posture_cli.inputs.video.frames import ONE_A_SECOND, Every, without_videos
from posture_cli.reporter import Tell

PICTURES = tuple(SUFFIXES)
WANTED = (*ENDINGS, KEYPOINTS)
TABLES = (".csv", label_json.ENDING, *label_lines.ENDINGS, *label_parquet.ENDINGS)
"""Endings of lists of labels; on this machine a list may have any other too."""
Found = tuple[str | Item | Noted, Row]


def _say_nothing(message: str, hint: str) -> None:
    """Stand for nobody who listens."""


def gather(
    inputs: Iterable[str],
    fail: Tell,
    *,
    stdin: BinaryIO | None = None,
    every: Every = ONE_A_SECOND,
    skip: Skip = ignore,
    tell: Tell = _say_nothing,
) -> list[Source]:
    """Return the files that the inputs name, each once with all its labels; none is opened.

    Args:
        inputs: A CSV with the columns `file` and `label`, of which `file` may name whatever
            `posture label` reads, and `frame` a frame of a video; JSON lines or Parquet
            of `posture label`, or JSON lines of `posture watch`; a COCO dataset or an export of
            Label Studio; a folder whose sub-folders are labels; a ZIP or TAR whose folders are
            labels; or a list of such names, `@LIST` or `-`.
        fail: Is given what cannot be read.
        stdin: What `-` reads.
        every: Which frames of a video.
        skip: Is given the names of labelled files that are not read.
        tell: Is given what is worth knowing.
    """
    files: dict[str, str | Item | Noted] = {}  # by what is the same for the same file
    rows: dict[str, dict[tuple[str, str | None, int | None], Row]] = {}
    for name in expanded(dict.fromkeys(inputs), stdin):
        try:
            for found, row in _read(name, skip):
                key = found.name if isinstance(found, Noted) else known_by(found)
                files.setdefault(key, found)
                rows.setdefault(key, {}).setdefault((row.member, row.label, row.frame), row)
        except PostureError as error:
            fail(one_line(error.message), error.hint)
    if noted := sum(isinstance(found, Noted) for found in files.values()):
        hint = "to look at the pictures again, put them where the list names them"
        tell(f"{noted} of {len(files)} not here: keypoints of the list are used instead", hint)
    return [_source(found, tuple(rows[key].values()), every) for key, found in files.items()]


def gathered(
    inputs: Iterable[str], fail: Tell, every: Every, tell: Tell = _say_nothing
) -> tuple[list[Source], Skipped]:
    """Do the same for a command, and return what is skipped as well.

    `-` is standard input, and options about videos are told that do nothing because there is none.
    """
    skipped = Skipped()
    found = gather(inputs, fail, stdin=standard_input(), every=every, skip=skipped.add, tell=tell)
    if every.asked and found and not any(map(_may_have_videos, found)):
        tell(*without_videos(every.asked))
    return found, skipped


def _may_have_videos(source: Source) -> bool:
    """Whether a file is a video, or an archive that may have some."""
    name = source.found if isinstance(source.found, str) else source.found.name
    return is_video(name) or name.lower().endswith(ARCHIVES)


def _source(found: str | Item | Noted, rows: tuple[Row, ...], every: Every) -> Source:
    if isinstance(found, Noted):
        return Source(found.name, rows, every, found)
    return Source(found, rows, every)


def _read(name: str | Item, skip: Skip) -> Iterator[Found]:
    """Yield the files of one input."""
    if isinstance(name, Item):
        raise _without_label(name)
    if name.lower().endswith(ARCHIVES):
        yield name, Row("", None, {})
    elif os.path.isdir(name) or (is_address(name) and not name.lower().endswith(TABLES)):
        yield from _in_folder(name, skip)
    else:
        for line in _lines(name):
            yield from _in_line(line, skip)


def _lines(name: str) -> list[label_csv.Line]:
    """Return the lines of a list of labels, by its ending."""
    ending = name.lower()
    if ending.endswith(label_parquet.ENDINGS):
        return label_parquet.lines(name)
    if ending.endswith(label_json.ENDING):
        return label_json.lines(name)
    if ending.endswith(label_lines.ENDINGS):
        return label_lines.lines(name)
    return label_csv.lines(name)


def _in_line(line: label_csv.Line, skip: Skip) -> Iterator[Found]:
    """Yield the files of a line of a list."""
    if line.noted:
        yield line.noted, Row("", line.label, {"source": line.noted.source})
        return
    if member := member_of(line.file):
        yield member.archive, Row(member.shown, line.label, line.about)
        return
    for found in _lone(named(line.file, WANTED, skip=skip)):
        yield _file(found), Row("", line.label, _about(found, line.about), line.frame)


def _in_folder(folder: str, skip: Skip) -> Iterator[Found]:
    """Yield the files in the sub-folders of a folder; other files in it are left alone."""
    depth, empty, problem = len(PurePath(folder).parts), True, None

    def skip_labelled(name: str) -> None:
        if len(PurePath(name).parts) > depth + 1:
            skip(name)

    for found in _lone(named(folder, WANTED, skip=skip_labelled)):
        inside = PurePath(found if isinstance(found, str) else found.name).parts[depth:]
        if isinstance(found, Unread) and not inside and found.problem.code != "not_found":
            problem = _with_name(folder, found.problem)
        if len(inside) > isinstance(found, str):  # in a sub-folder, or one that cannot be read
            empty = False
            yield _file(found), Row("", inside[0].strip().casefold(), _about(found, {}))
    if problem or empty:  # what was found before is evaluated all the same
        raise problem or _no_labels(folder)


def _lone(found: Iterable[str | Unread]) -> list[str | Unread]:
    """Leave out keypoints where there is a picture of the same name."""
    known = list(found)
    files = [one for one in known if isinstance(one, str)]
    drawn = {name.rpartition(".")[0] for name in files if name.lower().endswith(PICTURES)}
    keypoints = (name for name in files if name.lower().endswith(KEYPOINTS))
    spare = {name for name in keypoints if name.rpartition(".")[0] in drawn}
    return [one for one in known if one not in spare]


def _file(found: str | Unread) -> str | Item:
    return found if isinstance(found, str) else unreadable(*found)


def _about(found: str | Unread, about: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is known of a file; frames of a video have the video as their source."""
    if isinstance(found, str) and is_video(found):
        return {"source": written(found), **about}
    return about


def _without_label(item: Item) -> PostureError:
    """Return why an input that is not a name has no labels: it is a picture, or cannot be read."""
    try:
        item.load()
    except PostureError as error:
        return _with_name(item.name, error)
    hint = "name a CSV, or a folder with one sub-folder per label"
    return SourceError(f"{item.name}: this picture has no label", hint=hint)


def _with_name(name: str, error: PostureError) -> SourceError:
    return SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code)


def _no_labels(folder: str) -> SourceError:
    lists = [] if is_address(folder) else sorted(Path(folder).glob("*.[cC][sS][vV]"))
    hint = f"did you mean {lists[0]}?" if lists else "make folders sitting, standing, hunching"
    return SourceError(f"{folder} has no sub-folder with pictures", hint=hint)
