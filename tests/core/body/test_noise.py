import numpy as np
import pytest
from hypothesis import given, settings

from posture_cli.core.body.angles import measure
from posture_cli.core.body.geometry import points_of
from posture_cli.core.body.keypoints import MIRRORED, Joint, mirror
from posture_cli.core.body.noise import COPIES, SPREAD, copies, strictness
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.sight import look
from tests.people import (
    SITTING,
    SIZE,
    facings,
    measured,
    poses,
    scaled,
    shifted,
    someone,
    with_score,
)


def noisy(person, size=SIZE):
    sight = look(person.keypoints, size)
    return copies(person.keypoints, sight, measured(person, size).torso_px)


def spread(person, joint: Joint) -> float:
    """How far a joint of the copies is off along one axis, pixels."""
    off = noisy(person)[joint]
    return float(off.real.std() + off.imag.std()) / 2


def test_the_first_copy_is_the_person():
    person = someone(SITTING)
    assert noisy(person).shape == (17, 1 + COPIES)
    assert np.array_equal(noisy(person)[:, 0], points_of(person.keypoints.xy))


def test_the_copies_are_the_same_every_time_and_balanced():
    person = someone(SITTING)
    assert np.array_equal(noisy(person), noisy(person))
    assert noisy(person).mean(axis=1) == pytest.approx(noisy(person)[:, 0], abs=1e-6)
    assert strictness().mean() == pytest.approx(0)


def test_a_joint_is_off_by_its_share_of_the_torso():
    person = with_score(someone(SITTING, torso_px=200), 1.0, Joint)
    assert spread(person, Joint.RIGHT_HIP) == pytest.approx(200 * SPREAD["hip"], rel=0.15)
    assert spread(person, Joint.NOSE) == pytest.approx(200 * SPREAD["nose"], rel=0.15)


def test_a_joint_with_a_low_score_is_off_by_more():
    person = someone(SITTING)
    sure, unsure = (with_score(person, score, Joint) for score in (1.0, 0.4))
    assert spread(unsure, Joint.RIGHT_KNEE) > 2 * spread(sure, Joint.RIGHT_KNEE)


def test_a_joint_outside_the_picture_is_off_by_more_the_further_it_is_out():
    inside = someone(SITTING)
    off = [spread(shifted(inside, 0, -up), Joint.NOSE) for up in (0, 200, 220)]
    assert off == sorted(off)
    assert off[2] > 2 * off[0]


def test_a_small_person_has_an_error_of_at_least_half_a_pixel():
    tiny = with_score(scaled(someone(SITTING, torso_px=150), 0.02), 1.0, Joint)
    assert spread(tiny, Joint.NOSE) == pytest.approx(0.5, rel=0.15)


@settings(max_examples=30)
@given(pose=poses, facing=facings)
def test_a_mirrored_person_has_mirrored_copies(pose, facing):
    person = someone(pose, facing=facing)
    there = mirror(person.keypoints, SIZE.width)
    theirs = copies(there, look(there, SIZE), measure(there, SIZE).torso_px)
    back = SIZE.width - 1 - theirs[MIRRORED].conjugate()
    assert back == pytest.approx(noisy(person), abs=1e-2)


def test_the_angles_of_the_copies_scatter_as_those_of_the_estimator():
    person = with_score(someone(SITTING), 1.0, Joint)
    sight = look(person.keypoints, SIZE)
    found = Quantities(noisy(person), sight)
    on_renders = {"trunk_deg": 2.4, "face_deg": 3.5, "slump_deg": 3.3, "hip_deg": 3.5}
    off = {name: float(getattr(found, name).std()) for name in on_renders}
    assert off == pytest.approx(on_renders, abs=1.4)
