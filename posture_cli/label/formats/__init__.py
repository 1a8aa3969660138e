"""Formats of results, by the ending of their name: one file each, written whole, bit by bit.

from posture_cli.label import formats

form = formats.of(Path("labels.csv"))  # before the work: names what would stop it
remarks = form.write(journal.lines(), Path("labels.csv"))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from posture_cli.errors import OutputError
from posture_cli.label.formats import (
    coco,
    coco_ids,
    coco_results,
    csv_table,
    jsonl,
    label_studio,
    openpose,
    opensim,
    parquet,
)
from posture_cli.label.formats.naming import Line
from posture_cli.sinks.csv_rows import Style
from posture_cli.storage.whole import check_file

UNKNOWN = "ending"
"""The code of the error for an ending that is not in the table, which is wrong usage."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of results.

    Attributes:
        words: What it is, for the help.
        write: Takes the lines of the journal and the path; returns remarks for the user. Raises
            OutputError.
        check: Raises a PostureError before the work for what would stop `write` after it, in one
            of `places`.
        places: What `write` makes or replaces.
    """

    words: str
    write: Callable[[Iterable[Line], Path], tuple[str, ...]]
    check: Callable[[Path], None] = check_file
    places: Callable[[Path], tuple[Path, ...]] = lambda path: (path,)


ENDINGS: dict[str, Format] = {
    csv_table.ENDING: Format("one row per person", csv_table.write),
    ".jsonl": Format("posture/1, one line per picture", jsonl.write),
    ".parquet": Format("one row per person, keypoints as lists", parquet.write, parquet.check),
    coco.ENDING: Format("a COCO dataset, the posture as an attribute", coco.write),
    coco_results.ENDING: Format(
        "COCO results, 51 numbers per person", coco_results.write, places=coco_results.places
    ),
    label_studio.ENDING: Format(
        "Label Studio tasks with predictions", label_studio.write, places=label_studio.places
    ),
    ".openpose/": Format("OpenPose JSON, one file per picture", openpose.write, openpose.check),
    ".opensim/": Format("TRC and MOT, one of each per person", opensim.write, opensim.check),
}
"""By ending, in the order of the help; a slash at the end means a folder."""


def of(path: Path, coco_annotations: Path | None = None, style: Style | None = None) -> Format:
    """Return the format that the name of an output asks for, if it can be written.

    Args:
        path: The output.
        coco_annotations: A COCO file whose ids to take, for `.coco-results.json`; others
            ignore it.
        style: How a `.csv` is written, if not plainly; others ignore it.
    Raises:
        OutputError: If the ending is unknown (code `UNKNOWN`), or something is in the way.
        DependencyError: If a package is missing.
        SourceError: If the annotations cannot be read.
    """
    kind = ending(path)
    found = ENDINGS[kind]
    for place in found.places(path):
        found.check(place)
    if kind == coco_results.ENDING and coco_annotations:
        return replace(
            found, write=partial(coco_results.write, annotated=coco_ids.read(coco_annotations))
        )
    if kind == csv_table.ENDING and style:
        return replace(found, write=partial(csv_table.write, style=style))
    return found


def places(path: Path) -> tuple[Path, ...]:
    """Return what is made or replaced for an output.

    Raises:
        OutputError: If the ending is unknown.
    """
    return ENDINGS[ending(path)].places(path)


def check_free(path: Path, *, replace: bool) -> None:
    """Check that nothing is where an output will be, unless it may be replaced.

    Raises:
        OutputError: If something is there, or the ending is unknown.
    """
    for place in () if replace else places(path):
        empty = os.path.isdir(place) and not any(place.iterdir())
        if os.path.lexists(place) and not empty:
            hint = "replace it with --force, or name another output"
            raise OutputError(f"{place} already exists", hint=hint)


def ending(path: Path) -> str:
    """Return which of `ENDINGS` a name has; capital letters do not matter.

    Raises:
        OutputError: If it has none of them (code `UNKNOWN`).
    """
    name = path.name.lower()
    found = next((end for end in ENDINGS if name.endswith(end.rstrip("/"))), None)
    if found is None:
        near = get_close_matches(path.suffix.lower(), ENDINGS, n=1)
        meant = f"did you mean {path.with_suffix(near[0].rstrip('/'))}? " if near else ""
        hint = f"{meant}choose one of {', '.join(ENDINGS)}"
        raise OutputError(f"{path} has no known ending", hint=hint, code=UNKNOWN)
    return found
