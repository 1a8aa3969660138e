"""Where a page may be written, and writing it: only an earlier page is replaced."""

from __future__ import annotations

from pathlib import Path

from posture_cli import reading
from posture_cli.errors import OutputError
from posture_cli.storage.whole import refusals, write_whole

ENDINGS = (".html", ".htm")
HEAD_BYTES = 1000
"""The mark of a page stands within these."""


def write_page(path: Path, page: str, mark: str, *, private: bool = False) -> None:
    """Write a page whole or not at all; only an earlier page of its kind is replaced.

    Args:
        path: Where the page goes.
        page: HTML.
        mark: What is near the beginning of all pages of its kind.
        private: Whether nobody else may read it: it tells when somebody sat where.
    Raises:
        OutputError: As `check_page`, or if it cannot be written.
    """
    check_page(path, mark)
    write_whole(path, page.encode(), private=private)


def check_page(path: Path, mark: str) -> None:
    """Check, before the work is done, that a page may be written here.

    Raises:
        OutputError: As `check_target`, or if it is not named as a page.
    """
    check_target(path, mark)
    if path.suffix.lower() not in ENDINGS:
        hint = f"name it {path.stem}.html; a browser prints it as PDF"
        raise OutputError(f"{path.name} would be a web page", hint=hint)


def check_target(path: Path, mark: str) -> None:
    """Check, before the work is done, that something may be written here.

    Raises:
        OutputError: If something else is there, or it cannot be read.
    """
    with refusals(path):
        ours = not path.exists() or (path.is_file() and mark.encode() in _beginning(path))
    if not ours:
        hint = "name another file; only what posture wrote is replaced"
        raise OutputError(f"{path} already exists and posture did not write it", hint=hint)


def _beginning(path: Path) -> bytes:
    with reading.opened(path) as file:
        return file.read(HEAD_BYTES)
