"""Readings and alerts in words and tables, and the format of all numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge import own
from posture_cli.core.judge.baseline import Baseline, OwnView
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.learned import Weighed
from posture_cli.core.judge.verdict import Check, Reason
from posture_cli.core.judge.what_if import Asked
from posture_cli.core.observation import Reading

UNITS = {"deg": "°", "px": " px", "torso": "", "shoulders": "", "": ""}
VIEWS: Mapping[OwnView, str] = {"profile": "side", "frontal": "front"}
"""View of a baseline -> where its camera is."""
EXPLANATION = "  {:<14} {:<12} {:>8} {:>8} {:>8}  {:<5}  {}"
HEAD = ("check", "quantity", "measured", "limit", "margin", "holds", "source of the limit")
WEIGHED = "  {:<14} {:<12} {:>8} {:>8} {:>8}"
WEIGHED_HEAD = ("answer", "quantity", "measured", "usual", "adds")
RULES_CONFIDENCE = 1.0
"""The confidence of published rules, which have none; it is not shown."""
KEYPOINT = "  {:<15} {:>9} {:>9} {:>6}"
ALERTS: Mapping[str, tuple[str, ...]] = {
    "hunching": (
        "You have been hunching for {}.",
        "You are still hunching, for {} now. Sit up, or change your position.",
        "You have been hunching for {}. Time to move a little.",
    ),
    "sitting": (
        "You have been sitting for {}. Time to stand up.",
        "You are still sitting, for {} now. Stand up for a few minutes.",
        "You have been sitting for {}. Please take a break.",
    ),
}
"""Kind of alert -> its text at each level; higher levels get the last one."""
TO_YOU: Mapping[str, str] = {
    "too_small": "you are too small in the picture",
    "not_profile": "you are not seen from the side",
    "facing_unknown": "cannot tell which way you face",
}
"""Code of a reason -> its words where a watch speaks to the person whom others are told of."""

EXACT_S = 600.0
"""From here on, seconds are not shown."""


def number(value: float, unit: str, extra: int = 0) -> str:
    """Return a number with its unit: whole degrees and pixels, two digits for other units.

    Args:
        value: The number.
        unit: One of `UNITS`.
        extra: Number of extra digits.
    """
    return rounded(value, extra + (0 if unit in ("deg", "px") else 2)) + UNITS[unit]


def rounded(value: float, digits: int, sign: str = "-") -> str:
    """Return a number with this many digits, never -0. With the sign `+` it always has a sign."""
    return f"{round(float(value), digits) + 0.0:{sign}.{digits}f}"


def percent(share: float) -> str:
    """Return a whole percentage; never 100, because nothing here is certain."""
    return f"{min(share, 0.99):.0%}"


def line(reading: Reading, rule_set: RuleSet) -> str:
    """Return what the judge found and why, for example `98%  hip bent (94° < 135°)`."""
    verdict = reading.verdict
    sure = verdict.label == "unknown" or verdict.confidence == RULES_CONFIDENCE
    share = "" if sure else f"{percent(verdict.confidence)}  "
    return share + "; ".join(reason_text(reason, rule_set) for reason in verdict.reasons)


def reason_text(reason: Reason, rule_set: RuleSet) -> str:
    """Return a reason in words, with its number and its limit if it has them."""
    words = rule_set.words[reason.code]
    if reason.measured is None:
        return words
    if reason.code == "borderline" and reason.limit is not None:
        return f"{words} (confidence {percent(reason.measured)} < {percent(reason.limit)})"
    if reason.limit is None:
        return f"{words} ({number(reason.measured, reason.unit)})"
    measured, limit = distinct(reason.measured, reason.limit, reason.unit)
    return f"{words} ({measured} {'<' if reason.measured < reason.limit else '>'} {limit})"


def reason_to_you(reason: Reason, rule_set: RuleSet) -> str:
    """Return the same, said to the person themself."""
    return reason_text(reason, replace(rule_set, words={**rule_set.words, **TO_YOU}))


def upright_text(baseline: Baseline) -> tuple[str, str]:
    """Return how upright somebody is and where their hunching begins: `38° ± 2°`, `from 68°`."""
    limit = own.hunched(baseline)
    upright = " ± ".join(number(value, limit.unit) for value in baseline.upright)
    return upright, f"{'from' if limit.sign == '>' else 'below'} {number(limit.limit, limit.unit)}"


def alert_text(kind: str, level: int, lasted_s: float) -> str:
    """Return the sentence for an alert.

    Args:
        kind: `hunching` or `sitting`.
        level: The level of the alert, from 1.
        lasted_s: How long it has lasted, seconds.
    """
    words = ALERTS[kind]
    return words[min(level, len(words)) - 1].format(duration(lasted_s))


def duration(seconds: float) -> str:
    """Return a duration in words, in whole seconds or, from ten minutes, in whole minutes."""
    unit_s = 1 if seconds < EXACT_S else 60
    hours, rest = divmod(round(seconds / unit_s) * unit_s, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    return " ".join(_counted(n, unit) for n, unit in parts if n) or "0 seconds"


def span(seconds: float) -> str:
    """Return a duration for views and tables, from 0 seconds: `8 s`, `14 min`, `2 h 05 min`."""
    if seconds < 60:
        return f"{int(seconds)} s"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def explanation(reading: Reading, rule_set: RuleSet) -> str:
    """Return a table of every angle and every check: value, limit, margin, source.

    For a learned judge, a first table shows what each angle adds to the answers, in log-odds: 0 is
    50 %, 2.2 is 90 %, 4.6 is 99 %.
    """
    measurement = reading.measurement
    rows = [_check_row(check, measurement) for check in rule_set.checks]
    if not rows:
        rows = [_reason_row(reason, rule_set.source) for reason in reading.verdict.reasons]
    head = EXPLANATION.format(*HEAD)
    weighed = _weighed(rule_set.weigh(measurement)) if rule_set.weigh else []
    asked = _asked(rule_set.ask(reading.person, measurement)) if rule_set.ask else []
    return "\n".join([_seen(measurement), _angles(measurement), *asked, *weighed, head, *rows])


def keypoint_table(reading: Reading) -> str:
    """Return the 17 keypoints by name, pixels and score."""
    keypoints = reading.person.keypoints
    rows = [
        KEYPOINT.format(
            joint.label, rounded(x, 1), rounded(y, 1), rounded(keypoints.score[joint], 2)
        )
        for joint, (x, y) in zip(Joint, keypoints.xy, strict=True)
    ]
    return "\n".join([KEYPOINT.format("keypoint", "x px", "y px", "score"), *rows])


def _seen(measurement: Measurement) -> str:
    facing = measurement.facing or "unknown"
    width = f"width {measurement.width_ratio:.2f} of the torso"
    roll = f", camera roll {number(measurement.roll_deg, 'deg')}" if measurement.roll_deg else ""
    return (
        f"  view {measurement.view.replace('_', '-')} ({width}), {measurement.side} side near, "
        f"facing {facing}, torso {measurement.torso_px:.0f} px{roll}"
    )


def _angles(measurement: Measurement) -> str:
    named = measurement.angles.named().items()
    return "  " + ", ".join(f"{n} {'-' if v is None else number(v, 'deg')}" for n, v in named)


def _asked(asked: Asked) -> list[str]:
    """Return what the network says, and the smallest turns that change its answer."""
    odds = ", ".join(f"{plain(name)} {percent(p)}" for name, p in asked.odds._asdict().items())
    turns = ", ".join(
        f"{plain(change.quantity)} {rounded(change.by_deg, 0, '+')}° {change.label}"
        for change in asked.changes
    )
    return [f"  network: {odds}", *([f"  its answer changes with: {turns}"] if turns else [])]


def _weighed(answers: tuple[Weighed, ...]) -> list[str]:
    """Return a table of what each angle adds to each answer; empty without answers."""
    rows: list[tuple[str, str, str, str, str]] = [WEIGHED_HEAD]
    for found in answers:
        answer = f"{found.answer} {percent(found.probability)}"
        for share in found.parts:
            numbers = number(share.measured, "deg"), number(share.usual, "deg")
            rows.append((answer, plain(share.quantity), *numbers, rounded(share.adds, 2, "+")))
            answer = ""
        rows.append(("", "to start with", "", "", rounded(found.to_start_with, 2, "+")))
    return [WEIGHED.format(*row) for row in rows] if answers else []


def _check_row(check: Check, measurement: Measurement) -> str:
    value, margin = measurement.quantity(check.quantity), check.margin(measurement)
    if value is None or margin is None:
        measured, away, holds = "-", "-", "-"
    else:
        measured, _ = distinct(value, check.limit, check.unit)
        away, holds = number(margin, check.unit), "yes" if margin > 0 else "no"
    limit = f"{check.sign} {number(check.limit, check.unit)}"
    quantity = plain(check.quantity)
    return EXPLANATION.format(check.code, quantity, measured, limit, away, holds, check.source)


def _reason_row(reason: Reason, source: str) -> str:
    measured = "-" if reason.measured is None else number(reason.measured, reason.unit)
    limit = "-" if reason.limit is None else number(reason.limit, reason.unit)
    return EXPLANATION.format(reason.code, "", measured, limit, "", "", source)


def plain(quantity: str) -> str:
    """Return the name of a quantity without its unit."""
    return quantity.removesuffix("_deg").removesuffix("_px").replace("_", " ")


def distinct(measured: float, limit: float, unit: str) -> tuple[str, str]:
    """Return two numbers as text; the first has an extra digit if they would look the same."""
    both = number(measured, unit), number(limit, unit)
    return (number(measured, unit, extra=1), both[1]) if len({*both}) == 1 else both


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
