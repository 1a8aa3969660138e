from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posture_cli.core.body.angles import Angles, measure
from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import FrameSize
from tests.people import (
    CENTRE,
    FACE_DEG,
    HUNCHING,
    HUNCHING_UPRIGHT,
    KNEELING,
    LYING,
    LYING_ON_THE_BELLY,
    PERCHING,
    RECLINED,
    SITTING,
    SIZE,
    SQUATTING,
    STANDING,
    Pose,
    facings,
    measured,
    mirrored,
    poses,
    scaled,
    shifted,
    someone,
    turned,
    with_points,
    with_score,
    without,
)

EXACT = 0.01


def numbers(angles: Angles) -> object:
    return pytest.approx(angles.named(), abs=EXACT, nan_ok=False)


def of(pose: Pose) -> Angles:
    """The angles that a person of this pose has."""
    return Angles(
        trunk_deg=pose.trunk_deg,
        neck_deg=pose.neck_deg,
        head_deg=pose.neck_deg,
        face_deg=pose.neck_deg + FACE_DEG,
        slump_deg=pose.trunk_deg + pose.neck_deg + FACE_DEG,
        thigh_deg=pose.thigh_deg,
        hip_deg=abs(wrap_deg(pose.trunk_deg - pose.thigh_deg - 90)),
        knee_deg=abs(wrap_deg(pose.shank_deg - pose.thigh_deg - 90)),
        shank_deg=pose.shank_deg,
    )


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(
    ("pose", "expected"),
    [
        (STANDING, (3, 12, 12, 38.57, 41.57, 88, 175, 177, 1)),
        (SITTING, (2, 10, 10, 36.57, 38.57, 5, 93, 95, 0)),
        (HUNCHING, (20, 44, 44, 70.57, 90.57, 0, 70, 95, -5)),
        (HUNCHING_UPRIGHT, (15, 44, 44, 70.57, 85.57, 88, 163, 177, 1)),
        (RECLINED, (-40, -10, -10, 16.57, -23.43, 0, 130, 80, 10)),
        (LYING, (-80, -60, -60, -33.43, -113.43, 0, 170, 180, -90)),
        (LYING_ON_THE_BELLY, (85, 60, 60, 86.57, 171.57, 178, 177, 178, 90)),
        (SQUATTING, (30, 10, 10, 36.57, 66.57, -5, 55, 55, 30)),
        (KNEELING, (2, 10, 10, 36.57, 38.57, 88, 176, 90, 88)),
        (PERCHING, (5, 10, 10, 36.57, 41.57, 52, 137, 142, 0)),
    ],
)
def test_the_angles_of_a_person_are_those_they_were_built_from(pose, expected, facing):
    measurement = measured(someone(pose, facing=facing))
    assert measurement.angles.named() == numbers(Angles(*expected))
    assert (measurement.side, measurement.facing) == (facing, facing)


@given(pose=poses, facing=facings)
def test_any_pose_is_found_again(pose, facing):
    assert measured(someone(pose, facing=facing)).angles.named() == numbers(of(pose))


@given(pose=poses, facing=facings)
def test_a_mirrored_picture_has_the_same_angles_on_the_other_side(pose, facing):
    there = measured(someone(pose, facing=facing))
    back = measured(mirrored(someone(pose, facing=facing)))
    other = {"left": "right", "right": "left"}
    assert back.angles.named() == numbers(there.angles)
    assert (back.side, back.facing) == (other[there.side], other[there.facing])
    assert back.width_ratio == pytest.approx(there.width_ratio, abs=1e-4)


@given(pose=poses, facing=facings, dx=st.floats(-150, 150), dy=st.floats(-60, 60))
def test_where_a_person_is_in_the_picture_does_not_matter(pose, facing, dx, dy):
    person = someone(pose, facing=facing, torso_px=100)
    here, there = measured(person), measured(shifted(person, dx, dy))
    assert there.angles.named() == numbers(here.angles)
    assert (there.side, there.facing) == (here.side, here.facing)


@given(pose=poses, facing=facings, factor=st.floats(0.25, 1.5))
def test_how_large_a_person_is_does_not_matter(pose, facing, factor):
    person = someone(pose, facing=facing, torso_px=100)
    here, there = measured(person), measured(scaled(person, factor))
    assert there.angles.named() == numbers(here.angles)
    assert there.torso_px == pytest.approx(here.torso_px * factor, rel=1e-4)
    assert there.ankle_drop == pytest.approx(here.ankle_drop, abs=1e-3)
    assert there.width_ratio == pytest.approx(here.width_ratio, abs=1e-4)


