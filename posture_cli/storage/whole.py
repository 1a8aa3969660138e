"""Results that are written bit by bit, and are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from posture_cli.errors import OutputError

Ours = Callable[[str], bool]
"""Whether something in a folder, by its name, is what an earlier run left, and may be replaced."""
HINT = "choose a folder with room and permission; the same command goes on where it stopped"


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside its place, and move it there when the block ends well.

    Args:
        path: The file; what is there is replaced, unless it is a folder or a device.
    Raises:
        OutputError: If it cannot be written; nothing of it is left then.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        check_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # some disks tell only now that they are full
        partial.replace(path)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    finally:  # after Ctrl-C too
        with contextlib.suppress(OSError, ValueError):
            partial.unlink()


@contextlib.contextmanager
def whole_folder(path: Path, ours: Ours) -> Iterator[Path]:
    """Make a folder beside its place, to fill, and move it there when the block ends well.

    Args:
        path: The folder; one that is there is replaced if all in it is ours.
        ours: What may be replaced.
    Raises:
        OutputError: If it cannot be written, or holds other things; nothing of it is left then.
    """
    check_folder(path, ours)
    place = Path(os.path.realpath(path))  # a link stays, and what it points to is written
    partial, old = (beside(place, what) for what in ("part", "old"))
    try:
        shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
        partial.mkdir(parents=True)
        yield partial
        if hasattr(os, "sync"):
            os.sync()  # after a power cut a moved folder must not hold empty files
        _swap(partial, place, old)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def beside(folder: Path, what: str) -> Path:
    """Return a hidden place beside a folder, of a name that nobody else chooses."""
    return folder.with_name(f".{folder.name}.posture-{what}")


def check_file(path: Path) -> None:
    """See before the work whether there is something that is not to be replaced by a file.

    Raises:
        OutputError: If there is a folder or a device.
    """
    try:
        foreign = path.exists() and not path.is_file()
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    if foreign:
        hint = "name another file, or move that away"
        raise OutputError(f"{path} is there already, and is a folder or a device", hint=hint)


def check_folder(path: Path, ours: Ours) -> None:
    """See before the work whether there is something that is not to be replaced by a folder.

    Raises:
        OutputError: If there is a file, or a folder with something that is not ours, or one that
            cannot be moved.
    """
    try:
        with os.scandir(path) as entries:
            foreign = next((entry.name for entry in entries if not ours(entry.name)), None)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    if os.path.ismount(path):
        hint = f"name a folder in it, such as {path / 'labels'}"
        raise OutputError(f"{path} is a disk of its own, and no other can be put there", hint=hint)
    if foreign is not None:
        hint = "name another folder, or move that away"
        raise OutputError(f"{path} is there already, with {foreign!r} in it", hint=hint)


def _swap(partial: Path, place: Path, old: Path) -> None:
    """Put a folder where another one may be; at every moment one of them is whole."""
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    try:
        partial.rename(place)
    except BaseException:  # Ctrl-C too
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def unwritable(path: Path, error: Exception) -> OutputError:
    """Return why a result cannot be written, and that nothing is lost."""
    why = getattr(error, "strerror", None) or error
    return OutputError(f"{path} cannot be written: {why}", hint=HINT)
