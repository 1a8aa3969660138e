"""When to send an alert, one step per glance: late enough to be right, and not too often.

The time between two glances counts for what the first one shows. If that is unknown, or nobody
looked (`events.apart_s`), no timer moves. After a gap or an absence as long as a break, everything
starts again. An event only comes at a glance that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from posture_cli.core.time.episode import Episode, Limit
from posture_cli.core.time.events import (
    GAP_S,
    Alert,
    AlertKind,
    Away,
    Back,
    Event,
    Glance,
    Recovered,
    apart_s,
)
from posture_cli.core.wording import alert_text

Events = tuple[Event, ...]
KINDS: tuple[AlertKind, ...] = ("sitting", "hunching")
"""The order if both alerts are due, and the hunch was told before: standing up also ends it."""
MAY_BE_ZERO = ("recover_s", "cooldown_s")


@dataclass(frozen=True, slots=True)
class Settings:
    """How patient the alarm is; all times in seconds.

    Attributes:
        hunch_after_s: How long hunching lasts before an alert; None for no such alerts. Guess: long
            enough to tie a shoe or to read a label.
        sit_limit_s: How long sitting lasts, hunched or not, before an alert; None for no such
            alerts. Guess, between the 30 minutes of university advice (Stanford EHS, Iowa HWC) and
            an hour.
        recover_s: How much longer to be upright, or away, until hunching is over; never more than
            `hunch_after_s`. Guess: less is only a short interruption.
        break_s: How long to stand, or to be away, until sitting is over; never more than
            `sit_limit_s`. Source: breaks of two minutes in Dunstan et al., Diabetes Care 35 (2012),
            and in the advice of Stanford EHS.
        cooldown_s: How long after an alert there is no other alert of any kind. Guess.
        escalate_s: How long it goes on after the first alert until the second, and twice that until
            the third; None for no more alerts. Guess.
        levels: The most alerts about one episode of hunching or sitting. Guess: a person who
            ignores three alerts wants no more.
        away_s: How long nobody is visible until the person is away. Guess: longer than a detector
            misses a person who is there.
        gap_s: If glances are farther apart, nobody looked in between.
    Raises:
        ValueError: If a time is negative or not finite, or 0 where it has to be above 0.
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

    def limits(self) -> Mapping[AlertKind, Limit]:
        """Return the limit of each kind of episode."""
        sit_s = inf if self.sit_limit_s is None else self.sit_limit_s
        hunch_s = inf if self.hunch_after_s is None else self.hunch_after_s
        escalate_s = inf if self.escalate_s is None else self.escalate_s
        return {
            "sitting": Limit(sit_s, min(self.break_s, sit_s), escalate_s, self.levels),
            "hunching": Limit(hunch_s, min(self.recover_s, hunch_s), escalate_s, self.levels),
        }


@dataclass(frozen=True, slots=True)
class State:
    """What the alarm remembers; `State()` is the start.

    Attributes:
        last: The previous glance.
        episodes: The episodes that go on.
        absent_s: How long nobody has been there.
        away: Whether there was an `Away` event for it.
        alerted_s: When the latest alert was.
        snoozed_until_s: Until then there are no alerts.
        paused: Whether glances are ignored.
    """

    last: Glance | None = None
    episodes: Mapping[AlertKind, Episode] = field(default_factory=dict)
    absent_s: float = 0.0
    away: bool = False
    alerted_s: float = -inf
    snoozed_until_s: float = -inf
    paused: bool = False


def step(
    state: State, glance: Glance, settings: Settings, *, quiet: bool = False
) -> tuple[State, Events]:
    """Return the state after a glance, and the events.

    Args:
        state: The state before.
        glance: The posture now.
        settings: How patient to be.
        quiet: Whether to send no alerts now; timers go on.
    """
    if state.paused:
        return state, ()
    state, rested = _with_elapsed(state, glance, settings)
    state, presence = _presence(state, glance, settings)
    state, recoveries = _recoveries(state, glance, settings, rested)
    state = replace(_with_new_episodes(state, glance), last=glance)
    muted = quiet or glance.time_s < muted_until_s(state, settings)
    state, alerts = (state, ()) if muted else _alert(state, glance, settings)
    return state, (*presence, *recoveries, *alerts)


def snooze(state: State, until_s: float) -> State:
    """Return a state without alerts until some moment; a moment in the past ends a snooze."""
    return replace(state, snoozed_until_s=until_s)


