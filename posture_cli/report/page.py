"""The page of an evaluation: tables, plots and what was judged wrong, in one HTML file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from posture_cli.core import score_tables
from posture_cli.core.evaluation import Evaluation, Judged, Trial
from posture_cli.core.score_tables import Table, shown
from posture_cli.core.scoring import UNKNOWN, right_answer
from posture_cli.core.trials import risk_coverage
from posture_cli.core.verdict import LABELS
from posture_cli.report import svg

MARK = '<meta name="generator" content="posture evaluate">'
"""How we know our own pages, which alone may be replaced."""
NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page's own content security policy: not even a mistake of ours opens a connection."""
SCROLL = '<div class="scroll" tabindex="0">'
"""Around what may be wider than the screen; the keyboard can scroll it too."""


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
    style = resources.files("posture_cli.report").joinpath("style.css").read_text("utf-8")
    trials = evaluation.trials
    parts = (
        _head(evaluation, date),
        _section("Scores", _scores(evaluation)),
        _section("Confusion", _side(trials, _confusion)),
        _section("By class", _side(trials, lambda t: _table(score_tables.per_class(t)))),
        _section("Confidence", _confidence(trials)),
        *(_section(f"By {column}", _by(trials, column)) for column in trials[0].by),
        _section("Judged wrong", "".join(_mistakes(t.rules, mistakes[t.rules]) for t in trials)),
        _failures(evaluation),
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{MARK}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_FROM_OUTSIDE}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Posture evaluation, {escape(date)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _head(evaluation: Evaluation, date: str) -> str:
    facts = {
        "Date": date,
        "Version": f"posture {evaluation.version}",
        "Keypoints by": evaluation.estimator,
        "Labels": ", ".join(map(shown, evaluation.inputs)),
        "Rules": ", ".join(shown(trial.rules) for trial in evaluation.trials),
        "Intervals": score_tables.intervals_note(evaluation),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{_text(fact)}</dd>\n" for name, fact in facts.items())
    return (
        f"<h1>How right the labels are</h1>\n<p>{_text(score_tables.summary(evaluation))}.</p>\n"
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
        for key, (name, meaning) in score_tables.OVERALL.items()
    )
    note = score_tables.overall(evaluation.trials[0]).note
    told = f'<p class="note">{_text(note)}.</p>\n' if note else ""
    table = _table(score_tables.comparison(evaluation))
    return f'{table}{told}<div class="plots">\n{"".join(plots)}</div>\n'


def _confusion(trial: Trial) -> str:
    """Return the confusion table; the more of a row a cell has, the darker it is."""
    head = "".join(f'<th scope="col">{label}</th>' for label in LABELS)
    rows = "".join(
        f'<tr><th scope="row">{_text(truth)}</th>{"".join(_shaded(truth, verdicts))}</tr>\n'
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
    return f"{plot}{_table(score_tables.reliability(trial))}"


def _by(trials: Iterable[Trial], column: str) -> str:
    return "".join(
        f"<h3>{_text(trial.rules)}</h3>\n{_table(score_tables.by_column(trial, column))}"
        for trial in trials
    )


def _mistakes(rules: str, mistakes: Sequence[Mistake]) -> str:
    """Return the pictures that were judged wrong, and the names of those that are not shown."""
    figures = "".join(_figure(one) for one in mistakes if one.image)
    rest = "".join(
        f"<li>{_named(one.judged)}, answered {_text(one.why)}</li>\n"
        for one in mistakes
        if not one.image
    )
    more = f"<ul>\n{rest}</ul>\n" if rest else ""
    return (
        f"<h3>{_text(rules)}: {len(mistakes)}, the surest first</h3>\n"
        f'<div class="mistakes">\n{figures}</div>\n{more}'
    )


def _figure(one: Mistake) -> str:
    alt = f"{_text(one.judged.name)} with the keypoints that were found"
    words = f"{_named(one.judged)}<br>answered {_text(one.why)}"
    image = f'<img src="{one.image}" alt="{alt}" loading="lazy">'
    return f"<figure>{image}<figcaption>{words}</figcaption></figure>\n"


def _named(judged: Judged) -> str:
    return f"<strong>{_text(judged.truth)}</strong> {_text(judged.name)}"


def _failures(evaluation: Evaluation) -> str:
    rows = "".join(
        f"<li>{_text(failure.source)}: {_text(failure.message)}</li>\n"
        for failure in evaluation.failures
    )
    return _section("Could not be read", f"<ul>\n{rows}</ul>\n") if rows else ""


def _text(words: str) -> str:
    """Return what may come from outside as text of the page, in one line."""
    return escape(shown(words))


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{_text(title)}</h2>\n{body}</section>\n"


def _side(trials: Iterable[Trial], show: Callable[[Trial], str]) -> str:
    """Return something of each set of rules, side by side where there is room."""
    parts = (f"<div><h3>{_text(t.rules)}</h3>\n{show(t)}</div>\n" for t in trials)
    return f'<div class="side">\n{"".join(parts)}</div>\n'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{_text(name)}</th>'
        f"{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>\n"
        for name, *cells in table.rows
    )
    note = f'<p class="note">{_text(table.note)}</p>\n' if table.note else ""
    return (
        f'{SCROLL}<table><caption class="hidden">{_text(table.title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n{note}"
    )
