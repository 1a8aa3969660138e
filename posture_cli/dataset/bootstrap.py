"""Bootstrap: what the counts would have been with other pictures of the same kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 0
"""Fixed: the same pictures give the same intervals."""


def resampled(units: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of units that are drawn with replacement, again and again.

    Args:
        units: (units, numbers) what each unit adds to some counts.
    Returns:
        (RESAMPLES, numbers), each row the sum of as many units as there are; one row if all units
        are equal, since all resamples are then.
    Source:
        Efron 1979. Equal units are drawn together, which is the same and much quicker.
    """
    kinds, counts = np.unique(units, axis=0, return_counts=True)
    if len(kinds) == 1:
        return kinds * len(units)
    chance = np.random.default_rng(SEED)
    drawn = chance.multinomial(len(units), counts / len(units), size=RESAMPLES)
    return np.asarray(drawn @ kinds, np.float64)