@given(pose=poses, facing=facings, roll_deg=st.floats(-20, 20))
def test_a_rolled_camera_turns_what_is_measured_from_vertical_and_no_joint(pose, facing, roll_deg):
    forward_deg = roll_deg if facing == "right" else -roll_deg
    assume(abs(pose.neck_deg + forward_deg) <= 60)  # the face still points to a side
    person = someone(pose, facing=facing)
    level, rolled = measured(person).angles, measured(turned(person, roll_deg)).angles
    assert rolled.named() == numbers(
        Angles(
            trunk_deg=level.trunk_deg + forward_deg,
            neck_deg=level.neck_deg + forward_deg,
            head_deg=level.head_deg + forward_deg,
            face_deg=level.face_deg + forward_deg,
            slump_deg=level.slump_deg + 2 * forward_deg,
            thigh_deg=level.thigh_deg + forward_deg,
            hip_deg=level.hip_deg,
            knee_deg=level.knee_deg,
            shank_deg=level.shank_deg + forward_deg,
        )
    )


@pytest.mark.parametrize(
    ("angle_deg", "expected"),
    [
        *((0, 0), (180, 180), (-180, 180), (181, -179), (-181, 179), (540, 180), (359, -1)),
        *((-359, 1), (720, 0), (-90, -90)),
    ],
)
def test_directions_are_wrapped_into_one_turn(angle_deg, expected):
    assert wrap_deg(angle_deg) == expected


@given(angle_deg=st.floats(-1e4, 1e4))
def test_a_wrapped_direction_is_the_same_direction(angle_deg):
    wrapped = wrap_deg(angle_deg)
    assert -180 < wrapped <= 180
    assert (wrapped - angle_deg) / 360 == pytest.approx(round((wrapped - angle_deg) / 360))


@pytest.mark.parametrize(("trunk_deg", "expected"), [(179, 179), (181, -179), (-179, -179)])
def test_a_trunk_upside_down_wraps(trunk_deg, expected):
    person = someone(replace(STANDING, trunk_deg=trunk_deg))
    assert measured(person).angles.trunk_deg == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize(("thigh_deg", "expected"), [(179, 179), (181, -179), (-91, -91)])
def test_a_thigh_that_points_backward_wraps(thigh_deg, expected):
    person = someone(replace(STANDING, thigh_deg=thigh_deg))
    assert measured(person).angles.thigh_deg == pytest.approx(expected, abs=EXACT)


@given(trunk_deg=st.floats(-179, 179))
def test_the_tilt_is_the_trunk_without_its_direction(trunk_deg):
    assert Angles(trunk_deg=trunk_deg).tilt_deg == abs(trunk_deg)


def test_no_trunk_has_no_tilt():
    assert Angles().tilt_deg is None


@given(pose=poses, facing=facings, roll_deg=st.floats(-20, 20))
def test_the_roll_of_the_camera_is_taken_out_of_every_angle_if_it_is_told(pose, facing, roll_deg):
    person = turned(someone(pose, facing=facing), roll_deg)
    assume(abs(pose.neck_deg) <= 60)
    upright = measure(person.keypoints, SIZE, roll_deg)
    assert upright.angles.named() == numbers(of(pose))
    assert (upright.facing, upright.roll_deg) == (facing, roll_deg)


@pytest.mark.parametrize(
    ("joints", "gone"),
    [
        ((Joint.NOSE,), {"face", "slump", "head"}),
        ((Joint.RIGHT_EAR,), {"neck", "head"}),
        ((Joint.RIGHT_SHOULDER,), {"trunk", "neck", "face", "slump", "hip"}),
        ((Joint.RIGHT_HIP,), {"trunk", "slump", "thigh", "hip", "knee"}),
        ((Joint.RIGHT_KNEE,), {"thigh", "hip", "knee", "shank"}),
        ((Joint.RIGHT_ANKLE,), {"knee", "shank"}),
    ],
)
def test_a_hidden_joint_takes_exactly_its_own_angles_along(joints, gone):
    whole, person = someone(SITTING), without(someone(SITTING), *joints)
    if joints[0] in (Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP):  # no torso: facing not known
        gone = {*whole_angles() - {"hip", "knee"}, *gone}
    measurement = measured(person)
    expected = {
        name: None if name in gone else pytest.approx(value, abs=EXACT)
        for name, value in measured(whole).angles.named().items()
    }
    assert measurement.angles.named() == expected
    hidden = frozenset(joints)
    assert (measurement.hidden, measurement.outside) == (hidden, frozenset())


def whole_angles() -> set[str]:
    return set(Angles().named())


