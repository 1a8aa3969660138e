"""What a clock does to `posture watch`: set, over midnight, summer time, sleep. Real processes.

The wall clock is that of libfaketime, for all that the process runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from posture_cli.core.time.events import GAP_S
from tests.cli.test_watch import POSTURE, posix, watching
from tests.mjpeg import Stream

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
faked = pytest.mark.skipif(
    sys.platform != "linux" or not FAKETIME, reason="there is no libfaketime (Debian: faketime)"
)
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
"""The rule itself: a machine may have no time zones."""
SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
HALF_S = 1.5
"""At a gap, what the last half of a window showed is not told; a belief is told so late."""
LATE = timedelta(seconds=HALF_S)
RATE = 2.0
"""Looks a second."""
SEEN_S = 2.5
"""So long a clock is left alone, at least."""
PATIENT = ("--fps", f"{RATE:g}", "--sit-limit", "10m", "--hunch-after", "10m", "--json")
"""A false hour would be an alert."""

# Debian's libfaketime 0.9.10 fails in `clock_nanosleep`, and does not know sleep.
SITECUSTOMIZE = """
import os, select, time
real = time.clock_gettime
def clock_gettime(clock):
    if clock != time.CLOCK_BOOTTIME:
        return real(clock)
    with open(os.environ["SLEPT"]) as file:
        return real(clock) + float(file.read())
