"""`--precision auto` of BlazePose: the fastest here that was measured to be as right as fp32."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from posture_cli.errors import EstimatorError
from posture_cli.estimators.blaze import precision
from posture_cli.estimators.blaze.precision import LESS_EXACT, MEASURED, chosen, fastest
from posture_cli.estimators.runtime import Processor

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "precision.json"
ABLE = Processor("a processor", ("FP32", "FP16", "BF16"))
PLAIN = Processor("another one", ("FP32",))


def never(_):
    raise AssertionError("this must not be tried")


class Looks:
    """Networks that take so many seconds of processor time in each precision."""

    def __init__(self, monkeypatch, **took_s):
        self.compiled, self._now_s = [], 0.0
        self._took_s = took_s
        monkeypatch.setattr(precision, "process_time", lambda: self._now_s)

    def __call__(self, name):
        self.compiled.append(name)

        def look():
            self._now_s += self._took_s[name]

        return look


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def both_as_right(monkeypatch):
    monkeypatch.setattr(precision, "no_worse", lambda: ("fp16", "bf16"))


@pytest.mark.parametrize(
    ("took_s", "expected"),
    [
        ({"fp32": 2.0, "fp16": 1.0, "bf16": 1.5}, "fp16"),
        ({"fp32": 2.0, "fp16": 1.5, "bf16": 1.0}, "bf16"),
        ({"fp32": 2.0, "fp16": 1.9, "bf16": 1.8}, "fp32"),
        ({"fp32": 1.0, "fp16": 2.0, "bf16": 2.0}, "fp32"),
    ],
)
def test_the_fastest_is_chosen_if_it_gains_enough(took_s, expected):
    assert fastest(("fp16", "bf16"), took_s) == expected


def test_auto_measures_once_on_a_processor(monkeypatch, both_as_right):
    looks = Looks(monkeypatch, fp32=2.0, fp16=1.0, bf16=1.2)
    assert chosen("auto", looks, lambda: ABLE) == "fp16"
    assert sorted(looks.compiled) == ["bf16", "fp16", "fp32"]
    assert chosen("auto", never, lambda: ABLE) == "fp16"


def test_auto_measures_again_with_another_openvino(monkeypatch, both_as_right):
    assert chosen("auto", Looks(monkeypatch, fp32=2.0, fp16=1.0, bf16=1.2), lambda: ABLE) == "fp16"
    monkeypatch.setattr(precision, "import_openvino", lambda: SimpleNamespace(__version__="next"))
    looks = Looks(monkeypatch, fp32=2.0, fp16=1.2, bf16=1.0)
    assert chosen("auto", looks, lambda: ABLE) == "bf16"
    assert chosen("auto", never, lambda: ABLE) == "bf16"


def test_what_was_less_right_is_never_chosen_however_fast(monkeypatch):
    monkeypatch.setattr(precision, "no_worse", lambda: ("fp16",))
    looks = Looks(monkeypatch, fp32=2.0, fp16=1.9)
    assert chosen("auto", looks, lambda: ABLE) == "fp32"
    assert "bf16" not in looks.compiled


def test_auto_is_fp32_where_the_processor_has_nothing_else(both_as_right):
    assert chosen("auto", never, lambda: PLAIN) == "fp32"


def test_fp32_asks_neither_processor_nor_networks():
    assert chosen("fp32", never, lambda: never(None)) == "fp32"


@pytest.mark.parametrize("wanted", LESS_EXACT)
def test_a_precision_that_is_asked_for_is_used_or_refused(wanted):
    assert chosen(wanted, never, lambda: ABLE) == wanted
    with pytest.raises(EstimatorError, match=f"another one does not compute in {wanted}"):
        chosen(wanted, never, lambda: PLAIN)


def test_the_table_in_the_package_is_what_was_measured():
    measured = json.loads(RESULTS.read_text(encoding="utf-8"))
    table = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert table == {name: {"no_worse": measured[name]["no_worse"]} for name in LESS_EXACT}
