"""Model files on disk: put in place whole or not at all, with room for them."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from posture_cli.errors import ModelError

CHUNK_BYTES = 1 << 18
MOST_BYTES = 1 << 29
"""More is no model of the zoo; its largest has about 275 MB. Our limit."""

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and those of the whole."""

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


def megabytes(size_bytes: float) -> str:
    """Return a size for people, in MB."""
    return f"{size_bytes / 1e6:.1f} MB"


def sha1_of(path: Path) -> str:
    """Return the SHA-1 of a file's content, hex."""
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell what keeps us from writing to a folder as a `ModelError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = f"the disk is full: {folder}"
            raise ModelError(message, hint="Make room there, then run it again.") from error
        raise ModelError(
            f"cannot write to {folder}: {error.strerror or error}",
            hint="Make that folder writable, or put the .params file into ~/.mxnet/models "
            "(or $MXNET_HOME/models): it is used in place.",
        ) from error


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raise `ModelError` if a folder's disk has less room than needed."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise ModelError(
            f"not enough room on the disk of {folder}: "
            f"{megabytes(needed_bytes)} needed, {megabytes(free_bytes)} free",
            hint="Make room there, then run it again.",
        )


def place(source: IO[bytes], target: Path, sha1: str) -> None:
    """Write a file next to its place, check it, and move it there in one step.

    Args:
        source: The content, read to its end.
        target: Where it goes; what is there is replaced.
        sha1: What the content must hash to, hex.
    Raises:
        ModelError: If it cannot be written (code `model`), or is another file (code `damaged`).
    """
    fresh = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with writing(target.parent):
            found = _copy(source, fresh)
            if found != sha1:
                raise damaged(f"the content of {target.name} has SHA-1 {found}, not {sha1}")
            fresh.replace(target)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()


@contextlib.contextmanager
def kept_unless_damaged(path: Path) -> Iterator[None]:
    """Delete a file if it turns out to be damaged; after any other trouble it may still help."""
    try:
        yield
    except ModelError as error:
        if error.code == "damaged":
            path.unlink(missing_ok=True)
        raise


def damaged(message: str) -> ModelError:
    """Return the error for content that is not what it should be."""
    hint = (
        "It was not kept. Try once more; if it stays so, name another address in MXNET_GLUON_REPO, "
        "or take the file from a colleague: posture models import FILE"
    )
    return ModelError(message, hint=hint, code="damaged")


def _copy(source: IO[bytes], target: Path) -> str:
    """Copy to a new file that survives a power cut, and return the SHA-1."""
    digest, left_bytes = hashlib.sha1(usedforsecurity=False), MOST_BYTES
    with target.open("wb") as file:
        while chunk := source.read(CHUNK_BYTES):
            left_bytes -= len(chunk)
            if left_bytes < 0:
                raise damaged(f"more than {megabytes(MOST_BYTES)} are no model: {target.name}")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
