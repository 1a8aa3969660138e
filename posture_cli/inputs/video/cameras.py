"""The connected cameras, by the library cv2-enumerate-cameras, which opens none of them.

from posture_cli.inputs.video import cameras

for camera in cameras.connected():
    print(camera.number, camera.name)
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from posture_cli.errors import DependencyError

CONNECT = (
    "connect one, or use a phone (docs/camera.md); a container or a virtual machine has to be "
    "given it (--device /dev/video0)"
)
"""What to do without a camera."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is connected.

    Attributes:
        number: OpenCV opens it by this number.
        name: From its maker or the system; several cameras may have the same.
        path: Distinguishes cameras of the same name: /dev/video0 on Linux, a long identifier on
            macOS and Windows; None if there is none.
    """

    number: int
    name: str
    path: str | None = None

    def to_json(self) -> dict[str, int | str | None]:
        """Return it as an object for programs."""
        return {"number": self.number, "name": self.name, "path": self.path}


def connected() -> tuple[Camera, ...]:
    """Return the connected cameras, by number.

    On Linux, most cameras have a second device that gives no pictures; it is left out if we may
    open it.

    Raises:
        DependencyError: If OpenCV or the library that lists cameras cannot be imported.
    """
    from posture_cli.vision import camera_backends  # before the library, which imports OpenCV too

    try:
        import cv2_enumerate_cameras as library
    except ImportError as error:  # on Windows also for want of Microsoft's runtime, its issue 4
        hint = (
            "cameras can still be given by number; for names: pip install --force-reinstall "
            "cv2-enumerate-cameras, on Windows with Microsoft's Visual C++ Redistributable"
        )
        raise DependencyError(f"cameras cannot be listed: {error}", hint=hint) from error
    # OpenCV uses the first backend that opens a number, and each may count in another order.
    usable = [backend for backend in camera_backends() if backend in library.supported_backends]
    found = library.enumerate_cameras(usable[0]) if usable else []
    cameras = (Camera(one.index, _shown(one.name, one.index), one.path or None) for one in found)
    return tuple(sorted(cameras, key=lambda camera: camera.number))


def matching(name: str, cameras: Iterable[Camera]) -> tuple[Camera, ...]:
    """Return the cameras that a name or a path can mean: ideally one.

    A path, or a link to one such as those in /dev/v4l/by-id, counts more than a whole name, and
    that more than a part of a name; capital letters do not matter.
    """
    cameras, wanted = tuple(cameras), " ".join(name.split()).casefold()
    real = os.path.realpath(name)
    return (
        tuple(camera for camera in cameras if camera.path in (name, real))
        or tuple(camera for camera in cameras if camera.name.casefold() == wanted)
        or tuple(camera for camera in cameras if wanted in camera.name.casefold())
    )


def _shown(name: str | None, number: int) -> str:
    """Return a name that fits into a line: devices may have any name."""
    words = " ".join((name or "").split())
    return "".join(c if c.isprintable() else "?" for c in words) or f"camera {number}"
