"""Arcs are where the angles are, as large as they are, and their limits are in the right place."""

from __future__ import annotations

import pytest
from hypothesis import given

from posture_cli.core.arcs import Arc, arcs, spine
from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.deciding import QUANTITIES, decided
from posture_cli.core.judge import rules
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.together import NO_POSTURE
from tests.people import (
    HUNCHING,
    LYING,
    RECLINED,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    facings,
    mirrored,
    poses,
    read,
    someone,
    turned,
    without,
)


def drawn(pose: Pose, **how: object) -> dict[str, Arc]:
    return {arc.name: arc for arc in arcs(read(someone(pose, **how), SIZE, rules.judge))}


def sweep(arc: Arc) -> float:
    return abs(arc.end_deg - arc.start_deg)


def test_hunching_is_the_trunk_and_the_face_and_nothing_else() -> None:
    reading = read(someone(HUNCHING, width=0), SIZE, rules.judge)
    found = {arc.name: arc for arc in arcs(reading)}
    assert list(found) == ["trunk", "face"]
    trunk, face = found.values()
    assert sweep(trunk) + sweep(face) == pytest.approx(reading.measurement.angles.slump_deg)
    assert trunk.limit_deg is None
    assert face.limit_deg == pytest.approx(SLUMPED.limit - sweep(trunk))  # together: the limit
    assert trunk.centre == pytest.approx(reading.person.keypoints.xy[Joint.RIGHT_HIP])
    assert face.centre == pytest.approx(reading.person.keypoints.xy[Joint.RIGHT_SHOULDER])


def test_sitting_is_the_thigh_the_hip_and_an_upright_trunk() -> None:
    found = drawn(SITTING, width=0)
    assert list(found) == ["thigh", "hip", "trunk", "face"]
    assert found["thigh"].start_deg == 90  # straight ahead, to the right
    assert found["thigh"].end_deg == pytest.approx(95)
    assert found["thigh"].limit_deg == pytest.approx(135)  # 45 degrees further down
    assert found["hip"].from_limb
    assert sweep(found["hip"]) == pytest.approx(93)
    assert abs(found["hip"].limit_deg - found["hip"].start_deg) == pytest.approx(135)


def test_standing_is_the_thigh_and_the_knee() -> None:
    assert list(drawn(STANDING)) == ["thigh", "knee", "trunk", "face"]


def test_a_limit_is_on_the_side_to_which_the_trunk_leans() -> None:
    lying, reclined = drawn(LYING, width=0)["trunk"], drawn(RECLINED, width=0)["trunk"]
    assert (lying.end_deg, lying.limit_deg) == pytest.approx((-80, -60))
    assert (reclined.end_deg, reclined.limit_deg) == pytest.approx((-40, -25))


def test_what_is_not_an_angle_has_no_arc() -> None:
    nobody_tells = read(without(someone(SITTING), Joint.RIGHT_HIP), SIZE, rules.judge)
    assert nobody_tells.verdict.reasons[0].code == "low_score"
    assert arcs(nobody_tells) == []


@given(poses, facings)
def test_the_arc_of_an_angle_is_as_large_as_what_was_measured(pose: Pose, facing: str) -> None:
    reading = read(someone(pose, facing=facing, width=0), SIZE, rules.judge)
    found = {arc.name: arc for arc in arcs(reading)}
    for reason in decided(reading.verdict):
        name = QUANTITIES.get(reason.code, "").removesuffix("_deg")
        if name in ("thigh", "hip", "knee") and reason.measured is not None:
            off = sweep(found[name]) - abs(reason.measured)
            assert abs(wrap_deg(off)) < 0.1, reason


@given(poses)
def test_a_mirrored_person_has_mirrored_arcs(pose: Pose) -> None:
    one = read(someone(pose, width=0), SIZE, rules.judge)
    other = read(mirrored(someone(pose, width=0)), SIZE, rules.judge)
    for arc, image in zip(arcs(one), arcs(other), strict=True):
        assert (image.name, image.radius) == (arc.name, pytest.approx(arc.radius, abs=0.01))
        assert abs(wrap_deg(image.end_deg + arc.end_deg)) < 0.1
        if arc.limit_deg is not None:
            assert abs(wrap_deg(image.limit_deg + arc.limit_deg)) < 0.1


def test_with_a_camera_that_leans_the_start_leans_too() -> None:
    person = turned(someone(HUNCHING, width=0), 10)
    trunk, face = arcs(read(person, SIZE, rules.judge, roll_deg=10))
    assert trunk.start_deg == face.start_deg == 10
    assert sweep(trunk) == pytest.approx(HUNCHING.trunk_deg, abs=0.01)


def test_every_posture_without_a_label_that_is_an_angle_is_drawn() -> None:
    assert set(QUANTITIES) >= NO_POSTURE


def test_the_spine_goes_from_hip_to_head_as_far_as_it_is_seen() -> None:
    person = someone(SITTING)
    points = person.keypoints.xy
    hip, shoulder, ear = spine(person.keypoints)
    assert hip == pytest.approx((points[Joint.LEFT_HIP] + points[Joint.RIGHT_HIP]) / 2)
    assert shoulder[1] < hip[1] and ear[1] < shoulder[1]
    hidden = without(person, Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.LEFT_EAR, Joint.RIGHT_EAR)
    assert spine(hidden.keypoints)[-1] == pytest.approx(points[Joint.NOSE])
    assert len(spine(hidden.keypoints)) == 2
    assert spine(without(person, *Joint).keypoints) == []
