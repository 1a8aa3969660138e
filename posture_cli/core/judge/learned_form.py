"""The JSON form of a learned judge: only numbers and names, no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from posture_cli.core.body.angles import Angles, Measurement
from posture_cli.core.judge.learned import Feature, LearnedModel, Question

FAMILY = "posture-model/"
SCHEMA = FAMILY + "1"
MOST_FEATURES = 32
LARGEST = 1e4
"""No angle, weight or temperature of a valid model is near it."""
SMALLEST_SCALE = 1e-3
QUANTITIES = frozenset(
    field.name
    for kind in (Angles, Measurement)
    for field in fields(kind)
    if field.name.endswith("_deg")
)
"""What a model may use: every angle."""
SHOWN = 40
"""How many characters of a wrong name an error shows."""


def to_json(model: LearnedModel) -> dict[str, Any]:
    """Return the `posture-model/1` form, made of plain JSON types."""
    return {
        "schema": SCHEMA,
        "estimators": list(model.estimators),
        "hunching": asdict(model.hunching),
        "stance": None if model.stance is None else asdict(model.stance),
        "card": dict(model.card),
    }


def from_json(form: object) -> LearnedModel:
    """Return the model of a `posture-model/1` object.

    Raises:
        ValueError: If the schema differs, or something is missing or out of range.
    """
    if not isinstance(form, Mapping):
        raise ValueError("it is not a JSON object")
    if form.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {str(form.get('schema'))[:SHOWN]!r}, not {SCHEMA!r}")
    estimators, card, stance = form.get("estimators"), form.get("card"), form.get("stance")
    if not isinstance(estimators, list) or not all(isinstance(e, str) for e in estimators):
        raise ValueError("`estimators` is not a list of names")
    if not isinstance(card, Mapping):
        raise ValueError("`card` is not a JSON object")
    return LearnedModel(
        _question("hunching", form.get("hunching")),
        None if stance is None else _question("stance", stance),
        tuple(estimators),
        card,
    )


def _question(name: str, form: object) -> Question:
    rows = form.get("features") if isinstance(form, Mapping) else None
    if not isinstance(form, Mapping) or not isinstance(rows, (list, tuple)):
        raise ValueError(f"`{name}` is not a question with features")
    if not 0 < len(rows) <= MOST_FEATURES:
        raise ValueError(f"`{name}` has {len(rows)} features, not 1 to {MOST_FEATURES}")
    return Question(
        tuple(_feature(name, row) for row in rows),
        _number(name, form, "intercept"),
        _number(name, form, "temperature", SMALLEST_SCALE),
    )


def _feature(name: str, form: object) -> Feature:
    if not isinstance(form, Mapping) or not isinstance(quantity := form.get("quantity"), str):
        raise ValueError(f"a feature of `{name}` has no quantity")
    if quantity not in QUANTITIES:
        raise ValueError(f"`{name}` uses {quantity[:SHOWN]!r}, which this version does not measure")
    return Feature(
        quantity,
        _number(name, form, "mean"),
        _number(name, form, "scale", SMALLEST_SCALE),
        _number(name, form, "weight"),
    )


def _number(name: str, form: Mapping[str, Any], key: str, least: float = -LARGEST) -> float:
    """Return a number from `least` to `LARGEST`; not NaN or infinite."""
    value = form.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"`{key}` of `{name}` is not a number")
    if not least <= value <= LARGEST:
        raise ValueError(f"`{key}` of `{name}` is out of range")
    return float(value)
