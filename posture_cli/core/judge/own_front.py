"""What follows from a person's own upright, seen from the front: who hunches, and who cannot tell.

From the front no angle shows how far trunk and head are forward. But then the head comes nearer to
the shoulders in the picture, or larger. Both are compared with the person's own upright. A head
that is turned or far to a side changes the same numbers, so nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import erf, hypot, sqrt

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.baseline import FEW, HEAD_HIDDEN, TOO_NARROW, Baseline, Doubt
from posture_cli.core.judge.confidence import MAX_CONFIDENCE
from posture_cli.core.judge.drift import OTHER_VIEW
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.limits import CHECKS
from posture_cli.core.judge.rules import MIN_CONFIDENCE
from posture_cli.core.judge.together import FINAL, NOTHING_ELSE
from posture_cli.core.judge.verdict import Check, Judge, Reason, Verdict

LOWER = 0.08
"""How much nearer to the shoulders than upright the head of a person who hunches is, as a share.
Source: generated people before a laptop, see docs/adr/0013-calibrate-from-the-front.md."""
LARGER = 1 / 3
"""How much larger than upright the face of a person who hunches is: the head is a quarter of its
distance nearer to the camera. Source: as above."""
ASIDE = 0.2
"""From here on a person leans to a side, shoulder widths: upright, that is by about 20 degrees.
Guess."""
TURNED = 0.25
"""From this change of `head_turn` on, the head is turned: by about 17 degrees, as for generated
people. Guess: more than upright people fidget."""
REPEATED, REPEATED_FACE = 0.03, 0.05
"""Standard deviation of height and face size of an upright person, as a share. Source: 2 to 3 and 4
to 6 % among upright pictures of one scene, 5 people, 2026."""
MOVED, FAR = 0.05, 1.5 * LOWER
"""From these spreads on, as a share, the person moved; and it was not one posture. Guess."""
LEAST_HEIGHT, SMALL_HEIGHT = 0.4, 0.5
"""No upright person, and hardly any, has the head so near to the shoulders. Guess: upright people
in pictures, and generated ones, from .54."""
AS_USUAL = "head_as_usual"
"""The reason code for not hunching: the nearer of the two limits, from the other side."""
WORDS = {
    OTHER_VIEW: "not seen from the front, as the profile is: it does not decide here",
    HEAD_HIDDEN.code: "nose, an ear or a shoulder is hidden or outside the picture",
    AS_USUAL: "the head is as high over the shoulders as usual, and as large",
}
"""Reason code -> its meaning in words; the checks bring their own."""


@dataclass(frozen=True, slots=True)
class FromTheFront:
    """The judge for one person who is seen from the front.

    Attributes:
        general: The judge for everybody. It says everything but hunching from the front.
        own: The baseline, from the front.
        share: How much of the way from upright to a limit counts as hunching: less than 1 for a
            person who hunched before.
    """

    general: Judge
    own: Baseline
    share: float = 1.0

    def __call__(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person, as `Judge` says."""
        said = self.general(person, measurement, size)
        if {reason.code for reason in said.reasons} & {*FINAL, NOTHING_ELSE}:
            return said
        if reason := cannot_tell(measurement, self.own):
            return replace(said, reasons=(*said.reasons, reason))
        return _with_hunching(said, measurement, limits(self.own, self.share))


def cannot_tell(measurement: Measurement, own: Baseline) -> Reason | None:
    """Return why a baseline from the front cannot decide on a person, or None if it can."""
    if measurement.view not in ("frontal", "three_quarter"):
        return Reason(OTHER_VIEW)
    if measurement.front.head_height is None:
        return HEAD_HIDDEN
    if gate := next((gate for gate in gates(own) if gate.holds(measurement)), None):
        return gate.reason(measurement)
    return None if measurement.view == "frontal" else Reason(OTHER_VIEW)


def gates(own: Baseline) -> tuple[Check, ...]:
    """Return what makes a person unjudgeable from the front."""
    ahead = own.usual["head_turn"].centre
    leans = Check(
        "leans_sideways",
        "head_aside",
        above=ASIDE,
        unit="shoulders",
        words="leaning to a side: cannot tell hunching from the front",
        source="guess: about 20 degrees",
    )
    left = Check(
        "looks_aside",
        "head_turn",
        above=round(ahead + TURNED, 2),
        unit="",
        words="the head is turned: cannot tell hunching from the front",
        source=f"guess; own {ahead:.2f}, and about 17 degrees more",
    )
    right = replace(left, above=None, below=round(ahead - TURNED, 2))
    return TOO_NARROW, leans, left, right


