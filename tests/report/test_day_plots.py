"""A day as lanes, and a week as a map of its hours: values, and as pages draw them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from pytest import approx

from posture_cli.history.dates import ISO, Dates
from posture_cli.history.highlights import by_hour
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval
from posture_cli.report.day_plots import MOST_HOURS, hour_map, timeline
from posture_cli.report.pages import environment
from tests.history.test_past import NINE, one_after_another


def a_day(*held, alerts=(), start=NINE):
    past = Past(start.date(), start.date(), one_after_another(*held, start=start), alerts)
    return past, past.days()[0]


def lanes_of(*arguments, dates=ISO, **more):
    plot = timeline("a day", *a_day(*arguments, **more), dates)
    return plot, {lane.name: lane for lane in plot.lanes}


def test_a_lane_has_each_time_at_its_hour():
    alerts = [Alert("hunching", NINE + timedelta(minutes=90), 30.0, 1, "Sit up.")]
    plot, lanes = lanes_of(
        ("sitting", 60),
        ("standing", 15),
        ("hunching", 45),
        ("away", 30),
        ("sitting", 30),
        alerts=alerts,
    )
    assert list(lanes) == ["alerts", "standing", "sitting", "hunching", "breaks"]
    places = {name: [part[:2] for part in lane.parts] for name, lane in lanes.items()}
    third = 100 / 3
    assert places["sitting"] == [(0, approx(third)), (approx(250 / 3), approx(third / 2))]
    assert places["standing"] == [(approx(third), approx(25 / 3))]
    assert places["hunching"] == [(approx(125 / 3), approx(25))]
    assert places["breaks"] == [(approx(third), approx(50))]
    assert lanes["alerts"].dots == [(50.0, "hunching", "hunching alert at 10:30")]
    assert [lane.total for lane in lanes.values()] == ["1", "15 min", "1 h 30 min", "45 min", "1"]
    assert [words for _, words in plot.hours] == ["09", "10", "11", "12"]
    assert lanes["standing"].parts[0][2] == "standing from 10:00, 15 min"


def test_a_night_of_being_away_makes_no_day_longer():
    plot, _ = lanes_of(("away", 300), ("sitting", 60), ("away", 200))
    assert [words for _, words in plot.hours] == ["14", "15"]


@pytest.mark.parametrize("dates", [ISO, Dates("mdy", twelve=True)])
def test_a_long_day_names_as_many_hours_as_a_phone_has_room_for(dates):
    plot, lanes = lanes_of(("sitting", 24 * 60), start=NINE.replace(hour=0), dates=dates)
    named = [words for _, words in plot.hours if words]
    assert 2 < len(named) <= MOST_HOURS[dates.twelve] + 1
    assert lanes["sitting"].parts[0][:2] == (0.0, 100.0)


def test_lanes_are_drawn_within_their_place():
    alerts = [Alert("sitting", NINE, 30.0, 1, "Up.")]
    plot, _ = lanes_of(("sitting", 60), ("away", 5), ("hunching", 600), alerts=alerts)
    text = str(environment().get_template("timeline.svg").module.lanes(plot))
    root = ET.fromstring(text)
    rects = list(root.iter("rect"))
    assert [rect.get("class") for rect in rects] == ["sitting", "hunching", "break"]
    height = float(root.find("svg").get("height"))
    for rect in rects:
        assert float(rect.get("x")[:-1]) + float(rect.get("width")[:-1]) <= 100.001
        assert float(rect.get("y")) + float(rect.get("height")) < height
    assert [circle.get("cx") for circle in root.iter("circle")] == ["0.0%"]


def test_a_map_has_seven_days_and_the_hours_that_were_seen():
    intervals = one_after_another(("sitting", 45), ("hunching", 15), ("away", 60), ("standing", 30))
    later = [Interval("hunching", NINE.replace(hour=14), 30.0, 0.9)]
    found = hour_map("map", by_hour([*intervals, *later]), ISO)
    assert found.hours == ["09", "10", "11"]
    assert [name for name, _ in found.rows] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    cells = {name: cells for name, cells in found.rows if any(cells)}
    assert list(cells) == ["Fri"]
    nine, ten, eleven = cells["Fri"]
    assert nine[0] == "25"
    assert nine[1] == approx(0.25 / 0.3)
    assert nine[2] == "Fri 09: 25 % hunched of 1 h 00 min"
    assert (ten, eleven[:2]) == (None, ("0", 0.0))


def test_there_is_no_map_without_a_known_posture():
    assert hour_map("map", by_hour(one_after_another(("away", 60))), ISO) is None
