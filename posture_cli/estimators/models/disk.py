"""Model files on disk: room for them, their hashes, and putting them in place."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from posture_cli import reading
from posture_cli.errors import ModelError
from posture_cli.storage import cache
from posture_cli.storage.locking import locked
from posture_cli.storage.whole import Refuse, refusals, whole_file

CHUNK_BYTES = 1 << 18
MOST_BYTES = 1 << 29
"""No model is larger: the zoo's largest has about 275 MB. Our limit."""

FREE_SPACE = "Free some space there, then run the same command again."

Progress = Callable[[int, int], None]
"""Called with the bytes that have come so far, and all of them."""

Waiting = Callable[[str], None]
"""Called with the id of the process that is waited for."""


def megabytes(size_bytes: float) -> str:
    """Return a size for people, in MB."""
    return f"{size_bytes / 1e6:.1f} MB"


def sha1_of(path: Path, *, fresh: bool = False) -> str:
    """Return the SHA-1 of a file's content, hex.

    Args:
        path: The file.
        fresh: Read it now, even if its size and time of change are those of an earlier reading.
    """
    status = path.stat()
    key = f"sha1 {path.absolute()} {status.st_size} {status.st_mtime_ns}"
    known = None if fresh else cache.read(key)
    if known is None:
        known = read_sha1(path)
        cache.write(key, known)
    return known.hex()


def read_sha1(path: Path) -> bytes:
    """Read a file, and return the SHA-1 of its content."""
    digest = hashlib.sha1(usedforsecurity=False)
    with reading.opened(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.digest()


def unwritable(path: Path, error: Exception) -> ModelError:
    """Return the error for a model file that cannot be written."""
    if not isinstance(error, OSError):
        return damaged(f"what came for {path.name} is damaged: {error}")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(f"the disk is full: {path.parent}", hint=FREE_SPACE)
    return ModelError(
        f"cannot write to {path.parent}: {error.strerror or error}",
        hint="Make that folder writable, or put the .params file into ~/.mxnet/models "
        "(or $MXNET_HOME/models): it is used in place.",
    )


@contextlib.contextmanager
def alone(folder: Path, name: str, waiting: Waiting, refuse: Refuse = unwritable) -> Iterator[None]:
    """Make a folder, and hold the lock of a model in it.

    Args:
        folder: Of models.
        name: The model.
        waiting: Called before a wait for another process that holds it.
        refuse: Makes the error for what the system refuses.
    """
    with refusals(folder / name, refuse):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / f"{name}.lock", str(os.getpid()), waiting):
            yield


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raise `ModelError` if a folder's disk has less room than needed."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise ModelError(
            f"not enough room on the disk of {folder}: "
            f"{megabytes(needed_bytes)} needed, {megabytes(free_bytes)} free",
            hint=FREE_SPACE,
        )


def place(source: IO[bytes], target: Path, sha1: str) -> None:
    """Put content in place, whole and with the right hash or not at all.

    Args:
        source: The content, read to its end.
        target: Where it goes; an earlier file is replaced.
        sha1: The hash that the content must have, hex.
    Raises:
        ModelError: If it cannot be written (code `model`), or is another file (code `damaged`).
    """
    digest, left_bytes, name = hashlib.sha1(usedforsecurity=False), MOST_BYTES, target.name
    with whole_file(target, unwritable) as file:
        while chunk := source.read(CHUNK_BYTES):
            left_bytes -= len(chunk)
            if left_bytes < 0:
                raise damaged(f"{name} has more than {megabytes(MOST_BYTES)}; no model is so large")
            digest.update(chunk)
            file.write(chunk)
        if (found := digest.hexdigest()) != sha1:
            raise damaged(f"the content of {name} has SHA-1 {found}, not {sha1}")


def damaged(message: str) -> ModelError:
    """Return the error for content that is not what it should be."""
    hint = (
        "It is not kept. Try again, set MXNET_GLUON_REPO to another address, or copy the file from "
        "another computer: posture models import FILE"
    )
    return ModelError(message, hint=hint, code="damaged")
