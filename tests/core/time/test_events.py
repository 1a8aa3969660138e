import json
from math import inf, nan

import pytest

from posture_cli.core.time.events import (
    Alert,
    Away,
    Back,
    Glance,
    Paused,
    PostureInterval,
    Recovered,
    Resumed,
    SourceBack,
    SourceLost,
    apart_s,
    unseen_from_json,
)
from tests.days import look

SAID = "You have been hunching for 2 seconds."


@pytest.mark.parametrize(
    ("event", "form"),
    [
        (
            PostureInterval("sitting", 0.0, 3.5, 0.94),
            {
                "event": "posture",
                "label": "sitting",
                "from_s": 0.0,
                "to_s": 3.5,
                "confidence": 0.94,
            },
        ),
        (
            Alert("hunching", 7.5, 5.5, SAID),
            {
                "event": "alert",
                "kind": "hunching",
                "time_s": 7.5,
                "since_s": 5.5,
                "message": SAID,
                "level": 1,
            },
        ),
        (Recovered("sitting", 9.5), {"event": "recovered", "kind": "sitting", "time_s": 9.5}),
        (Away(1.0), {"event": "away", "time_s": 1.0}),
        (Back(2.0), {"event": "back", "time_s": 2.0}),
        (
            SourceLost(3.0, "camera 0 is gone"),
            {"event": "source_lost", "time_s": 3.0, "message": "camera 0 is gone"},
        ),
        (SourceBack(4.0), {"event": "source_back", "time_s": 4.0}),
        (Paused(5.0), {"event": "paused", "time_s": 5.0}),
        (Resumed(6.0), {"event": "resumed", "time_s": 6.0}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_event_has_its_json_form_in_the_order_of_the_schema(event, form):
    expected = {"schema": "posture/1", **form}
    assert list(event.to_json().items()) == list(expected.items())
    assert json.loads(json.dumps(event.to_json(), allow_nan=False)) == expected


def test_a_live_event_says_when_by_the_clock():
    at = "2026-10-25T02:30:00+01:00"
    expected = {"schema": "posture/1", "event": "away", "time_s": 1.0, "at": at}
    assert Away(1.0).to_json(at) == expected


@pytest.mark.parametrize(
    "event", [SourceLost(3.0, "gone"), SourceLost(3.0, "still", "frozen"), Paused(5.0)]
)
def test_after_what_nothing_was_seen_can_be_read_again(event):
    assert unseen_from_json(event.to_json("2026-10-25T02:30:00+01:00")) == event


@pytest.mark.parametrize("event", [Resumed(3.0), SourceBack(5.0), Away(1.0)])
def test_all_other_events_follow_from_what_is_seen(event):
    assert unseen_from_json(event.to_json()) is None


@pytest.mark.parametrize("time_s", ["5", None, [1]])
def test_an_event_without_a_time_is_refused(time_s):
    with pytest.raises(ValueError, match="`time_s` of an event cannot be"):
        unseen_from_json({"event": "paused", "time_s": time_s})


def test_times_are_written_to_the_millisecond():
    assert PostureInterval("away", 1 / 3, 2 / 3, 0.9876).to_json() == {
        "schema": "posture/1",
        "event": "posture",
        "label": "away",
        "from_s": 0.333,
        "to_s": 0.667,
        "confidence": 0.988,
    }


@pytest.mark.parametrize("time_s", [nan, inf, -inf])
def test_a_glance_at_no_moment_is_refused(time_s):
    with pytest.raises(ValueError, match="a glance cannot be at"):
        Glance(time_s, "sitting", "sitting", 0.9)


@pytest.mark.parametrize("confidence", [nan, -0.1, 1.1])
def test_a_glance_with_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="the confidence of a glance cannot be"):
        Glance(0.0, "sitting", "sitting", confidence)


@pytest.mark.parametrize(
    ("later_s", "apart"), [(0.0, 0.0), (0.5, 0.5), (10.0, 10.0), (10.5, None), (-0.5, None)]
)
def test_nobody_looked_between_glances_that_are_far_apart_or_in_the_wrong_order(later_s, apart):
    assert apart_s(look("sitting", 5.0), look("gone", 5.0 + later_s), gap_s=10.0) == apart
