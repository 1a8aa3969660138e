"""The network for any view, read from the file that `make judge` wrote."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np

from posture_cli.core.judge.any_view import Network, network

FILE = "any_view.npz"


@cache
def load() -> Network:
    """Return the network; the file comes with this package."""
    path = resources.files(__package__).joinpath(FILE)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return network(dict(arrays))