@given(pose=poses, facing=facings, width=st.floats(0, 0.4))
def test_a_body_turned_a_little_keeps_the_angles_of_its_middle(pose, facing, width):
    person = someone(pose, facing=facing, width=width)
    assert measured(person).angles.named() == numbers(of(pose))


@pytest.mark.parametrize("far", [Joint.LEFT_SHOULDER, Joint.LEFT_HIP])
def test_with_a_far_joint_hidden_the_near_side_alone_counts(far):
    astray = with_points(someone(SITTING), {far: (0.0, 0.0)})
    hidden = measured(without(astray, far)).angles
    assert hidden.trunk_deg == pytest.approx(SITTING.trunk_deg, abs=EXACT)


@pytest.mark.parametrize("at", [(-1.0, 400.0), (1000.0, 400.0), (500.0, -1.0), (500.0, 800.0)])
def test_a_joint_beyond_the_border_counts_as_outside_and_not_as_hidden(at):
    person = with_points(someone(SITTING), {Joint.RIGHT_ANKLE: at})
    measurement = measured(person)
    assert measurement.outside == frozenset({Joint.RIGHT_ANKLE})
    assert measurement.hidden == frozenset()
    assert (measurement.angles.knee_deg, measurement.ankle_drop) == (None, None)


@pytest.mark.parametrize("at", [(0.0, 0.0), (999.0, 799.0)])
def test_the_outermost_pixels_are_inside(at):
    person = with_points(someone(SITTING), {Joint.RIGHT_ANKLE: at})
    assert measured(person).outside == frozenset()


def test_the_missing_joints_are_asked_for_without_their_side():
    person = without(someone(SITTING), Joint.RIGHT_KNEE, Joint.LEFT_ANKLE, Joint.RIGHT_EAR)
    measurement = measured(person)
    assert measurement.missing("knee", "ankle") == frozenset({Joint.RIGHT_KNEE})
    assert measurement.missing("ear") == frozenset({Joint.RIGHT_EAR})
    assert measurement.missing("hip") == frozenset()


@pytest.mark.parametrize("ahead_px", [-2.9, 0, 2.9])
def test_a_face_above_the_ears_has_no_facing(ahead_px):
    ears = [Joint.LEFT_EAR, Joint.RIGHT_EAR]
    face = [Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE]
    person = with_points(someone(SITTING, torso_px=150), dict.fromkeys(ears, (500.0, 190.0)))
    person = with_points(person, dict.fromkeys(face, (500.0 + ahead_px, 190.0)))
    assert measured(person).facing is None
    assert measured(person).angles.named() == {
        **dict.fromkeys(whole_angles()),
        "hip": pytest.approx(93, abs=EXACT),
        "knee": pytest.approx(95, abs=EXACT),
    }


@pytest.mark.parametrize("gone", [("nose", "left_eye", "right_eye"), ("left_ear", "right_ear")])
def test_without_face_or_ears_the_facing_is_not_known(gone):
    person = without(someone(SITTING), *(j for j in Joint if j.label in gone))
    assert measured(person).facing is None


def test_one_eye_and_one_ear_are_enough_for_the_facing():
    rest = (Joint.NOSE, Joint.LEFT_EYE, Joint.LEFT_EAR)
    assert measured(without(someone(SITTING), *rest)).facing == "right"


@pytest.mark.parametrize(
    ("width", "view"),
    [(0.0, "profile"), (0.34, "profile"), (0.36, "three_quarter"), (0.49, "three_quarter")],
)
def test_a_wide_body_is_not_in_profile(width, view):
    measurement = measured(someone(SITTING, width=width))
    assert measurement.width_ratio == pytest.approx(width, abs=1e-4)
    assert measurement.view == view


HIPS = (Joint.LEFT_HIP, Joint.RIGHT_HIP)


def with_shoulders(person, left_px, right_px, nose_px):
    """Return the person with shoulders and nose so far to the right of the near shoulder."""
    x, y = (float(v) for v in person.keypoints.xy[Joint.RIGHT_SHOULDER])
    points = {Joint.LEFT_SHOULDER: (x + left_px, y), Joint.RIGHT_SHOULDER: (x + right_px, y)}
    return with_points(person, {**points, Joint.NOSE: (x + nose_px, y - 60)})


@pytest.mark.parametrize(
    ("left_px", "right_px", "nose_px", "view"),
    [
        (60, -60, 0, "frontal"),
        (60, -60, 39, "frontal"),
        (60, -60, 41, "three_quarter"),
        (30, -30, 0, "three_quarter"),
        (-60, 60, 0, "back"),
        (-60, 60, 100, "back"),
        (20, -20, 0, "profile"),
    ],
)
def test_shoulders_and_nose_tell_front_and_back(left_px, right_px, nose_px, view):
    person = with_shoulders(someone(SITTING, torso_px=150), left_px, right_px, nose_px)
    assert measured(person).view == view
    assert measured(mirrored(person)).view == view


