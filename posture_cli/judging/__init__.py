"""Who judges, and how the camera is held: everything that makes a verdict, as one value."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge import own
from posture_cli.core.judge.baseline import AnyGlimpse, Baseline, glimpse
from posture_cli.core.judge.drift import OTHER_VIEW, WORDS, drift
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.second_look import agreed
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.time.hysteresis import Judges, judges_of
from posture_cli.core.wording import VIEWS, reason_text
from posture_cli.errors import RequestError
from posture_cli.judging import rulesets
from posture_cli.judging.profiles import Profiles

DEFAULT_RULES = rulesets.DEFAULT
MOST_ROLL_DEG = 45.0
"""Further, and another side of the picture is up."""
LATEST = 100
"""How many pictures decide whether a baseline still fits: enough for a median. Guess."""

Advice = tuple[str, str]
"""What is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How people are judged: what the user decides.

    Attributes:
        rules: `default`, `rules`, `strict`, `literature`, `deeplens`, or a file of `posture train`.
        profile: Name of a profile of `posture calibrate`, whose baseline decides on hunching; it
            goes with the default rules.
        roll_deg: How far upright things lean to the right in the pictures, -45 to 45 degrees.
    Raises:
        RequestError: If these do not go together.
    """

    rules: str = DEFAULT_RULES
    profile: str | None = None
    roll_deg: float = 0.0

    def __post_init__(self) -> None:
        if not abs(self.roll_deg) <= MOST_ROLL_DEG:  # nan too
            message = f"a camera roll of {self.roll_deg!r} degrees is not possible"
            raise RequestError(message, hint="choose -45 to 45 degrees")
        if self.profile is not None and self.rules != DEFAULT_RULES:
            message = f"profile {self.profile!r} needs the default rules, not {self.rules!r}"
            raise RequestError(message, hint="choose a profile or other rules")


@dataclass(slots=True, eq=False)
class LoadedJudging:
    """A `Judging` that is loaded, ready to judge.

    Attributes:
        rule_set: The judge with its words.
        roll_deg: As in `Judging`.
        profile: Name of the profile, if one is used.
        own: Its baseline.
    """

    rule_set: RuleSet
    roll_deg: float = 0.0
    profile: str | None = None
    own: Baseline | None = None
    _latest: deque[AnyGlimpse] = field(default_factory=lambda: deque(maxlen=LATEST))

    def read(self, person: Person, size: FrameSize, before: Reading | None = None) -> Reading:
        """Measure and judge one person in a picture of this size.

        If the mirror image was looked at as well, the surer look is measured, and both are judged.

        Args:
            person: The person.
            size: The size of the picture.
            before: What this said of the same joints, before the mirror image was looked at.
        """
        first = replace(before, person=person) if before else self._read(person, size)
        if not (self.rule_set.looks_twice and person.in_mirror):
            return first
        second = self._read(person.in_mirror, size)
        other, surer = sorted((second, first), key=lambda look: look.verdict.confidence)
        return replace(surer, verdict=agreed(surer.verdict, other.verdict))

    def over_time(self) -> Judges:
        """Return the two judges of a watch: who hunches has to straighten up further."""
        if self.own is None:
            return judges_of(self.rule_set.judge)
        return judges_of(self.rule_set.judge, self.own.upright.centre)

    def take(self, observation: Observation) -> None:
        """Remember the subject of one more picture, to find out whether the baseline still fits."""
        if self.own and observation.readings:
            found = glimpse(observation.readings[0].measurement, observation.size)
            if not isinstance(found, Reason):
                self._latest.append(found)

    def unlike(self, estimator: str) -> Iterator[Advice]:
        """Yield what to do if rules or baseline were made from another estimator's keypoints.

        Each estimator has habits of its own: one puts the ear where another sees the jaw.
        """
        if self.own is None:
            if advice := rulesets.unlike(self.rule_set, estimator):
                yield advice
            return
        then, now = (name.partition("@")[0] for name in (self.own.estimator, estimator))
        if then != now and rulesets.REPLAYED not in (then, now):
            message = f"profile {self.profile} was made from keypoints by {then}, not by {now}"
            yield message, f"use the same --estimator as then, or run {self._again()}"

    def outdated(self) -> Iterator[Advice]:
        """Yield what to do if the baseline does not fit the latest pictures any more."""
        if self.own is None or (reason := drift(self.own, self._latest)) is None:
            return
        if reason.code == OTHER_VIEW:
            yield self._of_other_view(VIEWS[self.own.view])
        else:
            why = reason_text(reason, RuleSet(self.rule_set.judge, WORDS))
            yield f"profile {self.profile} may not fit any more: {why}", f"run {self._again()}"

    def _read(self, person: Person, size: FrameSize) -> Reading:
        measurement = measure(person.keypoints, size, self.roll_deg)
        return Reading(person, measurement, self.rule_set.judge(person, measurement, size))

    def _of_other_view(self, made: str) -> Advice:
        (now,) = {*VIEWS.values()} - {made}
        message = (
            f"profile {self.profile} was made from the {made}, and you are seen from the {now}"
        )
        hint = f"look from the {made} again, or make one from the {now} under a name of its own: "
        return f"{message}: it does not decide", f"{hint}posture calibrate --profile NAME"

    def _again(self) -> str:
        return f"posture calibrate --profile {self.profile}"


def load_judging(judging: Judging | LoadedJudging) -> LoadedJudging:
    """Load rules or profile, unless that is done.

    Raises:
        ModelError: If there are no such rules.
        ConfigError: If there is no such profile, or it cannot be used.
    """
    if isinstance(judging, LoadedJudging):
        return judging
    if judging.profile is None:
        return LoadedJudging(rulesets.load(judging.rules), judging.roll_deg)
    name, _, upright = Profiles().load(judging.profile)
    rules = own.rule_set(upright, rulesets.load(DEFAULT_RULES))
    return LoadedJudging(rules, judging.roll_deg, name, upright)
