from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.judge.labels import LABELS, Label
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Failure
from posture_cli.core.score.evaluation import NOBODY, Bin, Evaluation, Judged, Score
from posture_cli.core.score.tables import intervals_note
from posture_cli.core.score.trials import (
    MIN_UNITS,
    difference,
    reliability,
    risk_coverage,
    scores,
    trial,
    unit_of,
)
from posture_cli.dataset.bootstrap import RESAMPLES, resampled


def answer(label: Label, confidence: float = 0.9) -> Verdict:
    sure = 0.0 if label == "unknown" else confidence
    return Verdict("unknown", None, label, sure, (Reason("between"),))


def judged(
    truth: str, label: Label, confidence: float = 0.9, about: Mapping[str, str] | None = None
) -> Judged:
    return Judged("a.jpg", truth, about or {}, answer(label, confidence))


FEW = (
    *[judged("sitting", "sitting")] * 3,
    judged("sitting", "hunching", 0.6),
    *[judged("hunching", "hunching")] * 2,
    judged("hunching", "unknown"),
    *[judged("standing", "standing")] * 4,
    judged("other", "unknown"),
    judged("lying", "hunching", 0.7),
)


def test_resampling_keeps_the_number_and_the_mean():
    units = np.eye(3)[[0] * 60 + [1] * 30 + [2] * 10]
    sums = resampled(units)
    assert sums.shape == (RESAMPLES, 3)
    assert set(sums.sum(axis=1)) == {100.0}
    np.testing.assert_allclose(sums.mean(axis=0), [60, 30, 10], atol=0.5)
    np.testing.assert_allclose(sums.std(axis=0), np.sqrt([24, 21, 9]), rtol=0.1)
    np.testing.assert_array_equal(resampled(units), sums)


def test_units_that_differ_are_drawn_one_by_one():
    sums = resampled(np.arange(50.0)[:, None])
    assert sums.mean() == pytest.approx(50 * 24.5, rel=0.01)
    assert sums.std() == pytest.approx(np.sqrt(50) * np.arange(50).std(), rel=0.1)


def test_equal_units_are_one_resample_which_scores_the_same():
    alike, same = [FEW[0]] * 3, np.ones((3, 2))
    assert resampled(same).tolist() == [[3.0, 3.0]]
    every = scores(alike, lambda units: np.repeat(resampled(units), RESAMPLES, axis=0))
    assert scores(alike, resampled) == every
    assert every.overall["accuracy"].low is not None


def test_scores_by_hand():
    found = scores(FEW, resampled)
    assert found.counts == {
        "sitting": {"sitting": 3, "standing": 0, "hunching": 1, "unknown": 0},
        "standing": {"sitting": 0, "standing": 4, "hunching": 0, "unknown": 0},
        "hunching": {"sitting": 0, "standing": 0, "hunching": 2, "unknown": 1},
        "lying": {"sitting": 0, "standing": 0, "hunching": 1, "unknown": 0},
        "other": {"sitting": 0, "standing": 0, "hunching": 0, "unknown": 1},
    }
    assert found.pictures == 13
    values = {name: score.value for name, score in found.overall.items()}
    assert values == pytest.approx(
        {
            "accuracy": 9 / 11,
            "coverage": 10 / 11,
            "accuracy_at_coverage": 9 / 10,
            "distractors_unknown": 1 / 2,
            "macro_f1": (6 / 7 + 1 + 2 / 3) / 3,
            "macro_f1_with_distractors": (6 / 7 + 1 + 4 / 7) / 3,
        }
    )
    assert (found.overall["accuracy"].part, found.overall["accuracy"].whole) == (9, 11)
    assert found.classes["hunching"]["precision"].value == pytest.approx(2 / 3)
    assert found.classes["hunching"]["precision_with_distractors"].value == pytest.approx(2 / 4)


answers = st.lists(
    st.tuples(
        st.sampled_from(("sitting", "standing", "hunching", "other")), st.sampled_from(LABELS)
    ),
    min_size=1,
    max_size=40,
)


@given(pairs=answers)
def test_every_interval_holds_its_score(pairs):
    found = scores([judged(truth, label) for truth, label in pairs], resampled)
    each = [*found.overall.values(), *(s for row in found.classes.values() for s in row.values())]
    for score in each:
        if score.value is not None and score.whole is not None:
            assert score.low <= score.value <= score.high
        if score.low is not None:
            assert 0 <= score.low <= score.high <= 1


def test_a_perfect_share_leaves_room_and_a_perfect_f1_has_no_interval():
    found = scores([judged("sitting", "sitting")] * 5, resampled)
    assert found.overall["accuracy"].low == pytest.approx(0.5655, abs=1e-4)
    assert found.overall["macro_f1"] == Score(1.0)
    assert list(found.classes) == ["sitting"]
    assert found.overall["distractors_unknown"] == Score(None, part=0, whole=0)


def test_pictures_of_one_person_are_drawn_together_where_there_are_enough_people():
    def of(people: int) -> list[Judged]:
        return [
            judged(
                "sitting", "sitting" if person % 3 else "standing", about={"person": str(person)}
            )
            for person in range(people)
            for _ in range(10)
        ]

    many, few = of(MIN_UNITS), of(MIN_UNITS - 1)
    assert (unit_of(many), unit_of(few), unit_of(FEW)) == ("person", None, None)
    assert scores(many, resampled).unit == "person"
    assert scores(few, resampled).unit == "picture"
    alike = scores(many, resampled).overall["macro_f1"]
    apart = scores([judged(o.truth, o.verdict.label) for o in many], resampled).overall["macro_f1"]
    assert alike.value == apart.value
    assert alike.high - alike.low > 2 * (apart.high - apart.low)


