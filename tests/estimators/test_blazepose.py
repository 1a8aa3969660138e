"""BlazePose compared with MediaPipe and with the labels of the samples, also in video."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import rules
from posture_cli.errors import EstimatorError
from posture_cli.estimators import Estimation, Use, load
from posture_cli.estimators.runtime import processor
from posture_cli.pipeline import in_parallel
from posture_cli.vision import cv2
from tests.people import at_height, codes, observe, read

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples"
MEDIAPIPE = json.loads((HERE.parent / "fixtures/mediapipe_samples.json").read_text("utf-8"))
COCO_OF_33 = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
NAMES = sorted(path.name for path in SAMPLES.glob("*.jpg"))
LABELLED = [name for name in NAMES if not name.startswith("distract_")]
DESK = json.loads((SAMPLES / "desk.json").read_text("utf-8"))


def test_the_reference_covers_every_sample():
    assert sorted(MEDIAPIPE["pictures"]) == NAMES
    assert (len(NAMES), len(LABELLED)) == (24, 19)


@pytest.mark.parametrize("name", NAMES)
def test_a_person_is_found_where_mediapipe_finds_one(name, sample_readings):
    assert bool(sample_readings[name]) == (MEDIAPIPE["pictures"][name] is not None)


def test_keypoints_are_where_mediapipe_puts_them(sample_readings):
    off = []
    for name, readings in sample_readings.items():
        if readings:
            there = np.array(MEDIAPIPE["pictures"][name])[COCO_OF_33, :2]
            torso_px = np.linalg.norm(there[[5, 6]].mean(axis=0) - there[[11, 12]].mean(axis=0))
            found = readings[0].person.keypoints.xy
            off.append(np.linalg.norm(found - there, axis=1) / torso_px)
    assert len(off) >= 19
    assert np.median(off) < 0.01
    assert np.percentile(off, 95) < 0.04


def test_scores_are_the_visibility_of_mediapipe(sample_readings):
    off = [
        np.abs(readings[0].person.keypoints.score - there[COCO_OF_33, 2])
        for name, readings in sample_readings.items()
        if readings
        for there in [np.array(MEDIAPIPE["pictures"][name])]
    ]
    assert np.median(off) < 0.01
    assert np.percentile(off, 95) < 0.1


@pytest.mark.parametrize("name", LABELLED)
def test_a_labelled_sample_gets_its_label(name, sample_readings):
    label = name.split("_")[0]
    (reading,) = sample_readings[name]
    assert (reading.verdict.label, reading.verdict.hunching) == (label, label == "hunching")


@pytest.mark.parametrize("name", [n for n in LABELLED if n.startswith("hunching_")])
def test_a_hunching_sample_keeps_its_stance(name, sample_readings):
    stance = {"sit": "sitting", "stand": "standing"}[name.split("_")[1]]
    assert sample_readings[name][0].verdict.stance == stance


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("distract_front.jpg", "not_profile"),
        ("distract_lying.jpg", "lying"),
        ("distract_squat.jpg", "squatting"),
    ],
)
def test_unknown_has_a_reason(name, code, sample_readings):
    (reading,) = sample_readings[name]
    assert (reading.verdict.label, codes(reading.verdict)) == ("unknown", (code,))


def test_half_a_body_has_no_stance(sample_readings):
    (reading,) = sample_readings["distract_halfbody.jpg"]
    assert reading.verdict.stance == "unknown"
    assert "legs_not_visible" in codes(reading.verdict)
    assert reading.verdict.label in ("hunching", "unknown")


def test_nobody_in_an_empty_room(sample_readings):
    assert sample_readings["distract_noperson.jpg"] == ()


def test_a_mirrored_sample_gets_the_same_label_and_the_other_facing(samples, blazepose):
    for name in ("sitting_02.jpg", "standing_03.jpg", "hunching_sit_01.jpg"):
        here, there = (
            observe(Frame(np.ascontiguousarray(rgb), name), blazepose, rules.judge).readings[0]
            for rgb in (samples[name], samples[name][:, ::-1])
        )
        assert there.verdict.label == here.verdict.label
        assert {here.measurement.facing, there.measurement.facing} == {"left", "right"}


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_keypoints_follow_a_picture_on_its_side(turn, samples, blazepose):
    rgb = samples["standing_02.jpg"]
    (upright,) = blazepose.estimate(Frame(rgb, "upright"))
    (found,) = blazepose.estimate(Frame(cv2.rotate(rgb, turn), "turned"))[:1]
    height, width = rgb.shape[:2]
    x, y = upright.keypoints.xy.T
    expected = {
        cv2.ROTATE_90_CLOCKWISE: np.stack([height - 1 - y, x], axis=1),
        cv2.ROTATE_180: np.stack([width - 1 - x, height - 1 - y], axis=1),
    }[turn]
    torso_px = np.linalg.norm(np.subtract(*upright.keypoints.xy[[6, 12]]))
    off = np.linalg.norm(found.keypoints.xy - expected, axis=1) / torso_px
    assert np.median(off) < 0.1


@pytest.mark.parametrize(
    ("left", "right"), [("hunching_sit_02", "standing_04"), ("sitting_02", "hunching_stand_02")]
)
def test_two_people_side_by_side_get_one_label_each(left, right, samples, blazepose):
    halves = [at_height(480, samples[f"{name}.jpg"]) for name in (left, right)]
    readings = observe(Frame(np.hstack(halves), "two"), blazepose, rules.judge).readings
    in_order = sorted(readings, key=lambda r: r.person.bbox.centre[0])
    labels = [r.verdict.label for r in in_order]
    assert labels == [name.split("_")[0] for name in (left, right)]
    assert [r.person.track_id for r in in_order] == [None, None]


@pytest.mark.parametrize("turns", [0, 1])
def test_a_body_cut_off_by_the_picture_has_a_box_that_ends_at_its_edge(turns, samples, blazepose):
    rgb = np.ascontiguousarray(np.rot90(samples["distract_halfbody.jpg"], turns))
    (person,) = blazepose.estimate(Frame(rgb, "half"))
    axis, end = (1, person.bbox.y2) if turns == 0 else (0, person.bbox.x2)  # feet down, feet right
    assert person.keypoints.xy[Joint.RIGHT_ANKLE, axis] > 480
    assert end == 480


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (2, 400), (640, 1), (101, 37)])
def test_a_picture_of_any_size_is_no_error(size, blazepose):
    rgb = np.full((*size, 3), 128, np.uint8)
    assert blazepose.estimate(Frame(rgb, "tiny")) == ()


def test_threads_find_the_same_as_one_after_the_other(samples, blazepose):
    frames = [Frame(samples[name], name) for name in LABELLED[:10]] * 2
    alone = [observe(f, blazepose, rules.judge).to_json() for f in frames]
    together = in_parallel(lambda f: observe(f, blazepose, rules.judge).to_json(), frames, 2)
    assert list(together) == alone


class count_calls:  # noqa: N801
    """Note the frames in which the detector of an estimator runs, and the size of each look."""

    def __init__(self, estimator):
        self.frame, self.frames, self.fills = 0, [], []
        self._detector, estimator._detector = estimator._detector, self

    def __call__(self, rgb, fill):
        self.frames.append(self.frame)
        self.fills.append(fill)
        return self._detector(rgb, fill)


@pytest.fixture
def looks():
    """An estimator for still pictures, and what its detector is asked."""
    estimator = load(Estimation("blazepose"))
    yield estimator, count_calls(estimator)
    estimator.close()


def close_up(rgb, box, share):
    """Return the middle of a box, and where in the picture it begins."""
    (x, y), half = box.centre, np.array([box.x2 - box.x1, box.y2 - box.y1]) * share / 2
    (x1, y1), (x2, y2) = (np.array([x, y]) - half).astype(int).clip(0), np.array([x, y]) + half
    return np.ascontiguousarray(rgb[y1 : int(y2), x1 : int(x2)]), (x1, y1)


@pytest.mark.parametrize("name", LABELLED)
def test_one_look_is_enough_for_a_person_of_usual_size(name, samples, looks):
    estimator, asked = looks
    assert len(estimator.estimate(Frame(samples[name], name))) == 1
    assert asked.fills == [1]


@pytest.mark.parametrize(
    ("name", "share"),
    [("sitting_03.jpg", 1.0), ("standing_03.jpg", 0.85), ("hunching_stand_03.jpg", 0.9)],
)
def test_a_person_who_fills_the_picture_is_found_in_a_smaller_one(name, share, samples, looks):
    estimator, asked = looks
    (whole,) = estimator.estimate(Frame(samples[name], name))
    near, begin = close_up(samples[name], whole.bbox, share)
    (found,) = estimator.estimate(Frame(near, name))
    assert asked.fills == [1, 1, 0.67]
    torso_px = np.linalg.norm(
        np.subtract(*whole.keypoints.xy[[Joint.LEFT_SHOULDER, Joint.LEFT_HIP]])
    )
    off = np.linalg.norm(found.keypoints.xy + begin - whole.keypoints.xy, axis=1) / torso_px
    assert np.median(off) < 0.1


def test_a_large_person_comes_before_a_small_one_at_the_edge(samples, looks):
    estimator, asked = looks
    large, small = (
        close_up(samples[name], estimator.estimate(Frame(samples[name], name))[0].bbox, share)[0]
        for name, share in (("hunching_stand_03.jpg", 0.9), ("hunching_stand_02.jpg", 1.1))
    )
    height, width = large.shape[:2]
    small = at_height(height // 2, small)
    small = small[:, : int(0.7 * small.shape[1])]
    rgb = np.full((height, width + 10 + small.shape[1], 3), large[:5].mean(axis=(0, 1)), np.uint8)
    rgb[:, :width] = large
    rgb[height * 3 // 10 : height * 3 // 10 + len(small), width + 10 :] = small
    asked.fills.clear()
    subject, other = estimator.estimate(Frame(rgb, "two"))
    assert asked.fills == [1, 0.67]
    assert subject.bbox.x2 < width + 10 < other.bbox.x1


def test_a_picture_without_people_is_searched_at_every_size(samples, looks):
    estimator, asked = looks
    assert estimator.estimate(Frame(samples["distract_noperson.jpg"], "room")) == ()
    assert asked.fills == [1, 0.67, 0.45]


@pytest.mark.parametrize("grain_px", [1, 4, 16, 64])
def test_noise_is_no_person_at_any_size(grain_px, blazepose):
    noise = np.random.default_rng(0).integers(
        0, 256, (480 // grain_px, 640 // grain_px, 3), np.uint8
    )
    assert blazepose.estimate(Frame(cv2.resize(noise, (640, 480)), "noise")) == ()


# --- video


@pytest.fixture(scope="module")
def watched(desk):
    """The people of each frame of the clip, and the frames in which the detector ran."""
    estimator = load(Estimation("blazepose"), Use(video=True))
    asked = count_calls(estimator)
    people = []
    for index, rgb in enumerate(desk):
        asked.frame = index
        people.append(estimator.estimate(Frame(rgb, "desk.mp4", index, index / 4)))
    estimator.close()
    return people, asked.frames


def test_one_person_keeps_their_number_through_the_clip(watched):
    people, _ = watched
    assert [[p.track_id for p in found] for found in people] == [[0]] * 66


def test_the_detector_rests_while_a_person_is_followed(watched):
    _, asked = watched
    assert asked == [0, 30, 60]


def test_a_full_house_needs_the_detector_only_once(desk):
    estimator = load(Estimation("blazepose", max_people=1), Use(video=True))
    asked = count_calls(estimator)
    for index, rgb in enumerate(desk[:35]):
        asked.frame = index
        assert len(estimator.estimate(Frame(rgb, "desk.mp4", index))) == 1
    assert asked.frames == [0]


def test_the_clip_gets_its_labels(watched):
    people, _ = watched
    truth = [frame["label"] for frame in DESK["frames"]]
    size = Frame(np.zeros((DESK["height"], DESK["width"], 3), np.uint8), "").size
    answers = [
        read(found[0], size, rules.judge).verdict.label if found else "nobody" for found in people
    ]
    steady = [(t, a) for t, a in zip(truth, answers, strict=True) if t != "transition"]
    assert len(steady) == 52
    assert np.mean([t == a for t, a in steady]) >= 0.9


def test_followed_keypoints_are_near_those_of_each_frame_on_its_own(watched, desk, blazepose):
    people, _ = watched
    for index in (5, 25, 65):
        (alone,) = blazepose.estimate(Frame(desk[index], "still"))
        followed = people[index][0]
        torso_px = np.linalg.norm(
            np.subtract(*alone.keypoints.xy[[Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP]])
        )
        off = np.linalg.norm(followed.keypoints.xy - alone.keypoints.xy, axis=1) / torso_px
        assert np.median(off) < 0.1


def test_a_person_who_leaves_and_comes_back_is_found_again(desk):
    estimator = load(Estimation("blazepose"), Use(video=True))
    grey = np.full_like(desk[0], 128)
    rgbs = [*desk[:3], *[grey] * 3, *desk[3:6]]
    found = [estimator.estimate(Frame(rgb, "desk.mp4", i)) for i, rgb in enumerate(rgbs)]
    assert [len(people) for people in found] == [1, 1, 1, 0, 0, 0, 1, 1, 1]
    tracks = [people[0].track_id for people in found if people]
    assert len(set(tracks[:3])) == len(set(tracks[3:])) == 1


def test_a_new_person_is_noticed_and_gets_a_new_number(desk, samples):
    estimator = load(Estimation("blazepose"), Use(video=True))
    alone = np.hstack([desk[0], np.full((480, 360, 3), 128, np.uint8)])
    both = np.hstack([desk[0], cv2.resize(samples["standing_01.jpg"], (360, 480))])
    rgbs = [*[alone] * 2, *[both] * 30]
    found = [estimator.estimate(Frame(rgb, "desk.mp4", i)) for i, rgb in enumerate(rgbs)]
    assert [len(people) for people in (found[0], found[-1])] == [1, 2]
    by_x = sorted(found[-1], key=lambda p: p.bbox.centre[0])
    assert [p.track_id for p in by_x] == [0, 1]


def at_every_size(frame):
    return [(frame, 1), (frame, 0.67), (frame, 0.45)]


def test_smaller_sizes_are_searched_at_the_start_and_when_a_person_is_lost(desk):
    estimator = load(Estimation("blazepose"), Use(video=True))
    asked = count_calls(estimator)
    grey = np.full_like(desk[0], 128)
    for index, rgb in enumerate([grey, grey, desk[0], desk[1], grey, grey]):
        asked.frame = index
        estimator.estimate(Frame(rgb, "desk.mp4", index))
    looks = list(zip(asked.frames, asked.fills, strict=True))
    assert looks == [*at_every_size(0), (1, 1), (2, 1), *at_every_size(4), (5, 1)]


def test_closing_forgets_the_people_who_were_followed(desk):
    estimator = load(Estimation("blazepose"), Use(video=True))
    asked = count_calls(estimator)
    for index in range(2):
        asked.frame = index
        estimator.estimate(Frame(desk[index], "desk.mp4", index))
    estimator.close()
    asked.frame = 2
    assert len(estimator.estimate(Frame(desk[2], "desk.mp4", 2))) == 1
    assert asked.frames == [0, 2]


def test_fp16_is_near_fp32_or_refused(samples, blazepose):
    asked = Estimation("blazepose", precision="fp16")
    if "FP16" not in processor().capabilities:
        with pytest.raises(EstimatorError, match="does not compute in fp16"):
            load(asked)
        return
    quick = load(asked)
    assert quick.name == "blazepose-full@fp16"
    apart = []
    for name in ("sitting_01.jpg", "standing_02.jpg", "hunching_sit_03.jpg"):
        frame = Frame(samples[name], name)
        (one,), (other,) = blazepose.estimate(frame), quick.estimate(frame)
        torso = np.ptp(one.keypoints.xy[[Joint.LEFT_SHOULDER, Joint.LEFT_HIP]], axis=0).max()
        moved = np.linalg.norm(one.keypoints.xy - other.keypoints.xy, axis=1)
        apart.extend(moved / torso)
    assert 0 < np.median(apart) < 0.003
    assert max(apart) < 0.1  # a hidden joint


def test_other_precisions_are_refused():
    with pytest.raises(EstimatorError, match="has no int8") as caught:
        load(Estimation("blazepose", precision="int8"))
    assert caught.value.hint == "leave out --precision, or choose fp32, auto, fp16, bf16"
