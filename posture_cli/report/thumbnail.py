"""Small annotated copies of pictures, as text inside a page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import numpy as np
from PIL import Image

from posture_cli.core.body.scene import Frame, FrameSize
from posture_cli.core.observation import Observation
from posture_cli.sinks.drawing import draw
from posture_cli.sinks.pictures import jpeg
from posture_cli.vision import Pixels

LONG_SIDE_PX = 400
JPEG_QUALITY = 80
GREY = 90
"""The background where there are keypoints but no picture."""


def thumbnail(rgb: Pixels | None, observation: Observation) -> str:
    """Return a picture with everything that was found drawn in, as the address of an `img`.

    Args:
        rgb: The picture; None to draw on plain grey.
        observation: What was found in it; its size counts where there is no picture.
    """
    scale = min(1.0, LONG_SIDE_PX / max(observation.size))
    width, height = (max(1, round(side * scale)) for side in observation.size)
    if rgb is None:
        small = np.full((height, width, 3), GREY, np.uint8)
    else:
        small = np.asarray(Image.fromarray(rgb).resize((width, height), reducing_gap=2.0))
    frame = Frame(small, observation.source)
    people = tuple(reading.scaled(scale) for reading in observation.readings)
    seen = replace(observation, size=FrameSize(width, height), readings=people)
    drawn = replace(frame, pixels=draw(frame, seen))
    return f"data:image/jpeg;base64,{b64encode(jpeg(drawn, JPEG_QUALITY)).decode()}"
