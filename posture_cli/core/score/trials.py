"""Score the verdicts of a set of rules, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from posture_cli.core.judge.labels import CLASSES, LABELS
from posture_cli.core.score import scoring
from posture_cli.core.score.evaluation import Bin, Judged, Score, Scores, Trial
from posture_cli.core.score.scoring import Array, Tables

MACROS = {"macro_f1": "f1", "macro_f1_with_distractors": "f1_with_distractors"}
"""Scores that are means over the classes -> the class score."""
COUNTED = ("precision", "recall", "precision_with_distractors")
"""Class scores that are shares of pictures; F1 is not."""
UNITS = ("person", "source")
"""Columns that group similar pictures for resampling; the first with enough values is used."""
MIN_UNITS = 10
"""With fewer units, the intervals are too narrow. Guess; Cameron, Gelbach and Miller 2008 call 5 to
30 few."""
INTERVAL_PERCENT = (2.5, 97.5)
BIN_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

Resample = Callable[[Array], Array]
"""From (units, numbers) to (resamples, numbers): sums over units drawn with replacement."""


def trial(
    rules: str,
    judged: Sequence[Judged],
    by: Iterable[str],
    resample: Resample,
    alike: Sequence[str] = UNITS,
) -> Trial:
    """Score the verdicts of one set of rules.

    Args:
        rules: The name of the rules.
        judged: Pictures with their verdicts.
        by: Columns to split the scores by.
        resample: Draws units with replacement, for the intervals.
        alike: Columns that group similar pictures; the first with enough values is the unit.
    """
    parts = {column: _split(judged, column) for column in by}
    return Trial(
        rules=rules,
        judged=tuple(judged),
        scores=scores(judged, resample, alike),
        by={
            column: {value: scores(part, resample, alike) for value, part in rows.items()}
            for column, rows in parts.items()
        },
        bins=reliability(judged),
    )


def scores(judged: Sequence[Judged], resample: Resample, alike: Sequence[str] = UNITS) -> Scores:
    """Return all scores of some pictures, with intervals.

    Intervals are bootstrap percentiles; intervals of shares include Wilson's.
    """
    unit = unit_of(judged, alike)
    units = _tables(judged, unit)
    once, often = (
        units.sum(axis=0),
        resample(units.reshape(len(units), -1)).reshape(-1, *units.shape[1:]),
    )
    resampled = scoring.ratios(often)
    overall = {
        name: _share(float(one.part), float(one.whole), resampled[name].value)
        for name, one in scoring.ratios(once).items()
    }
    for name, each in MACROS.items():
        overall[name] = _score(float(scoring.macro(once, each)), scoring.macro(often, each))
    return Scores(_counts(judged), unit or "picture", overall, _classes(once, often))


def difference(one: Trial, other: Trial, resample: Resample, alike: Sequence[str] = UNITS) -> Score:
    """Return the difference of macro-F1 between two trials, on the same resamples."""
    unit = unit_of(one.judged, alike)
    units = np.stack([_tables(t.judged, unit) for t in (one, other)], axis=1)
    once, often = (
        units.sum(axis=0),
        resample(units.reshape(len(units), -1)).reshape(-1, *units.shape[1:]),
    )
    value, values = (scoring.macro(tables, "f1") for tables in (once, often))
    return _score(float(value[0] - value[1]), values[:, 0] - values[:, 1])


def reliability(judged: Iterable[Judged]) -> tuple[Bin, ...]:
    """Return the answers by confidence; without empty bins."""
    answers = [(one.verdict.confidence, one.right) for one in judged if one.answered]
    bins = []
    for low, high in pairwise(BIN_EDGES):
        here = [(c, r) for c, r in answers if low <= c < high or c == high == BIN_EDGES[-1]]
        if here:
            right, sure = sum(r for _, r in here), sum(c for c, _ in here) / len(here)
            bins.append(Bin(low, high, sure, _share(right, len(here))))
    return tuple(bins)


def risk_coverage(judged: Iterable[Judged]) -> list[tuple[float, float]]:
    """Return (coverage, share of wrong answers) at each limit of confidence, from the most
    confident answer to all answers, over the pictures of the classes.
    """
    known = [one for one in judged if one.truth in CLASSES]
    answers = sorted((one for one in known if one.answered), key=lambda o: -o.verdict.confidence)
    points, wrong = [], 0
    for number, one in enumerate(answers, start=1):
        wrong += not one.right
        following = answers[number : number + 1]
        if not following or following[0].verdict.confidence < one.verdict.confidence:
            points.append((number / len(known), wrong / number))
    return points


def unit_of(judged: Sequence[Judged], alike: Iterable[str] = UNITS) -> str | None:
    """Return the column whose values are resampled, or None to resample pictures."""
    for column in alike:
        if len(values_of(judged, column)) >= MIN_UNITS:
            return column
    return None


def values_of(judged: Iterable[Judged], column: str) -> set[str]:
    """Return the values of a column, except empty ones."""
    return {value for one in judged if (value := one.about.get(column))}


def _tables(judged: Sequence[Judged], unit: str | None) -> Tables:
    """Return tables (units, n, n), one per unit; a picture without a unit is its own."""
    numbers: dict[str | int, int] = {}
    rows = [
        numbers.setdefault((unit and one.about.get(unit)) or place, len(numbers))
        for place, one in enumerate(judged)
    ]
    truths = [LABELS.index(scoring.right_answer(one.truth)) for one in judged]
    verdicts = [LABELS.index(one.verdict.label) for one in judged]
    tables = np.zeros((len(numbers), len(LABELS), len(LABELS)))
    np.add.at(tables, (rows, truths, verdicts), 1)
    return tables


def _split(judged: Sequence[Judged], column: str) -> dict[str, list[Judged]]:
    """Return the pictures by the value of a column, the largest part first."""
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        parts.setdefault(one.about.get(column, ""), []).append(one)
    return dict(sorted(parts.items(), key=lambda part: (-len(part[1]), part[0])))


def _counts(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Return the confusion table with the classes first, then the distractors by name."""
    pairs = Counter((one.truth, one.verdict.label) for one in judged)
    others = sorted({one.truth for one in judged} - set(CLASSES))
    return {truth: {v: pairs[truth, v] for v in LABELS} for truth in (*CLASSES, *others)}


