"""Who is who in a film: lines of the journal get the track of each person.

The numbers follow from what the journal has, in its order, and are given when the output is
written. So an interrupted run, several threads and a cluster give the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from posture_cli.core.observation import people_from_json
from posture_cli.core.time import identity


def tracked(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the same lines; people in films have a `track_id`, from 1 in each film.

    Args:
        lines: Of the journal; those of a film in its order, others may be between.
    """
    films: defaultdict[str, identity.State] = defaultdict(identity.State)
    for line in lines:
        if line.get("time_s") is None:
            yield line
            continue
        film = line["source"]
        found = people_from_json(line)
        films[film], numbers = identity.step(films[film], found, line["time_s"])
        people = zip(line["people"], numbers, strict=True)
        yield {**line, "people": [{**person, "track_id": track} for person, track in people]}
