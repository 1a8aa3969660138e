"""The desk clip with BlazePose, also with a person who walks by."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from posture_cli.core.body.scene import Frame
from posture_cli.core.time import alarm, attention, intervals
from posture_cli.core.time.events import Event, PostureInterval
from posture_cli.core.time.steadying import Settings
from posture_cli.estimators import Estimation, Use, load
from tests import desk

TWO_SECONDS = alarm.Settings(hunch_after_s=2.0)


def watched(
    frames: Iterable[Frame], *, video: bool, looks: Settings = attention.DEFAULT
) -> tuple[list[PostureInterval], list[Event]]:
    """Return the intervals, and the other events."""
    estimator = load(Estimation("blazepose"), Use(video=video))
    attending, spans, alarming = attention.State(), intervals.State(), alarm.State()
    seen: list[PostureInterval] = []
    events: list[Event] = []
    for frame in frames:
        assert frame.time_s is not None
        people = estimator.estimate(frame)
        attending, one = attention.step(attending, people, frame.size, frame.time_s, looks)
        spans, ended = intervals.step(spans, one.steady.glance)
        alarming, alerts = alarm.step(alarming, one.steady.glance, TWO_SECONDS)
        seen.extend(ended)
        events.extend(alerts)
    last = attention.finish(attending)
    assert last is not None
    spans, ended = intervals.step(spans, last)
    return [*seen, *ended, *intervals.finish(spans)], events


def check(seen: list[PostureInterval], events: list[Event]) -> None:
    """Check the order of postures, their boundaries, and that one slouch was one event."""
    assert [one.label for one in seen] == ["sitting", "hunching", "sitting", "standing"]
    assert (seen[0].from_s, seen[-1].to_s) == (0.0, desk.LAST_S)
    for one, (begins_s, ends_s) in zip(
        seen[1:], (desk.BENDS, desk.STRAIGHTENS, desk.RISES), strict=True
    ):
        assert begins_s - 0.5 <= one.from_s <= ends_s + 0.5
    assert [event.event for event in events] == ["alert", "recovered"]


@pytest.mark.parametrize("video", [True, False])
def test_the_postures_come_in_order_and_in_time(video):
    check(*watched(desk.frames(), video=video))


@pytest.mark.parametrize("video", [True, False])
@pytest.mark.parametrize(
    "walker",
    [
        desk.Walker("standing_05", begins_s=5.0),
        desk.Walker("standing_04", begins_s=5.5, rightwards=False),
        desk.Walker("standing_02", begins_s=0.5),
        desk.Walker("standing_05", begins_s=13.6, rightwards=False),
    ],
    ids=lambda walker: f"{walker.sample}-{walker.begins_s}",
)
def test_a_person_who_walks_by_changes_nothing(walker, video):
    check(*watched(map(walker.before, desk.frames()), video=video))
