"""Results on disk: written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from posture_cli.errors import OutputError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place first, then move it there; its folder is made if missing.

    Args:
        path: The file; what is there is replaced, unless it is a folder or a device.
        data: All of its content.
    Raises:
        OutputError: If it cannot be written; nothing of it is left then.
    """
    partial = path.with_name(f".{secrets.token_hex(8)}.part")  # nobody else's, not even a thread's
    try:
        if path.exists() and not path.is_file():
            raise IsADirectoryError(0, "it is a folder or a device")
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # some disks tell only now that they are full
        partial.replace(path)
    except (OSError, ValueError) as error:  # also a NUL in the name
        raise OutputError(
            f"{path} cannot be written: {getattr(error, 'strerror', None) or error}",
            hint="choose a folder with room and permission",
        ) from error
    finally:  # after Ctrl-C too
        with contextlib.suppress(OSError, ValueError):
            partial.unlink()
