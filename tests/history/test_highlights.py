"""The last week against the one before, streaks, and hours of a week, of hand-made intervals."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from posture_cli.history import forms, words
from posture_cli.history.dates import ISO, PROBE, Dates, form_of
from posture_cli.history.days import by_day
from posture_cli.history.highlights import FEW, SIT_LIMIT_S, Week, breaks, by_hour, streaks
from posture_cli.history.past import Past
from posture_cli.history.rows import Interval
from tests.history.test_past import MINUTE, NINE, one_after_another

DAY = timedelta(days=1)
TODAY = NINE.date()


def day(ago, **minutes):
    return one_after_another(*minutes.items(), start=NINE - ago * DAY)


def of_days(*intervals, earlier=()):
    return Past(TODAY, TODAY, [one for part in intervals for one in part], earlier=earlier)


def test_a_week_is_seven_days_and_compared_with_the_seven_before():
    past = of_days(
        day(14, hunching=100),
        day(13, hunching=10, sitting=10),
        day(7, sitting=20),
        day(6, hunching=10, sitting=80),
        day(0, standing=10),
    )
    assert past.week() == Week(TODAY - 6 * DAY, TODAY, 0.1, 0.25)


def test_the_week_before_may_lie_before_the_days_that_are_shown():
    past = of_days(day(0, standing=10, hunching=10), earlier=day(7, hunching=5))
    assert past.week() == Week(TODAY - 6 * DAY, TODAY, 0.5, 1.0)
    assert [one.first for one in past.days()] == [TODAY]


def test_there_is_no_week_without_a_day():
    assert of_days(earlier=day(1, sitting=5)).week() is None
    assert forms.to_json(of_days())["week"] is None
    assert of_days(day(0, away=5)).week().hunched is None


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0.08, 0.11, "\N{DOWNWARDS ARROW} down from 11 % in the 7 days before"),
        (0.11, 0.08, "\N{UPWARDS ARROW} up from 8 % in the 7 days before"),
        (0.081, 0.084, "\N{RIGHTWARDS ARROW} as in the 7 days before"),
        (0.08, None, "There is nothing in the 7 days before to compare with"),
    ],
)
def test_a_change_is_said_with_both_numbers(now, before, said):
    assert words.change(Week(TODAY, TODAY, now, before)) == said


def test_streaks_count_good_days_and_pass_over_those_without_a_posture():
    held = (SIT_LIMIT_S + 60) / MINUTE
    past = of_days(
        day(9, sitting=20),
        day(8, sitting=20),
        day(7, sitting=20),
        day(6, sitting=18, hunching=20 * FEW),
        day(5, sitting=held),
        day(2, away=60),
        day(0, sitting=30),
    )
    little, short = streaks(past.days())
    assert (little.now, little.best) == (2, 3)
    assert (short.now, short.best) == (1, 4)
    assert [(one.now, one.best) for one in streaks([])] == [(0, 0), (0, 0)]


def test_an_hour_of_a_weekday_has_all_of_its_days():
    week = timedelta(days=7)
    friday = one_after_another(
        ("sitting", 90), ("hunching", 60), start=NINE + timedelta(minutes=30)
    )
    before = one_after_another(("hunching", 10), start=NINE - week)
    late = [Interval("standing", NINE.replace(hour=23, minute=30), 3600.0, 0.9)]
    found = by_hour([*before, *friday, *late])
    minutes = {
        at: {name: s / MINUTE for name, s in span.seconds.items() if s}
        for at, span in found.items()
    }
    assert minutes == {
        (4, 9): {"sitting": 30, "hunching": 10},
        (4, 10): {"sitting": 60},
        (4, 11): {"hunching": 60},
        (4, 23): {"standing": 30},
        (5, 0): {"standing": 30},
    }
    assert (found[4, 9].days, found[4, 10].days) == (2, 1)
    (nine, *_) = forms.to_json(of_days(before, friday))["hours"]
    assert (nine["weekday"], nine["hour"], nine["hunched"]) == (5, 9, 0.25)


def test_a_break_lies_between_two_sittings_of_a_day():
    (found,) = by_day(one_after_another(("sitting", 20), ("standing", 5), ("sitting", 10)), [])
    ((before, after),) = breaks(found)
    assert (after.started - before.ended) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("date_", "time", "expected"),
    [
        ("22.11.2001", "15:00:00", Dates("dmy")),
        ("22/11/01", "15:00:00", Dates("dmy")),
        ("11/22/2001", "03:00:00 PM", Dates("mdy", twelve=True)),
        ("2001-11-22", "15:00:00", ISO),
        ("2001년 11월 22일", "15시 00분 00초", ISO),
        ("01.09.1380", "3:00", Dates("ymd", twelve=True)),
    ],
)
def test_the_form_of_a_user_follows_from_how_a_moment_is_written(date_, time, expected):
    assert form_of(date_, time) == expected
    assert (PROBE.day, PROBE.month, PROBE.year, PROBE.hour) == (22, 11, 2001, 15)


@pytest.mark.parametrize(
    ("dates", "day_", "span", "time", "midnight"),
    [
        (ISO, "2026-09-04", "2026-09-04 to 2026-11-26", "14:05", "00"),
        (Dates("dmy"), "4 Sep 2026", "4 Sep to 26 Nov 2026", "14:05", "00"),
        (Dates("mdy", True), "Sep 4, 2026", "Sep 4 to Nov 26, 2026", "2:05 pm", "12 am"),
    ],
)
def test_dates_in_three_forms(dates, day_, span, time, midnight):
    first, last = date(2026, 9, 4), date(2026, 11, 26)
    assert (dates.day(first), dates.span(first, last)) == (day_, span)
    assert str(first.year - 1) in dates.span(first.replace(year=2025), last)
    assert dates.time(datetime(2026, 9, 4, 14, 5, tzinfo=timezone.utc)) == time
    assert dates.hour(0) == midnight
