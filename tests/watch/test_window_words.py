"""What the window says: state, time, next break, a calm alert, and why it is dark."""

from __future__ import annotations

from datetime import datetime

import pytest

from posture_cli.core.judge.labels import AWAY, POSTURES
from posture_cli.core.time.events import Glance
from posture_cli.terminal import ShownAlert, State, Status
from posture_cli.watch.window_words import ALERT_S, Words
from tests import people
from tests.terminal import statuses

AT = datetime(2026, 11, 27, 12, 4)
ALERT = ShownAlert("12:04", "You have been hunching for 2 minutes.")


def status(label: str | None = "hunching", time_s: float = 100.0, **more: object) -> Status:
    glance = Glance(time_s, label, "sitting", 0.9)
    usual = {"state": "watching", "held_s": 4.0, "next_break_s": 2640.0, "at": AT}
    return Status("camera:0", glance=glance, **{**usual, **more})


def test_it_says_posture_time_and_next_break() -> None:
    words = Words().of(status())
    assert (words.now, words.later) == ("hunching for 4 s", "break due in 44 min")
    assert words.colour == POSTURES["hunching"].dark
    assert (words.alert, words.dark) == ("", "")
    assert Words().of(status(next_break_s=None)).later == ""
    assert Words().of(status(next_break_s=-0.4)).later == "break due now"
    assert Words().of(status(None, state="away")).later == ""
    overdue = status(next_break_s=-60.0, silence="no alert for another 4 min")
    assert Words().of(overdue).later == "break overdue by 1 min; no alert for another 4 min"


def test_what_helps_to_be_seen_is_said_beside_the_next_break() -> None:
    reading = statuses.seen(people.before_the_camera(legs=True))
    words = Words().of(status("unknown", reading=reading))
    assert words.advice == "Put the camera at your side, within about 20°."
    assert words.later == "break due in 44 min"
    assert Words().of(status()).advice == ""


def test_nobody_and_unknown_have_their_colours() -> None:
    away = Words().of(status(None, state="away"))
    assert (away.now, away.colour) == ("nobody there for 4 s", POSTURES[AWAY].dark)
    assert Words().of(status("unknown")).colour == POSTURES["unknown"].dark


@pytest.mark.parametrize(
    ("state", "note", "now"),
    [
        ("snoozed", "until 12:14", "hunching for 4 s, snoozed until 12:14"),
        ("calibrating", "sit up straight", "calibrating sit up straight"),
        ("starting", "", "starting"),
    ],
)
def test_it_says_what_else_the_watch_does(state: State, note: str, now: str) -> None:
    assert Words().of(status(state=state, note=note)).now == now


@pytest.mark.parametrize(
    ("state", "note", "dark", "hint"),
    [
        ("paused", "", "paused, the camera is off", "press p to go on"),
        ("paused", "until 14:32", "paused until 14:32, the camera is off", "press p to go on"),
        (
            "call",
            "",
            "paused: a call is on, the camera is off",
            "it goes on when the call is over",
        ),
        (
            "locked",
            "",
            "the screen is locked, the camera is off",
            "it goes on when the screen is unlocked",
        ),
        (
            "wanted",
            "",
            "another program wants the camera",
            "it goes on when it has been free for a while",
        ),
        ("lost", "camera 0 is gone", "no picture since 12:04", "camera 0 is gone"),
    ],
)
def test_it_is_dark_without_a_picture_of_now(state: State, note: str, dark: str, hint: str) -> None:
    words = Words().of(status(state=state, note=note, alerts=(ALERT,)))
    assert (words.dark, words.hint, words.now) == (dark, hint, "")
    assert (words.later, words.alert) == ("", "")


def test_a_recorded_source_has_no_camera_and_no_time_of_day() -> None:
    assert Words().of(status(state="paused", at=None)).dark == "paused"
    assert Words().of(status(state="lost", at=None)).dark == "no picture"


def test_an_alert_stays_for_a_while_and_an_earlier_one_is_not_shown() -> None:
    words = Words()
    assert words.of(status(alerts=(ALERT,))).alert == ""  # of the watch before
    new = ALERT._replace(message="Stand up.")
    assert words.of(status(time_s=200.0, alerts=(ALERT, new))).alert == "Stand up."
    assert words.of(status(time_s=199.0 + ALERT_S, alerts=(ALERT, new))).alert == "Stand up."
    assert words.of(status(time_s=200.0 + ALERT_S, alerts=(ALERT, new))).alert == ""
    assert words.of(status(time_s=300.0)).alert == ""  # a new day


def test_an_alert_goes_when_its_reason_does() -> None:
    words = Words()
    words.of(status())
    assert words.of(status(alerts=(ALERT,))).alert == ALERT.message
    assert words.of(status("sitting", time_s=101.0, alerts=(ALERT,))).alert == ""
