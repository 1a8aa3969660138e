"""Events in words for people."""

from __future__ import annotations

import pytest

from posture_cli.notify.message import Message, message
from tests.notify.events import ALERT, BACK, LOST, RECOVERED, SECOND


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            ALERT,
            Message(
                "Posture: hunching",
                "You have been hunching for 30 seconds.\nAt 14:05.",
                "warning",
                urgent=False,
            ),
        ),
        (
            SECOND,
            Message(
                "Posture: hunching", "You are still hunching.\nAt 14:05.", "warning", urgent=True
            ),
        ),
        (
            RECOVERED,
            Message("Posture: upright again", "Well done.\nAt 14:05.", "success", urgent=False),
        ),
        (
            LOST,
            Message(
                "Posture: no picture",
                "camera 0 gives no pictures any more\nAt 14:05.",
                "failure",
                urgent=False,
            ),
        ),
        (
            BACK,
            Message(
                "Posture: the picture is back",
                "posture watches again.\nAt 14:05.",
                "success",
                urgent=False,
            ),
        ),
    ],
    ids=lambda value: value["event"] if isinstance(value, dict) else "",
)
def test_an_event_has_a_title_a_sentence_and_the_time_of_day(event, expected):
    assert message(event) == expected


def test_without_a_clock_there_is_no_time_of_day():
    replayed = {key: value for key, value in ALERT.items() if key != "at"}
    assert message(replayed).body == "You have been hunching for 30 seconds."


def test_an_unknown_event_has_its_name_as_the_title():
    assert message({"event": "nap"}) == Message("Posture: nap", "", "warning", urgent=False)
