"""When to tell the person, a step a glance: late enough to be right, seldom enough to be heard.

The time from one glance to the next counts for what the first one saw. Where that is unknown, and
where nobody looked (`events.apart_s`), no timer moves; but after a gap as long as a break, and
after an absence, everything starts anew. An event is told only at a glance that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from posture_cli.core.time.alert_words import message
from posture_cli.core.time.events import (
    GAP_S,
    Alert,
    Away,
    Back,
    Event,
    Glance,
    Kind,
    Recovered,
    apart_s,
)
from posture_cli.core.time.spell import Limit, Spell

Events = tuple[Event, ...]
KINDS: tuple[Kind, ...] = ("sitting", "hunching")
"""What is told first if both are due: who stands up does not hunch either."""
MAY_BE_ZERO = ("recover_s", "cooldown_s")


@dataclass(frozen=True, slots=True)
class Settings:
    """How patient the alarm is; all times in seconds.

    Attributes:
        hunch_after_s: How long to hunch for an alert; None for no such alerts. Guess: long enough
            to tie a shoe or to read a label.
        sit_limit_s: How long to sit, hunched or not, for an alert; None for no such alerts. Guess,
            between the 30 minutes of university advice (Stanford EHS, Iowa HWC) and an hour.
        recover_s: How much longer to be upright, or gone, for a slouch to be over; never more
            than `hunch_after_s`. Guess: shorter is a deviation.
        break_s: How long to stand, or to be gone, for the sitting to be over; never more than
            `sit_limit_s`. Source: breaks of two minutes in Dunstan et al., Diabetes Care 35 (2012),
            and in the advice of Stanford EHS.
        cooldown_s: For how long nothing more is told after an alert, of whatever kind. Guess.
        escalate_s: How long it has to go on after the first alert for a second, and twice that for
            a third; None for no such alerts. Guess.
        levels: How many alerts there are about one slouch, or one sitting, at most. Guess: who was
            told three times does not want to know.
        away_s: How long nobody has to be there to be away. Guess: longer than a detector misses
            somebody who is there.
        gap_s: Between glances that are farther apart, nobody looked.
    Raises:
        ValueError: If a time is negative or not finite, or 0 where that makes no sense.
    """

    hunch_after_s: float | None = 30.0
    sit_limit_s: float | None = 45 * 60.0
    recover_s: float = 10.0
    break_s: float = 120.0
    cooldown_s: float = 120.0
    escalate_s: float | None = 300.0
    levels: int = 3
    away_s: float = 10.0
    gap_s: float = GAP_S

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if value is not None and not _sensible(value, zero=name in MAY_BE_ZERO):
                raise ValueError(f"{name} cannot be {value}")

    def limits(self) -> Mapping[Kind, Limit]:
        """Return the limit of each kind of spell."""
        sit_s = inf if self.sit_limit_s is None else self.sit_limit_s
        hunch_s = inf if self.hunch_after_s is None else self.hunch_after_s
        again_s = inf if self.escalate_s is None else self.escalate_s
        return {
            "sitting": Limit(sit_s, min(self.break_s, sit_s), again_s, self.levels),
            "hunching": Limit(hunch_s, min(self.recover_s, hunch_s), again_s, self.levels),
        }


@dataclass(frozen=True, slots=True)
class State:
    """What the alarm remembers; `State()` is the first one.

    Attributes:
        last: The glance before.
        spells: What goes on.
        absent_s: How long nobody has been there.
        away: Whether that was told.
        alerted_s: When the latest alert was.
        snoozed_until_s: Before that, nothing is told.
        paused: Whether glances are ignored.
    """

    last: Glance | None = None
    spells: Mapping[Kind, Spell] = field(default_factory=dict)
    absent_s: float = 0.0
    away: bool = False
    alerted_s: float = -inf
    snoozed_until_s: float = -inf
    paused: bool = False


def step(
    state: State, glance: Glance, settings: Settings, *, quiet: bool = False
) -> tuple[State, Events]:
    """Return the state after a glance, and what is to be told.

    Args:
        state: The state before.
        glance: What is believed now.
        settings: How patient to be.
        quiet: Whether no alert is wanted now; time counts nevertheless.
    """
    if state.paused:
        return state, ()
    state, rested = _caught_up(state, glance, settings)
    state, presence = _presence(state, glance, settings)
    state, recoveries = _recoveries(state, glance, settings, rested)
    state = replace(_begun(state, glance), last=glance)
    muted = quiet or not _may_speak(state, glance.time_s, settings)
    state, alerts = (state, ()) if muted else _alert(state, glance, settings)
    return state, (*presence, *recoveries, *alerts)


def snooze(state: State, until_s: float) -> State:
    """Return a state that tells of nothing before some moment; one that is past ends a snooze."""
    return replace(state, snoozed_until_s=until_s)


def pause(state: State) -> State:
    """Return a state that ignores glances; a pause as long as a break counts as one."""
    nothing = state.last and replace(state.last, label="unknown", stance="unknown", confidence=0.0)
    return replace(state, last=nothing, paused=True)


def resume(state: State) -> State:
    """Return a state that takes glances again."""
    return replace(state, paused=False)


def lasted_s(state: State, kind: Kind) -> float:
    """Return for how long the person has been hunching, or sitting, up to the last glance."""
    return state.spells[kind].lasted_s if kind in state.spells else 0.0


def left_s(state: State, kind: Kind, settings: Settings) -> float | None:
    """Return how much longer the person may sit, or hunch; None for ever.

    It is negative for who does so for too long, whether they were told or not.
    """
    left_s = settings.limits()[kind].after_s - lasted_s(state, kind)
    return left_s if isfinite(left_s) else None


def _on(glance: Glance, kind: Kind) -> bool | None:
    """Return whether a glance shows a kind of spell; None if that is unknown."""
    if glance.label is None:
        return False
    if kind == "hunching":
        return None if glance.label == "unknown" else glance.label == "hunching"
    stance = glance.label if glance.stance == "unknown" else glance.stance
    # Who hunches with legs that nobody sees may sit or stand.
    return None if stance in ("unknown", "hunching") else stance == "sitting"


def _caught_up(state: State, glance: Glance, settings: Settings) -> tuple[State, bool]:
    """Return the state with the time since the last glance, and whether that was a break."""
    before = state.last
    if before is None:
        return state, False
    elapsed_s = apart_s(before, glance, settings.gap_s)
    if elapsed_s is None:
        gap_s = glance.time_s - before.time_s
        return _shifted(state, min(0.0, gap_s)), gap_s > settings.limits()["sitting"].recovery_s
    spells = {k: spell.after(elapsed_s, _on(before, k)) for k, spell in state.spells.items()}
    absent_s = state.absent_s + (elapsed_s if before.label is None else 0.0)
    return replace(state, spells=spells, absent_s=absent_s), False


def _shifted(state: State, by_s: float) -> State:
    """Return the state with all its moments moved, as after a clock was set back."""
    spells = {k: replace(s, since_s=s.since_s + by_s) for k, s in state.spells.items()}
    return replace(
        state,
        spells=spells,
        alerted_s=state.alerted_s + by_s,
        snoozed_until_s=state.snoozed_until_s + by_s,
    )


def _presence(state: State, glance: Glance, settings: Settings) -> tuple[State, Events]:
    if glance.label is not None:
        events = (Back(glance.time_s),) if state.away else ()
        return replace(state, absent_s=0.0, away=False), events
    if state.away or state.absent_s < settings.away_s:
        return state, ()
    return replace(state, away=True), (Away(glance.time_s),)


def _recoveries(
    state: State, glance: Glance, settings: Settings, rested: bool
) -> tuple[State, Events]:
    """End the spells that are over, and tell of those that an alert was about."""
    limits = settings.limits()
    over = {
        kind: spell
        for kind, spell in state.spells.items()
        if rested or (_on(glance, kind) is False and spell.eased_s >= limits[kind].recovery_s)
    }
    spells = {kind: spell for kind, spell in state.spells.items() if kind not in over}
    events = tuple(Recovered(kind, glance.time_s) for kind, spell in over.items() if spell.level)
    return replace(state, spells=spells), events


def _begun(state: State, glance: Glance) -> State:
    new = {k: Spell(glance.time_s) for k in KINDS if k not in state.spells and _on(glance, k)}
    return replace(state, spells={**state.spells, **new}) if new else state


def _may_speak(state: State, now_s: float, settings: Settings) -> bool:
    return now_s >= max(state.snoozed_until_s, state.alerted_s + settings.cooldown_s)


def _alert(state: State, glance: Glance, settings: Settings) -> tuple[State, Events]:
    """Tell of the first kind that is due and seen now."""
    limits = settings.limits()
    for kind in KINDS:
        if _on(glance, kind) and state.spells[kind].left_s(limits[kind]) <= 0:
            spell = state.spells[kind].told()
            words = message(kind, spell.level, spell.lasted_s)
            alert = Alert(kind, glance.time_s, spell.since_s, words, spell.level)
            spells = {**state.spells, kind: spell}
            return replace(state, spells=spells, alerted_s=glance.time_s), (alert,)
    return state, ()


def _sensible(value: float, *, zero: bool) -> bool:
    return isfinite(value) and (value >= 0 if zero else value > 0)