time.clock_gettime = clock_gettime
time.sleep = lambda seconds: select.select((), (), (), max(0.0, seconds)) and None
"""


@pytest.fixture
def camera(desk):
    """Somebody who sits."""
    with Stream(desk[:13], fps=8) as stream:
        stream.address = f"http://{stream.place}/video"
        yield stream


@pytest.fixture
def home(tmp_path):
    folders = {name: os.fspath(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    return {**folders, "no_proxy": "127.0.0.1", "TZ": BERLIN}


class Clock:
    """The wall clock of a process, which can be set, and its clock since the start.

    Attributes:
        periods: From when to when it was left alone, the last one until now.
    """

    def __init__(self, folder: Path, at: datetime) -> None:
        self._folder = folder
        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, "utf-8")
        self.periods: list[tuple[datetime, datetime]] = []
        self._since = None
        self._slept_s = 0.0
        self._passes(0.0)
        self.is_set(at)
        self.environment = {
            "LD_PRELOAD": os.fspath(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": os.fspath(folder / "wall"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": os.fspath(folder),
            "SLEPT": os.fspath(folder / "slept"),
        }

    @property
    def now(self) -> datetime:
        return datetime.now(timezone.utc) + timedelta(seconds=self._ahead_s)

    def is_set(self, at: datetime) -> None:
        """Set the wall clock, as a user or a time server does."""
        self.is_over()
        self._since = at
        self._ahead_s = (at - datetime.now(timezone.utc)).total_seconds()
        self._write("wall", f"{self._ahead_s:+.3f}")

    def is_over(self) -> None:
        """End the period."""
        if self._since:
            self.periods.append((self._since, self.now))

    def sleeps(self, seconds: float) -> None:
        """Let the machine sleep: `CLOCK_BOOTTIME` goes on, `CLOCK_MONOTONIC` does not."""
        self._passes(seconds)
        self.is_set(self.now + timedelta(seconds=seconds))

    def _passes(self, seconds: float) -> None:
        self._slept_s += seconds
        self._write("slept", str(self._slept_s))

    def _write(self, name: str, text: str) -> None:
        """Change a file that is read all the time."""
        new = self._folder / "new"
        new.write_text(text, "utf-8")
        new.replace(self._folder / name)


def looks_s(running):
    return [form["time_s"] for form in map(json.loads, running.lines) if "people" in form]


def looks_on(running, seconds=SEEN_S):
    """Wait until a watch has looked for a while longer."""
    running.until('"people"', len(looks_s(running)) + 1 + round(seconds * RATE))


def looked_s(running):
    """Return how long it looked, by a clock that nobody sets; in a gap nobody does."""
    apart_s = (later_s - one_s for one_s, later_s in pairwise(looks_s(running)))
    return sum(each_s for each_s in apart_s if each_s < GAP_S)


def told_s(running):
    """Return how long it says that somebody sat; nothing else may be told."""
    told = running.events()
    assert {(one["event"], one.get("label")) for one in told} == {("posture", "sitting")}
    return sum(one["to_s"] - one["from_s"] for one in told)


class History:
    """What `posture history` shows afterwards."""

    def __init__(self, home: dict[str, str]) -> None:
        path = Path(home["XDG_DATA_HOME"]) / "posture" / "history.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        done = subprocess.run(
            [*POSTURE, "history", "--all", "--json"],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **home},
            check=True,
            timeout=60,
        )
        form = json.loads(done.stdout)
        self.alerts, self.days = form["alerts"], form["days"]
        assert {one["label"] for one in form["intervals"]} == {"sitting"}
        self.rows = [
            (*(datetime.fromisoformat(one[key]) for key in ("from", "to")), one["seconds"])
            for one in form["intervals"]
        ]
        self.sat_s = sum(seconds for *_, seconds in self.rows)
        self.sittings_s = [one["seconds"] for day in self.days for one in day["sittings"]]

    def lies_in(self, periods) -> bool:
        """Whether every row was on the wall at some time when the clock was left alone."""
        return all(
            any(since - LATE <= begun and ended <= until + LATE for since, until in periods)
            for begun, ended, _ in self.rows
        )


@faked
def test_a_clock_that_is_set_makes_no_hour_of_sitting(camera, home, tmp_path):
    clock = Clock(tmp_path, datetime(2026, 10, 24, 23, 50, tzinfo=SUMMER))
    with watching(camera.address, *PATIENT, **home, **clock.environment) as running:
        running.until('"people"', 4)
        clock.is_set(datetime(2026, 10, 24, 23, 59, 59, tzinfo=SUMMER))
        looks_on(running)  # over midnight
        clock.is_set(clock.now + timedelta(hours=1))
        looks_on(running)
        clock.is_set(clock.now - timedelta(hours=1))
        looks_on(running)
        clock.is_set(datetime(2026, 10, 25, 2, 59, 59, tzinfo=SUMMER))
        looks_on(running)  # it is two o'clock once more
        clock.is_set(datetime(2027, 3, 28, 1, 59, 59, tzinfo=WINTER))
        looks_on(running)  # it is three at once
        assert running.ends()[0] == 130
        clock.is_over()
    assert told_s(running) == pytest.approx(looked_s(running), abs=0.01)
    history = History(home)
    assert history.sat_s == pytest.approx(looked_s(running), abs=0.1)
    assert sum(history.sittings_s) == pytest.approx(history.sat_s, abs=0.5)
    assert history.lies_in(clock.periods)
    assert [day["day"] for day in history.days] == ["2026-10-24", "2026-10-25", "2027-03-28"]
    assert history.alerts == []
    offsets = [begun.utcoffset() for begun, *_ in history.rows[1:]]
    changes = [later for one, later in pairwise(offsets) if one != later]
    assert changes == [WINTER.utcoffset(None), SUMMER.utcoffset(None)]


@faked
def test_an_hour_of_sleep_is_a_break(camera, home, tmp_path):
    clock = Clock(tmp_path, datetime(2026, 11, 20, 12, tzinfo=WINTER))
    with watching(camera.address, *PATIENT, **home, **clock.environment) as running:
        running.until('"people"')
        looks_on(running)
        clock.sleeps(3600.0)
        looks_on(running)
        assert running.ends()[0] == 130
        clock.is_over()
    assert looks_s(running)[-1] > 3600
    assert -0.01 < looked_s(running) - told_s(running) < HALF_S
    history = History(home)
    assert history.sat_s == pytest.approx(told_s(running), abs=0.1)
    assert history.sittings_s == [pytest.approx(seconds, abs=0.1) for *_, seconds in history.rows]
    assert [day["breaks"] for day in history.days] == [1]
    assert history.lies_in(clock.periods)
    assert history.alerts == []


@posix
def test_who_is_stopped_for_a_while_saw_nothing_meanwhile(camera, home):
    with watching(camera.address, *PATIENT, **home) as running:
        running.until('"people"')
        looks_on(running)
        running.process.send_signal(signal.SIGSTOP)
        time.sleep(21)
        running.process.send_signal(signal.SIGCONT)
        looks_on(running)
        assert running.ends()[0] == 130
    assert max(later - one for one, later in pairwise(looks_s(running))) > 20
    told = [one for one in running.events() if not one["event"].startswith("source_")]
    assert [one["label"] for one in told] == ["sitting", "sitting"]
    history = History(home)
    assert history.sat_s == pytest.approx(sum(one["to_s"] - one["from_s"] for one in told), abs=0.1)
    assert -0.01 < looked_s(running) - history.sat_s < HALF_S
    assert history.alerts == []
