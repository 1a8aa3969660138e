"""The last hour as a strip."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.terminal.glyphs import ASCII
from posture_cli.terminal.status import Stretch
from posture_cli.terminal.strip import phase_s, postures, strip_line
from tests import people
from tests.terminal.statuses import CLIP, DAY, status


def test_a_cell_has_the_posture_with_the_most_time_in_it():
    hour = [
        Stretch("sitting", 3600.0, 1000.0),
        Stretch("hunching", 1000.0, 500.0),
        Stretch("sitting", 500.0, 200.0),
        Stretch("hunching", 200.0, 100.0),  # less than the two of sitting together
        Stretch("sitting", 100.0, 0.0),
    ]
    assert postures(hour, 6, 600.0) == [*["sitting"] * 4, "hunching", "sitting"]


def test_a_cell_in_which_nobody_looked_is_empty():
    assert postures([Stretch("standing", 2400.0, 1800.0)], 6, 600.0) == [
        *[None] * 2,
        "standing",
        *[None] * 3,
    ]
    assert postures([], 12, 5.0) == [None] * 12


def test_what_is_older_than_the_first_cell_is_left_out():
    assert postures([Stretch("away", 9000.0, 3600.0)], 60, 30.0) == [None] * 60


@given(st.floats(0, 3000), st.floats(0.5, 600))
def test_what_was_drawn_stays_where_it_is_while_a_minute_lasts(began_s, lasted_s):
    at_its_start = [Stretch("sitting", began_s + lasted_s, began_s)]
    later = [Stretch("sitting", began_s + lasted_s + 59.0, began_s + 59.0)]
    assert postures(at_its_start, 60, 0.5) == postures(later, 60, 59.5)


def test_cells_begin_at_minutes_of_the_clock_or_of_the_recording():
    now = replace(DAY, at=datetime(2026, 3, 2, 12, 34, 56))
    assert phase_s(now, 60.0) == 56.0
    assert phase_s(now, 300.0) == 4 * 60 + 56.0
    clip = replace(CLIP, glance=status(people.SITTING, 130.0).glance)
    assert phase_s(clip, 60.0) == 10.0


@pytest.mark.parametrize(
    ("columns", "name", "cells"),
    [
        (80, "last hour  ", 60),
        (71, "last hour  ", 60),
        (70, "last hour  ", 30),
        (40, "last hour  ", 20),
        (30, "1 h ", 20),
        (20, "", 20),
        (13, "", 12),
    ],
)
def test_a_strip_has_the_finest_cells_for_which_there_is_room(columns, name, cells):
    assert strip_line(DAY, columns, ASCII).plain.startswith(name)
    assert len(strip_line(DAY, columns, ASCII).plain) == len(name) + cells
