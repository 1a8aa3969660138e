"""The page of an evaluation: tables, plots and what was judged wrong, in one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from posture_cli.core.judge.labels import LABELS, UNKNOWN
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import Evaluation, Judged, Trial
from posture_cli.core.score.scoring import right_answer
from posture_cli.core.score.tables import shown
from posture_cli.core.score.trials import risk_coverage
from posture_cli.report import svg
from posture_cli.report.parts import SCROLL, document, section, table, text

MARK = '<meta name="generator" content="posture evaluate">'
"""How we know our own pages, which alone may be replaced."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture with another answer than the right one.

    Attributes:
        judged: The picture with its verdict.
        why: The answer and its reasons, for people.
        image: The annotated picture as the address of an `img`; None to name it only.
    """

    judged: Judged
    why: str
    image: str | None = None


def page(evaluation: Evaluation, mistakes: Mapping[str, Sequence[Mistake]], date: str) -> str:
    """Return an evaluation as HTML that stands alone.

    Args:
        evaluation: All scores.
        mistakes: What each set of rules judged wrong, by the names of the trials.
        date: When it was made, for people.
    """
    trials = evaluation.trials
    parts = (
        _head(evaluation, date),
        section("Scores", _scores(evaluation)),
        section("Confusion", _side(trials, _confusion)),
        section("By class", _side(trials, lambda t: table(tables.per_class(t)))),
        section("Confidence", _confidence(trials)),
        *(section(f"By {column}", _by(trials, column)) for column in trials[0].by),
        section("Judged wrong", "".join(_mistakes(t.rules, mistakes[t.rules]) for t in trials)),
        _failures(evaluation),
    )
    return document(MARK, f"Posture evaluation, {date}", ["page.css"], parts)


def _head(evaluation: Evaluation, date: str) -> str:
    facts = {
        "Date": date,
        "Version": f"posture {evaluation.version}",
        "Keypoints by": evaluation.estimator,
        "Labels": ", ".join(map(shown, evaluation.inputs)),
        "Rules": ", ".join(shown(trial.rules) for trial in evaluation.trials),
        "Intervals": tables.intervals_note(evaluation),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{text(fact)}</dd>\n" for name, fact in facts.items())
    return (
        f"<h1>How right the labels are</h1>\n<p>{text(tables.summary(evaluation))}.</p>\n"
        f"<dl>\n{rows}</dl>\n"
        '<p class="note">This measures how often labels agree with those that people gave to '
        "pictures. It makes no medical claim.</p>\n"
    )


def _scores(evaluation: Evaluation) -> str:
    """Return the table of all rules, bars for each score, and what the scores mean."""
    plots = (
        f"<figure><figcaption><strong>{name}</strong><br>{meaning}</figcaption>"
        f"{svg.bars(name, {shown(t.rules): t.scores.overall[key] for t in evaluation.trials})}"
        "</figure>\n"
        for key, (name, meaning) in tables.OVERALL.items()
    )
    note = tables.overall(evaluation.trials[0]).note
    told = f'<p class="note">{text(note)}.</p>\n' if note else ""
    compared = table(tables.comparison(evaluation))
    return f'{compared}{told}<div class="plots">\n{"".join(plots)}</div>\n'


def _confusion(trial: Trial) -> str:
    """Return the confusion table; the more of a row a cell has, the darker it is."""
    head = "".join(f'<th scope="col">{label}</th>' for label in LABELS)
    rows = "".join(
        f'<tr><th scope="row">{text(truth)}</th>{"".join(_shaded(truth, verdicts))}</tr>\n'
        for truth, verdicts in trial.scores.counts.items()
    )
    return (
        f'{SCROLL}<table class="confusion">'
        '<caption class="hidden">Truth in rows, answers in columns</caption>\n'
        f'<thead><tr><th scope="col">truth</th>{head}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def _shaded(truth: str, verdicts: Mapping[str, int]) -> Iterator[str]:
    whole = sum(verdicts.values())
    for verdict, number in verdicts.items():
        share = number / whole if whole else 0.0
        right = verdict == right_answer(truth)
        kind = "right" if right else UNKNOWN if verdict == UNKNOWN else "wrong"
        small = f"<small>{share:.0%}</small>" if number else ""
        yield f'<td class="{kind}" style="--share:{share:.2f}">{number}{small}</td>'


def _confidence(trials: Sequence[Trial]) -> str:
    """Return how far confidence can be trusted: reliability of each, and risk against coverage."""
    curves = {shown(trial.rules): risk_coverage(trial.judged) for trial in trials}
    legend = "".join(f"<li>{svg.key(n)}{escape(name)}</li>" for n, name in enumerate(curves))
    return (
        "<p>Of the answers that are given with a confidence of 90 %, about 90 % should be right: "
        "then the dots lie on the diagonal. Larger dots stand for more answers. An answered "
        "distractor is wrong.</p>\n"
        f"{_side(trials, _reliability)}"
        "<h3>Share wrong against coverage</h3>\n"
        "<p>If only the surest answers were given, so many of the pictures of the classes would be "
        "answered, and so many of the answers wrong. Lower is better.</p>\n"
        f"<figure>{svg.risk_coverage('Share wrong against coverage', curves)}"
        f'<figcaption><ul class="legend">{legend}</ul></figcaption></figure>\n'
    )


def _reliability(trial: Trial) -> str:
    plot = svg.reliability(f"Reliability of {shown(trial.rules)}", trial.bins)
    return f"{plot}{table(tables.reliability(trial))}"


def _by(trials: Iterable[Trial], column: str) -> str:
    return "".join(
        f"<h3>{text(trial.rules)}</h3>\n{table(tables.by_column(trial, column))}"
        for trial in trials
    )


def _mistakes(rules: str, mistakes: Sequence[Mistake]) -> str:
    """Return the pictures that were judged wrong, and the names of those that are not shown."""
    figures = "".join(_figure(one) for one in mistakes if one.image)
    rest = "".join(
        f"<li>{_named(one.judged)}, answered {text(one.why)}</li>\n"
        for one in mistakes
        if not one.image
    )
    more = f"<ul>\n{rest}</ul>\n" if rest else ""
    return (
        f"<h3>{text(rules)}: {len(mistakes)}, the surest first</h3>\n"
        f'<div class="mistakes">\n{figures}</div>\n{more}'
    )


def _figure(one: Mistake) -> str:
    alt = f"{text(one.judged.name)} with the keypoints that were found"
    words = f"{_named(one.judged)}<br>answered {text(one.why)}"
    image = f'<img src="{one.image}" alt="{alt}" loading="lazy">'
    return f"<figure>{image}<figcaption>{words}</figcaption></figure>\n"


def _named(judged: Judged) -> str:
    return f"<strong>{text(judged.truth)}</strong> {text(judged.name)}"


def _failures(evaluation: Evaluation) -> str:
    rows = "".join(
        f"<li>{text(failure.source)}: {text(failure.message)}</li>\n"
        for failure in evaluation.failures
    )
    return section("Could not be read", f"<ul>\n{rows}</ul>\n") if rows else ""


def _side(trials: Iterable[Trial], show: Callable[[Trial], str]) -> str:
    """Return something of each set of rules, side by side where there is room."""
    parts = (f"<div><h3>{text(t.rules)}</h3>\n{show(t)}</div>\n" for t in trials)
    return f'<div class="side">\n{"".join(parts)}</div>\n'
