"""The zoo's zip archives: one member with a known name is taken out, whatever else is in there."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path

from posture_cli.estimators.models.disk import MOST_BYTES, check_room, damaged, megabytes, place

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # a password
    ValueError,  # offsets that lead nowhere
)


def members(archive: Path) -> tuple[str, ...]:
    """Return the names in an archive; none if it is not one."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return tuple(opened.namelist())
    except _UNREADABLE:
        return ()


def unpack(archive: Path, target: Path, sha1: str) -> None:
    """Take the member with the target's name out of an archive.

    Args:
        archive: A zip file; only a member in its top folder is looked for.
        target: Where it goes; only whole and with the right hash.
        sha1: What it must hash to, hex.
    Raises:
        ModelError: If it cannot be written (code `model`), or is another file (code `damaged`).
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _member(opened, target.name)
            check_room(target.parent, member.file_size)
            with opened.open(member) as source:
                place(source, target, sha1)
    except _UNREADABLE as error:
        raise damaged(f"what came for {target.name} is no zip file or a damaged one") from error


def _member(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [member for member in opened.infolist() if member.filename == name]
    if len(found) != 1:
        inside = ", ".join(repr(inside)[:60] for inside in opened.namelist()[:3]) or "nothing"
        raise damaged(f"the archive should hold {name} once; it holds {inside}")
    if found[0].file_size > MOST_BYTES:
        size = megabytes(found[0].file_size)
        raise damaged(
            f"{name} would unpack to {size}; no model has more than {megabytes(MOST_BYTES)}"
        )
    return found[0]