def limits(own: Baseline, share: float = 1.0) -> tuple[Check, Check]:
    """Return the limits of hunching for this person; above either of them they hunch.

    Args:
        own: The baseline.
        share: As in `FromTheFront`.
    """
    height, face = own.usual["head_height"].centre, own.usual["face_share"].centre
    low = Check(
        "head_low",
        "head_height",
        below=round(height * (1 - share * LOWER), 3),
        unit="shoulders",
        words="the head is nearer to the shoulders than usual",
        source=f"own upright {height:.2f}, less {share * LOWER:.0%}: generated people",
        softness=_unsure(own, "head_height", REPEATED),
    )
    near = Check(
        "head_near",
        "face_share",
        above=round(face * (1 + share * LARGER), 3),
        unit="",
        words="the face is larger than usual: leaning to the camera",
        source=f"own upright {face:.2f}, and {share * LARGER:.0%} more: generated people",
        softness=_unsure(own, "face_share", REPEATED_FACE),
    )
    return low, near


def _unsure(own: Baseline, quantity: str, repeated: float) -> float:
    """Return the standard deviation of a comparison: of one look, and of the baseline."""
    centre, spread = own.usual[quantity]
    return hypot(repeated * centre, max(spread, repeated * centre) / sqrt(own.samples))


def _with_hunching(said: Verdict, measurement: Measurement, either: tuple[Check, ...]) -> Verdict:
    """Return the verdict with hunching, if that is sure enough."""
    probable = {check: _probability(check, measurement) for check in either}
    check = max(probable, key=lambda one: probable[one])
    hunched, reason = probable[check], check.reason(measurement)
    sure = min(max(hunched, 1 - hunched), MAX_CONFIDENCE)
    if sure < MIN_CONFIDENCE:
        doubt = Reason("borderline", sure, MIN_CONFIDENCE)
        return replace(said, reasons=(*said.reasons, doubt, reason))
    if hunched > 1 / 2:
        return Verdict(said.stance, True, "hunching", sure, (reason, *said.reasons))
    reasons = (*said.reasons, replace(reason, code=AS_USUAL))
    return replace(said, hunching=False, confidence=min(said.confidence, sure), reasons=reasons)


def _probability(check: Check, measurement: Measurement) -> float:
    """Return how probable it is that a check holds."""
    margin = check.margin(measurement)
    assert margin is not None  # `cannot_tell` asks for all joints
    return (1 + erf(margin / check.softness / sqrt(2))) / 2


def rule_set(own: Baseline, general: RuleSet) -> RuleSet:
    """Return a rule set that judges hunching from the front by this baseline.

    Args:
        own: The baseline, from the front.
        general: The rule set for everybody.
    """
    checks = (*gates(own), *limits(own))
    return replace(
        general,
        judge=FromTheFront(general.judge, own),
        words={**{check.code: check.words for check in checks}, **general.words, **WORDS},
        checks=(*CHECKS, *checks),
    )


def doubts(own: Baseline) -> Iterator[Doubt]:
    """Yield reasons to doubt a baseline from the front, in words."""
    height, spread = own.upright
    again = "sit up straight, look at the screen, and calibrate again"
    if height < LEAST_HEIGHT:
        said = f"the head is only {height:.2f} shoulder widths above the shoulders: hunching"
        yield Doubt(f"{said}, or the camera is far below or above the face", again, serious=True)
    elif height < SMALL_HEIGHT:
        said = f"the head is nearer to the shoulders than usual: {height:.2f} of their width"
        yield Doubt(said, f"{again}, unless this is how you sit upright")
    if spread > MOVED * height:
        said = f"the head moved much over the shoulders: {spread / height:.0%} of its height"
        yield Doubt(said, "hold still, and calibrate again", serious=spread > FAR * height)
    if own.samples < FEW:
        looks = "one look" if own.samples == 1 else f"{own.samples} looks"
        said = f"{looks} may be off by {REPEATED / sqrt(own.samples):.0%}"
        yield Doubt(said, f"use {FEW} pictures or a few seconds of video")
