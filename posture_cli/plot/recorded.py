"""What a figure shows, as values: people over time with angles, postures, alerts and breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.judge.labels import AWAY, LABELS, POSTURES, Posture
from posture_cli.core.time import intervals
from posture_cli.core.time.events import GAP_S, Glance, PostureInterval
from posture_cli.history.days import without_break
from posture_cli.history.rows import EPOCH, Interval

Floats = NDArray[np.float64]
NAMES: tuple[Posture, ...] = tuple(POSTURES)
CODES: dict[str, int] = {name: code for code, name in enumerate(NAMES)}
"""A posture as a small number, for arrays."""
MISSED = 3.0
"""So many usual steps between two frames of a film leave a gap: some frames are missing. Guess; the
steps of a film with a variable rate differ less."""


class Held(NamedTuple):
    """A posture from a first to a last moment, seconds of the time axis."""

    label: Posture
    from_s: float
    to_s: float


class Mark(NamedTuple):
    """An alert: what it is about, and when, seconds of the time axis."""

    kind: str
    at_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """One person over time, or one day of a history.

    Attributes:
        name: Who or when it is, in words; empty if there is only one.
        time_s: When there were frames, float64 (n,), seconds, increasing.
        angles: By name, float64 (n,), degrees; NaN where the person or a joint was not seen.
        gap_s: Nobody looked between two frames that are farther apart, seconds.
        held: The postures, by time; nobody there is no posture.
        alerts: By time.
        breaks: From when to when each was, seconds: as in a history, between two sittings.
    """

    name: str
    time_s: Floats
    angles: Mapping[str, Floats]
    gap_s: float
    held: Sequence[Held]
    alerts: Sequence[Mark] = ()
    breaks: Sequence[tuple[float, float]] = ()

    @property
    def seen_s(self) -> float:
        """How long the person was seen, seconds."""
        return sum(one.to_s - one.from_s for one in self.held)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """All that was measured, without its time, for distributions.

    Attributes:
        label: `CODES` of each person in each frame, int8 (n,).
        angles: By name, float64 (n,), degrees; NaN where a joint was not seen.
    """

    label: NDArray[np.int8]
    angles: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a file has.

    Attributes:
        people: In the order of the figure; empty if the file has no times.
        samples: The same without time; None for a history, which has no angles.
        clock: The wall clock at 0 s; None if nobody knows it.
        remarks: What was left out, each with what to do: for the user.
    """

    people: Sequence[Followed]
    samples: Samples | None
    clock: datetime | None = None
    remarks: Sequence[tuple[str, str]] = ()


def usual_gap_s(time_s: Floats) -> float:
    """Return after how many seconds without a frame of a film some are missing."""
    return MISSED * float(np.median(np.diff(time_s))) if len(time_s) > 1 else GAP_S


def held_of(time_s: Floats, label: NDArray[np.int8], gap_s: float) -> list[Held]:
    """Return the postures of one person from the label in each frame, as a watch counts them.

    Args:
        time_s: Of the frames, float64 (n,), seconds, increasing.
        label: `CODES`, int8 (n,); that of `away` where the person is not seen.
        gap_s: As in `Followed`.
    """
    found: list[PostureInterval] = []
    state = intervals.State()
    for at_s, code in zip(time_s.tolist(), label.tolist(), strict=True):
        name = NAMES[code]
        glance = Glance(at_s, None if name == "away" else name, "unknown", 0.0)
        state, ended = intervals.step(state, glance, gap_s=gap_s)
        found += ended
    found += intervals.finish(state)
    return seen(Held(one.label, one.from_s, one.to_s) for one in found)


def seen(held: Iterable[Held]) -> list[Held]:
    """Return what was held while somebody was there, by time."""
    return sorted((one for one in held if one.label != AWAY), key=lambda one: one.from_s)


def breaks_of(held: Sequence[Held]) -> list[tuple[float, float]]:
    """Return the breaks between the sittings of one person: the definition is the history's."""
    parts = [
        Interval(one.label, EPOCH + timedelta(seconds=one.from_s), one.to_s - one.from_s, 0.0)
        for one in held
    ]
    return [
        ((before.ended - EPOCH).total_seconds(), (after.started - EPOCH).total_seconds())
        for before, after in pairwise(without_break(parts))
    ]


def labels_in(people: Iterable[Followed]) -> list[Posture]:
    """Return the labels that somebody held, in the order of the lanes, from top to bottom."""
    held = {one.label for person in people for one in person.held}
    return [label for label in LANES if label in held]


LANES: tuple[Posture, ...] = tuple(
    sorted(LABELS, key=("standing", "sitting", "hunching", "unknown").index)
)
"""From top to bottom, as on the page of `posture report`."""
