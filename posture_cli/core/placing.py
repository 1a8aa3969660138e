"""Where the cards of a picture go: beside the people, and never over a head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, TypeGuard

import numpy as np

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.scene import BBox, FrameSize

BODY_COST, AWAY_COST, CLOSE_COST = 4.0, 1.0, 0.05
"""What it costs if a card is over people, per share of the card; if it is far from its person, per
diagonal of the picture; and if it nearly touches a head or an edge. Guess: rather far away than
over somebody."""
SHORTER_COST = 0.3
"""What it costs to take the second form of a card; the third costs four times as much. Guess:
rather short at the head than whole at the feet, but legible."""
STAY = 0.25
"""A card stays where it was in a film unless another place is this much better. Guess."""
DIGITS = 6
"""Costs are rounded, so that a browser, which adds up in another order, takes the same place."""
GRID = 7
"""Places to try in each direction, besides those that follow from people. Guess."""


class Place(NamedTuple):
    """Where a card goes: which of its forms, and its box, pixels."""

    form: int
    box: BBox


@dataclass(frozen=True, slots=True)
class Wish:
    """A card to place.

    Attributes:
        forms: Width and height of each form that it may have, whole pixels, the best one first.
        body: The box of its person.
        parts: Boxes of what is to be seen of the body; the rest of `body` may be covered.
        head: The box of their head; None if it was not found.
        before: Where the card was in the frame before; None if there was none.
    """

    forms: Sequence[tuple[float, float]]
    body: BBox
    parts: Sequence[BBox]
    head: BBox | None
    before: BBox | None = None


class _Scene(NamedTuple):
    """The picture, room to keep, what is to be seen, and where no card may be, float64 (n, 4)."""

    size: FrameSize
    gap: float
    bodies: Floats
    taken: Floats


def places(wishes: Sequence[Wish], size: FrameSize, gap: float) -> tuple[Place | None, ...]:
    """Return a place for each card; None if even its smallest form is only possible over a head.

    No card is over a head or another card, or outside the picture. Of the other places a card takes
    the one that covers least of people and is near its own.

    Args:
        wishes: The most important one first.
        size: The picture.
        gap: Room between a card and its person, pixels.
    """
    bodies = _boxes([part for wish in wishes for part in wish.parts])
    taken = [wish.head for wish in wishes if wish.head]
    found: list[Place | None] = []
    for wish in wishes:
        place = _place(wish, _Scene(size, gap, bodies, _boxes(taken)))
        found.append(place)
        taken += [place.box] if place else []
    return tuple(found)


def _place(wish: Wish, scene: _Scene) -> Place | None:
    """Return the place that costs least, of all forms."""
    found: list[tuple[float, Place]] = []
    for number, form in enumerate(wish.forms):
        for across, down, stays in _tried(wish, form, scene):
            cost = _cost((across, across + form[0]), (down, down + form[1]), wish, scene)
            cost = (cost + SHORTER_COST * number**2 - stays).round(DIGITS)
            row, column = np.unravel_index(cost.argmin(), cost.shape)
            x, y = float(across[column]), float(down[row])
            place = Place(number, BBox(x, y, x + form[0], y + form[1]))
            found.append((float(cost[row, column]), place))
    best = min(found, default=None, key=lambda one: one[0])
    return best[1] if best and best[0] < inf else None


def _tried(
    wish: Wish, form: tuple[float, float], scene: _Scene
) -> Iterator[tuple[Floats, Floats, float]]:
    """Yield left edges and upper edges to try with each other, and what it is worth to stay there.

    The place before is first; the others are at whole pixels. If a card has a place at all, then
    one at the edges of the picture or of what is taken.
    """
    size, gap, _, taken = scene
    (width, height), body = form, wish.body.within(size)
    if width > size.width or height > size.height:
        return
    if _fits(wish.before, form, size):
        yield np.array([wish.before.x1]), np.array([wish.before.y1]), STAY
    head = wish.head or body
    x1, y1, x2, y2 = np.concatenate([taken, taken + np.array([-gap, -gap, gap, gap])]).T
    right = [0.0, gap, body.x1, body.x2 + gap, *x2]
    left = [size.width - width - gap, body.x1 - gap - width, body.x2 - width, *(x1 - width)]
    below = [0.0, gap, head.y1, body.y2 + gap, *y2]
    above = [size.height - height - gap, body.y1 - gap - height, body.y2 - height, *(y1 - height)]
    yield _whole(right, left, size.width - width), _whole(below, above, size.height - height), 0.0


def _whole(up: list[float], down: list[float], most: float) -> Floats:
    """Return whole pixels from 0 to `most`: some rounded up, some down, and some in between."""
    between = np.linspace(0, most, GRID)
    return np.unique(np.clip([*np.ceil(up), *np.floor(down), *np.floor(between)], 0, most))


def _fits(before: BBox | None, form: tuple[float, float], size: FrameSize) -> TypeGuard[BBox]:
    """Whether a card can be where it was in the frame before."""
    if before is None or before != before.within(size):
        return False
    return (before.x2 - before.x1, before.y2 - before.y1) == form


def _cost(
    wide: tuple[Floats, Floats], high: tuple[Floats, Floats], wish: Wish, scene: _Scene
) -> Floats:
    """Return what each place costs, float64 (upper edges, left edges); infinite where it is taken.

    Everything is a product of what happens in x and in y, so that many places are quick.

    Args:
        wide: The left and the right edges to try.
        high: The upper and the lower edges to try with each of them.
        wish: The card.
        scene: What else there is.
    """
    size, _, bodies, taken = scene
    area = (wide[1][0] - wide[0][0]) * (high[1][0] - high[0][0])
    over = _shared(high, bodies[:, 1::2]) @ _shared(wide, bodies[:, ::2]).T / area
    touched = _shared(high, taken[:, 1::2]) @ _shared(wide, taken[:, ::2]).T
    middle = (wish.head or wish.body).centre
    away = np.hypot(_beyond(high, middle[1])[:, None], _beyond(wide, middle[0])) / np.hypot(*size)
    cost = BODY_COST * over + AWAY_COST * away + CLOSE_COST * _close(wide, high, scene)
    return np.where(touched > 0, inf, cost)


def _close(wide: tuple[Floats, Floats], high: tuple[Floats, Floats], scene: _Scene) -> Floats:
    """Return how many edges and taken boxes each place nearly touches."""
    size, gap, _, taken = scene
    grown = taken + np.array([-gap, -gap, gap, gap])
    rows = (_shared(high, grown[:, 1::2]) > 0).astype(np.float64)
    columns = (_shared(wide, grown[:, ::2]) > 0).astype(np.float64)
    upper = (high[0] < gap) | (high[1] > size.height - gap)
    left = (wide[0] < gap) | (wide[1] > size.width - gap)
    return rows @ columns.T + upper[:, None] + left


def _shared(ends: tuple[Floats, Floats], others: Floats) -> Floats:
    """Return how much of each stretch lies in each of the others (m, 2), float64 (n, m)."""
    low = np.maximum(ends[0][:, None], others[:, 0])
    return np.asarray(np.maximum(np.minimum(ends[1][:, None], others[:, 1]) - low, 0.0))


def _beyond(ends: tuple[Floats, Floats], point: float) -> Floats:
    """Return how far each stretch is from a point, 0 if it is inside."""
    return np.asarray(np.maximum(np.maximum(ends[0] - point, point - ends[1]), 0.0))


def _boxes(boxes: Sequence[BBox]) -> Floats:
    return np.array(boxes, np.float64).reshape(-1, 4)
