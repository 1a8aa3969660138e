"""Days, weeks and sittings of hand-made intervals, and their forms for programs."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone

import pytest

from posture_cli.history import forms, words
from posture_cli.history.days import BREAK_S, by_day, by_week, split, together, without_break
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval

ZONE = timezone(timedelta(hours=1))
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
MINUTE = 60.0


def one_after_another(*held, start=NINE):
    """Return intervals without a gap: (label, minutes); a label None is a gap."""
    found, at = [], start
    for label, minutes in held:
        if label:
            found.append(Interval(label, at, minutes * MINUTE, 0.9))
        at += timedelta(minutes=minutes)
    return found


def minutes_of_sittings(*held):
    return [sitting.lasted_s / MINUTE for sitting in without_break(one_after_another(*held))]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], []),
        ([("standing", 60), ("away", 5)], []),
        ([("sitting", 20), ("hunching", 10), ("sitting", 5)], [35]),
        ([("hunching", 10), ("sitting", 5)], [15]),
        ([("sitting", 20), ("standing", 1), ("sitting", 20)], [40]),
        ([("sitting", 20), ("standing", 2), ("sitting", 20)], [20, 20]),
        ([("sitting", 20), ("away", 2), ("sitting", 20)], [20, 20]),
        ([("sitting", 20), (None, 2), ("sitting", 20)], [20, 20]),
        ([("sitting", 20), ("away", 1), (None, 0.5), ("standing", 0.5), ("sitting", 1)], [20, 1]),
        ([("sitting", 20), ("unknown", 9), ("sitting", 20)], [40]),
        ([("sitting", 20), ("standing", 1), ("unknown", 9), ("sitting", 20)], [40]),
        ([("standing", 20), ("hunching", 30), ("sitting", 5)], [5]),
        ([("standing", 1), ("unknown", 1), ("hunching", 30)], []),
        ([("standing", 1), ("away", 1), ("hunching", 30)], [30]),
    ],
)
def test_a_sitting_lasts_until_a_break(held, expected):
    assert BREAK_S == 120
    assert minutes_of_sittings(*held) == expected


def test_a_clock_that_was_set_back_doubles_nothing():
    before = one_after_another(("sitting", 60))
    after = one_after_another(("sitting", 60), start=NINE + timedelta(minutes=1))
    (sitting,) = without_break([*before, *after])
    assert sitting.lasted_s == 120 * MINUTE
    (day,) = by_day([*before, *after], [])
    assert day.seconds["sitting"] == 120 * MINUTE


def test_an_interval_is_cut_at_each_midnight():
    long = Interval("sitting", NINE, 48 * 3600.0, 0.5)
    parts = list(split([long]))
    assert [part.started.isoformat() for part in parts] == [
        "2026-11-20T09:00:00+01:00",
        "2026-11-21T00:00:00+01:00",
        "2026-11-22T00:00:00+01:00",
    ]
    assert [part.lasted_s / 3600 for part in parts] == [15, 24, 9]
    midnight = Interval("sitting", NINE, 15 * 3600.0, 0.5)
    assert list(split([midnight])) == [midnight]


def a_week():
    friday = one_after_another(
        ("sitting", 50), ("standing", 10), ("hunching", 30), ("unknown", 6), ("away", 3)
    )
    sunday = one_after_another(("hunching", 10), start=NINE + timedelta(days=2))
    monday = one_after_another(("standing", 30), start=NINE + timedelta(days=3))
    alerts = [
        Alert("hunching", NINE + timedelta(minutes=70), 30.0, 1, "Sit up."),
        Alert("sitting", NINE + timedelta(days=3), 2700.0, 2, "Stand up."),
    ]
    return Past(date(2026, 11, 20), date(2026, 11, 23), [*friday, *sunday, *monday], alerts)


def test_a_day_has_its_times_sittings_breaks_and_alerts():
    friday, sunday, monday = a_week().days()
    assert friday.first == date(2026, 11, 20)
    minutes = {label: seconds / MINUTE for label, seconds in friday.seconds.items()}
    assert minutes == {"sitting": 50, "standing": 10, "hunching": 30, "unknown": 6, "away": 3}
    assert friday.hunched == pytest.approx(1 / 3)
    assert friday.longest_s == 50 * MINUTE
    assert (friday.breaks, friday.alerts) == (0, {"hunching": 1})
    assert (sunday.longest_s, sunday.hunched) == (10 * MINUTE, 1)
    assert (monday.longest_s, monday.hunched, monday.alerts) == (0, 0, {"sitting": 1})


def test_a_week_begins_on_monday_and_has_its_days():
    days = a_week().days()
    first, second = by_week(days)
    assert (first.first, first.days, second.first, second.days) == (
        date(2026, 11, 16),
        2,
        date(2026, 11, 23),
        1,
    )
    assert first.seconds["hunching"] == 40 * MINUTE
    assert together(days).alerts == {"hunching": 1, "sitting": 1}


def test_a_day_of_alerts_only_is_a_day():
    (day,) = by_day([], a_week().alerts[:1])
    assert (day.known_s, day.hunched, day.longest_s) == (0, None, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "-"),
        (0.4, "-"),
        (29.6, "30 s"),
        (59.6, "1 min"),
        (3570, "1 h 00 min"),
        (45296, "12 h 35 min"),
    ],
)
def test_durations_are_said_in_two_numbers_at_most(seconds, said):
    assert words.duration(seconds) == said


def test_the_table_has_a_row_a_day_and_one_for_all():
    table = words.days_table(a_week().days())
    assert table.head[:5] == ("day", "sitting", "standing", "hunching", "unknown")
    assert table.rows == (
        ("Fri 2026-11-20", "50 min", "10 min", "30 min", "6 min", "33 %", "50 min", "0", "1"),
        ("Sun 2026-11-22", "-", "-", "10 min", "-", "100 %", "10 min", "0", "0"),
        ("Mon 2026-11-23", "-", "30 min", "-", "-", "0 %", "-", "0", "1"),
        ("3 days", "50 min", "40 min", "40 min", "6 min", "31 %", "50 min", "0", "2"),
    )


def test_the_longest_sittings_come_first_and_five_are_shown():
    held = [
        part for minutes in (10, 70, 30, 50, 20, 40) for part in (("sitting", minutes), (None, 5))
    ]
    table = words.sittings_table(by_day(one_after_another(*held), []))
    assert table.rows[0] == ("Fri 2026-11-20", "1 h 10 min", "09:15", "10:25")
    assert [row[1] for row in table.rows] == ["1 h 10 min", "50 min", "40 min", "30 min", "20 min"]


def test_the_latest_alerts_come_first_and_the_others_are_counted():
    alerts = [
        Alert("hunching", NINE + timedelta(minutes=minutes), 30.0, 1, "Sit up.")
        for minutes in range(14)
    ]
    table = words.alerts_table(alerts)
    assert table.rows[0] == ("Fri 2026-11-20 09:13", "hunching", "30 s", "1")
    assert (len(table.rows), table.note) == (12, "2 earlier alerts left out")
    assert words.alerts_table(alerts[:12]).note == ""


def test_the_json_form_is_whole():
    form = forms.to_json(a_week())
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    assert (form["schema"], form["from"], form["to"]) == (
        "posture-history/1",
        "2026-11-20",
        "2026-11-23",
    )
    assert form["days"][0] == {
        "day": "2026-11-20",
        "seconds": {
            "sitting": 3000.0,
            "standing": 600.0,
            "hunching": 1800.0,
            "unknown": 360.0,
            "away": 180.0,
        },
        "hunched": 0.3333,
        "sittings": [
            {
                "from": "2026-11-20T09:00:00+01:00",
                "to": "2026-11-20T09:50:00+01:00",
                "seconds": 3000.0,
            }
        ],
        "breaks": 0,
        "alerts": {"hunching": 1},
    }
    assert form["intervals"][0] == {
        "label": "sitting",
        "from": "2026-11-20T09:00:00.000+01:00",
        "to": "2026-11-20T09:50:00.000+01:00",
        "seconds": 3000.0,
        "confidence": 0.9,
    }
    assert form["alerts"][1] == {
        "kind": "sitting",
        "at": "2026-11-23T09:00:00+01:00",
        "after_s": 2700.0,
        "level": 2,
        "message": "Stand up.",
    }


def test_the_csv_has_a_row_an_interval():
    text = io.StringIO()
    csv.writer(text).writerows(forms.table(a_week().intervals))
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert len(rows) == 7
    assert rows[1] == {
        "from": "2026-11-20T09:50:00.000+01:00",
        "to": "2026-11-20T10:00:00.000+01:00",
        "seconds": "600.0",
        "posture": "standing",
        "confidence": "0.9",
    }


def test_activitywatch_gets_two_buckets_in_utc():
    buckets = forms.activitywatch(a_week(), "desk")["buckets"]
    assert list(buckets) == ["posture-watcher_desk", "posture-watcher-alerts_desk"]
    bucket = buckets["posture-watcher_desk"]
    about = {name: value for name, value in bucket.items() if name != "events"}
    assert about == {
        "id": "posture-watcher_desk",
        "type": "posture",
        "client": "posture-watcher",
        "hostname": "desk",
        "created": "2026-11-20T08:00:00+00:00",
    }
    assert bucket["events"][0] == {
        "timestamp": "2026-11-20T08:00:00+00:00",
        "duration": 3000.0,
        "data": {"label": "sitting", "title": "sitting", "confidence": 0.9},
    }
    assert forms.activitywatch(Past(date.min, date.max), "desk") == {"buckets": {}}
