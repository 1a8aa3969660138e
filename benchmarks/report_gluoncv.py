"""From samples of `bench_gluoncv.py` to a table, and to the aims that are met or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from statistics import median
from typing import Any

from report import machine
from turns import Sample

Samples = Mapping[str, list[Sample]]
CONTESTANTS = {
    "mxnet": "GluonCV on MXNet",
    "fp32": "posture fp32",
    "bf16": "posture bf16",
    "int8": "posture int8",
}
OUTSIDE, NMS = ("detector_pre_ms", "pose_pre_ms", "post_ms"), "nms_ms"
ROWS = (
    *(("still, end to end", "still", "wall_ms"), ("the same, CPU time", "still", "cpu_ms")),
    *(("- detector, pre", "still", "detector_pre_ms"), ("- detector", "still", "detector_net_ms")),
    *(("- decode and NMS (1)", "still", "nms_ms"), ("- pose, pre", "still", "pose_pre_ms")),
    *(("- pose network", "still", "pose_net_ms"), ("- post", "still", "post_ms")),
    ("video, both networks on every frame", "video", "wall_ms"),
    ("video, following (2)", "follow", "wall_ms"),
    ("detector runs a frame then (2)", "follow", "looks_ms"),
    *(("start to first answer, s", "process", "wall_s"), ("peak memory, MB", "process", "peak_mb")),
)
"""What is measured, its turns, its quantity; milliseconds a frame unless it says otherwise."""
NOTES = (
    "Random weights: the detector's boxes are replaced by one fixed person on both sides, after "
    "its own decoding and NMS, which have far more boxes to deal with than usual.",
    "(1) On MXNet inside the detector.",
    "(2) With random weights the pose of that person is noise, so a trained one may be lost more "
    "or less often; never lost, the detector runs on 0.03 of the frames.",
)
LOW, HIGH = "below", "at least"


def results(samples: Samples, auto: str) -> dict[str, Any]:
    """Return everything that is kept: machine, date, rows, aims and every sample.

    Args:
        samples: By contestant and turn.
        auto: Name of the estimator that `--precision auto` chose.
    """
    rows = [{"what": what, **_medians(samples, *key)} for what, *key in ROWS]
    date = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {
        "date": date,
        "machine": machine(),
        "auto": auto,
        "rows": rows,
        "aims": _aims(samples, auto),
        "notes": NOTES,
        "samples": samples,
    }


def text(found: Mapping[str, Any]) -> str:
    """Return the results as Markdown."""
    there = [who for who in CONTESTANTS if who in found["rows"][0]]
    titles = ["what, ms a frame", *(CONTESTANTS[who] for who in there)]
    rows = [[row["what"], *(_number(row.get(who)) for who in there)] for row in found["rows"]]
    lines = [titles, ["---", *["---:"] * len(there)], *rows]
    head = ", ".join(f"{k} {v}" for k, v in found["machine"].items())
    aims = [
        f"- {aim['aim']}: {aim['measured']:.3g}, {'met' if aim['met'] else 'NOT met'}"
        for aim in found["aims"]
    ]
    table = [f"| {' | '.join(line)} |" for line in lines]
    auto = f"`--precision auto` is {found['auto']}"
    return "\n".join([head, "", *table, "", *found["notes"], "", auto, "", *aims])


def _medians(samples: Samples, turn: str, quantity: str) -> dict[str, float]:
    return {
        who: median(sample[quantity] for sample in samples[f"{who} {turn}"])
        for who in CONTESTANTS
        if f"{who} {turn}" in samples
    }


def _aims(samples: Samples, auto: str) -> list[dict[str, Any]]:
    chosen = "bf16" if auto.endswith("@bf16") else "fp32"
    aims = [
        ("still, fp32, times as quick", _gain(samples, "fp32", "still"), HIGH, 2.0),
        ("video, fp32, times as quick", _gain(samples, "fp32", "video"), HIGH, 2.0),
        (f"still, auto ({chosen})", _gain(samples, chosen, "still"), HIGH, 4.0),
        ("still, bf16, times as quick", _gain(samples, "bf16", "still"), HIGH, 4.0),
    ]
    if "int8 still" in samples:
        aims.append(("still, int8", _gain(samples, "int8", "still"), HIGH, 4.0))
    seconds, peak = (_medians(samples, "process", key) for key in ("wall_s", "peak_mb"))
    aims += [
        ("pre and post, fp32, % of a frame", _percent(samples, OUTSIDE), LOW, 5.0),
        ("the same with decode and NMS of noise", _percent(samples, (*OUTSIDE, NMS)), LOW, 5.0),
        ("start to first answer, fp32, s", seconds["fp32"], LOW, 1.2),
        ("peak memory, fp32, MB", peak["fp32"], LOW, 400.0),
    ]
    return [
        {
            "aim": f"{what}: {sign} {limit:g}",
            "measured": measured,
            "met": measured >= limit if sign == HIGH else measured < limit,
        }
        for what, measured, sign, limit in aims
    ]


def _gain(samples: Samples, who: str, turn: str) -> float:
    """Return the median of the ratios of paired rounds."""
    pairs = zip(samples[f"mxnet {turn}"], samples[f"{who} {turn}"], strict=True)
    return median(theirs["wall_ms"] / ours["wall_ms"] for theirs, ours in pairs)


def _percent(samples: Samples, stages: Sequence[str]) -> float:
    """Return the share of a frame's time in fp32 that is spent in these stages."""
    return median(
        100 * sum(sample[stage] for stage in stages) / sample["wall_ms"]
        for sample in samples["fp32 still"]
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
