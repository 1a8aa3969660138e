from importlib import resources

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge.any_view import OUTPUTS
from posture_cli.judging import any_view, rulesets
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    SITTING,
    SQUATTING,
    STANDING,
    judged,
    someone,
    without,
)

MOST_BYTES = 200_000


def test_the_file_is_small():
    path = resources.files("posture_cli.judging").joinpath(any_view.FILE)
    assert len(path.read_bytes()) < MOST_BYTES


def test_the_network_is_read_once():
    assert any_view.load() is any_view.load()


@pytest.mark.parametrize(
    ("pose", "most"),
    [
        (SITTING, "sitting"),
        (STANDING, "standing"),
        (HUNCHING, "hunching_seated"),
        (HUNCHING_UPRIGHT, "hunching_standing"),
        (SQUATTING, "other"),
    ],
)
@pytest.mark.parametrize("width", [0.1, 0.4])
def test_hand_made_people_get_their_posture(pose, most, width):
    odds = any_view.load().odds(someone(pose, width=width).keypoints)
    assert OUTPUTS[int(np.argmax(odds))] == most


@pytest.mark.parametrize("pose", [SITTING, STANDING, HUNCHING])
def test_strict_rules_say_nothing_of_legs_that_are_not_visible(pose):
    legs = (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
    strict, person = rulesets.load("strict").judge, someone(pose)
    assert judged(person, strict) == judged(person, rulesets.load("rules").judge)
    hidden = judged(without(person, *legs), strict)
    assert (hidden.label, hidden.reasons[0].code) == ("unknown", "legs_not_visible")
