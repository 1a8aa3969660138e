"""From which score on the joints of an estimator count, where that was fitted and kept."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from posture_cli import reading
from posture_cli.errors import ConfigError
from posture_cli.settings import default_path
from posture_cli.storage.whole import write_whole

SCHEMA = "posture-scores/1"
MOST_BYTES = 1 << 16
"""A file has about a hundred bytes. Our limit."""
LETTERS, DIGITS = 60, 8
"""Of a name, and of its SHA-256, in the name of a file. Guess."""


def limit_of(estimator: str) -> float | None:
    """Return the limit that was kept for an estimator; None if none was.

    Args:
        estimator: Its name; the precision does not matter.
    Raises:
        ConfigError: If the file cannot be used.
    """
    path = _path(estimator)
    if path is None:
        return None
    try:
        form = json.loads(reading.content(path, MOST_BYTES))
        limit = float(form["counts_from"])
        if form["schema"] != SCHEMA or form["estimator"] != _plain(estimator) or not 0 < limit < 1:
            raise ValueError("it is of another version or estimator")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"the scores {path} cannot be used: {error}"
        raise ConfigError(message, hint="delete the file, or fit again") from error
    return limit


def keep(estimator: str, limit: float) -> Path:
    """Keep a limit for an estimator, and return where.

    Raises:
        ConfigError: If the user has no folder for settings.
        OutputError: If it cannot be written.
    """
    path = _path(estimator)
    if path is None:
        hint = "set HOME, or XDG_CONFIG_HOME to a folder of your own"
        raise ConfigError("there is no home folder to keep scores in", hint=hint)
    form = {"schema": SCHEMA, "estimator": _plain(estimator), "counts_from": limit}
    write_whole(path, f"{json.dumps(form)}\n".encode())
    return path


def forget(estimator: str) -> None:
    """Let the joints of an estimator count from the usual score on."""
    if path := _path(estimator):
        path.unlink(missing_ok=True)


def _path(estimator: str) -> Path | None:
    """Return where the limit of an estimator is; None for a user without a home."""
    settings, name = default_path(), _plain(estimator)
    if settings is None:
        return None
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    letters = re.sub(r"[^A-Za-z0-9.-]", "_", name)[:LETTERS]
    return settings.parent / "scores" / f"{letters}-{digest}.json"


def _plain(estimator: str) -> str:
    """Return a name without precision."""
    return estimator.partition("@")[0]
