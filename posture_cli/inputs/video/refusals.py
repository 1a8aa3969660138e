"""Why a camera, a video file or a stream cannot be opened: OpenCV does not say why."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
from pathlib import Path

from posture_cli.errors import SourceError
from posture_cli.inputs.video.cameras import CONNECT

DEVICES = Path("/dev")
DEVICE = re.compile(r"video(\d+)")
ANSWER_S = 3.0
"""How long we wait for a host that did not answer before. Guess."""
ELSEWHERE = {
    "darwin": "allow it for your terminal in System Settings > Privacy & Security > Camera, close "
    "other programs that use it, or try another one of `posture cameras`",
    "win32": "allow it for desktop apps in Settings > Privacy & security > Camera, close other "
    "programs that use it, or try another one of `posture cameras`",
}
"""What to do on systems that do not say what is wrong."""
WITHOUT = "posture doctor says what works here, and posture watch clip.mp4 takes a film"
BUSY = "close other programs that use it, such as a call or a browser"


def camera(number: int) -> SourceError:
    """Return why a camera could not be opened."""
    if sys.platform in ELSEWHERE:
        return SourceError(f"camera {number} cannot be opened", hint=ELSEWHERE[sys.platform])
    return camera_of(number, DEVICES)


def camera_of(number: int, devices: Path) -> SourceError:
    """Return why a camera could not be opened, on systems where cameras are files (Linux)."""
    device = devices / f"video{number}"
    known = _numbers(devices)
    if number not in known:
        return SourceError(f"there is no camera {number}", hint=_others(known), code="not_found")
    if not os.access(device, os.R_OK | os.W_OK):
        hint = "join the group video: sudo usermod -aG video $USER, then log in again"
        return SourceError(f"you are not allowed to use camera {number} ({device})", hint=hint)
    known.remove(number)
    hint = BUSY
    if known:  # most cameras have a second device for metadata
        hint += f", or try {_listed(known)}: not every number gives pictures"
    return SourceError(f"camera {number} cannot be opened", hint=hint)


def check_file(path: str) -> None:
    """Raise if there is no file of this name that could be a video.

    Raises:
        SourceError: Says what there is.
    """
    if not path:
        raise SourceError("the name of the video is empty", hint="check the path")
    try:
        found = Path(path).stat()
        if stat.S_ISREG(found.st_mode):
            Path(path).open("rb").close()
    except FileNotFoundError as error:
        hint = f"write --camera {path}" if path.isdecimal() else "check the path"
        raise SourceError(f"there is no file {path}", hint=hint, code="not_found") from error
    except (OSError, ValueError) as error:  # no permission, too long, a NUL inside
        reason = getattr(error, "strerror", None) or error
        hint = "check its path and permissions"
        raise SourceError(f"{path} cannot be opened: {reason}", hint=hint) from error
    if stat.S_ISDIR(found.st_mode):
        raise SourceError(f"{path} is a folder", hint="name a video file in it")
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{path} is a device or a pipe", hint=_as_camera(path))
    if not found.st_size:
        raise SourceError(f"{path} is empty", hint="copy or record it again", code="empty")


def check_name(path: str) -> None:
    """Refuse a name that is not valid UTF-8: OpenCV 5.0 ends the process at it.

    Raises:
        SourceError: If it has such bytes.
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        name = path.encode("utf-8", "backslashreplace").decode()
        hint = "rename it; its name has bytes that are not UTF-8"
        raise SourceError(f"{name} cannot be opened by its name", hint=hint) from error


def file(path: str) -> SourceError:
    """Return why an existing file could not be opened as a video."""
    return SourceError(
        f"{path} is not a video that can be read",
        hint="if it plays elsewhere, convert it: ffmpeg -i IN -c:v libx264 -an OUT.mp4",
    )


def stream(name: str, host: str, port: int) -> SourceError:
    """Return why a stream could not be opened.

    Args:
        name: The address, without secrets.
        host: Its host.
        port: Its port.
    """
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except (OSError, UnicodeError) as error:  # not a valid host name
        return SourceError(
            f"{name} cannot be reached: {getattr(error, 'strerror', None) or error}",
            hint="check the address, and whether the camera is on and in this network",
            code="unreachable",
        )
    hint = f"{host} answers; check what follows it in the address, user name and password"
    return SourceError(f"{name} gives no video", hint=hint)


def _numbers(devices: Path) -> list[int]:
    """Return the numbers of the cameras in a folder of devices."""
    try:
        named = (DEVICE.fullmatch(path.name) for path in devices.iterdir())
        return sorted(int(match[1]) for match in named if match)
    except OSError:
        return []


def _others(known: list[int]) -> str:
    if known:
        return f"there is {_listed(known)}"
    return f"{CONNECT}; {WITHOUT}"


def _listed(numbers: list[int]) -> str:
    return " or ".join(f"--camera {number}" for number in numbers)


def _as_camera(path: str) -> str:
    """Return what to do about a path that is not a file."""
    device = DEVICE.fullmatch(Path(os.path.realpath(path)).name)
    return f"write --camera {device[1]}" if device else "name a video file"
