"""Why the network answers so: the smallest turns of the body that would change its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.geometry import Points, points_of, turned
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge.any_view import Network, Odds, features, mirrored
from posture_cli.core.judge.labels import Label
from posture_cli.core.judge.seen import Seen

UPPER = tuple(joint for joint in Joint if joint < Joint.LEFT_HIP)
HEAD = tuple(joint for joint in Joint if joint < Joint.LEFT_SHOULDER)
HIPS, SHOULDERS = (Joint.LEFT_HIP, Joint.RIGHT_HIP), (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)
KNEES, ANKLES = (Joint.LEFT_KNEE, Joint.RIGHT_KNEE), (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
TURNS = {
    "trunk_deg": (UPPER, HIPS),
    "face_deg": (HEAD, SHOULDERS),
    "thigh_deg": ((*KNEES, *ANKLES), HIPS),
    "shank_deg": (ANKLES, KNEES),
}
"""Quantity -> the joints that turn, and the joints that they turn about, in the middle."""
STEPS_DEG = np.array([sign * step for step in range(5, 65, 5) for sign in (1, -1)])
"""Turns to try, the smallest first."""
SHOWN = 3


class Change(NamedTuple):
    """A turn that would change the answer: the quantity grows by `by_deg`, and the label is new."""

    quantity: str
    by_deg: float
    label: Label


class Asked(NamedTuple):
    """What the network says of a person, and what would change its answer, smallest turns first."""

    odds: Odds
    changes: tuple[Change, ...]


def asked(network: Network, person: Person, measurement: Measurement) -> Asked:
    """Ask the network about a person, and about the same person with parts of the body turned.

    A person whose facing is not known has no changes: forward has no direction then.
    """
    odds = network.odds(person.keypoints, measurement.roll_deg)
    label = Seen(odds, measurement.view).label()
    if measurement.facing is None:
        return Asked(odds, ())
    found = [
        change
        for quantity in TURNS
        if (change := next(_changes(network, person, measurement, quantity, label), None))
    ]
    return Asked(odds, tuple(sorted(found, key=lambda change: abs(change.by_deg))[:SHOWN]))


def _changes(
    network: Network, person: Person, measurement: Measurement, quantity: str, label: Label
) -> Iterator[Change]:
    """Yield the turns of one part that give another label, the smallest first."""
    points = turned(points_of(person.keypoints.xy), -measurement.roll_deg)
    clockwise = 1.0 if measurement.facing == "right" else -1.0
    copies = np.stack([_bent(points, quantity, clockwise * step) for step in STEPS_DEG])
    score = np.repeat(person.keypoints.score[None].astype(np.float64), len(copies), axis=0)
    people = features(copies, score)
    both = (network.probabilities(people) + network.probabilities(mirrored(people))) / 2
    for step, odds in zip(STEPS_DEG, both, strict=True):
        new = Seen(Odds(*odds.tolist()), measurement.view).label()
        if new != label:
            yield Change(quantity, float(step), new)


def _bent(points: Points, quantity: str, clockwise_deg: float) -> Points:
    """Return a copy of the joints with one part turned."""
    joints, about = (list(some) for some in TURNS[quantity])
    middle = points[about].mean()
    bent = points.copy()
    bent[joints] = turned(points[joints] - middle, clockwise_deg) + middle
    return bent
