"""Files that may hold a model: which model it is, and how it comes out of the zoo's archive."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from posture_cli import reading
from posture_cli.errors import ModelError
from posture_cli.estimators.models.catalogue import Model
from posture_cli.estimators.models.disk import (
    MOST_BYTES,
    check_room,
    damaged,
    megabytes,
    place,
    sha1_of,
)

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # an unknown compression
    RuntimeError,  # a password
    ValueError,  # offsets that lead nowhere
)
"""What `zipfile` raises for a file that is not an archive, or a damaged one."""


def recognise(file: Path, models: Mapping[str, Model]) -> tuple[Model, bool]:
    """Return which model a file is, by its content, and whether it is an archive with that model.

    Raises:
        ModelError: If it cannot be read, or is not a known model.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise reading.TooLargeError(file.stat().st_size, MOST_BYTES)
        digest = sha1_of(file)
        inside = _members(file)
    except OSError as error:
        message = f"cannot read {file}: {error.strerror or error}"
        raise ModelError(message, hint="Name a .params file.") from error
    for model in models.values():
        if digest == model.sha1 or model.file_name in inside:
            return model, digest != model.sha1
    like = [model.name for model in models.values() if model.file_name == file.name]
    fault = f"has the name of {like[0]} but is damaged" if like else "is not a known model"
    raise ModelError(
        f"{file} {fault} (SHA-1 {digest})",
        hint="`posture models` lists the known ones. Weights that you have trained yourself need "
        "--as NETWORK.",
    )


def unpack(archive: Path, target: Path, sha1: str) -> None:
    """Take the member with the target's name out of an archive.

    Args:
        archive: A zip file; only its top folder is searched.
        target: Where the member goes.
        sha1: The hash that it must have, hex.
    Raises:
        ModelError: If it cannot be written (code `model`), or is another file (code `damaged`).
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _member(opened, target.name)
            check_room(target.parent, member.file_size)
            with opened.open(member) as source:
                place(source, target, sha1)
    except UNREADABLE as error:
        raise damaged(f"what came for {target.name} is not a zip file, or is damaged") from error


def _members(archive: Path) -> tuple[str, ...]:
    """Return the names in an archive; none if the file is not an archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return tuple(opened.namelist())
    except UNREADABLE:
        return ()


def _member(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [member for member in opened.infolist() if member.filename == name]
    if len(found) != 1:
        inside = ", ".join(repr(inside)[:60] for inside in opened.namelist()[:3]) or "nothing"
        raise damaged(f"the archive should hold {name} once; it holds {inside}")
    if found[0].file_size > MOST_BYTES:
        size, most = megabytes(found[0].file_size), megabytes(MOST_BYTES)
        raise damaged(f"{name} would unpack to {size}; no model has more than {most}")
    return found[0]
