"""The errors of BlazePose from any side, taken from looks at people who were drawn.

`render_noise.py` keeps every look: the exact joints, how far each was off, and its score. A person
without an error gets the errors and scores of a look at somebody who is in nearly the same place in
the picture. So errors belong together as they do in looks: a leg under a table is put where the
network expects it, sides are mistaken, a head moves as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from body import Floats
from measured_noise import PHOTOS
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import MIRRORED, Joint

LOOKS = Path(__file__).resolve().parent / "results" / "render_noise.npz"
SITUATIONS = ("whole", "table", "legs cut", "head cut")
HARDER = 0.5
"""Standard deviation of the logarithm of what multiplies the errors of a person: some pictures are
harder than others. Guess."""
ALIKE = 10
"""One of so many looks that are most alike is taken. Guess: few enough that they are alike."""
SIDE_COUNTS = 3.0
"""How much more the side that is seen counts than the place of a joint. Guess."""
OWN, SHARE = 0.04, 0.5
"""Standard deviation of what is added to each error, torsos, and of what multiplies it: no look is
learned by heart. Guesses."""
SCORE_OWN = 0.02
SHORTENED = 0.22
"""Least length of a torso, as a share of the body: one that points to the camera looks short."""
BATCH = 4000


@dataclass(frozen=True)
class Looks:
    """What was seen of people who were drawn.

    Attributes:
        xy: Exact joints, float64 (n, 17, 2), torsos, y down.
        error: How far each was off, same.
        score: Float64 (n, 17).
        in_sight: Joints that nothing hides, bool (n, 17).
        inside: Joints in the picture, bool (n, 17).
        yaw_deg: 0 faces the camera, 90 is who faces right, float64 (n,).
        world_deg: The same as the world landmarks tell it.
        situation: Place in `SITUATIONS`, int (n,).
        kind: Place of the posture in `any_view_postures.WIDE`, int (n,).
        truth: How right each answer is, as `any_view_postures` tells, float64 (n, 5).
        picture: Its number, int (n,).
    """

    xy: Floats
    error: Floats
    score: Floats
    in_sight: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    yaw_deg: Floats
    world_deg: Floats
    situation: NDArray[np.int64]
    kind: NDArray[np.int64]
    truth: Floats
    picture: NDArray[np.int64]

    @classmethod
    def read(cls) -> Looks:
        """Read the committed looks."""
        with np.load(LOOKS) as stored:
            arrays: dict[str, Any] = {f.name: stored[f.name] for f in fields(cls)}
        wide = {n: a.astype(np.float64) if a.dtype.kind == "f" else a for n, a in arrays.items()}
        return cls(**wide)


def torso(xy: Floats) -> Floats:
    """Return the length of the torso in the picture; of a shortened one, what it might be."""
    line = (xy[:, [5, 6]] - xy[:, [11, 12]]).mean(axis=1)
    body = np.linalg.norm(np.ptp(xy, axis=1), axis=1)
    return np.asarray(np.maximum(np.linalg.norm(line, axis=1), SHORTENED * body))


def as_found(
    xy: Floats, situation: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return people as BlazePose would find them: joints, and scores (n, 17).

    Args:
        xy: Exact joints, float64 (n, 17, 2), y down, any unit.
        situation: Place of each in `SITUATIONS`.
        rng: Draws it all.
    """
    error, score = np.empty(xy.shape), np.empty(xy.shape[:2])
    for rows, like in _alike(xy, situation, rng):
        bank = _bank(int(situation[rows[0]]))
        error[rows], score[rows] = bank.error[like], bank.score[like]
    error *= PHOTOS * np.exp(rng.normal(0, HARDER, (len(xy), 1, 1)))
    error *= 1 + rng.normal(0, SHARE, (*score.shape, 1))
    error += rng.normal(0, OWN, xy.shape)
    score += rng.normal(0, SCORE_OWN, score.shape)
    return xy + error * torso(xy)[:, None, None], score.clip(0, 1)


def _alike(
    xy: Floats, situation: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield people of one situation, and the look that each gets, in batches."""
    for number in range(len(SITUATIONS)):
        there, bank = np.flatnonzero(situation == number), _bank(number)
        for start in range(0, len(there), BATCH):
            rows = there[start : start + BATCH]
            far = -2 * (_place(xy[rows]) @ bank.place.T) + (bank.place**2).sum(axis=1)
            near = np.argpartition(far, ALIKE, axis=1)[:, :ALIKE]
            near.sort(axis=1)  # the order that argpartition leaves may differ
            yield rows, near[np.arange(len(rows)), rng.integers(ALIKE, size=len(rows))]


@dataclass(frozen=True)
class _Bank:
    """Looks of one situation and their mirror images."""

    place: NDArray[np.float32]
    error: Floats
    score: Floats


@cache
def _bank(situation: int) -> _Bank:
    looks = _looks()
    rows = looks.situation == situation
    xy, error, score = looks.xy[rows], looks.error[rows], looks.score[rows]
    mirror = np.array([-1.0, 1.0])
    return _Bank(
        _place(np.concatenate([xy, xy[:, MIRRORED] * mirror])),
        np.concatenate([error, error[:, MIRRORED] * mirror]),
        np.concatenate([score, score[:, MIRRORED]]),
    )


@cache
def _looks() -> Looks:
    return Looks.read()


def _place(xy: Floats) -> NDArray[np.float32]:
    """Return what tells how alike people are, float32 (n, 38).

    That is the joints from the middle of the hips, in torsos, and how far left is from right, which
    tells the side that is seen: errors depend on it the most.
    """
    size = torso(xy)[:, None, None]
    hips = xy[:, [Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=1, keepdims=True)
    joints = ((xy - hips) / size).reshape(len(xy), -1)
    across = ((xy[:, [5, 11]] - xy[:, [6, 12]]) / size).reshape(len(xy), -1)
    return np.concatenate([joints, SIDE_COUNTS * across], axis=1).astype(np.float32)
