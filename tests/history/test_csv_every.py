"""`--csv-every`: one row per second, whatever the pace of the glances is."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone

import pytest

from posture_cli.core.time.events import Glance
from posture_cli.errors import OutputError
from posture_cli.history import csv_every
from posture_cli.history.csv_every import HOLD_S, EverySecond
from tests.history.watched import NOON

SITTING = ("sitting", "sitting")


def rows_by_file(folder):
    """Return the rows of all files by their names, without the row of names."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        assert head == ["timestamp", "sitting", "standing", "hunching"]
        found[path.name] = rows
    return found


class Watching:
    def __init__(self, folder, every_s=60.0, start=NOON):
        self.told, self.now_s, self.start = [], 0.0, start
        self.seconds = EverySecond(folder, every_s, lambda *told: self.told.append(told))

    def sees(self, looks, for_s, step_s):
        label, stance = looks
        end_s = self.now_s + for_s
        while self.now_s < end_s - 1e-9:
            at = self.start + timedelta(seconds=self.now_s)
            self.seconds.write(Glance(self.now_s, label, stance, 0.9), at)
            self.now_s += step_s


@pytest.mark.parametrize("step_s", [1 / 30, 0.25, 1.0, 2.0])
def test_there_is_a_row_per_second_and_a_file_per_minute(tmp_path, step_s):
    watching = Watching(tmp_path)
    watching.sees(SITTING, 150, step_s)
    watching.seconds.close()
    watching.seconds.close()
    found = rows_by_file(tmp_path)
    assert list(found) == [
        "physicalstate-2026-11-20-12-00-00.csv",
        "physicalstate-2026-11-20-12-01-00.csv",
        "physicalstate-2026-11-20-12-02-00.csv",
    ]
    assert [len(rows) for rows in found.values()][:2] == [60, 60]
    times = [row[0] for rows in found.values() for row in rows]
    assert times == [(NOON + timedelta(seconds=s)).isoformat() for s in range(len(times))]
    assert len(times) >= 150 - step_s


@pytest.mark.parametrize(
    ("looks", "row"),
    [
        (("sitting", "sitting"), ["1", "0", "0"]),
        (("standing", "standing"), ["0", "1", "0"]),
        (("hunching", "sitting"), ["1", "0", "1"]),
        (("hunching", "standing"), ["0", "1", "1"]),
        (("hunching", "unknown"), ["", "", "1"]),
        (("unknown", "sitting"), ["1", "0", ""]),
        (("unknown", "unknown"), ["", "", ""]),
        ((None, "unknown"), ["0", "0", "0"]),
    ],
)
def test_a_row_tells_what_is_known(tmp_path, looks, row):
    watching = Watching(tmp_path)
    watching.sees(looks, 1, 1)
    watching.seconds.close()
    assert list(rows_by_file(tmp_path).values()) == [[["2026-11-20T12:00:00+00:00", *row]]]


def test_seconds_in_which_nobody_looked_have_no_row(tmp_path):
    watching = Watching(tmp_path)
    watching.sees(SITTING, 2, 1)
    watching.now_s += 10 * HOLD_S
    watching.sees(SITTING, 2, 1)
    watching.now_s = 0.0  # another source begins
    watching.sees(SITTING, 2, 1)
    watching.seconds.close()
    ((_, rows),) = rows_by_file(tmp_path).items()
    assert [row[0][-14:-6] for row in rows] == [
        *("12:00:00", "12:00:01", "12:00:42", "12:00:43", "12:00:00", "12:00:01"),
    ]


def test_an_hour_that_comes_twice_replaces_no_file(tmp_path):
    for hours in (2, 1):
        start = datetime(2026, 10, 25, 2, 0, tzinfo=timezone(timedelta(hours=hours)))
        watching = Watching(tmp_path, start=start)
        watching.sees(SITTING, 5, 1)
        watching.seconds.close()
    names = list(rows_by_file(tmp_path))
    stem = "physicalstate-2026-10-25-02-00-00"
    assert names == [f"{stem}-2.csv", f"{stem}.csv"]


def test_a_disk_that_refuses_is_told_once_and_loses_nothing(tmp_path):
    folder = tmp_path / "rows"
    watching = Watching(folder)
    watching.sees(SITTING, 60, 1)
    folder.rename(tmp_path / "away")
    folder.touch()
    watching.sees(SITTING, 150, 1)
    ((message, hint),) = watching.told
    assert "cannot be written" in message
    assert "kept in memory" in hint
    folder.unlink()
    watching.sees(SITTING, 60, 1)
    watching.seconds.close()
    assert [message for message, _ in watching.told[1:]] == [f"{folder} is written again"]
    files = [*rows_by_file(tmp_path / "away").values(), *rows_by_file(folder).values()]
    times = [row[0] for rows in files for row in rows]
    assert len(set(times)) == len(times) == 270


def test_a_disk_that_refuses_for_long_loses_the_oldest(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_every, "MOST_UNSAVED", 100)
    folder = tmp_path / "rows"
    watching = Watching(folder)
    folder.rmdir()
    folder.touch()
    watching.sees(SITTING, 240, 1)
    folder.unlink()
    watching.sees(SITTING, 60, 1)
    watching.seconds.close()
    times = [row[0] for rows in rows_by_file(folder).values() for row in rows]
    assert times == [(NOON + timedelta(seconds=s)).isoformat() for s in range(140, 300)]


def test_a_disk_that_refuses_to_the_end_loses_rows_aloud(tmp_path):
    folder = tmp_path / "rows"
    watching = Watching(folder)
    watching.sees(SITTING, 90, 1)
    folder.rename(tmp_path / "away")
    folder.touch()
    with pytest.raises(OutputError, match=r"cannot be written: .*; 30 rows are lost"):
        watching.seconds.close()
    watching.seconds.close()
    assert watching.told == []


def test_a_folder_that_cannot_be_is_told_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        Watching(tmp_path / "file" / "rows")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
