"""Plots of a learned judge."""

from __future__ import annotations

import pytest

from posture_cli.core.judge.learned import Feature, Question
from posture_cli.core.score.evaluation import Score
from posture_cli.report.learned_plots import Dot, decision, learning_curve
from tests.report.pages import assert_inside, drawn

DOTS = [Dot("sitting", -12, 31), Dot("standing", 3, 20), Dot("hunching", 44, 71)]


def question(across: float, up: float, intercept: float = 0.0) -> Question:
    """About trunk and face, with these weights per 10 degrees, even at 10 and 40 degrees."""
    features = (Feature("trunk_deg", 10, 10, across), Feature("face_deg", 40, 10, up))
    return Question(features, intercept, 1.0)


def test_dots_stand_where_their_angles_are_on_round_axes():
    plot = decision("Hunching?", question(1, 1), DOTS)
    assert [words for _, words in plot.across] == ["-20", "0", "20", "40", "60"]
    assert [words for _, words in plot.up] == ["20", "35", "50", "65", "80"]
    assert [(label, round(x, 3), round(y, 3)) for label, x, y, _ in plot.dots] == [
        ("sitting", 0.1, 0.183),
        ("standing", 0.287, 0.0),
        ("hunching", 0.8, 0.85),
    ]
    assert plot.names == ("trunk", "face")
    assert "1 sitting; 1 standing; 1 hunching" in plot.words
    assert_inside(drawn(plot))


@pytest.mark.parametrize(
    ("weights", "ends"),
    [
        (
            (1, 1),
            {(0.0, 5 / 6), (0.625, 0.0)},
        ),  # where trunk + face = 50
        ((0, 1), {(0.0, 1 / 3), (1.0, 1 / 3)}),
        ((1, 0), {(0.375, 0.0), (0.375, 1.0)}),
        ((0, 0), set()),
    ],
)
def test_the_line_is_where_both_answers_are_as_likely(weights, ends):
    plot = decision("Hunching?", question(*weights), DOTS)
    ((_, points),) = plot.lines
    assert {(round(x, 6), round(y, 6)) for x, y in points} == {
        (round(x, 6), round(y, 6)) for x, y in ends
    }
    assert_inside(drawn(plot))


def test_a_line_outside_the_plot_is_not_drawn():
    ((_, points),) = decision("Hunching?", question(1, 1, intercept=99), DOTS).lines
    assert points == []


def test_one_sample_is_a_plot_too():
    assert_inside(drawn(decision("Hunching?", question(1, 1), DOTS[:1])))


def test_a_curve_has_its_intervals_and_the_default_beside_it():
    steps = [(10.0, Score(0.5, 0.3, 0.8)), (20.0, Score(None)), (40.0, Score(0.9))]
    plot = learning_curve("Macro-F1", steps, Score(0.75))
    assert plot.lines == [
        ("guide", [(0.0, 0.75), (1.0, 0.75)]),
        ("whisker", [(0.25, 0.3), (0.25, 0.8)]),
        ("c0", [(0.25, 0.5), (1.0, 0.9)]),
    ]
    assert [words for _, words in plot.across] == ["0", "10", "20", "30", "40"]
    assert "10 samples: 0.500 (0.300 to 0.800)" in plot.words
    assert_inside(drawn(plot))
