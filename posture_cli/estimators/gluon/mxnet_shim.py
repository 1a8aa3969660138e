"""Import MXNet 1.9.1 on current numpy and Python, after restoring what it needs of older ones."""

from __future__ import annotations

import importlib
import os
import sys
import types
import warnings
from functools import total_ordering
from typing import Any

import numpy as np

from posture_cli.errors import DependencyError

EXTRA = "pip install 'posture-cli[gluoncv]'"


def import_gluoncv(threads: int) -> tuple[Any, Any]:
    """Return the modules mxnet and gluoncv.

    Args:
        threads: Threads for MXNet, which by default uses half the processors. Only the first import
            counts, and OMP_NUM_THREADS of the user takes precedence.
    Raises:
        DependencyError: If one of them cannot be imported.
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both are older than what they import
            mend()
            return importlib.import_module("mxnet"), importlib.import_module("gluoncv")
    except (ImportError, OSError, AttributeError) as error:  # OSError: libgomp, libquadmath
        raise DependencyError(
            f"MXNet and GluonCV cannot be imported: {error}",
            hint=f"{EXTRA} (Python 3.10 to 3.12, on Linux or a Mac with an Intel processor)",
        ) from error


def mend() -> None:
    """Restore numpy's `bool`, removed in 1.24, and Python's `distutils`, removed in 3.12."""
    if "bool" not in vars(np):
        vars(np)["bool"] = bool
    try:
        import distutils.version  # noqa: F401
    except ImportError:
        version = types.ModuleType("distutils.version")
        version.LooseVersion = Version  # type: ignore[attr-defined]
        version.StrictVersion = Version  # type: ignore[attr-defined]
        package = types.ModuleType("distutils")
        package.version = version  # type: ignore[attr-defined]
        sys.modules |= {"distutils": package, "distutils.version": version}


@total_ordering
class Version:
    """A version number as `distutils` compared it, for numbers and dots."""

    def __init__(self, text: str) -> None:
        self.numbers = [int(part) if part.isdigit() else 0 for part in text.split(".")]

    def __eq__(self, other: object) -> bool:
        return self.numbers == _version(other).numbers

    def __lt__(self, other: object) -> bool:
        return self.numbers < _version(other).numbers

    def __hash__(self) -> int:
        return hash(tuple(self.numbers))


def _version(other: object) -> Version:
    return other if isinstance(other, Version) else Version(str(other))
