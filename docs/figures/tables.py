"""Write the tables of docs/ and the README that are facts of the code or committed scores.

    python docs/figures/tables.py

Each stands between two comments, `<!-- NAME -->` and `<!-- end of NAME -->`; what is around them is
written by hand. The tests fail where a page is not what this writes.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from docs.figures.advice import KINDS, REST_ON, TO_DO
from posture_cli.core.body import keypoints, noise, sight, view
from posture_cli.core.judge import confidence, own_front, own_side, rules
from posture_cli.core.judge.limits import CHECKS
from posture_cli.core.judge.together import WORDS
from posture_cli.core.judge.verdict import Check

SCORES = Path(__file__).parents[2] / "benchmarks/results/scores.json"
ANY_VIEW = SCORES.with_name("any_view.json")
DOCS = Path(__file__).parents[1]
PAGE = DOCS / "rules.md"
NUMBERS: tuple[tuple[ModuleType, str], ...] = (
    (keypoints, "VISIBLE_SCORE"),
    (sight, "FACING_MIN"),
    (sight, "SIDE_MARGIN"),
    (sight, "HEAD_BEYOND"),
    (view, "NEARLY_PROFILE"),
    (view, "NOT_PROFILE"),
    (view, "FRONTAL"),
    (rules, "MIN_CONFIDENCE"),
    (confidence, "MAX_CONFIDENCE"),
    (noise, "COPIES"),
    (noise, "BY_DEPTH"),
    (noise, "PIXELS"),
    (own_side, "CHANGE_DEG"),
    (own_front, "LOWER"),
    (own_front, "LARGER"),
    (own_front, "ASIDE"),
    (own_front, "TURNED"),
)
"""Constants that decide too, but are no check."""
JUDGES = {
    "deeplens": "the DeepLens tutorial's rules (`--rules deeplens`)",
    "literature": "published limits (`--rules literature`)",
    "rules": "our rules alone (`--rules rules`)",
    "network": "the network alone, from 60 %",
    "default": "**default: the rules, and the network where they are silent**",
}
"""Judge of `any_view_scores.py` -> what the README calls it."""
SHARES = {
    "answered": "coverage",
    "right when answered": "accuracy_at_coverage",
    "distractors left unknown": "distractors_unknown",
}
"""Column -> name of the score."""
MEASURED: dict[str, tuple[float, float]] = {
    "nose": (0.023, 0.028),
    "eye": (0.014, 0.032),
    "ear": (0.024, 0.037),
    "shoulder": (0.043, 0.051),
    "elbow": (0.029, 0.068),
    "wrist": (0.045, 0.078),
    "hip": (0.035, 0.114),
    "knee": (0.049, 0.070),
    "ankle": (0.026, 0.048),
}
"""Spread of BlazePose's near-side joints along one axis without their bias, torso lengths, 2026:
on 22 renders whose points are exact, and on 16 people of COCO 2017 who are seen from the side.
"""


def limits() -> str:
    """Return every check; a code with several rows needs all of them."""
    rows = []
    for code, group in groupby(CHECKS, key=lambda check: check.code):
        checks = list(group)
        for number, check in enumerate(checks):
            first = f"`{code}`" if number == 0 else "and"
            rows.append((first, _plain(check.quantity), limit_of(check), check.words, check.source))
    return table(("code", "quantity", "limit", "meaning", "source of the limit"), rows)


def limit_of(check: Check) -> str:
    """Return a limit with its direction, its unit, and how soft it is."""
    digits, unit = {"deg": (0, "°"), "px": (0, " px"), "torso": (2, " torsos")}[check.unit]
    said = f"{'above' if check.sign == '>' else 'below'} {check.limit:.{digits}f}{unit}"
    return f"{said} ± {check.softness:.{digits}f}{unit}" if check.softness else said


def no_label() -> str:
    """Return every reason for `unknown`, with what to do about it."""
    rows = [(f"`{code}`", WORDS[code], todo) for code, todo in TO_DO.items()]
    return table(("code", "said as", "what to do"), rows)


def rests_on() -> str:
    """Return every reason for a label."""
    rows = [(f"`{code}`", WORDS[code], answer) for code, answer in REST_ON.items()]
    return table(("code", "said as", "speaks for"), rows)


def numbers() -> str:
    """Return the constants that are no check, with what their docstring says."""
    rows = [
        (f"`{module.__name__.split('.')[-1]}.{name}`", f"{getattr(module, name):g}", said)
        for module, name in NUMBERS
        for said in [docstring(module, name)]
    ]
    return table(("name in `posture_cli/core`", "number", "meaning and source"), rows)


def noise_model() -> str:
    """Return how far joints are moved in the copies, beside what was measured."""
    rows = [
        (part, f"{noise.SPREAD[part]:.3f}", *(f"{spread:.3f}" for spread in measured))
        for part, measured in MEASURED.items()
    ]
    head = "joint", "in the copies", "measured on renders", "measured on COCO"
    scores = zip(noise.BY_SCORE, noise.SCORES, strict=True)
    by_score = ", ".join(f"{factor:g} at {score:g}" for factor, score in scores)
    return f"{table(head, rows)}\n\nTimes what the score of the joint asks for: {by_score}."


def scores() -> str:
    """Return how right the judges are on labelled pictures, as `make scores` found."""
    rows = [
        (name, _within(found), *(f"{found[score]:.0%}" for score in SHARES.values()))
        for name, found in _measured("labelled_pictures").items()
    ]
    return table(("judge", "macro-F1 (95 % interval)", *SHARES), rows)


def accuracy(pictures: str) -> str:
    """Return how right the judges are on one set of photographs, as `any_view_scores.py` found."""
    found = json.loads(ANY_VIEW.read_text(encoding="utf-8"))
    network = found["ways"]["tried"]["network alone"]["0.6"]
    scores = {name: {**found["judges"], "network": network}[name][pictures] for name in JUDGES}
    rows = [(JUDGES[name], *_in_parts(one)) for name, one in scores.items()]
    head = ("macro-F1", "answered", "whole, in profile: right / wrong / of")
    more = ("others: right / wrong / of", "other postures labelled", "nobody found")
    return table(("judge", *head, *more), rows)


def _in_parts(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scores of one judge; the first two are of whole people in profile."""
    return (
        f"{one['core_macro_f1']:.2f}",
        f"{one['core_coverage']:.0%}",
        *(" / ".join(str(one[f"{part}_{k}"]) for k in ("right", "wrong", "of"))
          for part in ("core", "edge")),
        f"{one['other_labelled']} of {one['other']}",
        str(one["nobody"]),
    )  # fmt: skip


