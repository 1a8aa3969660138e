"""An evaluation of many lines: what it breaks its scores down by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posture_cli import estimators
from posture_cli.dataset.evaluate import MOST_USUAL_VALUES, Evaluating
from posture_cli.inputs.video.frames import ONE_A_SECOND
from posture_cli.judging import Judging, load_judging
from posture_cli.reporter import Reporter, no_progress
from tests.dataset.test_recorded import observation

QUIET = Reporter(lambda message, hint: None, lambda text: None, no_progress)


def lines(path: Path, number: int) -> str:
    """Write so many lines of pictures that are not here, each of which is its own source."""
    form = json.loads(observation())
    forms = ({**form, "source": f"not here/{place}.jpg"} for place in range(number))
    path.write_text("\n".join(map(json.dumps, forms)), "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("number", "by", "parts"),
    [
        (MOST_USUAL_VALUES, (), MOST_USUAL_VALUES),
        (MOST_USUAL_VALUES + 1, (), 0),
        (MOST_USUAL_VALUES + 1, ("source",), MOST_USUAL_VALUES + 1),
    ],
)
def test_sources_of_few_pictures_are_no_kinds_unless_asked_for(
    tmp_path: Path, number: int, by: tuple[str, ...], parts: int
) -> None:
    rules = {"rules": load_judging(Judging("rules"))}
    found = Evaluating(rules, by, QUIET).run(
        (lines(tmp_path / "a.jsonl", number),),
        estimators.DEFAULTS,
        every=ONE_A_SECOND,
        verbose=False,
    )
    assert found
    (trial,) = found.evaluation.trials
    assert trial.scores.pictures == number
    assert len(trial.by.get("source", {})) == parts
