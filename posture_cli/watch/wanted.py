"""Whether another program wants the camera, which is let go then. Linux only.

wanted = CameraWanted(Path("/dev/video0"))
if wanted():
    ...
wanted.close()

There a camera gives pictures to one program at a time, and refuses a second one at once. So a scan
for who has it open comes too late: inotify tells of every attempt, also of one that fails, and
programs that list cameras try before they show one. Who has it open while it gives us pictures does
not use it; some sound and video servers always do. What such a server then shows to others is not
noticed. Source: inotify(7); V4L2, "Opening and Closing Devices"; proc_pid_fd(5).
"""

from __future__ import annotations

import ctypes
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

IN_OPEN = 0x20
EVENT = struct.Struct("iIII")
"""Source: Linux, uapi/linux/inotify.h. Events of a file itself have no name behind them; there are
others than the one that was asked for, such as that the file is gone."""
READ_BYTES = 4096
FREE_S = 20.0
"""How long it has to be free until we take it again: from a list of cameras to a click. Guess."""
EVERY_S = 2.0
"""How often is looked who has it, only after somebody wanted it. Guess."""


class CameraWanted:
    """Knows whether others want a camera that this process watches."""

    def __init__(
        self,
        device: Path,
        proc: Path = Path("/proc"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen; call it while this process has the camera open.

        Args:
            device: The camera.
            proc: Who has which file open; only processes of this user can be seen.
            clock: Seconds.
        Raises:
            OSError: If this system or the device does not tell.
        """
        self._device, self._proc, self._clock = device, proc, clock
        self._until_s = self._looked_s = float("-inf")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = self._checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        try:
            self._listen()
        except OSError:
            os.close(self._inotify)
            raise
        self._idle = holders(device, proc)

    def __call__(self) -> bool:
        """Whether others want it, have it, or had it just now. Never waits."""
        now_s = self._clock()
        if self._was_opened():
            self._until_s = now_s + FREE_S
        if now_s >= self._until_s:
            return False
        if now_s - self._looked_s >= EVERY_S:
            self._looked_s = now_s
            if holders(self._device, self._proc) - self._idle:
                self._until_s = now_s + FREE_S
        return True

    def tried(self, *, opened: bool) -> None:
        """Forget attempts until now: the last one was our own.

        Args:
            opened: Whether it worked, so that whoever has it open does not use it.
        """
        self._was_opened()
        with suppress(OSError):  # it is gone; the next attempt listens again
            self._listen()
        if opened:
            self._idle = holders(self._device, self._proc)

    def close(self) -> None:
        """Listen no more."""
        os.close(self._inotify)

    def _listen(self) -> None:
        """Listen to the device that has this name now: it may have been unplugged."""
        name = os.fsencode(self._device)
        self._checked(self._libc.inotify_add_watch(self._inotify, name, IN_OPEN))

    def _was_opened(self) -> bool:
        """Whether anybody opened it since the last question."""
        found = False
        with suppress(BlockingIOError):
            while told := os.read(self._inotify, READ_BYTES):
                found = found or any(mask & IN_OPEN for _, mask, _, _ in EVENT.iter_unpack(told))
        return found

    @staticmethod
    def _checked(answer: int) -> int:
        if answer < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return answer


def holders(device: Path, proc: Path) -> set[int]:
    """Return the processes that have a device open, as far as we may see, without our own."""
    place = os.path.realpath(device)
    return {pid for pid in _others(proc) if place in _files(proc / str(pid) / "fd")}


def _others(proc: Path) -> Iterator[int]:
    with suppress(OSError), os.scandir(proc) as found:
        for entry in found:
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                yield int(entry.name)


def _files(folder: Path) -> Iterator[str]:
    """Yield what a process has open; nothing of others' and of one that has just ended."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            with suppress(OSError):
                yield os.readlink(entry)  # noqa: PTH115 - of thousands
