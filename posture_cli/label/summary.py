"""What films show of each person, as a table or a page: `posture label --summary`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from posture_cli import __version__
from posture_cli.core.body.angles import Angles
from posture_cli.core.judge.labels import LABELS
from posture_cli.core.time.film_summary import PERCENTILES, FilmSummary, Sighting
from posture_cli.errors import OutputError, RequestError
from posture_cli.label.formats.naming import readable
from posture_cli.label.held import unwritable
from posture_cli.label.tracks import Line, is_of_film
from posture_cli.sinks.csv_rows import PLAIN, Style, table_text
from posture_cli.sinks.rows import Row
from posture_cli.storage.whole import check_file, whole_file

TABLE, PAGES = ".csv", (".html", ".htm")
"""Endings of a table with a row per film and person, and of a page."""
COLUMNS = (
    *("file", "track", "frames", "from_s", "to_s", "seen_s"),
    *(f"{label}_share" for label in LABELS),
    *(f"{label}_longest_s" for label in LABELS),
    "transitions",
    *(f"{angle.name}_p{level}" for angle in fields(Angles) for level in PERCENTILES),
)


def check_summary(path: Path, *, replace: bool) -> None:
    """Check, before the work, that the summary may be written.

    Raises:
        RequestError: If it has another ending.
        OutputError: If something is in the way.
    """
    if path.suffix.lower() not in (TABLE, *PAGES):
        message = f"--summary {path} is neither {TABLE} nor {PAGES[0]}"
        raise RequestError(message, hint="name it like summary.csv")
    check_file(path)
    if os.path.lexists(path) and not replace:
        hint = "replace it with --force, or name another file"
        raise OutputError(f"{path} already exists", hint=hint)


class Summary:
    """The films of a run, while their lines pass by."""

    def __init__(self) -> None:
        self._films: dict[str, FilmSummary] = {}

    def taken(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the same lines, and take in those of films; people need a `track_id`."""
        for line in lines:
            if is_of_film(line):
                film = self._films.setdefault(line["source"], FilmSummary())
                film.take(line["time_s"], [_sighting(person) for person in line["people"]])
            yield line

    @property
    def is_empty(self) -> bool:
        """Whether nobody was seen in a film."""
        return not any(True for _ in self._rows())

    def write(self, path: Path, now: datetime, style: Style = PLAIN) -> None:
        """Write the table, or the page of this moment, films in the order in which they came.

        Raises:
            OutputError: If it cannot be written.
        """
        text = self._page(now) if path.suffix.lower() in PAGES else self._table(style)
        with whole_file(path, unwritable) as file:
            file.write(text.encode())

    def _table(self, style: Style) -> str:
        rows = ([row[column] for column in COLUMNS] for row in self._rows())
        return table_text([COLUMNS, *rows], style)

    def _page(self, now: datetime) -> str:
        from posture_cli.report.film_page import page  # heavy: only for a page

        films = {readable(film): [*people.rows()] for film, people in self._films.items()}
        return page(films, __version__, f"{now:%Y-%m-%d %H:%M}")

    def _rows(self) -> Iterator[Row]:
        for film, people in self._films.items():
            for row in people.rows():
                yield {"file": readable(film), **row}


def _sighting(person: Line) -> Sighting:
    return Sighting(person["track_id"], person["label"], person["angles_deg"])
