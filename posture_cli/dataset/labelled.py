"""Labelled pictures: what a CSV says of them, or a folder with one sub-folder per label."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.observation import FARTHEST_PX, MALFORMED, people_from_json
from posture_cli.errors import SourceError
from posture_cli.inputs.pictures import SUFFIXES

KEYPOINTS = ".json"
"""The ending of a file that holds one `posture/1` object in place of a picture."""
COLUMNS = ("file", "label")
SEPARATORS = ",;\t"
"""The semicolon is what Excel writes where the comma is the decimal sign."""
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
MOST_BYTES = 1 << 26
"""No list of pictures is that long; devices are endless. Our limit."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture that somebody labelled.

    Attributes:
        path: The picture, or a `.json` file with one `posture/1` object (keypoints only).
        label: The truth in small letters: sitting, standing, hunching; anything else means that
            the right answer is `unknown`.
        about: The other columns of a CSV in small letters, for example person, source or view.
    """

    path: Path
    label: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a `.json` file says of one picture: the people, subject first, and who found them."""

    size: FrameSize
    people: tuple[Person, ...]
    estimator: str


def read(path: Path) -> tuple[Labelled, ...]:
    """Return the labelled pictures that a file or a folder names; none of them is opened.

    Args:
        path: A CSV whose first line names the columns, `file` (relative to the CSV) and `label`
            among them; or a folder, whose sub-folders are labels. What lies beside these is left
            alone; of a picture and a `.json` of the same name in it, only the picture counts.
    Raises:
        SourceError: If it cannot be read or names no picture; says where and what to do.
    """
    found = _from_folder(path) if os.path.isdir(path) else _from_csv(path)
    if not found:
        raise SourceError(
            f"{path} names no picture", hint="write a line per picture below the first"
        )
    return found


def recorded(path: Path) -> Recorded:
    """Return what a `.json` file says of its picture.

    Raises:
        SourceError: If it cannot be read or is not one `posture/1` object.
    """
    try:
        form = json.loads(path.read_text(encoding="utf-8-sig"))
        size = FrameSize(int(form["width"]), int(form["height"]))
        if not all(0 < side < FARTHEST_PX for side in size):
            raise ValueError(f"no picture has {size.width} x {size.height} pixels")
        return Recorded(size, people_from_json(form), str(form["estimator"]))
    except OSError as error:
        raise _closed(error) from error
    except MALFORMED as error:
        hint = "write it with `posture check --json` or `posture collect`, a file per picture"
        what = f"there is no {error}" if isinstance(error, KeyError) else error
        raise SourceError(f"is not one observation: {what}", hint=hint, code="damaged") from error


def _from_csv(path: Path) -> tuple[Labelled, ...]:
    try:
        rows = list(_rows(path))
    except csv.Error as error:
        raise SourceError(f"{path} is no CSV: {error}", hint="save it as CSV in UTF-8") from error
    return tuple(_labelled(path, line, cells) for line, cells in rows)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each line with its cells by column; empty lines are left out."""
    text = _text(path)
    names, separator = _head(path, text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(lines)
    for cells in lines:
        if len([cell for cell in cells[len(names) :] if cell.strip()]):
            hint = "put what contains the separator into quotes"
            raise SourceError(f"{path}, line {lines.line_num}: too many columns", hint=hint)
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(names) - len(cells))
            yield lines.line_num, dict(zip(names, map(str.strip, padded), strict=False))


def _head(path: Path, text: str) -> tuple[list[str], str]:
    """Return the names of the columns and the separator that gives the ones we need."""
    heads = {s: next(csv.reader(io.StringIO(text), delimiter=s), []) for s in SEPARATORS}
    for separator, head in heads.items():
        names = [name.strip().casefold() for name in head]
        if set(COLUMNS) <= set(names):
            if twice := {name for name in names if name and names.count(name) > 1}:
                hint = "give each column a name of its own"
                raise SourceError(f"{path} has two columns {sorted(twice)[0]!r}", hint=hint)
            return names, separator
    found = max(heads.values(), key=len)
    missing = sorted(set(COLUMNS) - {name.strip().casefold() for name in found})
    raise SourceError(
        f"{path} has no column {' and no column '.join(map(repr, missing))}",
        hint="its first line has to name the columns, with a comma between: file,label",
    )


def _labelled(path: Path, line: int, cells: Mapping[str, str]) -> Labelled:
    for column in COLUMNS:
        if not cells[column]:
            hint = "fill it in, or take the line out"
            raise SourceError(f"{path}, line {line}: `{column}` is empty", hint=hint)
    name = cells["file"]
    if os.sep == "/" and "\\" in name:
        name = PureWindowsPath(name).as_posix()  # the list was written on Windows
    about = {column: cell for column, cell in cells.items() if column and column not in COLUMNS}
    return Labelled(path.parent / name, cells["label"].casefold(), about)


def _text(path: Path) -> str:
    """Return a file's text: UTF-8, or UTF-16 with a mark, as Excel's Unicode text has it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise SourceError(f"{path} is too long for a list", hint="name a CSV or a folder")
        text = data.decode("utf-16" if data.startswith(UTF16_BOMS) else "utf-8")
    except UnicodeError as error:
        raise _no_list(path) from error
    except (OSError, ValueError) as error:  # also a NUL in the name
        raise _closed(error, f"{path} ") from error
    if "\0" in text:
        raise _no_list(path)
    return text.lstrip("\ufeff")


def _from_folder(folder: Path) -> tuple[Labelled, ...]:
    try:
        labels = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        raise _closed(error, f"{folder} ") from error
    found = tuple(
        Labelled(path, sub.name.strip().casefold(), {}) for sub in labels for path in _samples(sub)
    )
    if not found:
        lists = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv")
        hint = f"did you mean {lists[0]}?" if lists else "make folders sitting, standing, hunching"
        raise SourceError(f"{folder} has no sub-folder with pictures", hint=hint)
    return found


def _samples(folder: Path) -> Iterator[Path]:
    """Yield the pictures and lone `.json` files below a folder, by name, without hidden ones."""

    def stop(error: OSError) -> None:
        raise _closed(error, f"{error.filename} ") from error

    for root, folders, files in os.walk(folder, onerror=stop):
        folders[:] = [name for name in sorted(folders) if not name.startswith(".")]
        paths = [Path(root, name) for name in sorted(files) if not name.startswith(".")]
        stems = {path.stem for path in paths if path.suffix.lower() in SUFFIXES}
        for path in paths:
            alone = path.suffix.lower() == KEYPOINTS and path.stem not in stems
            if alone or path.suffix.lower() in SUFFIXES:
                yield path


def _no_list(path: Path) -> SourceError:
    hint = "name a CSV in UTF-8, or a folder with one sub-folder per label"
    return SourceError(f"{path} is no list of pictures", hint=hint)


def _closed(error: Exception, name: str = "") -> SourceError:
    reason = getattr(error, "strerror", None) or error
    return SourceError(f"{name}cannot be opened: {reason}", hint="check the path and permissions")
