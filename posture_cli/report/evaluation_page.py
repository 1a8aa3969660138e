"""The page of an evaluation: what was judged wrong, then tables and plots, in one HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posture_cli.core.judge.labels import LABELS, UNKNOWN
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import Evaluation, Judged
from posture_cli.core.score.scoring import right_answer
from posture_cli.core.score.trials import risk_coverage
from posture_cli.report import plots
from posture_cli.report.pages import render

MARK = '<meta name="generator" content="posture evaluate">'
"""Every page of this kind has it; only a file with it may be replaced."""

FEW = 8
"""Wrong answers that are shown at once; the others are one click away. Guess: two rows."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture with a wrong answer.

    Attributes:
        judged: The picture with its verdict.
        why: The answer and its reasons, in words.
        image: The annotated picture as the address of an `img`; None to name it only.
    """

    judged: Judged
    why: str
    image: str | None = None


def page(evaluation: Evaluation, mistakes: Mapping[str, Sequence[Mistake]], date: str) -> str:
    """Return an evaluation as HTML that stands alone.

    Args:
        evaluation: All scores.
        mistakes: The wrong answers of each set of rules, by the names of the trials.
        date: When it was made, in words.
    """
    return render("evaluation.html", **values(evaluation, mistakes, date))


def values(
    evaluation: Evaluation, mistakes: Mapping[str, Sequence[Mistake]], date: str
) -> dict[str, object]:
    """Return what the page of an evaluation shows, by the names that its template uses."""
    trials = evaluation.trials
    curves = {tables.shown(t.rules): risk_coverage(t.judged) for t in trials}
    overall = {tables.shown(t.rules): t.scores.overall for t in trials}
    return {
        "mark": MARK,
        "date": date,
        "evaluation": evaluation,
        "mistakes": mistakes,
        "few": FEW,
        "tables": tables,
        "labels": LABELS,
        "unknown": UNKNOWN,
        "right_answer": right_answer,
        "scores": [
            (plots.score_bars(name, {rules: found[key] for rules, found in overall.items()}), means)
            for key, (name, means) in tables.OVERALL.items()
        ],
        "reliability": [
            (t, plots.reliability(f"Reliability of {t.rules}", t.bins)) for t in trials
        ],
        "risk": plots.risk_coverage("Share wrong against coverage", curves),
        "curves": [(plots.style(number), name) for number, name in enumerate(curves)],
    }
