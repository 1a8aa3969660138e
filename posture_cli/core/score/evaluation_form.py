"""Reading an evaluation again: who judged, and each picture with its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posture_cli.core.judge.labels import LABELS
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.score.evaluation import SCHEMA, Judged

FAMILY = SCHEMA.partition("/")[0] + "/"
SHOWN = 40
"""How many characters of something wrong an error shows."""


def from_json(form: Mapping[str, Any]) -> tuple[str, tuple[Judged, ...]]:
    """Return the first trial of a `posture-evaluation/1` object: its rules and its rows.

    A row keeps the label of its answer, which is all that scores need, and neither stance nor
    reasons.

    Raises:
        ValueError: If the schema differs, or something is missing or impossible.
    """
    if form.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {str(form.get('schema'))[:SHOWN]!r}, not {SCHEMA!r}")
    trials = form.get("trials")
    if not _is_list(trials) or not trials or not isinstance(trials[0], Mapping):
        raise ValueError("it has no trial")
    rows = trials[0].get("rows")
    if not _is_list(rows) or not rows:
        raise ValueError("it has no rows of pictures")
    return str(trials[0].get("rules")), tuple(map(_row, rows))


def _row(form: object) -> Judged:
    about = form.get("about") if isinstance(form, Mapping) else None
    if not isinstance(form, Mapping) or not isinstance(about, Mapping):
        raise ValueError("a row is not a JSON object with `about`")
    file, label, answer, sure = (form.get(k) for k in ("file", "label", "verdict", "confidence"))
    if not isinstance(file, str) or not isinstance(label, str):
        raise ValueError("a row has no file or no label")
    if answer not in LABELS:
        raise ValueError(f"{str(answer)[:SHOWN]!r} is no answer")
    if isinstance(sure, bool) or not isinstance(sure, (int, float)) or not 0 <= sure <= 1:
        raise ValueError("a confidence is not a number from 0 to 1")
    verdict = Verdict("unknown", None, answer, float(sure), ())
    return Judged(file, label, {str(k): str(v) for k, v in about.items()}, verdict)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
