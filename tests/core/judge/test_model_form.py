"""The JSON form of a learned judge: what is written is read again, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.judge.learned_form import SCHEMA, from_json, to_json
from tests.core.judge.test_learned import MODEL, STANDING_ONLY

Form = dict[str, Any]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("model", [MODEL, STANDING_ONLY])
def test_a_model_survives_being_written_as_json(model):
    assert from_json(json.loads(json.dumps(to_json(model)))) == model


def test_the_form_is_the_documented_one():
    assert to_json(STANDING_ONLY) == {
        "schema": "posture-model/1",
        "estimators": ["blazepose-full"],
        "hunching": {
            "features": (
                {"quantity": "trunk_deg", "mean": 2.0, "scale": 14.0, "weight": 3.4},
                {"quantity": "face_deg", "mean": 37.0, "scale": 18.0, "weight": 4.2},
            ),
            "intercept": -5.0,
            "temperature": 1.0,
        },
        "stance": None,
        "card": {"made": {"date": "2026-11-21"}},
    }


def test_what_a_later_version_adds_beside_does_not_disturb():
    assert from_json({**to_json(MODEL), "more": 1}) == MODEL


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda f: f.update(schema="posture/1"), "its schema is 'posture/1'"),
        (lambda f: f.pop("schema"), "its schema is 'None'"),
        (lambda f: f.update(estimators="blazepose"), "`estimators`"),
        (lambda f: f.update(estimators=[1]), "`estimators`"),
        (lambda f: f.pop("card"), "`card`"),
        (lambda f: f.pop("hunching"), "`hunching` is not a question"),
        (lambda f: f.update(hunching=[]), "`hunching` is not a question"),
        (lambda f: f.update(stance={}), "`stance` is not a question"),
        (lambda f: f["hunching"].update(features=[]), "0 features"),
        (lambda f: f["hunching"].update(features=f["hunching"]["features"] * 99), "198 features"),
        (lambda f: f["hunching"].update(features=[7]), "no quantity"),
        (lambda f: f["hunching"].pop("intercept"), "`intercept` of `hunching` is not a number"),
        (lambda f: f["hunching"].update(temperature=0), "`temperature` of `hunching` is out of"),
        (lambda f: f["stance"].update(temperature=True), "`temperature` of `stance` is not a"),
        (lambda f: _feature(f).update(quantity="tail_deg"), "'tail_deg', which this version"),
        (lambda f: _feature(f).update(quantity="torso_px"), "'torso_px', which this version"),
        (lambda f: _feature(f).update(quantity=["trunk_deg"]), "no quantity"),
        (lambda f: _feature(f).update(mean=float("nan")), "`mean` of `hunching` is out of range"),
        (lambda f: _feature(f).update(mean="2"), "`mean` of `hunching` is not a number"),
        (lambda f: _feature(f).update(scale=0), "`scale` of `hunching` is out of range"),
        (lambda f: _feature(f).update(scale=-3), "`scale` of `hunching` is out of range"),
        (lambda f: _feature(f).update(weight=float("inf")), "`weight` of `hunching` is out of"),
        (lambda f: _feature(f).update(weight=10**400), "`weight` of `hunching` is out of range"),
    ],
)
def test_what_is_wrong_is_named(break_it: Callable[[Form], object], says: str):
    form = copy.deepcopy(to_json(MODEL))
    form["hunching"]["features"] = list(form["hunching"]["features"])
    break_it(form)
    with pytest.raises(ValueError, match=says):
        from_json(form)


@given(anything)
def test_nothing_else_is_a_model(form):
    with pytest.raises(ValueError, match=r"it is not a JSON object|its schema is"):
        from_json(form)


@given(st.dictionaries(st.sampled_from(["estimators", "hunching", "stance", "card"]), anything))
def test_rubbish_under_the_right_schema_is_an_error_like_any_other(parts):
    with pytest.raises(ValueError, match="`"):
        from_json({"schema": SCHEMA, **parts})


def _feature(form: Form) -> Form:
    return form["hunching"]["features"][0]
