import numpy as np
import pytest
from hypothesis import given, settings

from posture_cli.core.body.geometry import points_of
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.noise import copies
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.judge.limits import CHECKS
from tests.people import SITTING, facings, measured, poses, someone, without

NAMES = sorted({check.quantity for check in CHECKS} - {"headroom"})
ZERO = {"torso_px", "width_ratio"}
"""What is 0 in a measurement if it is hidden."""


def of_copies(person) -> Quantities:
    found = measured(person)
    return Quantities(copies(person.keypoints, found.sight, found.torso_px), found.sight)


@settings(max_examples=30)
@given(pose=poses, facing=facings)
def test_the_first_of_many_copies_has_the_quantities_of_the_person(pose, facing):
    person = someone(pose, facing=facing, width=0.2)
    several, found = of_copies(person), measured(person)
    first = {name: float(getattr(several, name)[0]) for name in NAMES}
    assert first == pytest.approx({name: found.quantity(name) for name in NAMES}, abs=1e-6)


@pytest.mark.parametrize("joint", [Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE])
def test_what_needs_a_hidden_joint_is_known_of_no_copy(joint):
    whole = someone(SITTING, width=0.2)
    points = copies(whole.keypoints, measured(whole).sight, measured(whole).torso_px)
    found = measured(without(whole, joint))
    several = Quantities(points, found.sight)
    hidden = {name for name in NAMES if np.isnan(getattr(several, name)).all()}
    assert hidden - ZERO == {name for name in NAMES if found.quantity(name) is None}
    assert "knee_deg" in hidden


def test_a_torso_of_no_length_is_no_torso():
    sight, points = measured(someone(SITTING)).sight, points_of(someone(SITTING).keypoints.xy)
    points[Joint.RIGHT_HIP] = points[Joint.RIGHT_SHOULDER]
    flat = Quantities(points.tolist(), sight)
    assert np.isnan([flat.torso_px, flat.width_ratio, flat.ankle_drop]).all()
