"""What time adds to the lines of films: who is who, whom to report, angles without jitter.

All of it follows from what the journal has, in its order, and is added when the output is written.
So an interrupted run, several threads and a cluster give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, cast

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.observation import people_from_json
from posture_cli.core.time import choosing, identity, smooth_angles
from posture_cli.core.time.choosing import By, Choice
from posture_cli.judging import LoadedJudging

Line = dict[str, Any]
Lines = Callable[[], Iterable[Line]]
"""Gives the lines of the journal, from the first one each time."""


def over_time(
    lines: Lines, wanted: Choice | None = None, *, smooth: bool = False, roll_deg: float = 0.0
) -> Iterator[Line]:
    """Yield the lines with what time adds.

    Args:
        lines: Of the journal; those of a film in its order, others may be between.
        wanted: Whom to report; None for everybody.
        smooth: Whether angles are smoothed.
        roll_deg: How far upright things lean to the right in the pictures.
    """
    found = tracked(lines())
    if wanted is not None:
        found = chosen(found, wanted, _favourites(tracked(lines()), wanted))
    return smoothed(found, roll_deg) if smooth else found


def choice(person: str, judging: LoadedJudging) -> Choice:
    """Return whom to report, from `largest`, `central`, `profile` or `track:N`."""
    _, _, number = person.partition(":")
    if number:
        return Choice(track=int(number))
    return Choice(cast(By, person), own=judging.own, roll_deg=judging.roll_deg)


def is_of_film(line: Line) -> bool:
    """Whether a line shows one frame of a film."""
    return "people" in line and line.get("time_s") is not None


def tracked(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the same lines; people in films have a `track_id`, from 1 in each film."""
    films: defaultdict[str, identity.State] = defaultdict(identity.State)
    for line in lines:
        if not is_of_film(line):
            yield line
            continue
        film = line["source"]
        films[film], people = identity.step(films[film], people_from_json(line), line["time_s"])
        pairs = zip(line["people"], people, strict=True)
        yield {**line, "people": [{**form, "track_id": one.track_id} for form, one in pairs]}


def chosen(
    lines: Iterable[Line], wanted: Choice, favourites: dict[str, int | None]
) -> Iterator[Line]:
    """Yield the same lines with one person at most; nobody if the chosen one is not in it.

    Args:
        lines: With tracks.
        wanted: Whom to report. A picture has no tracks: with `track`, it keeps everybody.
        favourites: Who that is in each film.
    """
    for line in lines:
        if is_of_film(line):
            number = favourites.get(line["source"])
            some = [person for person in line["people"] if person["track_id"] == number]
            yield {**line, "people": some}
        elif line.get("people") and wanted.by:
            yield {**line, "people": _best(line, wanted)}
        else:
            yield line


def smoothed(lines: Iterable[Line], roll_deg: float = 0.0) -> Iterator[Line]:
    """Yield the same lines; in films, angles are smoothed over time, and nothing else is."""
    seen: defaultdict[tuple[str, int], smooth_angles.State] = defaultdict(smooth_angles.State)
    for line in lines:
        if not is_of_film(line):
            yield line
            continue
        size, people = FrameSize(line["width"], line["height"]), []
        for person, form in zip(people_from_json(line), line["people"], strict=True):
            key = (line["source"], form["track_id"])
            seen[key], angles = smooth_angles.step(
                seen[key], person, size, line["time_s"], roll_deg
            )
            rounded = {name: v if v is None else round(v, 1) for name, v in angles.items()}
            held = {"side": seen[key].side.value, "facing": seen[key].facing.value}
            people.append({**form, **held, "angles_deg": rounded})
        yield {**line, "people": people}


def _favourites(lines: Iterable[Line], wanted: Choice) -> dict[str, int | None]:
    """Return for each film the number of the person that most speaks for."""
    sums: defaultdict[str, defaultdict[int, float]] = defaultdict(partial(defaultdict, float))
    for line in filter(is_of_film, lines):
        if wanted.track is not None:
            sums[line["source"]][wanted.track] = 1.0
            continue
        for number, value in zip(_numbers(line), _weights(line, wanted), strict=True):
            sums[line["source"]][number] += value
    return {film: _most(of_film) for film, of_film in sums.items()}


def _best(line: Line, wanted: Choice) -> list[Any]:
    weights = _weights(line, wanted)
    most = max(weights)
    return [line["people"][weights.index(most)]] if most > 0 else []


def _most(sums: dict[int, float]) -> int | None:
    number = max(sums, key=sums.__getitem__, default=None)
    return number if number is not None and sums[number] > 0 else None


def _numbers(line: Line) -> list[int]:
    return [person["track_id"] for person in line["people"]]


def _weights(line: Line, wanted: Choice) -> list[float]:
    size = FrameSize(line["width"], line["height"])
    return [choosing.weight(wanted, person, size) for person in people_from_json(line)]
