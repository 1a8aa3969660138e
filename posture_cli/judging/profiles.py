"""Profiles: your own upright posture by name, each a small file in the user's config folder."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from posture_cli import reading
from posture_cli.core.judge.baseline import QUANTITIES, Baseline, OwnView, Usual
from posture_cli.core.observation import MALFORMED
from posture_cli.errors import ConfigError, OutputError
from posture_cli.settings import default_path
from posture_cli.storage.whole import may_write, write_whole

FAMILY = "posture-profile/"
SCHEMA = FAMILY + "1"
ENDING, BEFORE = ".json", ".bak"
ME = "me"
"""The name that `posture calibrate` uses by default; a watch of a camera uses that by itself."""
NAME = re.compile(r"[^\W_][\w-]{0,39}")
"""A word that every system takes for a file name, without a path in it."""
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""File names that Windows does not take. Source: Microsoft, "Naming Files, Paths, Namespaces"."""
MOST_BYTES = 1 << 16
"""A profile has about a thousand bytes. Our limit."""
NEEDED: Mapping[OwnView, tuple[str, ...]] = {
    "profile": ("slump_deg", "torso_share", "width_ratio"),
    "frontal": QUANTITIES["frontal"],
}
POSITIVE = ("torso_share", "head_height", "face_share", "shoulder_share")
"""Sizes, which are divided by."""
MOST_SAMPLES = 10**9
"""Far above a year of looks; from 309 digits on, Python cannot compute with it."""
LARGEST = 1e4
"""Far above every angle and share."""
DIGITS = 3
AGAIN = "calibrate again"


class Profile(NamedTuple):
    """A baseline with its name, and the day on which it was made, ISO 8601."""

    name: str
    made: str
    baseline: Baseline


class Profiles:
    """The profiles of a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Choose the folder.

        Args:
            folder: Where they are; by default `profiles` in the user's config folder.
        Raises:
            ConfigError: If the user has no such folder.
        """
        settings = default_path()
        if folder is None and settings is None:
            hint = "set HOME, or XDG_CONFIG_HOME to a folder of your own"
            raise ConfigError("there is no home folder for profiles", hint=hint)
        self.folder = folder or settings.parent / "profiles"  # type: ignore[union-attr]

    def names(self) -> list[str]:
        """Return the names of all profiles, sorted.

        Raises:
            ConfigError: If the folder cannot be read.
        """
        try:
            found = [p.stem for p in self.folder.iterdir() if p.suffix == ENDING]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _closed(self.folder, error) from error
        return sorted(name for name in found if NAME.fullmatch(name) and name == name.lower())

    def path(self, name: str) -> Path:
        """Return where a profile is, or would be."""
        return self.folder / f"{checked(name)}{ENDING}"

    def load(self, name: str) -> Profile:
        """Read a profile.

        Raises:
            ConfigError: If there is no profile of this name, or it cannot be used.
        """
        path = self.path(name)
        try:
            data = reading.content(path, MOST_BYTES)
        except FileNotFoundError as error:
            known = ", ".join(self.names())
            hint = f"there is {known}" if known else "make it with `posture calibrate`"
            message = f"there is no profile {path.stem!r}"
            raise ConfigError(message, hint=hint, code="not_found") from error
        except OSError as error:
            raise _closed(path, error) from error
        return _decoded(path, data)

    def save(self, profile: Profile) -> Path | None:
        """Write a profile, whole or not at all, and return where an earlier one is kept, if any.

        Raises:
            OutputError: If it cannot be written; the earlier one is still there then.
        """
        path, kept = self.path(profile.name), None
        try:
            before = reading.content(path, MOST_BYTES)
        except FileNotFoundError:
            before = None
        except OSError as error:
            hint = "delete it, or choose another name"
            message = f"{path} cannot be replaced: {error.strerror or error}"
            raise OutputError(message, hint=hint) from error
        if before is not None:
            kept = path.with_name(path.name + BEFORE)
            write_whole(kept, before, private=True)
        text = json.dumps(_to_json(profile), indent=1, ensure_ascii=False, allow_nan=False)
        write_whole(path, f"{text}\n".encode(), private=True)
        return kept

    def remove(self, name: str) -> Path:
        """Delete a profile and the earlier one that was kept, and return where it was.

        Raises:
            ConfigError: If there is no profile of this name, or it cannot be deleted.
        """
        path = self.path(name)
        if not path.exists():
            self.load(name)  # raises an error that lists the others
        try:
            path.unlink()
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + BEFORE).unlink()
        except OSError as error:
            raise _closed(path, error) from error
        return path

    def check_writable(self) -> None:
        """Raise `OutputError` if profiles cannot be written, as far as the folders can say."""
        if not may_write(self.folder / BEFORE):
            hint = "make that folder writable, or set XDG_CONFIG_HOME to another folder"
            raise OutputError(f"profiles cannot be kept in {self.folder}", hint=hint)


