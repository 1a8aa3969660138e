"""Int8 networks in the store: one file each, with the hash of the weights that it was made of."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from posture_cli.errors import ModelError
from posture_cli.estimators.models.archive import UNREADABLE
from posture_cli.estimators.models.disk import sha1_of, unwritable
from posture_cli.estimators.models.store import Store, int8_name
from posture_cli.storage.whole import whole_file

FACTS = "about.json"
sha1_of_weights = sha1_of
"""The name that says of what."""


def place_of(name: str, weights: Path) -> Path:
    """Return where the int8 network made of these weights is, or would be.

    Args:
        name: Of the network.
        weights: Its `.params` file, wherever that is.
    """
    return Store().folder / int8_name(name, sha1_of(weights))


def keep(target: Path, parts: Mapping[str, bytes], facts: Mapping[str, object]) -> None:
    """Write an int8 network, whole or not at all.

    Args:
        target: See `place_of`.
        parts: Its content by name.
        facts: What it was made of and how; `read` checks `network` and `weights_sha1`.
    Raises:
        ModelError: If it cannot be written.
    """
    with whole_file(target, unwritable) as file, zipfile.ZipFile(file, "w") as archive:
        for name, content in {FACTS: json.dumps(facts).encode(), **parts}.items():
            archive.writestr(name, content)


def read(name: str, path: Path, weights_sha1: str) -> dict[str, bytes]:
    """Return the content of an int8 network by name, the facts among it.

    Args:
        name: Of the network.
        path: See `place_of`.
        weights_sha1: SHA-1 of the weights that it must be made of.
    Raises:
        ModelError: If it is missing, damaged, or made of other weights.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        facts = json.loads(parts[FACTS])
        made_of = facts["network"], facts["weights_sha1"]
    except FileNotFoundError as error:
        raise _unusable(name, f"there is no int8 network of {name} yet") from error
    except (OSError, KeyError, AttributeError, TypeError, *UNREADABLE) as error:
        raise _unusable(name, f"the int8 network {path} is damaged", "damaged") from error
    if made_of != (name, weights_sha1):
        raise _unusable(name, f"the int8 network {path} was made of other weights")
    return parts


def _unusable(name: str, message: str, code: str | None = None) -> ModelError:
    hint = (
        f"make it from your own pictures: posture models quantise {name} PICTURES "
        "(needs pip install 'posture-cli[int8]')"
    )
    return ModelError(message, hint=hint, code=code)
