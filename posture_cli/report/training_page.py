"""The page of a training: what the judge looks at, what more samples give, scores, and the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.learned import LearnedModel, Question
from posture_cli.core.score.evaluation import Evaluation, Score
from posture_cli.core.score.learned_card import DEFAULT, LEARNED, Data, conclusion
from posture_cli.core.table import Table
from posture_cli.report.evaluation_page import Mistake, values
from posture_cli.report.learned_plots import Dot, decision, in_words, learning_curve
from posture_cli.report.pages import render
from posture_cli.report.plots import Chart

MARK = '<meta name="generator" content="posture train">'
"""Every page of this kind has it; only a file with it may be replaced."""
MORE_DEG = 10
"""What the table asks about an angle: how much the answer changes for so much more of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the judge, as the page shows it.

    Attributes:
        title: The question.
        plot: The samples by its two angles; None if there are other than two.
        labels: Style and name of each label in it.
        table: What each angle adds.
    """

    title: str
    plot: Chart | None
    labels: Sequence[tuple[str, str]]
    table: Table


def page(
    evaluation: Evaluation,
    mistakes: Mapping[str, Sequence[Mistake]],
    date: str,
    *,
    model: LearnedModel,
    data: Data,
    dots: tuple[Sequence[Dot], Sequence[Dot]],
    curve: Sequence[tuple[float, Score]],
) -> str:
    """Return a training as HTML that stands alone.

    Args:
        evaluation: The learned judge, out of fold, and the default rules on the same pictures.
        mistakes: The wrong answers of each, by the names of the trials.
        date: When it was made, in words.
        model: What was learned, with its card.
        data: The samples.
        dots: The samples by the angles of the two questions.
        curve: How many samples were learned from, and the score, growing.
    """
    default = evaluation.trials[1].scores.overall["macro_f1"]
    asked = [_asked("Hunching, or upright?", "hunching", model.hunching, dots[0])]
    if model.stance:
        asked.append(_asked("Sitting, or standing?", "sitting", model.stance, dots[1]))
    return render(
        "training.html",
        **{**values(evaluation, mistakes, date), "mark": MARK},
        asked=asked,
        learned=LEARNED,
        default=DEFAULT,
        conclusion=conclusion(evaluation.differences[LEARNED], data.folds),
        curve=learning_curve("Macro-F1 by number of samples", curve, default),
        data=data,
        card=model.card,
    )


def _asked(title: str, yes: str, question: Question, dots: Sequence[Dot]) -> Asked:
    two = len(question.features) == 2 and dots
    plot = decision(title, question, dots) if two else None
    labels = {dot.label for dot in dots}
    colours = [(label, label) for label in CLASSES if label in labels]
    return Asked(title, plot, colours, _table(yes, question))


def _table(yes: str, question: Question) -> Table:
    head = ("angle", "mean", "spread", f"{MORE_DEG}° more multiply the odds of {yes} by")
    rows = tuple(
        (
            in_words(one.quantity),
            f"{one.mean:.1f}°",
            f"{one.scale:.1f}°",
            f"{exp(one.weight / one.scale * MORE_DEG / question.temperature):.2g}",
        )
        for one in question.features
    )
    return Table("what each angle adds", head, rows)
