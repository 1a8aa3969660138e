"""A film of what was watched: frames come when they come, and the film runs at one rate."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from posture_cli.core.time.events import GAP_S
from posture_cli.errors import OutputError
from posture_cli.vision import Capture, CaptureError, FilmWriter, Pixels, resized

CODECS = {".mp4": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
"""Endings of films, with the codec: those that the OpenCV of every system can write."""
RATE = 10.0
"""Frames a second. Guess: looks fluent, and costs a tenth of a core at most."""
RESERVE_BYTES = 32 << 20
"""So much is left free on the disk: the end of a film is written last, and without it an MP4 cannot
be played. Guess: a day has 10 MB of it."""
ALOUD = "recording pictures of whoever is seen, with overlay, to {}"
"""What to tell people."""


class Film:
    """Writes pictures into a film, each until the next one comes.

    A gap of the source of more than ten seconds is left out of the film.
    """

    def __init__(
        self,
        path: Path,
        *,
        rate: float = RATE,
        replace: bool = False,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        """Make the file; it is empty until the first picture.

        Args:
            path: The film; its ending says which kind, see `CODECS`.
            rate: Frames a second.
            replace: Whether a file that is there may be replaced.
            reserve_bytes: When no more than this is free on the disk, the film ends.
        Raises:
            OutputError: If it is there already, or cannot be written.
        """
        self.path = path
        self._rate = rate
        self._reserve_bytes = reserve_bytes
        self._film: FilmWriter | None = None
        self._size = (0, 0)
        self._pending: Pixels | None = None
        self._start_s = self._last_s = 0.0
        self._written = 0
        self._open = True
        _create(path, replace=replace)

    def __enter__(self) -> Film:
        return self

    def write(self, rgb: Pixels, time_s: float) -> None:
        """Add a picture.

        Args:
            rgb: RGB; another size than that of the first is scaled to it.
            time_s: When it was taken, seconds of the source.
        Raises:
            OutputError: If the film cannot go on. It is closed then, and holds what came before.
        """
        if not self._open:
            return
        self._check_disk()
        if self._film is None:
            self._begin(rgb, time_s)
        elif not 0 <= time_s - self._last_s <= GAP_S:
            self._start_s = time_s - (self._written + 1) / self._rate
        self._fill(until=round((time_s - self._start_s) * self._rate))
        self._pending, self._last_s = resized(rgb, *self._size), time_s

    def close(self) -> None:
        """Finish the film; one without a picture is removed. Twice is fine.

        Raises:
            OutputError: If it cannot be played.
        """
        if not self._open:
            return
        self._open = False
        if self._film is None:
            _remove(self.path)
            return
        try:
            self._fill(until=self._written + 1)
        finally:
            self._film.release()
        if not _playable(self.path):
            hint = "is the disk full? a film in .mkv can be played as far as it got"
            raise OutputError(f"{self.path} could not be finished", hint=hint)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, rgb: Pixels, time_s: float) -> None:
        """Open the film for pictures of this size."""
        height, width = rgb.shape[:2]
        codec = CODECS[self.path.suffix.lower()]
        film = FilmWriter(os.path.abspath(self.path), codec, self._rate, width, height)  # noqa: PTH100
        if not film.is_open:
            self._open = False
            _remove(self.path)
            hint = "pip install --force-reinstall opencv-python-headless"
            raise OutputError(f"this OpenCV cannot write {self.path.suffix} films", hint=hint)
        self._film, self._size = film, (width, height)
        self._start_s = time_s

    def _fill(self, until: int) -> None:
        """Repeat the picture before until the film is so many frames long."""
        while self._written < until and self._film and self._pending is not None:
            self._film.write(self._pending)
            self._written += 1

    def _check_disk(self) -> None:
        """Finish the film while there is still room for its end."""
        try:
            free = shutil.disk_usage(self.path.absolute().parent).free
        except OSError as error:  # the disk is gone, and the folder with it
            self._stop(f"{error.strerror}", error)
        if free <= self._reserve_bytes:
            self._stop("the disk is nearly full", None)

    def _stop(self, reason: str, error: OSError | None) -> NoReturn:
        kept = f"; it has {self._written / self._rate:.0f} s" if self._written else ""
        self.close()
        hint = "make room, and start again with another file"
        raise OutputError(f"recording {self.path} ended: {reason}{kept}", hint=hint) from error


def check_ending(path: Path) -> None:
    """Raise `OutputError` if a path does not end like a film."""
    if path.suffix.lower() not in CODECS:
        known = ", ".join(CODECS)
        raise OutputError(f"{path} does not end like a film", hint=f"choose one of {known}")


def _create(path: Path, *, replace: bool) -> None:
    """Make an empty file that only its owner can read: films are of people in their homes."""
    check_ending(path)
    taken = os.O_TRUNC if replace else os.O_EXCL
    try:
        if replace and path.exists() and not path.is_file():
            raise IsADirectoryError(0, "it is a folder or a device")
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | taken, 0o600))
    except FileExistsError as error:
        hint = "name another file, or let --force replace it"
        raise OutputError(f"{path} is there already", hint=hint) from error
    except (OSError, ValueError) as error:  # also a NUL in the name
        reason = getattr(error, "strerror", None) or error
        hint = "choose a file in a folder with room and permission"
        raise OutputError(f"{path} cannot be written: {reason}", hint=hint) from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _playable(path: Path) -> bool:
    """Whether a film can be opened and has a picture."""
    capture = Capture(os.path.abspath(path))  # noqa: PTH100 - FFmpeg takes `a:b` for a protocol
    try:
        return capture.is_open and capture.grab()
    except CaptureError:
        return False
    finally:
        capture.release()
