"""Which pictures are labelled already, in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

DIGEST_BYTES = 8
"""Of a key. The chance that any two of a million keys share a digest is 3 in 100 million."""


class Keys:
    """The keys of the pictures that are labelled already, 8 bytes each."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = array("Q", map(_digest, keys))
        np.frombuffer(self._digests, np.uint64).sort()  # in place: a list would take 40 bytes each

    def __contains__(self, key: str) -> bool:
        digest = _digest(key)
        at = bisect_left(self._digests, digest)
        return at < len(self._digests) and self._digests[at] == digest

    def __len__(self) -> int:
        return len(self._digests)


def _digest(key: str) -> int:
    data = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=DIGEST_BYTES).digest(), "little")