def _within(found: Mapping[str, float]) -> str:
    low, high = (f"{found[f'macro_f1_{end}']:.2f}" for end in ("low", "high"))
    return f"{found['macro_f1']:.2f} ({low} to {high})"


def skeletons() -> str:
    """Return how right the default judge is on generated people, by how they hold themselves."""
    measured = _measured("generated_skeletons")
    exact, noisy = (measured[how]["right_by_kind"] for how in ("exact", "noisy"))
    rows = [
        (*KINDS[kind], f"{right:.0%}", f"{noisy[kind]:.0%}")
        for kind, right in sorted(exact.items(), key=lambda item: item[1])
    ]
    return table(("held as", "right answer", "right if exact", "right with noise"), rows)


def _measured(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCORES.read_text(encoding="utf-8"))[part]
    return found


def docstring(module: ModuleType, name: str) -> str:
    """Return the string below a constant as one line."""
    for statement, after in pairwise(ast.parse(inspect.getsource(module)).body):
        named = isinstance(statement, ast.Assign) and name in map(ast.unparse, statement.targets)
        if named and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            return " ".join(str(after.value.value).split())
    raise LookupError(f"{module.__name__}.{name} has no docstring")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


def rewritten(page: str, name: str, block: str) -> str:
    """Return the page with another block between the two comments of that name.

    Raises:
        LookupError: If the page has no such place.
    """
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise LookupError(f"no place for {name}")
    return f"{before}{start}\n\n{block}\n\n{end}{after}"


def _plain(quantity: str) -> str:
    return quantity.removesuffix("_deg").removesuffix("_px").replace("_", " ")


TABLES: dict[Path, dict[str, Callable[[], str]]] = {
    PAGE: {
        "limits": limits,
        "no label": no_label,
        "rests on": rests_on,
        "numbers": numbers,
        "noise": noise_model,
        "scores": scores,
        "skeletons": skeletons,
    },
    DOCS.parent / "README.md": {"accuracy": partial(accuracy, "wild")},
    DOCS / "limits.md": {
        "accuracy on wild": partial(accuracy, "wild"),
        "accuracy on labels": partial(accuracy, "labels"),
    },
}
"""Page -> name of the place -> what writes the table."""


def main() -> None:
    """Write all tables into their pages."""
    for path, tables in TABLES.items():
        page = path.read_text(encoding="utf-8")
        for name, written in tables.items():
            page = rewritten(page, name, written())
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
