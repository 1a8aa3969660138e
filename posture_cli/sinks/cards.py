"""Cards with a label, the figure of its posture, and what decided, as small pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from posture_cli.core.judge.labels import POSTURES, Posture
from posture_cli.vision import Pixels

DARK = (18, 20, 24)
LIGHT = (255, 255, 255)
OPACITY = 0.8
"""Of a dark card; one that warns, and the tile with the figure, are solid. Guess: the picture
behind is seen, and does not disturb."""
TITLE = 1.25
"""Size of the label, in sizes of the other lines. Guess."""
HEAD, LIMB = 0.13, 0.15
"""Radius of the head and width of the line of a figure, in its sides. Guess."""

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Card:
    """A card.

    Attributes:
        posture: Gives colour and figure.
        lines: The label, then what decided.
        font_px: Size of the lines below the label.
    """

    posture: Posture
    lines: tuple[str, ...]
    font_px: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        width = max(_width_px(font, line) for line, font in self._rows())
        return self._tile() + width + 3 * self._room(), self._height()

    def over(self, canvas: Pixels, corner: tuple[int, int]) -> None:
        """Draw it into a picture, with its top left corner there."""
        (x, y), (width, height) = corner, self.size
        part = canvas[y : y + height, x : x + width]
        image, opacity = self._drawn(width, height)
        part[:] = (part + opacity * (image.astype(np.float32) - part)).round()[: len(part)]

    def _drawn(self, width: int, height: int) -> tuple[Pixels, np.ndarray]:
        """Return the card, and how much of the picture behind is covered, float32 (h, w, 1)."""
        facts = POSTURES[self.posture]
        colour = ImageColor.getrgb(facts.dark)
        ground, ink = (colour, DARK) if facts.warns else (DARK, LIGHT)
        image = Image.new("RGB", (width, height), ground)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, self._tile() - 1, height), fill=colour)
        self._draw_figure(pen, height)
        left, top = self._tile() + self._room(), self._room()
        for line, font in self._rows():
            pen.text((left, top), line, font=font, fill=ink, stroke_width=_stroke(font, line, self))
            top += _line_px(font)
        if facts.warns:  # its colour alone may look like the wall behind
            pen.rectangle(
                (0, 0, width - 1, height - 1), outline=DARK, width=max(1, self.font_px // 8)
            )
        opacity = np.full((height, width, 1), 1.0 if facts.warns else OPACITY, np.float32)
        card = np.asarray(image)
        opacity[(card != ground).any(axis=2)] = 1.0  # figure and text
        return card, opacity

    def _draw_figure(self, pen: ImageDraw.ImageDraw, height: int) -> None:
        figure = POSTURES[self.posture].figure
        if not figure:
            return
        room = self._room() / 2
        side = min(height, self._tile()) - 2 * room
        left, top = (self._tile() - side) / 2, (height - side) / 2
        (x, y), *body = ((left + side * x, top + side * y) for x, y in figure)
        radius, width = side * HEAD, round(side * LIMB)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=DARK)
        pen.line(body, fill=DARK, width=width, joint="curve")

    def _rows(self) -> list[tuple[str, Font]]:
        title, *rest = self.lines
        below = _font(self.font_px)
        return [(title, _font(round(TITLE * self.font_px))), *((line, below) for line in rest)]

    def _height(self) -> int:
        return sum(_line_px(font) for _, font in self._rows()) + 2 * self._room()

    def _tile(self) -> int:
        """Return the width of the tile with the figure; without one it is a stripe."""
        if not POSTURES[self.posture].figure:
            return self._room()
        return min(self._height(), round(2.6 * self.font_px))

    def _room(self) -> int:
        return max(2, round(self.font_px * 0.4))


@lru_cache(maxsize=32)
def _font(size_px: int) -> Font:
    return ImageFont.load_default(size_px)


@lru_cache(maxsize=256)
def _width_px(font: Font, line: str) -> int:
    return round(font.getlength(line))


@lru_cache(maxsize=32)
def _line_px(font: Font) -> int:
    _, _, _, bottom = font.getbbox("Äg°")
    return round(bottom * 1.08)


def _stroke(font: Font, line: str, card: Card) -> int:
    """Return by how much the letters of the label are thicker: Pillow's own font has no bold."""
    return card.font_px // 24 if line == card.lines[0] else 0
