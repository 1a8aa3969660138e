"""Draw what was found: skeleton, joints, box, label and angles, on a copy of the picture."""

from __future__ import annotations

from math import ceil

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from posture_cli.core.body.keypoints import SKELETON, Joint, Keypoints
from posture_cli.core.body.scene import BBox, Frame
from posture_cli.core.judge.labels import POSTURES, UNKNOWN
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.wording import number, percent
from posture_cli.vision import Pixels, cv2

Colour = tuple[int, int, int]

CYAN: Colour = (0, 255, 255)  # the person box of the DeepLens tutorial
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
LEFT: Colour = (255, 140, 0)  # colour-blind people can tell orange and blue apart too
RIGHT: Colour = (60, 130, 255)
MIDDLE: Colour = (240, 240, 240)

MIN_SIDE_PX = 320
"""Smaller pictures are enlarged, so that the text can be read."""
MIN_FONT_PX = 12
TEXT_ANGLES = ("slump", "trunk", "thigh", "hip", "knee")


def draw(frame: Frame, observation: Observation) -> Pixels:
    """Return a new picture with every person drawn into it.

    Args:
        frame: The picture; it is not changed. One with a longer side under 320 pixels is
            enlarged by a whole factor first.
        observation: What was found in this very frame.
    Returns:
        RGB, uint8 (height, width, 3).
    """
    factor = ceil(MIN_SIDE_PX / max(frame.size))
    canvas = np.repeat(np.repeat(frame.rgb, factor, axis=0), factor, axis=1)
    thickness = max(2, round(min(canvas.shape[:2]) / 240))
    for reading in reversed(observation.readings):  # the subject last, on top
        _draw_box(canvas, _scaled(reading.person.bbox, factor), thickness)
        _draw_skeleton(canvas, reading.person.keypoints, factor, thickness)
    for reading in reversed(observation.readings):
        canvas = _draw_text(canvas, reading, _scaled(reading.person.bbox, factor))
    return canvas


def outline(canvas: Pixels, area: tuple[float, float, float, float], colour: Colour) -> None:
    """Draw a thin frame around a part of a picture, which is given in shares of it.

    Its rim is black or white, so that it is seen on any picture.
    """
    height, width = canvas.shape[0] - 1, canvas.shape[1] - 1
    x1, y1, x2, y2 = area
    corners = (round(x1 * width), round(y1 * height)), (round(x2 * width), round(y2 * height))
    cv2.rectangle(canvas, *corners, WHITE if colour == BLACK else BLACK, 3)
    cv2.rectangle(canvas, *corners, colour, 1)


def _scaled(bbox: BBox, factor: int) -> BBox:
    return BBox(*(v * factor for v in bbox))


def _draw_box(canvas: Pixels, bbox: BBox, thickness: int) -> None:
    corners = (round(bbox.x1), round(bbox.y1)), (round(bbox.x2), round(bbox.y2))
    cv2.rectangle(canvas, *corners, BLACK, thickness + 2, cv2.LINE_AA)
    cv2.rectangle(canvas, *corners, CYAN, thickness, cv2.LINE_AA)


def _draw_skeleton(canvas: Pixels, keypoints: Keypoints, factor: int, thickness: int) -> None:
    """Draw the limbs and joints that were found, each with a dark rim."""
    places = {j: _place(keypoints, j, factor) for j in Joint if keypoints.visible(j)}
    limbs = [limb for limb in SKELETON if all(joint in places for joint in limb)]
    for one, other in limbs:
        cv2.line(canvas, places[one], places[other], BLACK, thickness + 2, cv2.LINE_AA)
    for one, other in limbs:
        colour = _colour(one) if _colour(one) == _colour(other) else MIDDLE
        cv2.line(canvas, places[one], places[other], colour, thickness, cv2.LINE_AA)
    for joint, place in places.items():
        cv2.circle(canvas, place, 2 * thickness, BLACK, -1, cv2.LINE_AA)
        cv2.circle(canvas, place, 2 * thickness - 1, _colour(joint), -1, cv2.LINE_AA)


def _place(keypoints: Keypoints, joint: Joint, factor: int) -> tuple[int, int]:
    x, y = (round(float(v) * factor) for v in keypoints.xy[joint])
    return x, y


def _colour(joint: Joint) -> Colour:
    if joint.label.startswith("left"):
        return LEFT
    return RIGHT if joint.label.startswith("right") else MIDDLE


def caption(reading: Reading) -> list[str]:
    """Return the lines of text for one person: the label, then the angles that were measured."""
    verdict = reading.verdict
    title = f"{verdict.label} {percent(verdict.confidence)}"
    if verdict.label == UNKNOWN:
        title = f"{UNKNOWN}: {verdict.reasons[0].code.replace('_', ' ')}"
    angles = reading.measurement.angles.named()
    known = ((name, angles[name]) for name in TEXT_ANGLES)
    return [
        title,
        *(f"{name} {number(angle, 'deg')}" for name, angle in known if angle is not None),
    ]


def _draw_text(canvas: Pixels, reading: Reading, bbox: BBox) -> Pixels:
    """Draw the caption on a dark plate inside the picture, at the top of the person's box.

    A stripe on its left has the colour of the label.
    """
    height, width = canvas.shape[:2]
    size_px = max(MIN_FONT_PX, round(min(height, width) / 26))
    font = ImageFont.load_default(size_px)
    image = Image.fromarray(canvas)
    pen = ImageDraw.Draw(image, "RGBA")
    text = _wrapped(caption(reading), pen, font, width - size_px)
    x1, y1, x2, y2 = pen.multiline_textbbox((0, 0), text, font=font)
    room = stripe = size_px // 3
    left = min(max(0, round(bbox.x1)), round(width - (x2 - x1) - 2 * room - stripe))
    top = max(0, round(bbox.y1 - (y2 - y1) - 2 * room))
    bottom, right = top + y2 - y1 + 2 * room, left + stripe + x2 - x1 + 2 * room
    pen.rectangle((left, top, right, bottom), fill=(*BLACK, 190))
    pen.rectangle((left, top, left + stripe, bottom), fill=POSTURES[reading.verdict.label].dark)
    start = (left + stripe + room - x1, top + room - y1)
    pen.multiline_text(start, text, font=font, fill=WHITE)
    return np.array(image)  # one that can be drawn into


def _wrapped(
    parts: list[str],
    pen: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    width_px: float,
) -> str:
    """Return the title on its own line and the rest in lines that are not too wide."""
    title, *rest = parts
    lines: list[str] = []
    for part in rest:
        longer = f"{lines[-1]}  {part}" if lines else part
        if lines and pen.textlength(longer, font=font) <= width_px:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join([title, *lines])
