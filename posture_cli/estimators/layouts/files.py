"""Model files that users name: read whole, hashed, and described."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from posture_cli import reading
from posture_cli.core.masking import one_line
from posture_cli.errors import ModelError
from posture_cli.estimators.models.disk import MOST_BYTES
from posture_cli.estimators.runtime import Described, describe

LICENCE = "license"
"""Ultralytics' name in the metadata of a file."""
DIGITS = 8
"""Of the SHA-256 in the name of an estimator: profiles and journals tell files apart by it."""


class ModelOfUser(NamedTuple):
    """A file, read: where it is, the SHA-256 of its content, and what it says of itself."""

    path: Path
    sha256: str
    described: Described

    @property
    def licence(self) -> str:
        """The licence that the file states; empty if it states none."""
        return one_line(self.described.metadata.get(LICENCE, "").strip())


def opened(argument: str) -> ModelOfUser:
    """Read a file with a network.

    Args:
        argument: Its path; `~` is the user's home.
    Raises:
        ModelError: If there is none, it is too large, or it is no network.
    """
    path, content = whole(argument)
    return ModelOfUser(path, hashlib.sha256(content).hexdigest(), describe(path))


def whole(argument: str) -> tuple[Path, bytes]:
    """Return the path of a file and its content; see `opened`."""
    path = Path(os.path.expanduser(argument))
    try:
        return path, reading.content(path, MOST_BYTES)
    except FileNotFoundError as error:
        hint = "check the path; it counts from the folder where posture runs"
        raise ModelError(f"there is no file {path}", hint=hint) from error
    except (OSError, ValueError) as error:  # also a NUL in the name
        reason = getattr(error, "strerror", None) or error
        hint = "check its path and permissions"
        raise ModelError(f"the model {path} cannot be read: {reason}", hint=hint) from error


def name_of(kind: str, path: Path, sha256: str) -> str:
    """Return the name of an estimator with a file: it changes with the content."""
    return f"{kind}:{one_line(path.stem)}#{sha256[:DIGITS]}"
