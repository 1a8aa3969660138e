"""From samples to a table, and to the aims that are met or not."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from turns import Sample

Samples = Mapping[str, list[Sample]]
Quantity = Callable[[Sample], float]


def paired(ours: Sequence[Sample], theirs: Sequence[Sample], name: str) -> list[float]:
    """Return how many times as much they need as we do, in each pair of rounds."""
    return [their[name] / our[name] for our, their in zip(ours, theirs, strict=True)]


def spread(values: Iterable[float]) -> tuple[float, float, float]:
    """Return median, least and most."""
    found = list(values)
    return median(found), min(found), max(found)


def now() -> str:
    """Return the date and the time."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def quantity(name: str) -> Quantity:
    """Return the function that reads this quantity of a sample."""
    return lambda sample: sample[name]


def outside_percent(sample: Sample) -> float:
    """Return the share of the time that was not spent inside the networks."""
    return 100 * (1 - sample["network_ms"] / sample["wall_ms"])


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: What is measured.
        unit: Its unit.
        value: Reads it from a sample.
        ours, theirs: Whose samples: names of turns; `theirs` is empty without a rival.
    """

    what: str
    unit: str
    value: Quantity
    ours: str
    theirs: str = ""

    def numbers(self, samples: Samples) -> dict[str, float]:
        """Return the medians and the ratios, as far as both sides were measured."""
        ours = [self.value(s) for s in samples[self.ours]]
        found = {"posture": median(ours)}
        if theirs := [self.value(s) for s in samples.get(self.theirs, [])]:
            pairs = [their / our for our, their in zip(ours, theirs, strict=True)]
            found |= {"mediapipe": median(theirs), "paired": median(pairs)}
            found["ratio"] = found["mediapipe"] / found["posture"]
        return found


_WALL, _CPU = quantity("wall_ms"), quantity("cpu_ms")
_SECONDS, _PEAK = quantity("wall_s"), quantity("peak_mb")
STILL = Row("still, one after another", "ms", _WALL, "posture still", "mediapipe still")
FOLDER = Row("still, a folder", "ms", _WALL, "posture folder", "mediapipe still")
VIDEO = Row("video", "ms", _WALL, "posture video", "mediapipe video")
STILL_OUTSIDE = Row("still, outside the networks", "%", outside_percent, "posture still")
VIDEO_OUTSIDE = Row("video, outside the networks", "%", outside_percent, "posture video")
WARM = Row("start to first answer", "s", _SECONDS, "posture process", "mediapipe process")
FIRST = Row("the same, first time ever", "s", _SECONDS, "posture first time", "mediapipe process")
HELP = Row("`posture --help`", "s", _SECONDS, "posture help")
PEAK_1 = Row("peak memory, 1 picture", "MB", _PEAK, "posture process", "mediapipe process")
PEAK_24 = Row("peak memory, 24 pictures", "MB", _PEAK, "posture samples")
PEAK_480 = Row("peak memory, 480 pictures", "MB", _PEAK, "posture many")
LESS_EXACT = tuple(
    Row(
        f"{row.what}, {one}", "ms", _WALL, row.ours.replace("posture", f"posture {one}"), row.theirs
    )
    for one in ("fp16", "bf16")
    for row in (STILL, VIDEO)
)
"""Only where the processor computes in them."""
ROWS = (
    *(STILL, Row("the same, CPU time", "ms", _CPU, STILL.ours, STILL.theirs)),
    *(FOLDER, Row("the same, CPU time", "ms", _CPU, FOLDER.ours, FOLDER.theirs)),
    *(VIDEO, Row("the same, CPU time", "ms", _CPU, VIDEO.ours, VIDEO.theirs)),
    *LESS_EXACT,
    *(STILL_OUTSIDE, VIDEO_OUTSIDE, WARM, FIRST, HELP, PEAK_1, PEAK_24, PEAK_480),
    Row("480 pictures, whole process", "s", _SECONDS, "posture many"),
)


@dataclass(frozen=True)
class Aim:
    """A limit for one number of a row; a ratio has to reach it, anything else to stay below."""

    row: Row
    number: str
    limit: float

    def judge(self, samples: Samples) -> dict[str, Any] | None:
        """Return the aim with its number and whether it is met, or None if not measured."""
        found = self.row.numbers(samples).get(self.number)
        if found is None:
            return None
        ratio = self.number == "paired"
        sign, unit = ("at least", "x") if ratio else ("below", f" {self.row.unit}")
        aim = f"{self.row.what}: {sign} {self.limit:g}{unit}"
        met = found >= self.limit if ratio else found < self.limit
        return {"aim": aim, "measured": found, "met": met}


AIMS = (
    *(Aim(STILL, "paired", 2.5), Aim(FOLDER, "paired", 2.5), Aim(VIDEO, "paired", 2.5)),
    *(Aim(STILL_OUTSIDE, "posture", 15), Aim(VIDEO_OUTSIDE, "posture", 15)),
    *(Aim(HELP, "posture", 0.2), Aim(WARM, "posture", 0.8), Aim(FIRST, "posture", 2)),
    *(Aim(PEAK_1, "posture", 300), Aim(PEAK_480, "posture", 300)),
)


def results(samples: Samples, auto: str) -> dict[str, Any]:
    """Return everything that is kept: machine, load, date, rows, aims and every sample.

    Args:
        samples: By turn.
        auto: What `--precision auto` chooses here; its speed has the aims of fp32.
    """
    there = [row for row in ROWS if row.ours in samples]
    rows = [{"what": r.what, "unit": r.unit, **r.numbers(samples)} for r in there]
    chosen = [Aim(row, "paired", 2.5) for row in LESS_EXACT if row.what.endswith(auto)]
    aims = [found for aim in (*AIMS, *chosen) if (found := aim.judge(samples))]
    of_run = {"date": now(), "machine": machine(), "load": os.getloadavg()[1], "auto": auto}
    return {**of_run, "rows": rows, "aims": aims, "samples": samples}


def text(found: Mapping[str, Any]) -> str:
    """Return the results as Markdown."""
    lines = [about(found), f"`--precision auto` is {found['auto']} here", ""]
    lines += [
        "| what | posture | MediaPipe 0.10.21 | ratio | paired |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [_line(row) for row in found["rows"]]
    aims = [(a["aim"], f"{a['measured']:.3g}", a["met"]) for a in found["aims"]]
    verdicts = [f"- {aim}: {value}, {'met' if met else 'NOT met'}" for aim, value, met in aims]
    return "\n".join([*lines, "", *verdicts])


def about(found: Mapping[str, Any]) -> str:
    """Return machine and load of a run in words."""
    parts = [f"{name} {value}" for name, value in found["machine"].items()]
    return ", ".join([*parts, f"load {found['load']:.1f}"])


def machine() -> dict[str, Any]:
    """Return what the numbers depend on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "openvino": version("openvino"),
        "system": platform.system(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    rows = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (row.split(":")[1].strip() for row in rows if row.startswith("model name"))
    return next(names, platform.processor())


def _line(row: Mapping[str, Any]) -> str:
    unit = row["unit"]
    values = [f"{row[k]:.3g} {unit}" if k in row else "" for k in ("posture", "mediapipe")]
    ratios = [f"{row[k]:.2f}" if k in row else "" for k in ("ratio", "paired")]
    return f"| {' | '.join([row['what'], *values, *ratios])} |"
