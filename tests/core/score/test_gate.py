"""A new judge passes unless it is worse on the same pictures, and not by chance."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.score.evaluation import Judged, Trial
from posture_cli.core.score.gate import decide
from posture_cli.core.score.scoring import right_answer
from posture_cli.core.score.trials import trial
from posture_cli.dataset.bootstrap import resampled
from tests.core.score.test_trials import answer

TRUTHS = ("sitting", "standing", "hunching") * 20


def judged(name: str, wrong: range = range(0), truths: tuple[str, ...] = TRUTHS) -> Trial:
    """Return a judge that leaves some pictures unknown and is right on all others."""
    rows = [
        Judged(f"{n}.jpg", truth, {}, answer("unknown" if n in wrong else right_answer(truth)))
        for n, truth in enumerate(truths)
    ]
    return trial(name, rows, (), resampled)


def test_without_a_champion_it_passes_and_says_so():
    decision = decide(judged("new"), None, resampled, None)
    assert (decision.passed, decision.reason) == (True, "there is no champion yet")
    assert decision.to_json()["champion"] is None


def test_the_same_answers_pass():
    decision = decide(judged("new", range(9)), judged("old", range(9)), resampled, None)
    assert decision.passed
    assert decision.reason == "macro-F1 +0.000 against the champion: not worse"
    assert decision.only_right == (0, 0)


def test_one_that_is_worse_by_more_than_chance_does_not_pass():
    decision = decide(judged("new", range(20)), judged("old", range(2)), resampled, None)
    assert not decision.passed
    assert decision.reason.startswith("macro-F1 -0.1")
    assert decision.reason.endswith("against the champion: worse, and not by chance")
    assert decision.only_right == (0, 18)


def test_one_that_is_worse_by_chance_passes():
    decision = decide(judged("new", range(2)), judged("old"), resampled, None)
    assert decision.passed
    assert decision.difference is not None
    assert decision.difference.value < 0 == decision.difference.high
    assert decision.only_right == (0, 2)


def test_it_is_the_pairs_that_count_and_not_the_scores_alone():
    """Six misses each, but on different pictures: no difference to see either way."""
    decision = decide(judged("new", range(6)), judged("old", range(30, 36)), resampled, None)
    assert decision.passed
    assert decision.only_right == (6, 6)


def test_wrong_everywhere_against_right_everywhere_has_no_interval_and_does_not_pass():
    decision = decide(judged("new", range(60)), judged("old"), resampled, None)
    assert decision.difference is not None and decision.difference.high is None
    assert not decision.passed
    assert decision.reason == "macro-F1 -1.000 against the champion: worse, and not by chance"


@pytest.mark.parametrize("champion", [None, judged("old", range(60))])
def test_the_floor_counts_with_and_without_a_champion(champion):
    new = judged("new", range(30))
    assert decide(new, champion, resampled, 0.6).passed
    closed = decide(new, champion, resampled, 0.7)
    assert (closed.passed, closed.reason) == (False, "macro-F1 0.667 is below the floor of 0.7")


def test_with_nothing_to_score_it_does_not_pass():
    decision = decide(judged("new", truths=("lying",) * 3), None, resampled, None)
    assert not decision.passed
    assert decision.reason.startswith("there is nothing to score")


def test_the_json_form_is_flat_and_plain():
    form = decide(judged("new", range(20)), judged("old"), resampled, None).to_json()
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    difference = form.pop("difference")
    assert difference["high"] < 0
    assert form == {
        "schema": "posture-gate/1",
        "passed": False,
        "reason": form["reason"],
        "new": "new",
        "champion": "old",
        "pictures": 60,
        "macro_f1": 0.7998,
        "champion_macro_f1": 1.0,
        "only_new_right": 0,
        "only_champion_right": 20,
    }
