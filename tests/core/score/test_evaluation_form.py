"""An evaluation that was written is read again, or refused with what is wrong."""

from __future__ import annotations

import copy
import json

import pytest

from posture_cli.core.score.evaluation import Evaluation
from posture_cli.core.score.evaluation_form import from_json
from posture_cli.core.score.trials import trial
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from tests.core.score.test_trials import FEW, judged

ROWS = (*FEW, judged("sitting", "sitting", about={"person": "anna"}))


def form(rows=ROWS) -> dict:
    one = trial("mine.json", rows, (), resampled)
    evaluation = Evaluation("1", ("a.csv",), "recorded", (one,), {}, (), RESAMPLES)
    return json.loads(json.dumps(evaluation.to_json()))


def test_what_is_read_has_the_same_scores():
    rules, rows = from_json(form())
    again, before = trial(rules, rows, (), resampled), trial(rules, ROWS, (), resampled)
    assert rules == "mine.json"
    assert again.scores == before.scores
    assert [one.about for one in rows] == [one.about for one in ROWS]
    assert [one.name for one in rows] == [one.name for one in ROWS]


def broken(change) -> dict:
    made = copy.deepcopy(form())
    change(made)
    return made


def row(made: dict) -> dict:
    return made["trials"][0]["rows"][0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f.update(schema="posture-evaluation/9"), "posture-evaluation/9"),
        (lambda f: f.pop("trials"), "it has no trial"),
        (lambda f: f.update(trials=[]), "it has no trial"),
        (lambda f: f.update(trials=["x"]), "it has no trial"),
        (lambda f: f["trials"][0].update(rows=[]), "no rows"),
        (lambda f: f["trials"][0].update(rows="abc"), "no rows"),
        (lambda f: f["trials"][0]["rows"].insert(0, 7), "not a JSON object"),
        (lambda f: row(f).pop("about"), "not a JSON object with `about`"),
        (lambda f: row(f).pop("file"), "no file or no label"),
        (lambda f: row(f).update(label=1), "no file or no label"),
        (lambda f: row(f).update(verdict="flying"), "'flying' is no answer"),
        (lambda f: row(f).update(verdict=["sitting"]), "is no answer"),
        (lambda f: row(f).update(confidence=2), "from 0 to 1"),
        (lambda f: row(f).update(confidence=True), "from 0 to 1"),
        (lambda f: row(f).update(confidence=float("nan")), "from 0 to 1"),
    ],
)
def test_what_is_damaged_is_refused_with_what_is_wrong(change, told):
    with pytest.raises(ValueError, match=told):
        from_json(broken(change))
