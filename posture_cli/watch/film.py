"""A film of a watch: pictures come at any time, the film has a fixed frame rate."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import NoReturn

from posture_cli.core.time.events import GAP_S
from posture_cli.errors import OutputError
from posture_cli.vision import Capture, CaptureError, FilmWriter, Pixels, resized

CODECS = {".mp4": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
"""File endings and their codecs: those that OpenCV can write on every system."""
RATE = 10.0
"""Frames per second. Guess: looks smooth, and costs a tenth of a core at most."""
RESERVE_BYTES = 32 << 20
"""The film ends when no more than this is free: an MP4 cannot be played without its end, which is
written last. Guess: the end of a day of film has 10 MB."""


class Film:
    """Writes each picture into a film until the next one comes.

    A gap of the source of more than ten seconds is left out.
    """

    def __init__(
        self,
        path: Path,
        *,
        rate: float = RATE,
        replace: bool = False,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        """Create the file; it is empty until the first picture.

        Args:
            path: The film; its ending is one of `CODECS`.
            rate: Frames per second.
            replace: Whether an existing file may be replaced.
            reserve_bytes: The film ends when no more than this is free on the disk.
        Raises:
            OutputError: If it already exists, or cannot be written.
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

    def write(self, rgb: Pixels, time_s: float) -> None:
        """Add a picture.

        Args:
            rgb: RGB; scaled to the size of the first picture.
            time_s: When it was taken, seconds of the source.
        Raises:
            OutputError: If the film cannot go on. It is then closed, and keeps what came before.
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
        """Finish the film, or remove it if it has no picture. Twice is fine.

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
            hint = "is the disk full? A .mkv film can be played even if it is unfinished"
            raise OutputError(f"{self.path} could not be finished", hint=hint)

    def _begin(self, rgb: Pixels, time_s: float) -> None:
        """Open the film for pictures of this size."""
        height, width = rgb.shape[:2]
        codec = CODECS[self.path.suffix.lower()]
        film = FilmWriter(os.path.abspath(self.path), codec, self._rate, width, height)  # noqa: PTH100
        if not film.is_open:
            self._open = False
            _remove(self.path)
            again = "pip install --force-reinstall opencv-python-headless"
            hint = f"is the disk full? If not, this OpenCV has no such films: {again}"
            raise OutputError(f"{self.path} could not be begun", hint=hint)
        self._film, self._size = film, (width, height)
        self._start_s = time_s

    def _fill(self, until: int) -> None:
        """Repeat the last picture until the film has `until` frames."""
        while self._written < until and self._film and self._pending is not None:
            self._film.write(self._pending)
            self._written += 1

    def _check_disk(self) -> None:
        """End the film while there is still room for its end."""
        try:
            free = shutil.disk_usage(self.path.absolute().parent).free
        except OSError as error:  # the disk is gone
            self._stop(f"{error.strerror}", error)
        if free <= self._reserve_bytes:
            self._stop("the disk is nearly full", None)

    def _stop(self, reason: str, error: OSError | None) -> NoReturn:
        kept = f"; it has {self._written / self._rate:.0f} s" if self._written else ""
        self.close()
        hint = "free some space, and start again with another file"
        raise OutputError(f"recording {self.path} ended: {reason}{kept}", hint=hint) from error


def check_ending(path: Path) -> None:
    """Raise `OutputError` if a path does not have the ending of a film."""
    if path.suffix.lower() not in CODECS:
        hint = f"use one of {', '.join(CODECS)}"
        raise OutputError(f"{path} does not have the ending of a film", hint=hint)


def _create(path: Path, *, replace: bool) -> None:
    """Create an empty file that only its owner can read: films show people in their homes."""
    check_ending(path)
    taken = os.O_TRUNC if replace else os.O_EXCL
    try:
        if replace and path.exists() and not path.is_file():
            raise IsADirectoryError(0, "it is a folder or a device")
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | taken, 0o600))
    except FileExistsError as error:
        hint = "name another file, or replace it with --force"
        raise OutputError(f"{path} already exists", hint=hint) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        hint = "choose a folder that you can write to, on a disk with free space"
        raise OutputError(f"{path} cannot be written: {reason}", hint=hint) from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _playable(path: Path) -> bool:
    """Whether a film can be opened and has a picture."""
    capture = Capture(os.path.abspath(path))  # noqa: PTH100 - FFmpeg reads `a:b` as a protocol
    try:
        return capture.is_open and capture.grab()
    except CaptureError:
        return False
    finally:
        capture.release()
