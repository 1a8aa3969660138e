from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.history import past
from posture_cli.history.recorder import EVERY_S, JUMP_S
from posture_cli.history.rows import Alert, Interval
from tests.history.watched import NOON, UTC, Desk, hours_by_day, read, seconds

HOUR = 3600.0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "history.db"


def zone(name):
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        pytest.skip("this system has no time zones; pip install tzdata")


def test_what_was_seen_is_read_again(path):
    desk = Desk(path)
    desk.sees("sitting", 60)
    desk.sees("hunching", 40)
    desk.is_told("hunching")
    desk.sees(None, 20)
    desk.leaves()
    after = NOON + timedelta(seconds=60)
    found = read(path)
    assert found.intervals == [
        Interval("sitting", NOON, 60, pytest.approx(0.9)),
        Interval("hunching", after, 40, 0),
        Interval("away", after + timedelta(seconds=40), 20, 0),
    ]
    assert found.alerts == [Alert("hunching", NOON + timedelta(seconds=100), 30, 1, "Sit up.")]


def test_what_goes_on_is_in_the_database_but_for_the_last_seconds(path):
    desk = Desk(path)
    for _ in range(100):
        desk.sees("sitting", 7)
        assert desk.now_s - EVERY_S <= seconds(path)["sitting"] <= desk.now_s
        assert len(read(path).intervals) == 1
    desk.leaves()
    assert seconds(path) == {"sitting": 700}


def test_what_goes_on_is_written_as_soon_as_it_begins(path):
    desk = Desk(path)
    desk.sees("sitting", 6)
    desk.sees("hunching", 1)
    assert seconds(path) == {"sitting": 6, "hunching": 1}
    desk.leaves()


def test_closing_writes_what_goes_on(path):
    desk = Desk(path)
    desk.sees("standing", 9)
    desk.history.close()
    desk.history.close()
    assert seconds(path) == {"standing": 9}


@pytest.mark.parametrize("hours", [-30, -1, 1, 8, 30])
def test_a_clock_that_is_set_makes_no_hours(path, hours):
    desk = Desk(path)
    desk.sees("sitting", 600)
    desk.clock_is_set(hours * HOUR)
    desk.sees("sitting", 600)
    desk.leaves()
    assert seconds(path) == {"sitting": pytest.approx(1200)}
    found = sorted(one.started for one in read(path).intervals)
    second = NOON + timedelta(seconds=600, hours=hours)
    assert found == sorted([NOON, second])


def test_sleep_is_no_sitting_whether_the_source_counts_it_or_not(path):
    desk = Desk(path)
    desk.sees("sitting", 600)
    desk.clock_is_set(8 * HOUR)  # a source that stands still meanwhile
    desk.sees("sitting", 600)
    desk.passes(8 * HOUR)  # one that goes on
    desk.sees("sitting", 600)
    desk.leaves()
    found = read(path)
    assert seconds(path) == {"sitting": pytest.approx(1800)}
    starts = [NOON + timedelta(seconds=s) for s in (0, 600 + 8 * HOUR, 1200 + 16 * HOUR)]
    assert [one.started for one in found.intervals] == starts
    assert [sitting.lasted_s for day in found.days() for sitting in day.sittings] == [600] * 3


def test_a_posture_that_ended_in_a_gap_is_where_it_was_seen(path):
    desk = Desk(path)
    desk.sees("sitting", 5)
    desk.passes(HOUR)
    desk.sees("standing", 5)
    desk.leaves()
    assert [(one.label, one.started, one.lasted_s) for one in read(path).intervals] == [
        ("sitting", NOON, 5),
        ("standing", NOON + timedelta(seconds=5 + HOUR), 5),
    ]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-20", 24)]
)
def test_the_nights_of_daylight_saving_have_the_hours_they_have(path, day, hours):
    berlin = zone("Europe/Berlin")
    before = datetime.fromisoformat(day).replace(tzinfo=berlin) - timedelta(hours=2)
    desk = Desk(path, before, berlin)
    desk.sees("sitting", (2 + hours + 3) * HOUR, step_s=10)
    desk.leaves()
    days = hours_by_day(path)
    assert sum(days.values()) == 2 + hours + 3
    assert list(days.values()) == [2, hours, 3]
    assert list(days)[1] == day


def test_summer_time_ends_in_an_hour_that_comes_twice(path):
    berlin = zone("Europe/Berlin")
    desk = Desk(path, datetime(2026, 10, 25, 0, 0, tzinfo=UTC), berlin)
    desk.sees("sitting", 2 * HOUR, step_s=10)
    desk.leaves()
    first, second = read(path).intervals
    assert (first.started.isoformat(), first.lasted_s) == ("2026-10-25T02:00:00+02:00", 3600)
    assert (second.started.isoformat(), second.lasted_s) == ("2026-10-25T02:00:00+01:00", 3600)
    (day,) = read(path).days()
    assert [round(sitting.lasted_s) for sitting in day.sittings] == [7200]


