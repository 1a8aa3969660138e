"""The time axis has round marks: seconds, minutes, hours or the wall clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from posture_cli.plot.axes import axis

NINE = datetime(2026, 11, 27, 8, 59, 50)


@pytest.mark.parametrize(
    ("ends_s", "clock", "name", "words"),
    [
        ((0.0, 16.3), None, "time (s)", ["0", "5", "10", "15"]),
        ((0.5, 1.1), None, "time (s)", ["0.6", "0.8", "1"]),
        ((0.0, 1500.0), None, "time (min)", ["0", "10", "20"]),
        ((3600.0, 18000.0), None, "time (h)", ["1", "2", "3", "4", "5"]),
        ((0.0, 400000.0), None, "time (h)", ["0", "24", "48", "72", "96"]),
        ((0.0, 60.0), NINE, "time of day", ["09:00:00", "09:00:20", "09:00:40"]),
        ((0.0, 7200.0), NINE, "time of day", ["09:00", "09:30", "10:00", "10:30"]),
        ((72000.0, 86400.0), datetime(1970, 1, 1), "time of day",
         ["20:00", "21:00", "22:00", "23:00", "24:00"]),
    ],
)  # fmt: skip
def test_marks_are_round_and_few(ends_s, clock, name, words):
    found = axis(*ends_s, clock, 5)
    assert (found.name, [text for _, text in found.marks]) == (name, words)
    assert all(ends_s[0] <= at_s <= ends_s[1] for at_s, _ in found.marks)


def test_a_mark_of_the_clock_is_where_the_clock_shows_it():
    assert axis(0.0, 60.0, NINE, 5).marks[0] == (10.0, "09:00:00")
