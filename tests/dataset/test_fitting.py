"""Learning a judge from hand-made people: what it finds, and when it refuses."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge import learned_form
from posture_cli.core.judge.learned import LearnedModel
from posture_cli.dataset import fitting
from posture_cli.dataset.fitting import Sample, folds, learn, out_of_fold
from posture_cli.errors import DependencyError, ModelError
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    KNEELING,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    judged,
    measured,
    someone,
    without,
)

pytest.importorskip("sklearn")

POSES = {"sitting": SITTING, "standing": STANDING, "hunching": HUNCHING}
KEYPOINTS_BY = "blazepose-full"


def sample(person: Person, label: str, group: str) -> Sample:
    return Sample(label, group, person, measured(person), SIZE)


def several(pose: Pose, label: str, number: int = 12, groups: int = 4) -> Iterator[Sample]:
    """Yield people who hold themselves nearly like this, some in each group."""
    chance = np.random.default_rng(len(label))
    for place in range(number):
        trunk, neck, thigh, shank = chance.normal(0, 4, 4)
        nearly = Pose(
            pose.trunk_deg + trunk,
            pose.neck_deg + neck,
            pose.thigh_deg + thigh,
            pose.shank_deg + shank,
        )
        yield sample(someone(nearly), label, f"person {place % groups}")


def everybody(number: int = 12, groups: int = 4) -> list[Sample]:
    return [s for label, pose in POSES.items() for s in several(pose, label, number, groups)]


@pytest.fixture(scope="module")
def model() -> LearnedModel:
    return learn(everybody(), [KEYPOINTS_BY, KEYPOINTS_BY])


def test_it_learns_what_the_labels_mean(model):
    for label, pose in POSES.items():
        assert judged(someone(pose), model.judge).label == label


def test_standing_hunchers_are_recognised_though_all_samples_sit(model):
    verdict = judged(someone(HUNCHING_UPRIGHT), model.judge)
    assert (verdict.label, verdict.stance) == ("hunching", "standing")


def test_forward_speaks_for_hunching_and_a_straight_leg_for_standing(model):
    assert all(feature.weight > 0 for feature in model.hunching.features)
    assert model.stance is not None
    assert all(feature.weight < 0 for feature in model.stance.features)


def test_the_model_can_be_written_down_and_says_whose_keypoints(model):
    assert model.estimators == (KEYPOINTS_BY,)
    assert learned_form.from_json(learned_form.to_json(model)) == model


def test_the_same_samples_in_another_order_give_the_same_model(model):
    again = learn(everybody()[::-1], [KEYPOINTS_BY])
    for question in ("hunching", "stance"):
        mine, other = (getattr(m, question).features for m in (model, again))
        assert [f.weight for f in mine] == pytest.approx([f.weight for f in other], abs=1e-3)


def test_samples_are_judged_by_a_judge_that_has_not_seen_their_group():
    samples = everybody()
    verdicts = out_of_fold(samples)
    assert [v.label for v in verdicts] == [s.label for s in samples]


def test_a_group_that_contradicts_all_others_is_judged_as_the_others_say():
    odd = [sample(someone(SITTING), "hunching", "odd") for _ in range(3)]
    samples = [*everybody(), *odd]
    assert {v.label for v in out_of_fold(samples)[-3:]} == {"sitting"}


def test_a_class_that_only_one_group_shows_is_not_known_without_that_group():
    upright = [s for s in everybody() if s.label != "hunching"]
    hunched = [sample(s.person, "hunching", "other") for s in several(HUNCHING, "hunching")]
    verdicts = out_of_fold([*upright, *hunched])
    assert {v.label for v in verdicts[len(upright) :]} == {"unknown"}


def test_distractors_teach_nothing():
    distractors = [sample(someone(Pose(40, 60, 5, 0)), "other", f"x{n}") for n in range(9)]
    without_them, with_them = (
        learn(everybody(), []),
        learn([*everybody(), *distractors], []),
    )
    assert without_them == with_them


def test_people_whom_the_gates_refuse_teach_nothing():
    refused = [
        *several(KNEELING, "standing"),
        *(sample(someone(SITTING, width=0.7), "hunching", "x") for _ in range(9)),
    ]
    assert learn([*everybody(), *refused], []) == learn(everybody(), [])


def test_hunchers_without_legs_teach_hunching():
    bare = [
        sample(without(s.person, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), s.label, s.group)
        for s in everybody()
        if s.label == "hunching"
    ]
    seated = [s for s in everybody() if s.label != "hunching"]
    assert judged(someone(HUNCHING), learn([*seated, *bare], []).judge).label == "hunching"


def test_what_is_learned_of_is_counted_by_what_it_can_teach():
    nose, legs = (Joint.NOSE,), (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
    seen = [
        sample(without(someone(pose), *gone), label, "x")
        for label, pose in POSES.items()
        for gone in ((), nose, legs, (*nose, *legs))
    ]
    counted = Counter(one.label for one in fitting.learned_of(seen))
    assert counted == {"sitting": 3, "standing": 3, "hunching": 2}


def test_without_standing_people_the_stance_stays_with_the_rules():
    model = learn([s for s in everybody() if s.label != "standing"], [])
    assert model.stance is None
    assert judged(someone(STANDING), model.judge).label == "standing"


@pytest.mark.parametrize("label", ["hunching", "upright"])
def test_too_few_samples_are_refused_with_their_number(label):
    few = {"hunching": ("hunching",), "upright": ("sitting", "standing")}[label]
    samples = [s for s in everybody() if s.label not in few]
    with pytest.raises(ModelError, match="too few samples to learn from: ") as caught:
        learn(samples, [])
    assert caught.value.code == "too_few"


def test_no_samples_at_all_are_too_few():
    with pytest.raises(ModelError, match="0 sitting, 0 standing, 0 hunching"):
        learn([], [])


def test_noisy_labels_make_it_less_sure():
    samples = everybody(number=40, groups=8)
    swapped = {"sitting": "hunching", "hunching": "sitting"}
    noisy = [
        Sample(swapped.get(s.label, s.label), s.group, s.person, s.measurement, s.size)
        if place % 5 == 0
        else s
        for place, s in enumerate(samples)
    ]
    sure, modest = (
        judged(someone(HUNCHING), learn(some, []).judge).confidence for some in (samples, noisy)
    )
    assert sure > 0.97
    assert 0.6 < modest < 0.9


def test_people_who_all_measure_the_same_are_no_error():
    samples = [
        sample(someone(pose), label, str(n)) for label, pose in POSES.items() for n in range(6)
    ]
    assert judged(someone(HUNCHING), learn(samples, []).judge).label == "hunching"


def test_one_group_alone_cannot_test_itself():
    samples = everybody(groups=1)
    assert {v.label for v in out_of_fold(samples)} == {"unknown"}
    assert learn(samples, []).hunching.temperature == 1.0


@pytest.mark.parametrize("groups", [2, 9, 10, 11, 40])
def test_a_group_is_in_one_fold_and_folds_are_at_most_ten(groups):
    samples = everybody(number=40, groups=groups)
    where = folds(samples)
    fold_of: dict[str, set[int]] = {}
    for one, fold in zip(samples, where.tolist(), strict=True):
        fold_of.setdefault(one.group, set()).add(fold)
    assert all(len(found) == 1 for found in fold_of.values())
    assert len(set(where.tolist())) == min(groups, fitting.MOST_FOLDS)


def test_folds_have_their_share_of_each_label():
    samples = [
        Sample(s.label, f"{s.label} {n}", s.person, s.measurement, s.size)
        for n, s in enumerate(everybody(number=20))
    ]
    for fold, rows in enumerate([folds(samples) == f for f in range(fitting.MOST_FOLDS)]):
        labels = [s.label for s, here in zip(samples, rows, strict=True) if here]
        assert sorted(labels) == sorted([*POSES] * 2), fold


def test_without_scikit_learn_the_error_names_the_extra(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(DependencyError) as caught:
        learn(everybody(), [])
    assert caught.value.hint == "pip install 'posture-cli[train]'"
