"""What a film shows of each person: shares and spells of postures, percentiles of angles.

As in a watch, the time between two frames counts for what the first one shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from posture_cli.core.judge.labels import LABELS, Label, Posture
from posture_cli.core.time import intervals
from posture_cli.core.time.events import Glance, PostureInterval

PERCENTILES = (10, 50, 90)
"""Source: Jonsson, Applied Ergonomics 1982: the levels of amplitude distributions in ergonomics."""
DIGITS = 3
Cell = str | int | float | None
Row = dict[str, Cell]
"""What is known of one person, by the names of `FilmSummary.rows`."""


class Sighting(NamedTuple):
    """A person in one frame.

    Attributes:
        track: The number of the person in the film.
        label: Their posture.
        angles_deg: Their angles by name without unit, degrees; None for what is not visible.
    """

    track: int
    label: Label
    angles_deg: Mapping[str, float | None]


@dataclass(slots=True)
class _Person:
    """What is known of one person so far."""

    from_s: float
    to_s: float
    frames: int = 0
    state: intervals.State = field(default_factory=intervals.State)
    total_s: defaultdict[Posture, float] = field(default_factory=lambda: defaultdict(float))
    longest_s: defaultdict[Posture, float] = field(default_factory=lambda: defaultdict(float))
    transitions: int = 0
    latest: Label | None = None
    angles_deg: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def away(self) -> bool:
        return self.state.last is not None and self.state.last.label is None

    def look(self, time_s: float, label: Label | None) -> None:
        """Take in a frame; without a label they are out of sight."""
        glance = Glance(time_s, label, "unknown", 0.0)
        self.state, ended = intervals.step(self.state, glance)
        self._ended(ended)

    def seen(self, time_s: float, one: Sighting) -> None:
        self.look(time_s, one.label)
        self.frames, self.to_s = self.frames + 1, time_s
        if one.label != "unknown":
            self.transitions += self.latest not in (None, one.label)
            self.latest = one.label
        for name, value in one.angles_deg.items():
            known = self.angles_deg[name]
            if value is not None:
                known.append(value)

    def row(self) -> Row:
        self._ended(intervals.finish(self.state))
        self.state = intervals.State()
        seen_s = sum(self.total_s[label] for label in LABELS)
        return {
            "frames": self.frames,
            "from_s": self.from_s,
            "to_s": self.to_s,
            "seen_s": round(seen_s, DIGITS),
            **{
                f"{label}_share": round(self.total_s[label] / seen_s, DIGITS) if seen_s else None
                for label in LABELS
            },
            **{f"{label}_longest_s": round(self.longest_s[label], DIGITS) for label in LABELS},
            "transitions": self.transitions,
            **dict(self._percentiles()),
        }

    def _ended(self, ended: Sequence[PostureInterval]) -> None:
        for one in ended:
            length_s = one.to_s - one.from_s
            self.total_s[one.label] += length_s
            self.longest_s[one.label] = max(self.longest_s[one.label], length_s)

    def _percentiles(self) -> Iterator[tuple[str, Cell]]:
        for name, values in self.angles_deg.items():
            found = np.percentile(values, PERCENTILES).tolist() if values else [None] * 3
            for level, value in zip(PERCENTILES, found, strict=True):
                yield f"{name}_deg_p{level}", None if value is None else round(value, 1)


class FilmSummary:
    """The people of one film, frame after frame."""

    def __init__(self) -> None:
        self._people: dict[int, _Person] = {}

    def take(self, time_s: float, people: Sequence[Sighting]) -> None:
        """Take in a frame, also one that shows nobody.

        Args:
            time_s: When it was taken, seconds of the film, later than the one before.
            people: Who is in it.
        """
        here = {one.track for one in people}
        for track, person in self._people.items():
            if track not in here and not person.away:
                person.look(time_s, None)
        for one in people:
            self._people.setdefault(one.track, _Person(time_s, time_s)).seen(time_s, one)

    def rows(self) -> Iterator[Row]:
        """Yield a row per person, in the order of their numbers.

        `frames` is in how many frames they are found, `from_s` and `to_s` the first and the last of
        these; `seen_s` is the time in sight. Then for each label its share of that time and its
        longest spell, seconds; `transitions` counts changes from one known posture to another.
        Last come the percentiles of each angle, degrees, over the frames that show it.
        """
        for track in sorted(self._people):
            yield {"track": track, **self._people[track].row()}
