"""CSV files with labels: the first line names the columns, `file` and `label` among them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from posture_cli.dataset.recorded import Noted
from posture_cli.errors import SourceError
from posture_cli.inputs.items import INSIDE, content, is_video
from posture_cli.inputs.stores.addresses import is_address
from posture_cli.sinks.csv_rows import FORMULA, TEXT_MARK

COLUMNS = ("file", "label")
FRAME, PERSON = "frame", "person"
OF_LABEL = frozenset(("time_s", FRAME, PERSON, "stance", "error"))
"""Columns that tell the CSV of `posture label`: one row per person, files as it was given them."""
SEPARATORS = ",;\t"
"""The semicolon is what Excel writes where the comma is the decimal sign."""
LONGEST_FRAME = 10
"""Digits: a day of 1000 frames per second has 8."""
MOST_BYTES = 1 << 25
"""Half a million lines. Our limit."""
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """A line of a CSV.

    Attributes:
        file: What it is about, relative to the current folder.
        label: In small letters.
        about: The other columns in small letters, for example person, source or view.
        frame: Which frame of a video it is about; None for all.
        noted: The keypoints that the list has, if there is no such picture here.
    """

    file: str
    label: str
    about: Mapping[str, str]
    frame: int | None = None
    noted: Noted | None = None


def lines(name: str) -> list[Line]:
    """Return the lines of a CSV; empty ones are left out.

    Of the CSV of `posture label`, the first person of each picture counts, and pictures that could
    not be read are left out.

    Args:
        name: A file, or the address of an object.
    Raises:
        SourceError: If it cannot be read; says where and what to do.
    """
    try:
        found = [_line(name, *row) for row in _rows(name) if _is_labelled(row[1])]
    except csv.Error as error:
        message = f"{name} is not a valid CSV: {error}"
        raise SourceError(message, hint="save it as CSV in UTF-8") from error
    if not found:
        raise SourceError(f"{name} names no picture", hint="write one line per picture")
    return found


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each line with its cells by column."""
    text = _text(name)
    columns, separator = _head(name, text)
    found = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(found)
    for cells in found:
        if any(cell.strip() for cell in cells[len(columns) :]):
            hint = "put text with the separator into quotes"
            raise SourceError(f"{name}, line {found.line_num}: too many columns", hint=hint)
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(columns) - len(cells))
            yield found.line_num, dict(zip(columns, map(str.strip, padded), strict=False))


def _head(name: str, text: str) -> tuple[list[str], str]:
    """Return the names of the columns, and the separator that gives those we need."""
    heads = {s: next(csv.reader(io.StringIO(text), delimiter=s), []) for s in SEPARATORS}
    for separator, head in heads.items():
        columns = [column.strip().casefold() for column in head]
        if set(COLUMNS) <= set(columns):
            if twice := {one for one in columns if one and columns.count(one) > 1}:
                hint = "give each column its own name"
                raise SourceError(f"{name} has two columns {sorted(twice)[0]!r}", hint=hint)
            return columns, separator
    found = max(heads.values(), key=len)
    missing = sorted(set(COLUMNS) - {column.strip().casefold() for column in found})
    raise SourceError(
        f"{name} has no column {' and no column '.join(map(repr, missing))}",
        hint="its first line must name the columns, with a comma between: file,label",
    )


def _is_labelled(cells: Mapping[str, str]) -> bool:
    """Whether a row is about the first person of a picture; other tables have one row each."""
    if not cells.keys() >= OF_LABEL:
        return True
    return _whole(cells[PERSON]) in ("", "1") and not (cells["error"] and not cells["label"])


def _line(name: str, number: int, cells: Mapping[str, str]) -> Line:
    for column in COLUMNS:
        if not cells[column]:
            hint = "fill it in, or remove the line"
            raise SourceError(f"{name}, line {number}: `{column}` is empty", hint=hint)
    ours = cells.keys() >= OF_LABEL
    known = {*COLUMNS, FRAME, *([PERSON] if ours else [])}
    about = {column: cell for column, cell in cells.items() if column and column not in known}
    file = _of_label(name, cells["file"]) if ours else _beside(name, cells["file"])
    return Line(file, cells["label"].casefold(), about, _frame(name, number, cells))


def _frame(name: str, number: int, cells: Mapping[str, str]) -> int | None:
    """Return the frame that a row is about; a picture is one frame, whatever the table says."""
    cell = _whole(cells.get(FRAME, ""))
    if not cell or not is_video(cells["file"]):
        return None
    if not (cell.isascii() and cell.isdigit() and len(cell) < LONGEST_FRAME):
        hint = "write the number of the frame, from 0, or leave it empty for all"
        raise SourceError(f"{name}, line {number}: no frame is called {cell!r}", hint=hint)
    return int(cell)


def _whole(cell: str) -> str:
    """Return a whole number as it was: pandas writes 1.0 where some cells of a column are empty.

    Where the decimal sign is a comma, it writes 1,0.
    """
    return cell.removesuffix(".0").removesuffix(",0")


def _of_label(name: str, cell: str) -> str:
    """Return a file that our CSV names, without the mark that keeps a formula from being one."""
    file = placed(name, cell)
    marked = cell.startswith(TEXT_MARK) and cell[1:].startswith(FORMULA)
    return placed(name, cell[1:]) if marked and not os.path.lexists(file) else file


def placed(name: str, file: str) -> str:
    """Return a file that `posture label` names, relative to the current folder.

    It is named as it was given to `posture label`: from here, or else from beside the results.
    """
    beside = _beside(name, file)
    there = file.partition(INSIDE)[0]
    return beside if os.path.lexists(beside) or not os.path.lexists(there) else file


def _beside(name: str, file: str) -> str:
    """Return a file that is named relative to a CSV, relative to the current folder."""
    if "://" in file:
        return file
    if os.sep == "/" and "\\" in file:
        file = PureWindowsPath(file).as_posix()  # the CSV was written on Windows
    if is_address(name):
        return f"{name.rpartition('/')[0]}/{file}"
    return str(Path(name).parent / file)


def _text(name: str) -> str:
    """Return a file's text: UTF-8, or UTF-16 with a mark, as Excel's Unicode text has it."""
    try:
        data = content(name, MOST_BYTES)
        text = data.decode("utf-16" if data.startswith(UTF16_BOMS) else "utf-8")
    except UnicodeError as error:
        raise _not_a_list(name) from error
    except SourceError as error:
        raise SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code) from error
    if "\0" in text:
        raise _not_a_list(name)
    return text.lstrip("\ufeff")


def _not_a_list(name: str) -> SourceError:
    hint = "name a CSV in UTF-8, or a folder or an archive with one folder per label"
    return SourceError(f"{name} is not a list of pictures", hint=hint)
