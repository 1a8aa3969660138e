"""When a baseline no longer fits: a tilted or moved camera differs from a moving person."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge.baseline import AnyGlimpse, Baseline, baseline, glimpse
from posture_cli.core.judge.drift import TILTED_DEG, WORDS, drift
from posture_cli.core.judge.verdict import Reason
from tests.people import (
    HUNCHING,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    before_the_camera,
    measured,
    mirrored,
    someone,
    turned,
    without,
)

PERSON = someone(SITTING)
LEGS = [joint for joint in Joint if joint.label.endswith(("knee", "ankle"))]


def looks(person: Person, number: int = 10) -> list[AnyGlimpse]:
    found = glimpse(measured(person), SIZE)
    assert not isinstance(found, Reason)
    return [found] * number


def own(*people: Person) -> Baseline:
    return baseline([look for person in people for look in looks(person)], "blazepose-full")


def found(own_: Baseline, seen: Iterable[AnyGlimpse]) -> str | None:
    reason = drift(own_, list(seen))
    assert reason is None or reason.code in WORDS
    return reason.code if reason else None


@pytest.mark.parametrize(
    "now",
    [
        PERSON,
        someone(HUNCHING),
        someone(STANDING),
        someone(Pose(trunk_deg=-12, neck_deg=-4, thigh_deg=12, shank_deg=-25)),  # slid down
        someone(SITTING, hip=(300, 450)),
        someone(SITTING, torso_px=180),
        someone(SITTING, width=0.2),
    ],
)
def test_a_person_who_moves_or_sits_elsewhere_has_the_same_baseline(now):
    assert found(own(PERSON), looks(now)) is None


def test_without_a_look_nothing_is_said():
    assert found(own(PERSON), []) is None


@pytest.mark.parametrize("by_deg", [10, -10, 14])
def test_a_tilted_camera_is_told_by_how_much(by_deg):
    reason = drift(own(PERSON), looks(turned(PERSON, by_deg)))
    assert reason == Reason("camera_tilted", pytest.approx(by_deg, abs=0.1), TILTED_DEG, "deg")


def test_a_little_tilt_is_not():
    assert found(own(PERSON), looks(turned(PERSON, 5))) is None


def test_a_look_or_two_are_too_few_for_a_tilt():
    assert found(own(PERSON), looks(turned(PERSON, 14), number=2)) is None


def test_behind_a_desk_a_tilt_could_be_a_lean():
    behind = without(PERSON, *LEGS)
    assert found(own(behind), looks(turned(behind, 14))) is None


def test_the_other_side_is_told():
    assert found(own(PERSON), looks(mirrored(PERSON))) == "other_side"


def test_a_baseline_of_both_sides_fits_either():
    both = own(PERSON, mirrored(PERSON))
    assert [found(both, looks(side)) for side in (PERSON, mirrored(PERSON))] == [None, None]


@pytest.mark.parametrize("torso_px", [80, 240])
def test_nearer_or_farther_is_told(torso_px):
    reason = drift(own(PERSON), looks(someone(SITTING, torso_px=torso_px)))
    assert reason is not None
    assert (reason.code, reason.measured) == ("camera_moved", pytest.approx(torso_px / 150))


def test_another_view_is_told():
    assert found(own(PERSON), looks(someone(SITTING, width=0.4))) == "view_turned"
    assert found(own(someone(SITTING, width=0.4)), looks(PERSON)) == "view_turned"


def test_mirrored_people_drift_alike():
    for facing in ("left", "right"):
        person = someone(SITTING, facing=facing)
        ahead = 1 if facing == "right" else -1
        reason = drift(own(person), looks(turned(person, ahead * 10)))
        assert reason is not None
        assert reason.measured == pytest.approx(10, abs=0.1)


FRONT = before_the_camera(0.6)


def test_a_profile_in_another_view_does_not_fit():
    assert found(own(FRONT), looks(PERSON)) == "other_view"
    assert found(own(PERSON), looks(FRONT)) == "other_view"
    assert found(own(FRONT), [*looks(PERSON, 4), *looks(FRONT, 6)]) is None


@pytest.mark.parametrize(
    "now",
    [
        FRONT,
        before_the_camera(0.45),
        before_the_camera(0.5, width_px=260, face=0.48),
        before_the_camera(0.64),
        before_the_camera(0.55, aside=0.3, turn=0.1),
    ],
)
def test_who_moves_before_the_camera_has_the_same_baseline(now):
    assert found(own(FRONT), looks(now)) is None


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (before_the_camera(0.6, width_px=120), "camera_moved"),
        (before_the_camera(0.6, width_px=320), "camera_moved"),
        (before_the_camera(0.69), "taller"),
        (before_the_camera(0.6, turn=0.3), "view_turned"),
        (before_the_camera(0.6, turn=-0.3), "view_turned"),
    ],
)
def test_a_moved_camera_or_another_person_in_front_is_told(now, code):
    assert found(own(FRONT), looks(now)) == code