def pause(state: State) -> State:
    """Return a state that ignores glances; a pause as long as a break counts as one."""
    last = state.last
    unknown = last and Glance(last.time_s, label="unknown", stance="unknown", confidence=0.0)
    return replace(state, last=unknown, paused=True)


def resume(state: State) -> State:
    """Return a state that uses glances again."""
    return replace(state, paused=False)


def lasted_s(state: State, kind: AlertKind) -> float:
    """Return how long the person has been hunching, or sitting, up to the last glance."""
    return state.episodes[kind].lasted_s if kind in state.episodes else 0.0


def left_s(state: State, kind: AlertKind, settings: Settings) -> float | None:
    """Return how much longer the person may sit, or hunch; None if there is no limit.

    It is negative after the limit, with or without an alert.
    """
    left_s = settings.limits()[kind].after_s - lasted_s(state, kind)
    return left_s if isfinite(left_s) else None


def muted_until_s(state: State, settings: Settings) -> float:
    """Return until when there is no alert: because of a snooze, or of the latest alert."""
    return max(state.snoozed_until_s, state.alerted_s + settings.cooldown_s)


def _shows(glance: Glance, kind: AlertKind) -> bool | None:
    """Return whether a glance shows hunching, or sitting; None if unknown."""
    if glance.label is None:
        return False
    if kind == "hunching":
        if glance.label == "unknown":
            return False if glance.upright else None
        return glance.label == "hunching"
    stance = glance.label if glance.stance == "unknown" else glance.stance
    # A person who hunches with hidden legs may sit or stand.
    return None if stance in ("unknown", "hunching") else stance == "sitting"


def _with_elapsed(state: State, glance: Glance, settings: Settings) -> tuple[State, bool]:
    """Return the state with the time since the last glance, and whether that was a break."""
    before = state.last
    if before is None:
        return state, False
    elapsed_s = apart_s(before, glance, settings.gap_s)
    if elapsed_s is None:
        gap_s = glance.time_s - before.time_s
        return _shifted(state, min(0.0, gap_s)), gap_s > settings.limits()["sitting"].recovery_s
    episodes = {k: e.after(elapsed_s, _shows(before, k)) for k, e in state.episodes.items()}
    absent_s = state.absent_s + (elapsed_s if before.label is None else 0.0)
    return replace(state, episodes=episodes, absent_s=absent_s), False


def _shifted(state: State, by_s: float) -> State:
    """Return the state with all its moments moved, because a clock was set back."""
    episodes = {k: replace(e, since_s=e.since_s + by_s) for k, e in state.episodes.items()}
    return replace(
        state,
        episodes=episodes,
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
    """End the episodes that are over; an event follows if there was an alert."""
    limits = settings.limits()
    over = {
        k: e
        for k, e in state.episodes.items()
        if rested or (_shows(glance, k) is False and e.opposite_s >= limits[k].recovery_s)
    }
    episodes = {k: e for k, e in state.episodes.items() if k not in over}
    events = tuple(Recovered(k, glance.time_s) for k, e in over.items() if e.level)
    return replace(state, episodes=episodes), events


def _with_new_episodes(state: State, glance: Glance) -> State:
    known = state.episodes
    new = {k: Episode(glance.time_s) for k in KINDS if k not in known and _shows(glance, k)}
    return replace(state, episodes={**known, **new}) if new else state


def _alert(state: State, glance: Glance, settings: Settings) -> tuple[State, Events]:
    """Return an alert of the first kind that is due and visible now."""
    limits = settings.limits()
    hunch = state.episodes["hunching"] if _shows(glance, "hunching") else None
    # Silence after an alert about sitting would cover the first one about this hunch.
    new = hunch and not hunch.level and hunch.left_s(limits["hunching"]) < settings.cooldown_s
    for kind in KINDS[1:] if new else KINDS:
        if _shows(glance, kind) and state.episodes[kind].left_s(limits[kind]) <= 0:
            episode = state.episodes[kind].alerted()
            words = alert_text(kind, episode.level, episode.lasted_s)
            alert = Alert(kind, glance.time_s, episode.since_s, words, episode.level)
            episodes = {**state.episodes, kind: episode}
            return replace(state, episodes=episodes, alerted_s=glance.time_s), (alert,)
    return state, ()


def _sensible(value: float, *, zero: bool) -> bool:
    return isfinite(value) and (value >= 0 if zero else value > 0)
