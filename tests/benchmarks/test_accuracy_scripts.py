"""The benchmarks that measure keypoints and rules without a picture."""

from __future__ import annotations

import json

import numpy as np
import pytest

from posture_cli.core.body.keypoints import MIRRORED, Joint, Keypoints, mirror
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.observation import Reading
from tests.benchmarks.imported import imported
from tests.people import HUNCHING, SITTING, SIZE, STANDING, read, someone

SCRIPTS = (
    *("coco", "generated_skeletons", "keypoint_accuracy", "make_skeletons", "measured_noise"),
    *("postures", "skeletons", "sweeps", "tables"),
)


@pytest.fixture(scope="module")
def scripts():
    with imported(*SCRIPTS) as found:
        yield found


def annotated(scripts, person, area_px2=200.0**2):
    keypoints = Keypoints(person.keypoints.xy, np.ones(len(Joint), np.float32))
    return scripts.coco.Annotated(keypoints, area_px2)


def annotation(person, **changes):
    return {
        "image_id": 1,
        "keypoints": [v for x, y in person.keypoints.xy.tolist() for v in (x, y, 2)],
        "num_keypoints": 17,
        "area": 200.0**2,
        "bbox": [1, 2, 30, 40],
        "iscrowd": 0,
        **changes,
    }


def skeleton(scripts, pose, *, facing="right", label="sitting", kind="sit_upright"):
    person = someone(pose, facing=facing)
    return scripts.skeletons.Skeleton(
        *(label, kind, facing == "right", 5.0, SIZE),
        *(person.keypoints.xy.astype(float), 2.0, 10.0),
    )


# COCO


def test_crowds_and_people_without_joints_are_not_asked_for(scripts, tmp_path):
    people = [
        annotation(someone(SITTING)),
        annotation(someone(SITTING), iscrowd=1),
        annotation(someone(SITTING), num_keypoints=0),
    ]
    file = tmp_path / "people.json"
    images = [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}]
    file.write_text(json.dumps({"images": images, "annotations": people}))
    picture, empty = scripts.coco.read(file)
    assert (picture.file, len(picture.people), len(picture.boxes)) == ("a.jpg", 1, 3)
    assert (empty.file, empty.people, empty.boxes) == ("b.jpg", (), ())
    assert picture.boxes[0] == (1, 2, 31, 42)


def test_the_torso_is_measured_where_it_is_annotated(scripts):
    person = annotated(scripts, someone(SITTING, torso_px=120, width=0.2))
    assert person.torso_px == pytest.approx(120, abs=0.01)
    assert person.width_ratio == pytest.approx(0.2, abs=0.01)
    person.truth.score[[Joint.LEFT_SHOULDER, Joint.RIGHT_HIP]] = 0
    assert (person.torso_px, person.width_ratio) == (0.0, None)


def test_the_most_similar_pair_comes_first_and_nobody_is_found_twice(scripts):
    here, there = someone(SITTING), someone(SITTING, hip=(560.0, 400.0))
    people = [annotated(scripts, p) for p in (there, here)]
    one, other = scripts.coco.matches(people, [here])
    assert (one.found, one.oks) == (None, 0.0)
    assert (other.found, other.oks) == (here.keypoints, pytest.approx(1))


def test_somebody_far_away_is_somebody_else(scripts):
    (match,) = scripts.coco.matches(
        [annotated(scripts, someone(SITTING))], [someone(SITTING, hip=(900.0, 100.0))]
    )
    assert match.found is None
    assert not match.swapped


def test_exchanged_sides_are_noticed(scripts):
    person = someone(SITTING, width=0.4)
    swapped = Keypoints(person.keypoints.xy[MIRRORED], person.keypoints.score)
    same, other = (
        scripts.coco.Match(annotated(scripts, person), found, 0.9)
        for found in (person.keypoints, swapped)
    )
    assert not same.swapped
    assert other.swapped


def test_only_who_is_in_nobodys_box_is_a_stranger(scripts):
    person = someone(SITTING)
    assert scripts.coco.strangers([person.bbox], [person]) == 0
    assert scripts.coco.strangers([], [person]) == 1


def test_missed_people_count_for_similarity_but_not_for_joints(scripts):
    person = annotated(scripts, someone(SITTING))
    group = [
        scripts.coco.Match(person, someone(SITTING).keypoints, 1.0),
        scripts.coco.Match(person, None, 0.0),
    ]
    assert scripts.keypoint_accuracy.people_scores(group) == {
        "people": 2,
        "missed": 0.5,
        "oks": 0.5,
        "oks_of_found": 1.0,
        "sides_swapped": 0.0,
        "oks_above_0.5": 0.5,
        "oks_above_0.75": 0.5,
        "pck_0.2": 1.0,
        "pck_0.1": 1.0,
    }


