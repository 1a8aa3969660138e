"""A frame as OpenCV decodes it: blue first, and put in order where it is read."""

from __future__ import annotations

from posture_cli.core.body.scene import BBox, FrameSize, Part
from posture_cli.vision import BlueFirst, Pixels, red_first


class Shot:
    """A decoded frame, for one thread at a time; see `Undecoded`.

    BlazePose cuts two small squares out of it: to put all of a 4K frame in order takes a tenth of
    the time of a frame.
    """

    def __init__(self, bgr: BlueFirst) -> None:
        """Take over the pixels of a frame."""
        self.size = FrameSize(bgr.shape[1], bgr.shape[0])
        self._all = Part(bgr[:, :, ::-1])

    @property
    def rgb(self) -> Pixels:
        """All pixels, red first."""
        if self._all.rgb.strides[2] < 0:
            self._all = Part(red_first(self._all.rgb[:, :, ::-1]))
        return self._all.rgb

    def part(self, step: float, box: BBox | None) -> Part:
        """Return all of it, as a view unless it was put in order before: see `vision.warp`."""
        return self._all

    def forget(self) -> None:
        """Keep it: the film has gone on."""
