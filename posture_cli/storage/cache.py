"""What the next start would make again, in the user's cache folder: compiled networks, hashes.

OpenVINO has a cache of its own. It fails when two processes fill it at once, and takes a damaged
file for a good one (2026.4.1); here files are replaced whole and carry a checksum. A cache only
saves time: whatever cannot be read or written is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from posture_cli.errors import OutputError
from posture_cli.storage.whole import write_whole

DIGEST_BYTES = hashlib.sha256().digest_size


def read(key: str) -> bytes | None:
    """Return what was written under a key; None if there is nothing or it is damaged."""
    found = read_into(lambda size: memoryview(bytearray(size)), key)
    return None if found is None else bytes(found)


def read_into(room: Callable[[int], memoryview], key: str) -> memoryview | None:
    """Do the same without a copy: `room` makes writable memory of so many bytes."""
    try:
        with _path(key).open("rb", buffering=0) as file:
            digest = file.read(DIGEST_BYTES)
            data = room(max(0, os.fstat(file.fileno()).st_size - DIGEST_BYTES))
            file.readinto(data)
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None
    return data if hashlib.sha256(data).digest() == digest else None


def write(key: str, data: bytes) -> None:
    """Keep data under a key, whole or not at all."""
    with contextlib.suppress(OutputError, RuntimeError):
        write_whole(_path(key), hashlib.sha256(data).digest() + data)


def _path(key: str) -> Path:
    name = hashlib.sha256(os.fsencode(key)).hexdigest()[:16]
    return platformdirs.user_cache_path("posture") / f"{name}.blob"