def test_who_travels_has_the_days_of_where_they_were(path):
    desk = Desk(path, datetime(2026, 11, 20, 21, 0, tzinfo=timezone(timedelta(hours=9))))
    desk.sees("sitting", 2 * HOUR, step_s=10)
    desk.passes(12 * HOUR)  # 20 November 11:00 in UTC+9 is noon of that day at UTC-11
    desk.travels(timezone(timedelta(hours=-11)))
    desk.sees("sitting", 2 * HOUR, step_s=10)
    desk.leaves()
    assert hours_by_day(path) == {"2026-11-20": 4}


def test_a_new_zone_begins_a_new_row(path):
    desk = Desk(path)
    desk.sees("sitting", 300)
    desk.travels(timezone(timedelta(hours=-5)))
    desk.sees("sitting", 300)
    desk.leaves()
    offsets = [one.started.utcoffset() for one in read(path).intervals]
    assert offsets == [timedelta(0), timedelta(hours=-5)]
    assert seconds(path) == {"sitting": pytest.approx(600)}


moments = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["sitting", "standing", "hunching", "unknown", None]),
            st.floats(1, 400),
        ),
        st.tuples(st.just("clock"), st.floats(-90_000, 90_000)),
        st.tuples(st.just("gap"), st.floats(11, 90_000)),
        st.tuples(st.just("zone"), st.integers(-11, 12)),
    ),
    max_size=12,
)


@given(moments)
def test_whatever_the_clock_does_the_time_is_what_was_seen(tmp_path_factory, moments):
    path = tmp_path_factory.mktemp("any") / "history.db"
    desk, seen_s = Desk(path), 0.0
    for what, amount in moments:
        if what == "clock":
            desk.clock_is_set(amount)
        elif what == "gap":
            desk.passes(amount)
        elif what == "zone":
            desk.travels(timezone(timedelta(hours=amount)))
        else:
            desk.sees(what, amount, step_s=9.0)
            seen_s += amount
    desk.leaves()
    found = read(path)
    assert sum(one.lasted_s for one in found.intervals) == pytest.approx(seen_s, abs=1e-3)
    assert all(one.lasted_s >= 0 for one in found.intervals)
    assert sum(sum(d.seconds.values()) for d in found.days()) == pytest.approx(seen_s, abs=1e-3)
    assert desk.told == []


def test_a_clock_that_is_corrected_a_little_is_no_jump(path):
    desk = Desk(path)
    for _ in range(4):
        desk.sees("sitting", 600)
        desk.clock_is_set(JUMP_S / 5)
    desk.leaves()
    assert len(read(path).intervals) == 1


@pytest.mark.parametrize(
    ("set_s", "rows"), [(2, 1), (-4, 1), (4, 1), (7, 2), (-7, 2), (60, 2), (-60, 2)]
)
def test_a_clock_that_is_set_by_more_than_five_seconds_begins_a_new_row(path, set_s, rows):
    desk = Desk(path)
    desk.sees("sitting", 60)
    desk.clock_is_set(set_s)
    desk.sees("sitting", 60)
    desk.leaves()
    assert len(read(path).intervals) == rows
    assert seconds(path) == {"sitting": pytest.approx(120)}


def test_a_disk_that_refuses_is_tried_again_after_ten_seconds_and_not_before(path):
    desk = Desk(path)
    desk.sees("sitting", 15)
    desk.refuses(True)
    desk.sees("hunching", 1)
    desk.refuses(False)
    desk.sees("standing", 8)  # a new posture, which else is written at once
    assert [told.partition(":")[0] for told in desk.told] == ["the history cannot be written"]
    assert "standing" not in seconds(path)
    desk.sees("standing", 2)
    assert desk.told[1:] == ["the history is written again"]
    assert seconds(path) == {"sitting": 15, "hunching": 1, "standing": pytest.approx(10, abs=1)}
    desk.leaves()


def test_what_happens_at_midnight_belongs_to_the_day_that_begins(path):
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    desk = Desk(path, midnight - timedelta(seconds=30))
    desk.sees("sitting", 30)
    desk.is_told("sitting")
    desk.leaves()
    assert past.read(path, friday, friday).alerts == []
    found = past.read(path, saturday, saturday)
    assert (found.intervals, found.alerts) == ([], [Alert("sitting", midnight, 30, 1, "Sit up.")])
    assert [one.lasted_s for one in found.earlier] == [30]
    past.delete(path, saturday, midnight)
    assert read(path).intervals == []  # it ended as the day began
    assert [alert.at for alert in read(path).alerts] == [midnight]
