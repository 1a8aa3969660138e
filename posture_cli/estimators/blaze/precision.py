"""What the networks compute in, and what `--precision auto` is: the fastest that is no less right.

`precision.json` says which were no worse than fp32 on bodies whose joints are known and on labelled
pictures; `make precision` writes it. How fast each is here is measured once and cached.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache as once
from pathlib import Path
from time import process_time

from posture_cli.errors import EstimatorError
from posture_cli.estimators.runtime import Precision, Processor, import_openvino, processor
from posture_cli.storage import cache

MEASURED = Path(__file__).with_name("precision.json")
LESS_EXACT: tuple[Precision, ...] = ("fp16", "bf16")
LEAST_GAIN = 1.2
"""Least speed-up over fp32. Guess, as for GluonCV."""
TURNS = 9
"""Of both networks in each precision; the shortest counts."""

Look = Callable[[], object]
"""One call of detector and landmark network."""


@once
def no_worse() -> tuple[Precision, ...]:
    """Return which precisions were measured to be no worse than fp32."""
    form = json.loads(MEASURED.read_text(encoding="utf-8"))
    return tuple(name for name in LESS_EXACT if form[name]["no_worse"])


def chosen(
    wanted: str, looks: Callable[[Precision], Look], cpu: Callable[[], Processor] = processor
) -> Precision:
    """Return what the networks compute in.

    Args:
        wanted: A precision, or `auto`.
        looks: Compiles the networks in a precision; only called if the cache has no choice.
        cpu: The processor; only asked for if it matters.
    Raises:
        EstimatorError: If the processor does not compute in the precision that is wanted.
    """
    if wanted == "auto":
        return _fastest(cpu(), looks)
    for precision in LESS_EXACT:
        if wanted == precision:
            return _there(cpu(), precision)
    return "fp32"


def fastest(candidates: Sequence[Precision], took_s: Mapping[Precision, float]) -> Precision:
    """Return the fastest of some precisions, or fp32 if none gains enough."""
    best: Precision = min(candidates, key=lambda one: took_s[one], default="fp32")
    return best if took_s["fp32"] >= LEAST_GAIN * took_s[best] else "fp32"


def _there(cpu: Processor, precision: Precision) -> Precision:
    if precision.upper() not in cpu.capabilities:
        hint = "leave out --precision to use fp32"
        raise EstimatorError(f"{cpu.name} does not compute in {precision}", hint=hint)
    return precision


def _fastest(cpu: Processor, looks: Callable[[Precision], Look]) -> Precision:
    candidates = [p for p in no_worse() if p.upper() in cpu.capabilities]
    if not candidates:
        return "fp32"
    version = import_openvino().__version__  # a new one may be faster in another precision
    key = f"fastest of blazepose {(cpu, candidates, LEAST_GAIN, version)}"
    known = (cache.read(key) or b"").decode("ascii", "replace")
    for precision in ("fp32", *candidates):
        if known == precision:
            return precision
    found = fastest(candidates, cpu_seconds(("fp32", *candidates), looks))
    cache.write(key, found.encode())
    return found


def cpu_seconds(
    several: Sequence[Precision], looks: Callable[[Precision], Look], turns: int = TURNS
) -> dict[Precision, float]:
    """Return the processor time of each, the shortest of some turns: other work is not in it."""
    every = {precision: looks(precision) for precision in several}
    took_s = dict.fromkeys(several, float("inf"))
    for _ in range(turns):
        for precision, look in every.items():
            started = process_time()
            look()
            took_s[precision] = min(took_s[precision], process_time() - started)
    return took_s
