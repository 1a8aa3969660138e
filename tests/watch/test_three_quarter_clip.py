"""The clip of a desk that hides the legs, seen in three-quarter view, with BlazePose."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.time.steadying import Settings
from posture_cli.judging import Judging, load_judging
from tests import desk
from tests.people import SAMPLES
from tests.watch.test_desk_clip import watched

CLIP = SAMPLES / "desk_three_quarter.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


def seconds(label: str) -> float:
    """Return how long a posture lasts in truth, without the transitions."""
    phases = [one for one in TRUTH["phases"] if one["label"] == label]
    return sum(one["last"] - one["first"] + 1 for one in phases) / TRUTH["fps"]


@pytest.mark.parametrize("video", [True, False])
def test_sitting_counts_while_the_legs_are_under_the_desk(video):
    looks = Settings(load_judging(Judging()).over_time())
    seen, events = watched(desk.frames(CLIP), video=video, looks=looks)
    assert [one.label for one in seen] == ["sitting", "hunching", "sitting", "standing"]
    sat_s = sum(one.to_s - one.from_s for one in seen if one.label == "sitting")
    assert sat_s == pytest.approx(seconds("sitting"), rel=0.05)
    assert [event.event for event in events] == ["alert", "recovered"]
