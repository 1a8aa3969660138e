"""Settings from a TOML file: defaults of options, one table per command.

    [check]
    estimator = "gluoncv"
    max-people = 1

Options have their names of the command line. The environment counts more than this file, and the
command line more than both.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from posture_cli import reading
from posture_cli.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MOST_BYTES = 1 << 20
"""Settings have about a thousand bytes. Our limit."""
LARGEST = 2**63 - 1
"""Of a whole number. Source: the least that TOML 1.0 asks for."""

Settings = dict[str, dict[str, Any]]
"""Command -> option, by its name in Click -> value."""
Options = Mapping[str, str]
"""Option, as on the command line but with underscores -> its name in Click."""


def default_path() -> Path | None:
    """Return where the file is by default, or None for a user without a home."""
    try:
        return platformdirs.user_config_path("posture") / "config.toml"
    except RuntimeError:
        return None


def is_there(path: Path) -> bool:
    """Whether there is such a file; also where that cannot be told: reading it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read(path: Path, options: Mapping[str, Options]) -> Settings:
    """Read a file of settings.

    Args:
        path: The file.
        options: The options of each command that may have a table.
    Raises:
        ConfigError: If it cannot be read, is not valid TOML, or has an unknown table or option.
    """
    try:
        tables = tomllib.loads(reading.content(path, MOST_BYTES).decode())
    except OSError as error:
        raise ConfigError(
            f"the settings {path} cannot be read: {error.strerror}",
            hint="check the path and its permissions",
        ) from error
    except (ValueError, RecursionError) as error:  # ValueError: a number of 5,000 digits, too
        raise ConfigError(
            f"the settings {path} are not valid TOML: {error}",
            hint="write one table per command, such as [check]",
        ) from error
    return {command: _table(path, command, table, options) for command, table in tables.items()}


def _table(
    path: Path, command: str, table: object, options: Mapping[str, Options]
) -> dict[str, Any]:
    """Return the table of one command, with the names of Click."""
    if command not in options or not isinstance(table, dict):
        known = ", ".join(f"[{name}]" for name in options)
        raise ConfigError(f"{path}: there is no table {command!r}", hint=f"there are {known}")
    named = {key.replace("-", "_"): value for key, value in table.items()}
    if unknown := set(named) - set(options[command]):
        known = ", ".join(sorted(name.replace("_", "-") for name in options[command]))
        raise ConfigError(
            f"{path}: [{command}] has no {sorted(unknown)[0]!r}", hint=f"there are {known}"
        )
    for name, value in named.items():
        if not _plain(value):
            kinds = "write a text in quotes, a whole number, true, false, or a list of texts"
            kinds += "; no text may have the character NUL"
            raise ConfigError(f"{path}: [{command}] {name} cannot be {_shown(value)}", hint=kinds)
    known_as = options[command]
    return {
        known_as[name]: value if isinstance(value, list) else str(value)
        for name, value in named.items()
    }


def _plain(value: object) -> bool:
    """Whether a value could be written on a command line."""
    if isinstance(value, list):
        return all(isinstance(part, str) and "\0" not in part for part in value)
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return isinstance(value, str) and "\0" not in value


def _shown(value: object) -> str:
    """Return a value as messages show it: a text may be a password."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, (str, dict)):
        return "a table" if isinstance(value, dict) else "'***'"
    return "so large" if isinstance(value, int) and abs(value) > LARGEST else str(value)