def test_without_hips_the_height_of_the_head_tells_the_view():
    person = without(with_shoulders(someone(SITTING), 60, -60, 0), *HIPS)
    assert (measured(person).torso_px, measured(person).view) == (0, "frontal")
    assert measured(without(someone(SITTING), *HIPS)).view == "profile"


def test_without_hips_and_nose_the_view_is_not_known_and_said_to_be_profile():
    person = without(with_shoulders(someone(SITTING), 60, -60, 0), *HIPS, Joint.NOSE)
    assert measured(person).view == "profile"


def test_the_wider_of_shoulders_and_hips_counts():
    person = someone(SITTING, width=0.1, torso_px=150)
    x, y = person.keypoints.xy[Joint.RIGHT_HIP]
    wide = with_points(person, {Joint.LEFT_HIP: (float(x) + 60, float(y))})
    assert measured(wide).width_ratio == pytest.approx(0.4, abs=1e-4)


def test_a_guessed_far_side_says_nothing_about_the_view():
    far = (Joint.LEFT_SHOULDER, Joint.LEFT_HIP)
    assert measured(without(someone(SITTING, width=0.8), *far)).width_ratio == 0


def test_the_torso_and_the_drop_of_the_ankle_are_measured():
    measurement = measured(someone(Pose(0, 0, 0, 0), torso_px=100))
    assert measurement.torso_px == pytest.approx(100, abs=EXACT)
    assert measurement.ankle_drop == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize("gone", [Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP])
def test_without_shoulder_or_hip_nothing_is_measured_against_the_torso(gone):
    measurement = measured(without(someone(SITTING), gone))
    found = (measurement.torso_px, measurement.width_ratio, measurement.ankle_drop)
    assert found == (0, 0, None)
    assert measurement.facing is None


def test_quantities_are_found_by_name_in_angles_and_measurement():
    measurement = measured(someone(SITTING, torso_px=150))
    assert measurement.quantity("trunk_deg") == pytest.approx(2, abs=EXACT)
    assert measurement.quantity("tilt_deg") == pytest.approx(2, abs=EXACT)
    assert measurement.quantity("torso_px") == pytest.approx(150, abs=EXACT)
    hidden = measured(without(someone(SITTING), Joint.RIGHT_ANKLE))
    assert hidden.quantity("ankle_drop") is None
    assert hidden.quantity("knee_deg") is None


def test_a_person_who_is_a_single_point_is_measured_without_an_error():
    person = with_points(someone(SITTING), dict.fromkeys(Joint, CENTRE))
    measurement = measured(person)
    assert (measurement.torso_px, measurement.facing, measurement.width_ratio) == (0, None, 0)


def test_nobody_is_measured_without_an_error():
    measurement = measured(with_score(someone(SITTING), 0.0, Joint))
    assert measurement.angles == Angles()
    assert len(measurement.hidden) == 6


@given(
    xy=st.lists(
        st.tuples(st.floats(-2000, 2000, width=32), st.floats(-2000, 2000, width=32)),
        min_size=17,
        max_size=17,
    ),
    scores=st.lists(st.floats(0, 1, width=32), min_size=17, max_size=17),
)
def test_any_keypoints_at_all_give_angles_in_their_range(xy, scores):
    from posture_cli.core.body.keypoints import Keypoints

    keypoints = Keypoints(np.array(xy, np.float32), np.array(scores, np.float32))
    angles = measure(keypoints, FrameSize(640, 480)).angles
    signed = (angles.trunk_deg, angles.face_deg, angles.thigh_deg, angles.shank_deg)
    assert all(-180 < v <= 180 for v in signed if v is not None)
    assert all(0 <= v <= 180 for v in (angles.hip_deg, angles.knee_deg) if v is not None)


def test_the_whole_measurement_of_a_sitting_person():
    measurement = measured(someone(SITTING, facing="left", torso_px=150, width=0.1), SIZE)
    assert measurement == replace(
        measurement,
        side="left",
        facing="left",
        torso_px=pytest.approx(150, abs=EXACT),
        width_ratio=pytest.approx(0.1, abs=1e-4),
        ankle_drop=pytest.approx(0.85 * np.sin(np.radians(5)) + 0.8, abs=1e-3),
        hidden=frozenset(),
        outside=frozenset(),
    )
