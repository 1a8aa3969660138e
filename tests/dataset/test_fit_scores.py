"""From which score on joints count: fitted on labelled pictures whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from posture_cli.core.body.keypoints import VISIBLE_SCORE, Keypoints
from posture_cli.core.body.scene import Person
from posture_cli.core.score.evaluation import Judged, Trial
from posture_cli.core.score.trials import trial
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.estimate import Estimated
from posture_cli.dataset.fit_scores import counted_from, fit, the_estimator
from posture_cli.dataset.labelled import Labelled, Source
from posture_cli.errors import RequestError
from posture_cli.judging import Judging, load_judging
from tests.people import HUNCHING, SITTING, SIZE, STANDING, someone

RULES = load_judging(Judging("rules"))
POSES = {"sitting": SITTING, "standing": STANDING, "hunching": HUNCHING}


def with_scores(person: Person, factor: float) -> Person:
    keypoints = Keypoints(person.keypoints.xy, person.keypoints.score * np.float32(factor))
    return replace(person, keypoints=keypoints)


def pictures(factor: float) -> list[Estimated]:
    """Return 30 pictures whose labels are right, of an estimator with such low scores."""
    found = []
    for number in range(30):
        label = list(POSES)[number % 3]
        name = f"{number}.jpg"
        labelled = Labelled(name, label, {}, name, name, Source(name, ()))
        person = with_scores(someone(POSES[label], hip=(400 + number, 400)), factor)
        found.append(Estimated(labelled, SIZE, (person,), "onnx:a#12345678"))
    return found


def judged(found: list[Estimated]) -> Trial:
    rows: list[Judged] = [one.judged(RULES.read(one.people[0], one.size).verdict) for one in found]
    return trial("rules", rows, (), resampled)


def test_low_scores_get_a_low_limit_that_is_clearly_better():
    result = fit(pictures(0.3), judged)
    assert result.is_clear
    assert result.better.value == pytest.approx(1)
    assert result.limit <= 0.25  # near joints have .27, far ones .12
    assert judged(counted_from(pictures(0.3), result.limit)).scores.overall["macro_f1"].value == 1


def test_few_pictures_are_refused():
    with pytest.raises(RequestError, match="9 pictures"):
        fit(pictures(0.3)[:9], judged)


def test_scores_as_usual_keep_the_usual_limit():
    result = fit(pictures(1), judged)
    assert not result.is_clear
    assert result.limit == pytest.approx(VISIBLE_SCORE)


def test_the_limit_becomes_the_usual_one_and_the_ends_stay():
    person = someone(SITTING)
    score = np.array([0, 0.05, 0.1, 0.55, 1] + [0.1] * 12, np.float32)
    person = replace(person, keypoints=Keypoints(person.keypoints.xy, score), in_mirror=person)
    other = person.counted_from(0.1)
    expected = [0, VISIBLE_SCORE / 2, VISIBLE_SCORE, (1 + VISIBLE_SCORE) / 2, 1]
    np.testing.assert_allclose(other.keypoints.score[:5], expected, atol=1e-6)
    assert (other.in_mirror.keypoints.score > person.keypoints.score[2]).all()
    assert np.array_equal(other.keypoints.xy, person.keypoints.xy)


@pytest.mark.parametrize(
    "names", [[], ["blazepose-full", "gluoncv"], ["replay"], ["blazepose-full@0.2"]]
)
def test_what_cannot_be_fitted_is_refused(names):
    with pytest.raises(RequestError) as caught:
        the_estimator(names)
    assert caught.value.hint


def test_the_precision_of_an_estimator_does_not_matter():
    assert the_estimator(["blazepose-full@fp16"]) == "blazepose-full@fp16"
