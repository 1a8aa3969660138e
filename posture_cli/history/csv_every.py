"""`--csv-every`: one row per second in CSV files, as the DeepLens tutorial has them.

The tutorial writes `physicalstate-DATE.csv` whenever it has more than sixty rows, and reads a row
of names that it never wrote. It does not publish the names; ours say what its columns tell apart.
Source: aws-samples/aws-deeplens-recipes, posture tracker, part 426.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from math import floor
from pathlib import Path

from posture_cli.core.judge.labels import STANCES
from posture_cli.core.time.events import Glance
from posture_cli.errors import OutputError
from posture_cli.history.rows import fixed
from posture_cli.reporter import Tell
from posture_cli.storage.whole import free_path, refusals, write_whole

COLUMNS = ("timestamp", *STANCES, "hunching")
"""Source: the CSV of the DeepLens tutorial."""
HOLD_S = 4.0
"""How long a glance counts for the seconds after it. Guess: twice the slowest pace."""
MOST_UNSAVED = 24 * 3600
"""Rows kept in memory while the disk is full: one day. Our limit."""

Row = tuple[str, str, str, str]


class EverySecond:
    """Writes what glances show: one row per second of the source, and a new file every so often.

    A column is 1 or 0, or empty where it is unknown; if nobody is there, all are 0. Seconds without
    a glance have no row.
    """

    def __init__(self, folder: Path, every_s: float, tell: Tell) -> None:
        """Choose where to write.

        Args:
            folder: Made if it is missing.
            every_s: How many seconds go into a file, at least 1.
            tell: Called with a message and a hint when the disk refuses, and again when it works;
                rows are kept in memory meanwhile.
        Raises:
            OutputError: If the folder cannot be made.
        """
        with refusals(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._most, self._tell = folder, max(1, round(every_s)), tell
        self._last: Glance | None = None
        self._began: datetime | None = None
        self._rows: list[Row] = []
        self._refused_at: int | None = None

    def write(self, glance: Glance, at: datetime) -> None:
        """Take a glance, and write a file if it is full.

        Args:
            glance: What is believed now.
            at: The wall clock now, with its offset from UTC.
        """
        for second, seen in self._seconds(glance):
            when = fixed(at) - timedelta(seconds=glance.time_s - second)
            self._began = self._began or when
            self._rows.append(_row(seen, when))
            if self._due():
                self._flush()
        self._last = glance

    def close(self) -> None:
        """Write what is left; calling it twice is fine.

        Raises:
            OutputError: If the disk refuses to the end, so that rows are lost.
        """
        rows, self._rows = self._rows, []
        if not rows:
            return
        try:
            write_whole(self._free(), _csv(rows), private=True)
        except OutputError as error:
            message = f"{error.message}; {len(rows)} rows are lost"
            raise OutputError(message, hint=error.hint) from error

    def _seconds(self, glance: Glance) -> list[tuple[int, Glance]]:
        """Return the whole seconds since the last glance, each with what was believed then."""
        now, last = floor(glance.time_s), self._last
        if last is None or not 0 <= glance.time_s - last.time_s <= HOLD_S:
            return [(now, glance)]
        between = range(floor(last.time_s) + 1, now + 1)
        return [(second, glance if second == glance.time_s else last) for second in between]

    def _due(self) -> bool:
        """Whether a file is full; after a refusal, whether there are as many rows again."""
        return len(self._rows) >= (self._refused_at or 0) + self._most

    def _flush(self) -> None:
        try:
            write_whole(self._free(), _csv(self._rows), private=True)
        except OutputError as error:
            if self._refused_at is None:
                self._tell(error.message, f"{error.hint}; rows are kept in memory meanwhile")
            del self._rows[:-MOST_UNSAVED]
            self._refused_at = len(self._rows)
            return
        if self._refused_at is not None:
            self._tell(f"{self._folder} is written again", "nothing is lost; a file may be longer")
        self._rows, self._began, self._refused_at = [], None, None

    def _free(self) -> Path:
        """Return a name that no file has: an hour comes twice when summer time ends."""
        stem = f"physicalstate-{self._began:%Y-%m-%d-%H-%M-%S}"
        return free_path(self._folder, stem, ".csv")


def _row(seen: Glance, when: datetime) -> Row:
    """Return what the tutorial tells apart, as 1 and 0; empty where it is unknown."""
    time = when.replace(microsecond=0).isoformat()
    if seen.label is None:
        return time, "0", "0", "0"
    stance = seen.label if seen.stance == "unknown" else seen.stance
    known = stance in STANCES
    sitting, standing = (str(int(stance == each)) if known else "" for each in STANCES)
    hunching = "" if seen.label == "unknown" else str(int(seen.label == "hunching"))
    return time, sitting, standing, hunching


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue().encode()
