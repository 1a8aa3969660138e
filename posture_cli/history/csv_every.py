"""One record a second in CSV files, a new file every so often: the form of the DeepLens tutorial.

The tutorial writes its records to `physicalstate-DATE.csv` whenever it has more than sixty, and
counts on a row of names that it forgets. The names of its columns are not published; ours are
those of what it tells apart. Source: aws-samples/aws-deeplens-recipes, posture tracker, part 426.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from math import floor
from pathlib import Path

from posture_cli.core.judge.labels import STANCES
from posture_cli.core.time.events import Glance
from posture_cli.errors import OutputError
from posture_cli.history.rows import fixed
from posture_cli.storage.whole import write_whole

COLUMNS = ("timestamp", *STANCES, "hunching")
"""Source: the CSV of the DeepLens tutorial."""
HOLD_S = 4.0
"""So long a glance speaks for the seconds after it. Guess: twice the slowest pace."""
MOST_UNSAVED = 24 * 3600
"""Records kept in memory while the disk is full: a day. Our limit."""

Record = tuple[str, str, str, str]


class EverySecond:
    """Writes what glances show, a record a second of the source, a file every so many records.

    A column is 1 or 0, or empty where it is unknown; if nobody is there, all are 0. Seconds in
    which nobody looked have no record.
    """

    def __init__(self, folder: Path, every_s: float, tell: Callable[[str, str], None]) -> None:
        """Choose where to write.

        Args:
            folder: Made if it is missing.
            every_s: How many seconds go into a file, at least 1.
            tell: Told once, with a hint, when the disk refuses, and again when it works; records
                are kept in memory meanwhile.
        Raises:
            OutputError: If the folder cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            message = f"{folder} cannot be written: {getattr(error, 'strerror', None) or error}"
            raise OutputError(message, hint="name a folder with room and permission") from error
        self._folder, self._most, self._tell = folder, max(1, round(every_s)), tell
        self._last: Glance | None = None
        self._began: datetime | None = None
        self._records: list[Record] = []
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
            self._records.append(_record(seen, when))
            if self._due():
                self._flush()
        self._last = glance

    def close(self) -> None:
        """Write what is left; twice is fine.

        Raises:
            OutputError: If the disk refuses to the end, so that records are lost.
        """
        records, self._records = self._records, []
        if not records:
            return
        try:
            write_whole(self._free(), _csv(records))
        except OutputError as error:
            message = f"{error.message}; {len(records)} records are lost"
            raise OutputError(message, hint=error.hint) from error

    def _seconds(self, glance: Glance) -> list[tuple[int, Glance]]:
        """Return the whole seconds since the last glance, each with what was believed then."""
        now, last = floor(glance.time_s), self._last
        if last is None or not 0 <= glance.time_s - last.time_s <= HOLD_S:
            return [(now, glance)]
        between = range(floor(last.time_s) + 1, now + 1)
        return [(second, glance if second == glance.time_s else last) for second in between]

    def _due(self) -> bool:
        """Whether a file is full; after a refusal, whether there are as many records again."""
        return len(self._records) >= (self._refused_at or 0) + self._most

    def _flush(self) -> None:
        try:
            write_whole(self._free(), _csv(self._records))
        except OutputError as error:
            if self._refused_at is None:
                self._tell(error.message, f"{error.hint}; records are kept in memory meanwhile")
            del self._records[:-MOST_UNSAVED]
            self._refused_at = len(self._records)
            return
        if self._refused_at is not None:
            self._tell(f"{self._folder} is written again", "nothing is lost; a file may be longer")
        self._records, self._began, self._refused_at = [], None, None

    def _free(self) -> Path:
        """Return a name that no file has: hours come twice when summer time ends."""
        stem = f"physicalstate-{self._began:%Y-%m-%d-%H-%M-%S}"
        path = self._folder / f"{stem}.csv"
        for again in count(2):
            if not os.path.lexists(path):
                break
            path = self._folder / f"{stem}-{again}.csv"
        return path


def _record(seen: Glance, when: datetime) -> Record:
    """Return what the tutorial tells apart, as 1 and 0; empty where it is unknown."""
    time = when.replace(microsecond=0).isoformat()
    if seen.label is None:
        return time, "0", "0", "0"
    stance = seen.label if seen.stance == "unknown" else seen.stance
    known = stance in STANCES
    sitting, standing = (str(int(stance == each)) if known else "" for each in STANCES)
    hunching = "" if seen.label == "unknown" else str(int(seen.label == "hunching"))
    return time, sitting, standing, hunching


def _csv(records: list[Record]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *records])
    return text.getvalue().encode()
