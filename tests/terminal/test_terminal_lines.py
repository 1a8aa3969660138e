from __future__ import annotations

import io
from dataclasses import replace

import pytest

from posture_cli.terminal import ShownAlert
from posture_cli.terminal.lines import Lines, summary
from posture_cli.terminal.lines import changes as changes_by
from tests import people
from tests.terminal.statuses import CLIP, DAY, NOON, RULES, status

SITTING = status(people.SITTING, today={"sitting": 90.0})


def changes(before, now):
    return changes_by(before, now, RULES)


def test_the_first_status_says_what_is_watched_and_seen():
    assert list(changes(None, SITTING)) == [
        "12:00:05  watching camera:0",
        "12:00:05  sitting   98%",
    ]


def test_new_numbers_alone_give_no_line():
    later = replace(SITTING, fps=3.0, cpu=0.2, at=NOON.replace(hour=13), today={"sitting": 99.0})
    assert list(changes(SITTING, later)) == []


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        (SITTING, status(people.HUNCHING), "hunching  98%"),
        (SITTING, status(None), "nobody there"),
        (status(None), SITTING, "sitting   98%"),
        (
            SITTING,
            status(people.LYING),
            "unknown   lying: trunk and legs are level (80° > 60°)",
        ),
        (
            SITTING,
            status(people.before_the_camera()),
            "unknown   shoulder or hip is not clearly visible. "
            "Get more light, and nothing in front of shoulder and hip.",
        ),
        (SITTING, replace(SITTING, state="paused"), "paused"),
        (SITTING, replace(SITTING, state="locked"), "screen is locked, not looking"),
        (replace(SITTING, state="paused"), SITTING, "watching camera:0"),
        (SITTING, replace(SITTING, state="snoozed", note="until 12:10"), "snoozed until 12:10"),
        (SITTING, replace(SITTING, state="lost", note="it broke off"), "source lost: it broke off"),
        (SITTING, replace(SITTING, alerts=(ShownAlert("12:00", "sit up"),)), "alert: sit up"),
    ],
)
def test_a_change_is_a_line(before, now, line):
    assert next(changes(before, now)) == f"12:00:05  {line}"


def test_every_new_alert_is_told_once_and_on_a_new_day_too():
    two, three = DAY, replace(DAY, alerts=(*DAY.alerts, ShownAlert("12:00", "third")))
    tomorrow = replace(DAY, alerts=(ShownAlert("00:10", "first of the day"),))
    assert list(changes(two, three)) == ["12:00:05  alert: third"]
    assert list(changes(three, tomorrow)) == ["12:00:05  alert: first of the day"]
    assert list(changes(three, replace(DAY, alerts=()))) == []


def test_alerts_from_before_the_start_are_not_shown():
    assert list(changes(None, DAY)) == ["12:00:05  watching camera:0", "12:00:05  hunching  98%"]


def test_the_summary_of_a_recorded_source_is_not_of_today():
    assert (summary(CLIP) or "").startswith("sitting 2 h 14 min")


def test_a_recorded_source_has_its_own_time():
    clip = replace(status(people.SITTING, time_s=187.52), source="clip.mp4", at=None)
    assert list(changes(CLIP, clip))[-1] == " 3:07.5  sitting   98%"


def test_lines_are_written_as_they_come_and_a_summary_at_the_end():
    stream = io.StringIO()
    with Lines(stream, RULES) as view:
        view.show(SITTING)
        view.show(SITTING)
        assert stream.getvalue().count("\n") == 2
        assert view.keys() == ()
        view.show(DAY)
    assert stream.getvalue().splitlines()[-1] == (
        "today: sitting 2 h 14 min, standing 31 min, hunching 12 min, away 59 s; alerts: 2"
    )


def test_a_pipe_that_broke_is_not_written_to_again():
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError), Lines(Broken(), RULES) as view:
        view.show(SITTING)


def test_there_is_no_summary_without_a_look():
    assert summary(status(None)) is None
