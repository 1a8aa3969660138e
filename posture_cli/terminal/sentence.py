"""What goes on in one plain sentence, for a person who looks up for a second."""

from __future__ import annotations

from collections.abc import Mapping

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.masking import one_line
from posture_cli.core.wording import reason_to_you, span
from posture_cli.terminal.status import NOBODY_THERE, STATES, State, Status

PAUSED, LOCKED, WANTED = "paused", "the screen is locked", "another program wants the camera"
IDLE: Mapping[State, str] = {
    "starting": "taking the first look",
    "calibrating": "sit up straight",
}
"""What is said while there is no label yet."""
HELD: Mapping[str, str] = {
    "sitting": "You have been sitting upright",
    "standing": "You have been standing upright",
    "hunching": "You have been leaning forward",
    NOBODY_THERE: "Nobody has been there",
}
"""What is seen -> the sentence, to which its time is added."""
STRAIGHTEN, SIT_BACK = "straighten up a little", "sit back a little"
"""What to do about hunching: while standing, and else."""


def sentence(status: Status, rule_set: RuleSet) -> str:
    """Return what goes on, and what to do, for example `You have been leaning forward for 4 s;
    sit back a little`."""
    what, hint = unseen(status)
    if not what:
        what, hint = _seen(status, rule_set)
    said = "; ".join(part for part in (what, hint) if part)
    return said[:1].upper() + said[1:]


def unseen(status: Status) -> tuple[str, str]:
    """Return why there is no picture of now, and what can be done; empty if there is one."""
    off = ", the camera is off" if status.at else ""
    if status.state == "paused":
        return f"{PAUSED} {status.note}".rstrip() + off, "press p to go on"
    if status.state == "locked":
        return f"{LOCKED}{off}", "it goes on when the screen is unlocked"
    if status.state == "wanted":
        return WANTED, "it goes on when it has been free for a while"
    if status.state == "call":
        return f"{STATES['call']}{off}", "it goes on when the call is over"
    if status.state == "presentation":
        return f"{STATES['presentation']}{off}", "it goes on afterwards"
    if status.state == "lost":
        since = f" since {status.at:%H:%M}" if status.at else ""
        return f"no picture{since}", one_line(status.note)
    return "", ""


def _seen(status: Status, rule_set: RuleSet) -> tuple[str, str]:
    """Return the posture with its time, and what to do about it."""
    seen = status.seen
    if seen is None or status.glance is None:
        return IDLE.get(status.state, ""), one_line(status.note)
    held = "" if status.held_s is None else f" for {span(status.held_s)}"
    if seen == "unknown":
        return _unknown(status, held, rule_set), ""
    back = STRAIGHTEN if status.glance.stance == "standing" else SIT_BACK
    return f"{HELD[seen]}{held}", back if seen == "hunching" else ""


def _unknown(status: Status, held: str, rule_set: RuleSet) -> str:
    """Return that nothing can be told, and why."""
    verdict = status.reading.verdict if status.reading else None
    if verdict is None or verdict.label != "unknown":
        return f"cannot tell{held}"
    what = "you are not hunching; cannot tell more" if verdict.hunching is False else "cannot tell"
    return f"{what}{held}: {reason_to_you(verdict.reasons[0], rule_set)}"