def _classes(once: Tables, often: Tables) -> dict[str, dict[str, Score]]:
    """Return the scores of each class that has pictures."""
    ratios, resampled = scoring.class_ratios(once), scoring.class_ratios(often)
    found: dict[str, dict[str, Score]] = {}
    for row, label in enumerate(CLASSES):
        if once[row].any():
            found[label] = {}
            for name, ratio in ratios.items():
                part, whole = float(ratio.part[row]), float(ratio.whole[row])
                values = resampled[name].value[:, row]
                share = _share(part, whole, values)
                found[label][name] = share if name in COUNTED else _score(part / whole, values)
    return found


def _share(part: float, whole: float, values: Array | None = None) -> Score:
    """Return a share of pictures; its interval covers those of Wilson and the bootstrap."""
    if not whole:
        return Score(None, part=0, whole=0)
    low, high = scoring.wilson(part, whole)
    drawn = _score(part / whole, np.array([]) if values is None else values)
    if drawn.low is not None and drawn.high is not None:
        low, high = min(low, drawn.low), max(high, drawn.high)
    return Score(part / whole, low, high, int(part), int(whole))


def _score(value: float, values: Array) -> Score:
    """Return a score with its bootstrap interval, or without one if all resamples agree."""
    values = values[~np.isnan(values)]
    if np.isnan(value) or not len(values) or np.ptp(values) == 0:
        return Score(None if np.isnan(value) else value)
    low, high = np.percentile(values, INTERVAL_PERCENT)
    return Score(value, float(low), float(high))
