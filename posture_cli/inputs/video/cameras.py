"""Which cameras there are, by the library cv2-enumerate-cameras; none of them is opened for it.

from posture_cli.inputs.video import cameras

for camera in cameras.connected():
    print(camera.number, camera.name)
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from posture_cli.errors import DependencyError

CONNECT = "connect one; a container or a virtual machine has to be given it (--device /dev/video0)"
"""What to do where there is no camera."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is connected.

    Attributes:
        number: What OpenCV opens it by.
        name: What its maker or the system calls it; several may have the same.
        path: What tells it from others of the same name: /dev/video0 on Linux, a long identifier
            on macOS and Windows; None if there is none.
    """

    number: int
    name: str
    path: str | None = None

    def to_json(self) -> dict[str, int | str | None]:
        """Return it as an object for programs."""
        return {"number": self.number, "name": self.name, "path": self.path}


def connected() -> tuple[Camera, ...]:
    """Return the cameras that are connected, by number.

    On Linux, devices that give no pictures, as most cameras have one, are left out where they may
    be asked.

    Raises:
        DependencyError: If OpenCV or the library that knows the cameras cannot be imported.
    """
    from posture_cli.vision import camera_backends  # before the library, which imports OpenCV too

    try:
        import cv2_enumerate_cameras as library
    except ImportError as error:  # on Windows also for want of Microsoft's runtime, its issue 4
        hint = (
            "cameras can be given by number all the same; for names: pip install --force-reinstall "
            "cv2-enumerate-cameras, on Windows with Microsoft's Visual C++ Redistributable"
        )
        raise DependencyError(f"cameras cannot be listed: {error}", hint=hint) from error
    # OpenCV takes the first one that opens a number, and each may count in another order.
    usable = [backend for backend in camera_backends() if backend in library.supported_backends]
    found = library.enumerate_cameras(usable[0]) if usable else []
    cameras = (Camera(one.index, _shown(one.name, one.index), one.path or None) for one in found)
    return tuple(sorted(cameras, key=lambda camera: camera.number))


def matching(name: str, cameras: Iterable[Camera]) -> tuple[Camera, ...]:
    """Return the cameras that a name or a path can mean: one where it is clear.

    A path, or a link to one such as those in /dev/v4l/by-id, goes before the whole name, and that
    before a part of it, in small or capital letters.
    """
    cameras, wanted = tuple(cameras), " ".join(name.split()).casefold()
    real = os.path.realpath(name)
    return (
        tuple(camera for camera in cameras if camera.path in (name, real))
        or tuple(camera for camera in cameras if camera.name.casefold() == wanted)
        or tuple(camera for camera in cameras if wanted in camera.name.casefold())
    )


def _shown(name: str | None, number: int) -> str:
    """Return a name that fits into a line: any device can call itself what it likes."""
    words = " ".join((name or "").split())
    return "".join(c if c.isprintable() else "?" for c in words) or f"camera {number}"