def test_a_joint_off_by_a_sixth_of_the_torso_is_right_at_a_fifth_only(scripts):
    person = someone(SITTING, torso_px=120)
    found = Keypoints(person.keypoints.xy.copy(), person.keypoints.score)
    found.xy[Joint.LEFT_EAR, 0] += 20
    person_there = annotated(scripts, person)
    person_there.truth.score[Joint.RIGHT_EAR] = 0
    parts = scripts.keypoint_accuracy.part_scores([scripts.coco.Match(person_there, found, 0.9)])
    ear = parts["ear"]
    assert (ear["joints"], ear["pck_0.2"], ear["pck_0.1"]) == (1, 1.0, 0.0)
    assert ear["away_median"] == pytest.approx(1 / 6, abs=1e-3)
    assert parts["hip"]["pck_0.1"] == 1.0


def test_a_group_without_anybody_has_no_scores(scripts, tmp_path):
    scores = scripts.keypoint_accuracy.people_scores([])
    assert scores["people"] == 0
    scripts.tables.write_json(tmp_path / "a.json", scores)
    assert json.loads((tmp_path / "a.json").read_text())["oks"] is None
    assert scripts.tables.table("who", {"a": {"n": 3, "x": 0.5, "y": float("nan")}}) == (
        "| who | n | x | y |\n|---|---:|---:|---:|\n| a | 3 | 0.500 | - |"
    )


# Noise


def test_who_faces_right_shows_the_right_side(scripts):
    near = scripts.measured_noise.near_joints(np.array([True, False]))
    assert near[0, [Joint.NOSE, Joint.RIGHT_HIP, Joint.LEFT_HIP]].tolist() == [True, True, False]
    assert near[1, [Joint.NOSE, Joint.RIGHT_HIP, Joint.LEFT_HIP]].tolist() == [True, False, True]


@pytest.mark.parametrize("facing", ["left", "right"])
def test_noise_has_the_measured_bias_forward_and_up(scripts, facing):
    xy = np.repeat(someone(SITTING, facing=facing).keypoints.xy[None].astype(float), 4000, axis=0)
    facing_right = np.full(len(xy), facing == "right")
    found, score = scripts.measured_noise.as_found(xy, facing_right, np.random.default_rng(1))
    ear = Joint.RIGHT_EAR if facing == "right" else Joint.LEFT_EAR
    ahead, up = np.median((found - xy)[:, ear], axis=0) / 150 * [1 if facing == "right" else -1, -1]
    assert (ahead, up) == (pytest.approx(0.03, abs=0.003), pytest.approx(-0.015, abs=0.003))
    assert 0 <= score.min() < score.max() <= 1


def test_the_same_seed_draws_the_same(scripts):
    people = [skeleton(scripts, SITTING)] * 2
    one, other = (scripts.skeletons.found(people, 3) for _ in range(2))
    assert all((a.xy == b.xy).all() for a, b in zip(one, other, strict=True))
    assert (one[0].xy != one[1].xy).any()


# Skeletons


def test_a_line_becomes_a_skeleton(scripts, tmp_path):
    line = {
        "label": "other",
        "kind": "squat",
        "facing": "left",
        "yaw": -3,
        "size": [640, 480],
        "keypoints": [[1, 2]] * 17,
        "angles3d": {"trunk": 30, "neck": 20},
    }
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(line) + "\n")
    (one,) = scripts.skeletons.skeletons(file)
    assert (one.label, one.facing_right, one.size) == ("other", False, FrameSize(640, 480))
    assert (one.xy.shape, one.trunk_deg, one.neck_deg) == ((17, 2), 30.0, 20.0)


def test_unknown_is_the_right_answer_to_something_else(scripts):
    known, other = (skeleton(scripts, SITTING, label=label) for label in ("sitting", "other"))
    answers = [scripts.skeletons.Answer(one, reading("unknown")) for one in (known, other)]
    assert [answer.right for answer in answers] == [False, True]
    assert scripts.skeletons.rows(answers, lambda a: a.skeleton.kind) == {
        "sit_upright": {
            "n": 2,
            "right": 0.5,
            "sitting": 0.0,
            "standing": 0.0,
            "hunching": 0.0,
            "unknown": 1.0,
        }
    }


def test_rows_are_in_the_order_of_their_numbers(scripts):
    answers = [
        scripts.skeletons.Answer(skeleton(scripts, SITTING, kind=kind), reading("sitting"))
        for kind in ("10 to 20", "-10 to 0", "0 to 10")
    ]
    rows = scripts.skeletons.rows(answers, lambda a: a.skeleton.kind)
    assert list(rows) == ["-10 to 0", "0 to 10", "10 to 20"]


# Generating


def standing_in_space(lean_deg):
    """Return 17 points in metres, x to the person's left, y up, z forward, bent at the hip."""
    heights = {"nose": 1.6, "eye": 1.65, "ear": 1.62, "shoulder": 1.4, "elbow": 1.1, "wrist": 0.9}
    heights |= {"hip": 0.9, "knee": 0.5, "ankle": 0.1}
    points = []
    for joint in Joint:
        side, _, part = joint.label.rpartition("_")
        above = heights[part] - 0.9
        lean = np.radians(lean_deg) if above > 0 else 0.0
        ahead = 0.1 if part in ("nose", "eye") else 0.0
        x = {"left": 0.15, "right": -0.15, "": 0.0}[side]
        points.append([x, 0.9 + above * np.cos(lean), above * np.sin(lean) + ahead])
    return np.array(points)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("lean_deg", [-20, 0, 30])