def checked(name: str) -> str:
    """Return a name in the form of file names: small letters, the same on every system.

    Raises:
        ConfigError: If it is not a single word.
    """
    plain = unicodedata.normalize("NFC", name).lower()
    if not NAME.fullmatch(plain) or RESERVED.fullmatch(plain):
        hint = "write one word of letters, digits, - and _"
        raise ConfigError(f"{name!r} cannot be the name of a profile", hint=hint)
    return plain


def _to_json(profile: Profile) -> dict[str, Any]:
    """Return the `posture-profile/1` form: numbers only, no picture."""
    own = profile.baseline
    return {
        "schema": SCHEMA,
        "made": profile.made,
        "estimator": own.estimator,
        "samples": own.samples,
        "view": own.view,
        "facing": own.facing,
        "usual": {
            name: {key: round(value, DIGITS) for key, value in usual._asdict().items()}
            for name, usual in own.usual.items()
        },
    }


def _decoded(path: Path, data: bytes) -> Profile:
    try:
        form = json.loads(data.decode("utf-8-sig"))
        schema = str(form.get("schema")) if isinstance(form, dict) else ""
        if schema.startswith(FAMILY) and schema != SCHEMA:
            hint = f"pip install --upgrade posture-cli, or {AGAIN}"
            raise ConfigError(f"{path} has another version: {schema[:40]}", hint=hint)
        return Profile(path.stem, str(form["made"]), _baseline(form))
    except MALFORMED as error:
        message = f"{path} is not a profile of `posture calibrate`: {error}"
        raise ConfigError(message, hint=AGAIN, code="damaged") from error


def _baseline(form: Mapping[str, Any]) -> Baseline:
    """Return the baseline of a `posture-profile/1` object.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: If something is missing or makes no sense.
    """
    if form["schema"] != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA!r}")
    view = form.get("view", "profile")  # the first profiles did not say
    if view not in QUANTITIES:
        raise ValueError("`view` is neither profile nor frontal")
    usual = {name: _usual(row) for name, row in form["usual"].items() if name in QUANTITIES[view]}
    if missing := [name for name in NEEDED[view] if name not in usual]:
        raise ValueError(f"`usual` has no {missing[0]}")
    if small := [name for name in POSITIVE if name in usual and usual[name].centre <= 0]:
        raise ValueError(f"`{small[0]}` is not above 0")
    if form["facing"] not in ("left", "right", None):
        raise ValueError("`facing` is neither left nor right nor null")
    if not 1 <= int(form["samples"]) <= MOST_SAMPLES:
        raise ValueError(f"`samples` is not between 1 and {MOST_SAMPLES:,}")
    return Baseline(int(form["samples"]), str(form["estimator"]), form["facing"], usual, view)


def _usual(row: Mapping[str, Any]) -> Usual:
    usual = Usual(float(row["centre"]), float(row["spread"]))
    if not all(isfinite(v) and abs(v) < LARGEST for v in usual) or usual.spread < 0:
        raise ValueError("a number is out of range")
    return usual


def _closed(path: Path, error: OSError) -> ConfigError:
    reason = error.strerror or error
    return ConfigError(f"{path} cannot be used: {reason}", hint="check its path and permissions")
