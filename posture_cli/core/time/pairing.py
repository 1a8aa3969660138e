"""Who is who between two frames: each person is at most one of those before."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import Floats


def paired(costs: Sequence[Sequence[float]], alone: float) -> list[int | None]:
    """Return which column each row gets, so that the sum of costs is the least that there is.

    Args:
        costs: Row by column, all rows of one length; infinite for a pair that cannot be.
        alone: What it costs that a row gets no column, finite.
    Returns:
        For each row its column; None if it gets none.
    """
    width = len(costs[0]) if costs else 0
    found: list[int | None] = [None] * len(costs)
    square = np.array([[*row, *(alone for _ in costs)] for row in costs], np.float64)
    for column, row in enumerate(_rows(square)[:width]) if costs else ():
        if row >= 0:
            found[row] = column
    return found


def _rows(costs: Floats) -> NDArray[np.int64]:
    """Return which row each column gets, -1 for none: the Hungarian method with prices.

    Source: Kuhn, The Hungarian method for the assignment problem, Naval Research Logistics 1955.

    Args:
        costs: Float64 (n, m) with m at least n. One more column stands for the row that is added.
    """
    rows, columns = costs.shape
    row_price, price = np.zeros(rows), np.zeros(columns + 1)
    owner = np.full(columns + 1, -1)
    for new in range(rows):
        at, owner[columns] = columns, new
        least, before = np.full(columns, inf), np.full(columns, columns)
        passed = np.zeros(columns + 1, bool)
        while owner[at] >= 0:
            passed[at] = True
            free = ~passed[:columns]
            here = costs[owner[at]] - row_price[owner[at]] - price[:columns]
            cheaper = free & (here < least)
            least[cheaper], before[cheaper] = here[cheaper], at
            following = int(np.argmin(np.where(free, least, inf)))
            step = least[following]
            row_price[owner[passed]] += step
            price[passed] -= step
            least[free] -= step
            at = following
        while at != columns:
            owner[at], at = owner[before[at]], int(before[at])
    return owner[:columns]