def test_the_camera_sees_the_body_from_the_side_that_faces_it(scripts, facing, lean_deg):
    points = standing_in_space(lean_deg)
    seen = scripts.make_skeletons.seen(points, facing, 0.0, np.random.default_rng(2))
    xy = np.array(seen["keypoints"], np.float32)
    assert seen["size"] == [480, 640]
    assert (xy.min() >= 0) and (xy.max(axis=0) <= seen["size"]).all()
    person = moved_person(someone(SITTING, facing=facing), xy)
    angles = read(person, FrameSize(480, 640), RULE_SETS["rules"].judge).measurement
    assert (angles.facing, angles.side) == (facing, facing)
    assert angles.angles.trunk_deg == pytest.approx(lean_deg, abs=6)  # the camera rolls a little
    assert scripts.make_skeletons.angles3d(points)["trunk"] == pytest.approx(lean_deg, abs=0.01)


def test_harder_postures_are_nearer_to_the_border(scripts):
    kinds, rng = scripts.postures.KINDS, np.random.default_rng(0)
    upright, hunched, squat = (
        (kinds[name], scripts.postures.harder(kinds[name], rng))
        for name in ("sit_upright", "sit_hunched", "squat")
    )
    assert upright[1].curve > upright[0].curve
    assert upright[1].neck > upright[0].neck
    assert hunched[1].curve < hunched[0].curve
    assert squat[1] == squat[0]


# Mirroring and sweeps


def test_a_rule_of_the_left_side_is_found_out_in_the_mirror(scripts):
    judge = RULE_SETS["deeplens"].judge
    person = skeleton(scripts, HUNCHING)
    person.xy[[Joint.LEFT_KNEE, Joint.LEFT_ANKLE], 1] += 120
    answers = scripts.generated_skeletons.answers([person], judge, None)
    assert scripts.generated_skeletons.mirrored(answers, judge)["changed"] == [0]


def test_a_rule_of_the_near_side_does_not_notice_the_mirror(scripts):
    judge = RULE_SETS["rules"].judge
    people = [skeleton(scripts, pose) for pose in (SITTING, STANDING, HUNCHING)]
    answers = scripts.generated_skeletons.answers(people, judge, None)
    result = scripts.generated_skeletons.mirrored(answers, judge)
    assert (result["skeletons"], result["changed"]) == (3, [])
    assert result["largest_difference"] < 1e-9


def reading(label):
    """Return a reading with this label, of anybody."""
    person = someone(SITTING)
    there = read(person, SIZE, RULE_SETS["rules"].judge)
    return Reading(person, there.measurement, Verdict("unknown", None, label, 0.9, ()))


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(("part", "angle"), [("trunk", "trunk"), ("neck", "neck")])
def test_a_part_is_turned_to_where_it_should_point(scripts, facing, part, angle):
    person = someone(SITTING, facing=facing)
    turn, ahead = scripts.sweeps.SWEEPS[part], 1.0 if facing == "right" else -1.0
    for to_deg in (-60.0, 0.0, 45.0, 170.0, -170.0):
        xy = turn(person.keypoints.xy.astype(float), to_deg, ahead).astype(np.float32)
        moved = read(moved_person(person, xy), SIZE, RULE_SETS["rules"].judge).measurement
        assert moved.facing == facing
        assert moved.angles.named()[angle] == pytest.approx(to_deg, abs=1)


def moved_person(person, xy):
    return type(person)(Keypoints(xy, person.keypoints.score), person.bbox, person.score)


def test_an_answer_that_changes_where_an_angle_starts_again_is_a_fault(scripts):
    def by_the_sign_of_the_trunk(person, measurement, size):
        label = "hunching" if (measurement.angles.trunk_deg or 0) > 0 else "sitting"
        return Verdict("sitting", None, label, 0.9, ())

    person = skeleton(scripts, SITTING)
    swept = scripts.generated_skeletons.swept([person], by_the_sign_of_the_trunk)
    assert [c["at_deg"] for c in swept["sit_upright, trunk"]["changes"]] == [
        pytest.approx(0, abs=1.5),
        pytest.approx(180, abs=1.5),
    ]
    clean = {"exact": {"changed": [], "largest_difference": 0.0}}
    (fault,) = scripts.generated_skeletons.faults({"mirrored": clean, "sweeps": swept})
    assert fault.startswith("sit_upright, trunk, at 18")


def test_a_mirrored_skeleton_is_mirrored_exactly(scripts):
    (keypoints,) = scripts.skeletons.found([skeleton(scripts, HUNCHING)], 5)
    twice = mirror(mirror(keypoints, SIZE.width), SIZE.width)
    assert (twice.xy == keypoints.xy).all()
