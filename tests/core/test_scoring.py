from collections import Counter
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.keypoints import OKS_SIGMAS, Joint
from posture_cli.core.scoring import confusion, f1, macro_f1, oks, pck_at
from tests.people import SITTING, STANDING, poses, someone, with_points, with_score

PAIRS = [
    *[("sitting", "sitting")] * 3,
    ("sitting", "hunching"),
    *[("hunching", "hunching")] * 2,
    ("hunching", "unknown"),
    *[("standing", "standing")] * 4,
]


def off_by(joint: Joint, distance_px: float):
    truth = someone(SITTING).keypoints
    x, y = (float(v) for v in truth.xy[joint])
    return truth, with_points(someone(SITTING), {joint: (x + distance_px, y)}).keypoints


@given(pose=poses, area_px2=st.floats(1, 1e6))
def test_everybody_is_perfectly_similar_to_themselves(pose, area_px2):
    keypoints = someone(pose).keypoints
    assert oks(keypoints, keypoints, area_px2) == pytest.approx(1)


@pytest.mark.parametrize("joint", [Joint.NOSE, Joint.LEFT_HIP, Joint.RIGHT_ANKLE])
def test_one_joint_off_by_the_noise_of_its_kind_costs_its_share(joint):
    area_px2 = 200.0**2
    truth, found = off_by(joint, 2 * OKS_SIGMAS[joint] * 200.0)
    assert oks(found, truth, area_px2) == pytest.approx((16 + exp(-1 / 2)) / 17, abs=1e-4)


def test_a_joint_that_nobody_annotated_does_not_count():
    truth, found = off_by(Joint.NOSE, 300.0)
    unmarked = with_score(someone(SITTING), 0.0, [Joint.NOSE]).keypoints
    assert oks(found, truth, 200.0**2) == pytest.approx(16 / 17, abs=1e-3)
    assert oks(found, unmarked, 200.0**2) == pytest.approx(1)


@given(near_px=st.floats(0, 50), step_px=st.floats(1, 50))
def test_further_away_is_less_similar(near_px, step_px):
    truth, near = off_by(Joint.LEFT_HIP, near_px)
    _, far = off_by(Joint.LEFT_HIP, near_px + step_px)
    assert 0 <= oks(far, truth, 1e4) < oks(near, truth, 1e4) <= 1


@pytest.mark.parametrize("area_px2", [0.0, -1.0])
def test_a_person_without_area_is_refused(area_px2):
    keypoints = someone(SITTING).keypoints
    with pytest.raises(ValueError, match="positive"):
        oks(keypoints, keypoints, area_px2)


def test_a_person_without_joints_is_refused():
    truth = with_score(someone(SITTING), 0.0, Joint).keypoints
    with pytest.raises(ValueError, match="no joint"):
        oks(truth, truth, 100.0)
    with pytest.raises(ValueError, match="no joint"):
        pck_at(0.2, truth, truth, 100.0)


def test_pck_is_the_share_of_joints_within_reach():
    truth = someone(STANDING).keypoints
    shifts = np.zeros((17, 2), np.float32)
    shifts[:5] = 3, 4  # 5 px away
    shifts[5:7] = 0, 21
    found = type(truth)(truth.xy + shifts, truth.score)
    assert pck_at(0.2, found, truth, 100.0) == pytest.approx(15 / 17)
    assert pck_at(0.04, found, truth, 100.0) == pytest.approx(10 / 17)
    assert pck_at(0.3, found, truth, 100.0) == 1


def test_pck_counts_a_joint_exactly_at_the_limit_and_none_that_is_not_annotated():
    truth = with_score(someone(STANDING), 0.0, list(Joint)[2:]).keypoints
    xy = np.round(truth.xy)
    truth = type(truth)(xy, truth.score)
    shifts = np.zeros((17, 2), np.float32)
    shifts[0, 0], shifts[1, 0], shifts[5, 0] = 20, 21, 500
    assert pck_at(0.2, type(truth)(xy + shifts, truth.score), truth, 100.0) == 0.5


def test_the_confusion_counts_pairs_of_label_and_verdict():
    assert confusion(PAIRS) == Counter(
        {
            ("sitting", "sitting"): 3,
            ("sitting", "hunching"): 1,
            ("hunching", "hunching"): 2,
            ("hunching", "unknown"): 1,
            ("standing", "standing"): 4,
        }
    )


def test_f1_by_hand():
    counts = confusion(PAIRS)
    assert f1(counts, "sitting") == pytest.approx(2 * 3 / (4 + 3))
    assert f1(counts, "hunching") == pytest.approx(2 * 2 / (3 + 3))
    assert f1(counts, "standing") == 1


def test_macro_f1_is_the_plain_mean_over_the_labels():
    counts = confusion(PAIRS)
    expected = (6 / 7 + 2 / 3 + 1) / 3
    assert macro_f1(counts, ("sitting", "hunching", "standing")) == pytest.approx(expected)


def test_an_unknown_verdict_is_a_miss():
    counts = confusion([("sitting", "sitting"), ("sitting", "unknown")])
    assert macro_f1(counts, ("sitting",)) == pytest.approx(2 / 3)
    assert macro_f1(confusion([("sitting", "unknown")]), ("sitting",)) == 0


def test_a_label_that_never_occurs_scores_0():
    assert f1(confusion(PAIRS), "lying") == 0
    assert macro_f1(confusion([]), ("sitting", "standing")) == 0
