from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import OKS_SIGMAS, Joint
from posture_cli.core.score import scoring
from posture_cli.core.score.scoring import oks, pck_at
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
    with pytest.raises(ValueError, match="has to be above 0"):
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


TABLE = np.array([[3, 0, 1, 0], [0, 4, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]], float)
"""PAIRS, and three distractors of which one is called hunching."""


def test_a_table_counts_pairs_and_takes_all_distractors_together():
    others = [("other", "unknown"), ("lying", "unknown"), ("other", "hunching")]
    assert scoring.table([*PAIRS, *others]).tolist() == TABLE.tolist()
    assert scoring.table([]).tolist() == np.zeros((4, 4)).tolist()


def test_the_right_answer_to_a_distractor_is_unknown():
    assert [scoring.right_answer(label) for label in ("hunching", "other", "unknown")] == [
        "hunching",
        "unknown",
        "unknown",
    ]


def shares(tables: np.ndarray) -> dict[str, tuple]:
    return {name: (r.part.tolist(), r.whole.tolist()) for name, r in scoring.ratios(tables).items()}


def test_shares_by_hand_with_unknown_as_a_miss():
    assert shares(TABLE) == {
        "accuracy": (9, 11),
        "coverage": (10, 11),
        "accuracy_at_coverage": (9, 10),
        "distractors_unknown": (2, 3),
    }


def test_class_scores_by_hand():
    ratios = scoring.class_ratios(TABLE)
    expected = {
        "precision": [1, 1, 2 / 3],
        "recall": [3 / 4, 1, 2 / 3],
        "f1": [6 / 7, 1, 4 / 6],
        "precision_with_distractors": [1, 1, 2 / 4],
        "f1_with_distractors": [6 / 7, 1, 4 / 7],
    }
    assert list(ratios) == list(expected)
    for name, ratio in ratios.items():
        assert ratio.value.tolist() == pytest.approx(expected[name])


def test_macro_f1_is_the_plain_mean_over_the_classes():
    assert scoring.macro(TABLE, "f1") == pytest.approx((6 / 7 + 1 + 2 / 3) / 3)
    assert scoring.macro(TABLE, "f1_with_distractors") == pytest.approx((6 / 7 + 1 + 4 / 7) / 3)


def test_a_class_without_pictures_does_not_count():
    only_sitting = scoring.table([("sitting", "sitting"), ("sitting", "standing")])
    assert scoring.macro(only_sitting, "f1") == pytest.approx(2 / 3)
    assert np.isnan(scoring.macro(scoring.table([("other", "unknown")]), "f1"))


def test_a_class_never_answered_scores_0_and_has_no_precision():
    silent = scoring.class_ratios(scoring.table([("sitting", "unknown")]))
    assert silent["f1"].value[0] == silent["recall"].value[0] == 0
    assert np.isnan(silent["precision"].value[0])


def test_many_tables_are_scored_at_once():
    both = np.stack([TABLE, TABLE.T])
    for name, ratio in scoring.class_ratios(both).items():
        alone = [scoring.class_ratios(table)[name].value for table in both]
        np.testing.assert_array_equal(ratio.value, alone)
    np.testing.assert_array_equal(
        scoring.macro(both, "f1"), [scoring.macro(table, "f1") for table in both]
    )


@given(part=st.integers(0, 50), more=st.integers(0, 50))
def test_wilsons_interval_holds_the_share_and_leaves_something_open(part, more):
    whole = part + more
    if not whole:
        return
    low, high = scoring.wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    assert high - low > 0.03


def test_wilsons_interval_by_hand():
    assert scoring.wilson(5, 5) == pytest.approx((0.5655, 1.0), abs=1e-4)
    assert scoring.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
