"""Where a page may be written: not over what is no page of ours."""

from __future__ import annotations

from pathlib import Path

from posture_cli.errors import OutputError

HEAD_BYTES = 1000


def check_target(path: Path, mark: str) -> None:
    """Refuse to replace what is no page of ours, before the work is done.

    Args:
        path: Where the page goes.
        mark: What is near the beginning of all pages of its kind.
    Raises:
        OutputError: If something else is there, or it cannot be told.
    """
    try:
        if not path.exists():
            return
        ours = path.is_file() and mark.encode() in _beginning(path)
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{path} cannot be replaced: {error}", hint="name another file"
        ) from error
    if not ours:
        hint = "name another file; only pages of an earlier report are replaced"
        raise OutputError(f"{path} is there already, and is not one of ours", hint=hint)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
