"""Being somebody who may not read everything, which root may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_permissions = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such permissions")
SOMEBODY = 65534
"""A user who owns nothing. Source: what Linux and macOS call nobody."""


@contextmanager
def powerless() -> Iterator[None]:
    """Be nobody where we are root; the folder where we are is opened for them."""
    own = os.geteuid()
    Path().chmod(0o755)
    os.seteuid(own or SOMEBODY)
    try:
        yield
    finally:
        os.seteuid(own)
