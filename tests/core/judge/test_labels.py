"""One table of labels: a new one is missing nowhere, and silently becomes nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import numpy as np

from posture_cli.core.judge import labels
from posture_cli.core.score import scoring

PACKAGE = Path(__file__).parents[3] / "posture_cli"
LISTED = re.compile(r"""["']sitting["'], ["']standing["'],|LABELS\[|CLASSES\[""")


def test_the_table_has_every_label_and_no_other():
    judged = [name for name, kind in labels.POSTURES.items() if kind.judged]
    assert set(judged) == set(get_args(labels.Label)) == set(labels.LABELS)
    assert set(labels.POSTURES) == {*labels.LABELS, labels.AWAY}
    assert set(get_args(labels.Stance)) == {*labels.STANCES, labels.UNKNOWN}


def test_unknown_comes_last_and_is_not_an_answer():
    assert (*labels.CLASSES, labels.UNKNOWN) == labels.LABELS
    assert labels.CLASSES == ("sitting", "standing", "hunching")


def test_a_new_label_is_a_class_of_its_own_in_the_scores(monkeypatch):
    """Adding one used to make it the unknown label, because lists were sliced."""
    more = ("sitting", "standing", "lying", "hunching")
    monkeypatch.setattr(scoring, "CLASSES", more)
    monkeypatch.setattr(scoring, "LABELS", (*more, "unknown"))
    table = scoring.table([("lying", "lying"), ("lying", "unknown"), ("kneeling", "lying")])
    assert table.shape == (5, 5)
    assert table[2].tolist() == [0, 0, 1, 0, 1]
    assert table[4].tolist() == [0, 0, 1, 0, 0]
    ratios = scoring.ratios(table)
    assert np.isclose(ratios["coverage"].value, 0.5)
    assert np.isclose(ratios["distractors_unknown"].value, 0.0)


def test_colours_differ_where_they_stand_side_by_side():
    for side in ("light", "dark", "terminal"):
        colours = [getattr(labels.POSTURES[label], side) for label in labels.LABELS]
        assert len(set(colours)) == len(colours)


def test_answers_can_be_told_without_colours():
    answers = [labels.POSTURES[label] for label in labels.CLASSES]
    assert len({facts.figure for facts in answers}) == len(answers)
    for facts in answers:
        assert len(facts.figure) > 2 and np.ptp(np.array(facts.figure), axis=0).max() <= 1
    assert [name for name, facts in labels.POSTURES.items() if facts.warns] == ["hunching"]


def test_no_other_place_lists_or_slices_the_labels():
    places = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "labels.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if LISTED.search(line)
    ]
    assert places == []
