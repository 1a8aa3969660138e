"""Rows of a file, put together to people over time."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from posture_cli.core.judge.labels import AWAY, Posture
from posture_cli.core.masking import one_line
from posture_cli.core.time.events import GAP_S
from posture_cli.plot.recorded import (
    CODES,
    Floats,
    Followed,
    Held,
    Mark,
    Samples,
    breaks_of,
    held_of,
    seen,
    usual_gap_s,
)

NAN = float("nan")


LATEST_S = 1e9
"""Later times, after thirty years, are wrong. Guess."""
LARGEST_DEG = 360.0


def checked_s(time_s: float) -> float:
    """Return a time, seconds.

    Raises:
        ValueError: If it is none.
    """
    if not abs(time_s) < LATEST_S:
        raise ValueError(f"{time_s} s is not a time")
    return time_s


def checked_deg(angle: float) -> float:
    """Return an angle, degrees, or NaN.

    Raises:
        ValueError: If it is none.
    """
    if abs(angle) > LARGEST_DEG:
        raise ValueError(f"{angle} is not an angle")
    return angle


class Row(NamedTuple):
    """One person in one frame; the posture is `away` if nobody is there.

    Attributes:
        file: The film or picture.
        time_s: Seconds since its start; None for a picture.
        track: Who it is, the same in all frames; None if people are not followed.
        subject: Whether it is the person that counts if there are several.
        label: The posture.
        angles: Degrees, in the order of the names given to `Collected`; NaN if not measured.
    """

    file: str
    time_s: float | None
    track: int | None
    subject: bool
    label: Posture
    angles: Sequence[float]


class _Person:
    """What rows say about one person, in the order of the rows."""

    def __init__(self, angles: int) -> None:
        self.time_s, self.label = array("d"), array("b")
        self.angles = [array("d") for _ in range(angles)]

    def add(self, row: Row) -> None:
        self.time_s.append(NAN if row.time_s is None else row.time_s)
        self.label.append(CODES[row.label])
        for column, value in zip(self.angles, row.angles, strict=True):
            column.append(value)


class Collected:
    """Takes rows, and gives people."""

    def __init__(self, angles: Sequence[str]) -> None:
        """Begin without rows.

        Args:
            angles: Their names, in the order that rows have them.
        """
        self._angles = angles
        self._frames: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        new: Callable[[], _Person] = partial(_Person, len(angles))
        self._people: defaultdict[tuple[str, int | None], _Person] = defaultdict(new)
        self.pictures = self.unfollowed = 0
        """Rows without a time; people beside the subject whom nobody follows."""

    def add(self, row: Row) -> None:
        """Take a row; several people of one frame are several rows."""
        if row.time_s is None:
            self.pictures += 1
        else:
            self._frames[row.file].append(row.time_s)
        if row.label == AWAY:
            return
        if row.track is None and not row.subject:
            self.unfollowed += 1
        else:
            self._people[row.file, row.track].add(row)

    @property
    def has_times(self) -> bool:
        """Whether there is a frame of a film."""
        return bool(self._frames)

    @property
    def tracks(self) -> set[int]:
        """Who is followed, in any file."""
        return {track for _, track in self._people if track is not None}

    def samples(self, tracks: Sequence[int] = ()) -> Samples:
        """Return all that was measured of these people; of all without any."""
        people = [one for (_, track), one in self._people.items() if not tracks or track in tracks]
        label = [np.frombuffer(one.label, np.int8) for one in people]
        joined = np.concatenate([np.empty(0, np.int8), *label])
        return Samples(joined, {n: _joined(people, i) for i, n in enumerate(self._angles)})

    def followed(self, tracks: Sequence[int] = ()) -> list[Followed]:
        """Return everybody in films over time, by film and track; only these tracks, if any."""
        keys = [key for key in self._people if key[0] in self._frames]
        of_tracks = {file for file, track in keys if track is not None}
        keys = [key for key in keys if key[1] is not None or key[0] not in of_tracks]
        wanted = [key for key in keys if not tracks or key[1] in tracks]
        order = {file: number for number, file in enumerate(self._frames)}
        wanted.sort(key=lambda key: (order[key[0]], key[1] or 0))
        frames = {file: np.unique(np.array(self._frames[file])) for file, _ in wanted}
        names = _names(wanted)
        return [self._followed(key, frames[key[0]], names[key]) for key in wanted]

    def watched(self, held: Iterable[Held], alerts: Sequence[Mark]) -> list[Followed]:
        """Return the subject of a watch, who is one person whoever it was, with its events."""
        frames = np.unique(np.concatenate([np.empty(0), *map(np.array, self._frames.values())]))
        subject, lasting = _Person(len(self._angles)), seen(held)
        for person in self._people.values():
            subject.time_s += person.time_s
            for column, more in zip(subject.angles, person.angles, strict=True):
                column += more
        if not len(frames):
            return []
        angles = self._aligned(subject, frames)
        return [Followed("", frames, angles, GAP_S, lasting, alerts, breaks_of(lasting))]

    def _followed(self, key: tuple[str, int | None], frames: Floats, name: str) -> Followed:
        person = self._people[key]
        label = np.full(len(frames), CODES["away"], np.int8)
        label[np.searchsorted(frames, person.time_s)] = np.frombuffer(person.label, np.int8)
        gap_s = usual_gap_s(frames)
        held = held_of(frames, label, gap_s)
        angles = self._aligned(person, frames)
        return Followed(name, frames, angles, gap_s, held, (), breaks_of(held))

    def _aligned(self, person: _Person, frames: Floats) -> Mapping[str, Floats]:
        """Return the angles in all frames of the film, NaN where the person was not seen."""
        place = np.searchsorted(frames, person.time_s)
        found = {}
        for name, values in zip(self._angles, person.angles, strict=True):
            found[name] = np.full(len(frames), NAN)
            found[name][place] = values
        return found


def _joined(people: Sequence[_Person], angle: int) -> Floats:
    columns = [np.frombuffer(one.angles[angle], np.float64) for one in people]
    return np.concatenate([np.empty(0), *columns])


def _names(keys: Sequence[tuple[str, int | None]]) -> Mapping[tuple[str, int | None], str]:
    """Return what tells people apart: the film if there are several, and the track."""
    files = {file for file, _ in keys}
    short = {file: one_line(PurePath(file).name) for file in files}
    if len({*short.values()}) < len(files):
        short = {file: one_line(file) for file in files}
    films = short if len(files) > 1 else dict.fromkeys(files, "")
    several = {file for file in files if sum(key[0] == file for key in keys) > 1}
    return {
        (file, track): ", ".join(
            part for part in (films[file], f"track {track}" if file in several else "") if part
        )
        for file, track in keys
    }
