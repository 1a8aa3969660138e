"""Where model files are."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from posture_cli.errors import ModelError


def mxnet_folder() -> Path:
    """Return the folder of GluonCV's files."""
    home = os.environ.get("MXNET_HOME") or "~/.mxnet"
    return Path(os.path.expanduser(home)) / "models"  # Path's own raises for unknown users


def fetched_folder() -> Path:
    """Return the folder of what was fetched: a cache, since it can be fetched again."""
    try:
        return platformdirs.user_cache_path("posture") / "models"
    except RuntimeError as error:
        hint = "set HOME, or XDG_CACHE_HOME"
        raise ModelError("there is no home folder for models", hint=hint) from error


def own_folder() -> Path:
    """Return the folder of the user's own models: no cache, since nobody can fetch them again.

    Raises:
        ModelError: If the user has no such folder.
    """
    try:
        return platformdirs.user_data_path("posture") / "models"
    except RuntimeError as error:
        hint = "set HOME, or XDG_DATA_HOME"
        raise ModelError("there is no home folder for models", hint=hint) from error