def test_pictures_of_too_few_people_say_so_beside_the_intervals():
    def note(people: int) -> str:
        pictures = [
            judged("sitting", "sitting", about={"person": str(n % people)}) for n in range(40)
        ]
        one = trial("default", pictures, [], resampled)
        return intervals_note(Evaluation("1", (), "recorded", (one,), {}, (), RESAMPLES))

    assert "resamples of pictures; 5 persons are too few to resample instead" in note(5)
    assert "resamples of persons. Intervals" in note(20)
    assert "resamples of pictures. Intervals" in note(1)


def test_a_person_counts_before_a_source_and_who_names_none_is_alone():
    both = [
        judged("sitting", "sitting", about={"person": str(n), "source": str(n)}) for n in range(30)
    ]
    assert unit_of(both) == "person"
    by_source = [
        judged("sitting", "sitting", about={"person": "", "source": str(n)}) for n in range(30)
    ]
    assert unit_of(by_source) == "source"
    some = [*by_source, *[judged("sitting", "standing", about={"source": ""})] * 30]
    assert scores(some, resampled).pictures == 60


def test_a_trial_is_broken_down_by_column_with_the_largest_part_first():
    pictures = [
        judged("sitting", "sitting", about={"view": "profile"}),
        judged("sitting", "hunching", about={"view": "3/4"}),
        judged("standing", "standing", about={"view": "profile"}),
        judged("standing", "standing"),
    ]
    found = trial("default", pictures, ["view"], resampled)
    accuracies = {view: s.overall["accuracy"].value for view, s in found.by["view"].items()}
    assert list(accuracies.items()) == [("profile", 1.0), ("", 1.0), ("3/4", 0.0)]


def test_the_surest_mistake_comes_first():
    found = trial("default", FEW, [], resampled)
    assert [(one.truth, one.verdict.label) for one in found.wrong()] == [
        ("lying", "hunching"),
        ("sitting", "hunching"),
        ("hunching", "unknown"),
    ]


def test_a_difference_is_of_the_same_resamples():
    one = trial("one", FEW, [], resampled)
    worse = trial("two", [judged(o.truth, "unknown") for o in FEW], [], resampled)
    assert difference(one, one, resampled) == Score(0.0)
    found = difference(worse, one, resampled)
    assert found.value == pytest.approx(-(6 / 7 + 1 + 2 / 3) / 3)
    assert found.low < found.value < found.high < 0


def test_answers_are_put_into_bins_of_confidence():
    sure = [judged("sitting", "sitting", c) for c in (0.6, 0.69, 0.7, 0.95, 1.0)]
    wrong = [judged("other", "sitting", 0.65), judged("sitting", "unknown")]
    first, second, last = reliability([*sure, *wrong])
    assert (first.low, first.high, first.pictures) == (0.6, 0.7, 3)
    assert first.confidence == pytest.approx((0.6 + 0.69 + 0.65) / 3)
    assert first.right.value == pytest.approx(2 / 3)
    assert (second.low, second.pictures, last.low, last.pictures) == (0.7, 1, 0.95, 2)
    assert reliability([judged("sitting", "unknown")]) == ()


def test_the_calibration_error_weighs_bins_by_their_answers():
    pictures = [*[judged("sitting", "sitting", 0.8)] * 3, judged("sitting", "standing", 0.6)]
    found = trial("default", pictures, [], resampled)
    assert found.calibration_error == pytest.approx((3 * 0.2 + 0.6) / 4)
    assert trial("default", [judged("sitting", "unknown")], [], resampled).calibration_error is None


def test_risk_against_coverage_takes_equal_confidence_together():
    pictures = [
        judged("sitting", "sitting", 0.9),
        judged("sitting", "standing", 0.8),
        judged("standing", "standing", 0.8),
        judged("hunching", "unknown"),
        judged("other", "sitting", 0.99),
    ]
    assert risk_coverage(pictures) == [(1 / 4, 0.0), (3 / 4, 1 / 3)]
    assert risk_coverage([judged("other", "sitting")]) == []


def test_the_json_form_is_complete_and_plain():
    one = trial("default", [*FEW, Judged("b.jpg", "other", {"view": "x"}, NOBODY)], [], resampled)
    evaluation = Evaluation(
        version="1.2",
        inputs=("labels.csv",),
        estimator="recorded",
        trials=(one,),
        differences={},
        failures=(Failure("c.jpg", "damaged", "is damaged", "copy it"),),
        resamples=RESAMPLES,
    )
    form = evaluation.to_json()
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    assert list(form) == [
        *("schema", "version", "inputs", "estimator", "intervals", "pictures", "macro_f1"),
        *("failed", "trials", "macro_f1_differences"),
    ]
    assert form["schema"] == "posture-evaluation/1"
    assert form["failed"] == [{"file": "c.jpg", "code": "damaged", "message": "is damaged"}]
    told = form["trials"][0]
    assert form["macro_f1"] == told["scores"]["macro_f1"]["value"]
    accuracy = one.scores.overall["accuracy"]
    assert told["scores"]["accuracy"] == {
        "value": 0.8182,
        "low": round(accuracy.low, 4),
        "high": 1.0,
        "part": 9,
        "whole": 11,
    }
    assert told["rows"][-1] == {
        "file": "b.jpg",
        "label": "other",
        "verdict": "unknown",
        "right": True,
        "confidence": 0.0,
        "reasons": ["nobody"],
        "about": {"view": "x"},
    }
    assert [row["from"] for row in told["reliability"]] == [0.6, 0.7, 0.9]


def test_a_bin_says_how_many_it_holds():
    assert Bin(0.9, 0.95, 0.92, Score(0.5, 0.1, 0.9, 2, 4)).pictures == 4
