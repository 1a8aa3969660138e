"""An evaluation as tables, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import CLASSES, LABELS
from posture_cli.core.masking import one_line
from posture_cli.core.score.evaluation import Evaluation, Judged, Score, Scores, Trial
from posture_cli.core.score.trials import UNITS, values_of
from posture_cli.core.table import Table
from posture_cli.core.wording import percent, reason_text

NONE = "-"
OVERALL: dict[str, tuple[str, str]] = {
    "accuracy": ("accuracy", "right answers, without distractors; unknown is wrong"),
    "macro_f1": ("macro-F1", "mean F1 of the labels, without distractors"),
    "macro_f1_with_distractors": (
        "macro-F1 with distractors",
        "the same, but an answer for a distractor is wrong",
    ),
    "coverage": ("coverage", "answers other than unknown, without distractors"),
    "accuracy_at_coverage": (
        "accuracy at coverage",
        "right answers, without unknown and distractors",
    ),
    "distractors_unknown": (
        "distractors unknown",
        "distractors answered unknown, as they should be",
    ),
}
"""The overall scores in the order of importance: name and meaning in words."""
PER_CLASS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "f1_with_distractors": "F1 with distractors",
}
MOST_VALUES = 20
"""The most rows of a table by column; more are hard to read."""


def confusion(trial: Trial) -> Table:
    """Return how often each label got each answer."""
    rows = tuple(
        (shown(truth), *(str(n) for n in verdicts.values()))
        for truth, verdicts in trial.scores.counts.items()
    )
    return Table("confusion", ("truth / answer", *LABELS), rows)


def overall(trial: Trial) -> Table:
    """Return every overall score with interval, counts and meaning."""
    rows = tuple(
        (name, number(score), interval(score), counted(score), meaning)
        for key, (name, meaning) in OVERALL.items()
        for score in (trial.scores.overall[key],)
    )
    head = ("score", "value", "95 %", "pictures", "meaning")
    return Table("scores", head, rows, _absent(trial), left=("meaning",))


def per_class(trial: Trial) -> Table:
    """Return precision, recall and F1 of each class that has pictures."""
    rows = tuple(
        (label, counted(scores["recall"]), *(both(scores[name]) for name in PER_CLASS))
        for label, scores in trial.scores.classes.items()
    )
    return Table("by class", ("class", "right", *PER_CLASS.values()), rows)


def by_column(trial: Trial, column: str) -> Table:
    """Return the overall scores for each value of a column."""
    values = trial.by[column]
    rows = tuple(_part(value, scores) for value, scores in list(values.items())[:MOST_VALUES])
    more = len(values) - MOST_VALUES
    note = f"{more} more values are in --json" if more > 0 else ""
    head = (one_line(column), "pictures", *(name for name, _ in OVERALL.values()))
    return Table(f"by {one_line(column)}", head, rows, note)


def by_group(evaluation: Evaluation) -> Table:
    """Return the overall scores for each value of each column, and for each set of rules."""
    trials = evaluation.trials
    several = len(trials) > 1
    rows = tuple(
        (group, *((one_line(trial.rules),) if several else ()), *_part(value, scores)[1:])
        for column, values in trials[0].by.items()
        for value in list(values)[:MOST_VALUES]
        for group in (f"{one_line(column)}: {shown(value)}",)
        for trial in trials
        for scores in (trial.by[column][value],)
    )
    more = sum(max(0, len(values) - MOST_VALUES) for values in trials[0].by.values())
    head = ("group", *(("rules",) if several else ()), "pictures")
    names = tuple(name for name, _ in OVERALL.values())
    note = f"{more} more groups are in --json" if more else ""
    return Table("by group", (*head, *names), rows, note, left=("rules",))


def reliability(trial: Trial) -> Table:
    """Return how often answers of similar confidence are right."""
    rows = tuple(
        (
            f"{bin_.low:.2f} to {bin_.high:.2f}",
            str(bin_.pictures),
            f"{bin_.confidence:.3f}",
            both(bin_.right),
        )
        for bin_ in trial.bins
    )
    error = trial.calibration_error
    note = "no answers"
    if error is not None:
        note = f"confidence and share right differ by {error:.3f} on average"
    head = ("confidence", "answers", "mean confidence", "share right")
    return Table("confidence", head, rows, f"{note}; an answer for a distractor is wrong")


def comparison(evaluation: Evaluation) -> Table:
    """Return the overall scores of all sets of rules, one per row."""
    rows = tuple(
        (
            one_line(trial.rules),
            *(_brief(key, trial.scores.overall[key]) for key in OVERALL),
            *(() if len(evaluation.trials) == 1 else (_against(evaluation, trial),)),
        )
        for trial in evaluation.trials
    )
    head = ("rules", *(name for name, _ in OVERALL.values()))
    if len(evaluation.trials) > 1:
        names = (trial.rules for trial in evaluation.trials)
        other = next(name for name in names if name not in evaluation.differences)
        head = (*head, f"macro-F1 against {one_line(other)}")
    return Table("all rules", head, rows)


def summary(evaluation: Evaluation) -> str:
    """Return what was judged: pictures per label, unreadable pictures, and the estimator."""
    first = evaluation.trials[0].scores
    counts = {truth: sum(verdicts.values()) for truth, verdicts in first.counts.items()}
    named = [f"{number} {shown(truth)}" for truth, number in counts.items()]
    classes, others = ", ".join(named[: len(CLASSES)]), ", ".join(named[len(CLASSES) :])
    parts = [f"{first.pictures} picture{'' if first.pictures == 1 else 's'}: {classes}"]
    if others:
        parts.append(f"to be left unknown: {others}")
    if evaluation.failures:
        parts.append(f"{len(evaluation.failures)} more could not be read, and no score counts them")
    return "; ".join([*parts, f"keypoints by {evaluation.estimator}"])


def intervals_note(evaluation: Evaluation, alike: Iterable[str] = UNITS) -> str:
    """Return how the intervals were calculated; `alike` as in `trials.trial`."""
    first = evaluation.trials[0]
    units = {column: len(values_of(first.judged, column)) for column in alike}
    few = {column: number for column, number in units.items() if number > 1}
    drawn = f"95 % intervals: {evaluation.resamples} bootstrap resamples of {first.scores.unit}s"
    if first.scores.unit == "picture" and few:
        column, number = next(iter(few.items()))
        drawn += (
            f"; {number} {column}s are too few to resample instead, so if pictures of one "
            f"{column} are similar, these intervals are too narrow"
        )
    shares = "Intervals of shares include Wilson's interval"
    return one_line(f"{drawn}. {shares}. If all resamples agree, there is no interval.")


def why(judged: Judged, rule_set: RuleSet) -> str:
    """Return an answer with its reasons, for example `sitting 83%: hip bent (94° < 135°)`."""
    verdict = judged.verdict
    sure = f" {percent(verdict.confidence)}" if judged.answered else ""
    reasons = "; ".join(reason_text(reason, rule_set) for reason in verdict.reasons)
    return f"{verdict.label}{sure}: {reasons}"


def shown(text: str) -> str:
    """Return a text from a file on one line, or `(empty)`."""
    return one_line(text) or "(empty)"


def number(score: Score) -> str:
    """Return the value of a score to three digits."""
    return NONE if score.value is None else f"{score.value:.3f}"


def interval(score: Score) -> str:
    """Return the interval of a score."""
    return NONE if score.low is None else f"{score.low:.3f} to {score.high:.3f}"


def counted(score: Score) -> str:
    """Return the counts behind a share."""
    return f"{score.part} of {score.whole}" if score.whole else NONE


def both(score: Score) -> str:
    """Return a score with its interval, if it has one."""
    return number(score) if score.low is None else f"{number(score)} ({interval(score)})"


def _brief(key: str, score: Score) -> str:
    """Return macro-F1 with its interval, other scores without."""
    return both(score) if key == "macro_f1" else number(score)


def _part(value: str, scores: Scores) -> tuple[str, ...]:
    brief = (_brief(key, scores.overall[key]) for key in OVERALL)
    return (shown(value), str(scores.pictures), *brief)


def _against(evaluation: Evaluation, trial: Trial) -> str:
    """Return how much better a trial is than the other one, on the same resamples."""
    score = evaluation.differences.get(trial.rules)
    if score is None or score.value is None:
        return NONE
    ends = "" if score.low is None else f" ({score.low:+.3f} to {score.high:+.3f})"
    return f"{score.value:+.3f}{ends}"


def _absent(trial: Trial) -> str:
    """Return a warning if a class has no pictures."""
    absent = [label for label in CLASSES if label not in trial.scores.classes]
    there = " and ".join(trial.scores.classes)
    if not (absent and there):
        return ""
    return f"no picture is labelled {' or '.join(absent)}: macro-F1 is the mean over {there}"
