"""Which groups are for testing: decided group by group, so that it never changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from posture_cli.core.judge.labels import CLASSES

BITS = 64
SEEDS = 1000
"""Seeds to try for one that has every label on both sides."""
Groups = Mapping[str, Counter[str]]
"""Group -> label -> number of pictures."""


def is_test(group: str, share: float, seed: int) -> bool:
    """Whether a group is for testing.

    Only its name and the seed decide, and neither labels nor other groups: what a judge was once
    tested with stays out of the training of every later one, however much is added.

    Args:
        group: Its name.
        share: About how much of all is for testing, in (0, 1).
        seed: Another number gives another split.
    """
    digest = hashlib.sha256(f"{seed}:{group}".encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[: BITS // 8], "big") < int(share * 2**BITS)


def counts(groups: Groups, share: float, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Return label -> number of pictures for training, and for testing."""
    sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for group, labels in groups.items():
        sides[is_test(group, share, seed)].update(labels)
    return sides


def lacking(sides: Iterable[Counter[str]]) -> list[tuple[int, str]]:
    """Return which class is missing on which side, of those that there are at all."""
    both = list(sides)
    there = [label for label in CLASSES if any(side[label] for side in both)]
    return [(n, label) for n, side in enumerate(both) for label in there if not side[label]]


def good_seed(groups: Groups, share: float) -> int | None:
    """Return the first seed that has every class on both sides; None if none has."""
    tried = (seed for seed in range(SEEDS) if not lacking(counts(groups, share, seed)))
    return next(tried, None)
