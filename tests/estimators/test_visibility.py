"""The limit that was fitted for an estimator: kept, found again, and damaged."""

from __future__ import annotations

import json

import pytest

from posture_cli.errors import ConfigError
from posture_cli.estimators import visibility


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setattr(visibility, "default_path", lambda: tmp_path / "config.toml")
    return tmp_path / "scores"


NAMES = ["blazepose-full", "onnx:a/b\n#1a2b3c4d", "onnx:" + "ä" * 300, "a", "A"]


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_found_by_the_name_of_its_estimator(name, config):
    assert visibility.limit_of(name) is None
    path = visibility.keep(name, 0.15)
    assert path.parent == config
    assert visibility.limit_of(name) == visibility.limit_of(f"{name}@fp16") == 0.15
    assert [visibility.limit_of(other) for other in NAMES if other != name] == [None] * 4
    visibility.forget(name)
    visibility.forget(name)
    assert visibility.limit_of(name) is None


@pytest.mark.parametrize(
    "change",
    [
        *({"counts_from": 0}, {"counts_from": 1}, {"counts_from": "x"}, {"counts_from": None}),
        *({"schema": "posture-scores/2"}, {"estimator": "other"}),
    ],
)
def test_a_damaged_file_is_named(change):
    path = visibility.keep("a", 0.15)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(ConfigError, match="cannot be used") as caught:
        visibility.limit_of("a")
    assert str(path) in caught.value.message and "delete" in caught.value.hint


def test_without_a_home_nothing_is_found_and_nothing_can_be_kept(monkeypatch):
    monkeypatch.setattr(visibility, "default_path", lambda: None)
    assert visibility.limit_of("a") is None
    visibility.forget("a")
    with pytest.raises(ConfigError, match="no home"):
        visibility.keep("a", 0.15)
