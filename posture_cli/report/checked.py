"""An observation for Python programs, which can draw itself and show itself in a notebook."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import partial
from html import escape

from PIL import Image

from posture_cli.core.body.scene import Frame, Undecoded
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.wording import percent
from posture_cli.errors import PostureError, RequestError
from posture_cli.inputs.given import Picture, named_frame_of
from posture_cli.vision import Pixels

HEAD = ("person", "label", "confidence", "stance", "view", "trunk", "face", "thigh", "hip", "knee")
"""Columns of the table in a notebook; the last ones are angles."""
ANGLES = HEAD[5:]
NONE = "–"  # noqa: RUF001 - no number, not a minus


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checked(Observation):
    """An observation that knows how to get at its picture.

    Attributes:
        picture: Returns the picture; None if it is gone. It holds no pixels of its own: a path is
            read again, what was given is the caller's, and the frame of a video goes with the next.
    """

    picture: Callable[[], Frame | None] = field(default=lambda: None)

    def draw(self, picture: Picture | None = None) -> Image.Image:
        """Return the picture with everything that was found drawn in.

        Args:
            picture: The picture, where it is not kept: that of `each` from pixels, and a frame of
                a video or camera after the next one was taken.
        Raises:
            RequestError: If the picture is gone; it is a ValueError too.
            PostureError: If it cannot be read any more.
        """
        frame = self.picture() if picture is None else named_frame_of(picture)
        if frame is None:
            hint = "draw it before the next one is taken, or give it: draw(picture)"
            raise RequestError(f"the picture of {self.source} is not kept", hint=hint)
        if frame.size != self.size:
            now, then = (f"{size.width} x {size.height}" for size in (frame.size, self.size))
            message = f"the picture has {now} pixels, and {self.source} had {then}"
            raise RequestError(message, hint="give the picture that was checked")
        from posture_cli.sinks.drawing import draw  # heavy: only to draw

        return Image.fromarray(draw(frame, self))

    def _repr_html_(self) -> str:
        """Return the picture, small, and a row per person: what a notebook shows."""
        from posture_cli.report.thumbnail import thumbnail  # heavy: it draws

        try:
            frame = self.picture()
        except PostureError:  # moved or deleted: what was found is shown all the same
            frame = None
        image = thumbnail(frame.rgb if frame and frame.size == self.size else None, self)
        head = "".join(f"<th>{name}</th>" for name in HEAD)
        rows = "".join(map(_row, enumerate(self.readings, start=1)))
        table = f"<table><tr>{head}</tr>{rows}</table>" if rows else "<p>nobody was found</p>"
        name = escape(self.source, quote=True)
        return f'<div><p>{name}</p><img src="{image}" alt="{name}">{table}</div>'


def checked(observation: Observation, picture: Callable[[], Frame | None]) -> Checked:
    """Return an observation together with what gets at its picture."""
    known = {each.name: getattr(observation, each.name) for each in fields(Observation)}
    return Checked(**known, picture=picture)


def while_kept(frame: Frame) -> Callable[[], Frame | None]:
    """Return what gets at a frame for as long as somebody else keeps its pixels."""
    return partial(_kept, weakref.ref(frame.pixels), (frame.source, frame.index, frame.time_s))


def _kept(
    kept: weakref.ref[Pixels | Undecoded], about: tuple[str, int, float | None]
) -> Frame | None:
    pixels = kept()
    return None if pixels is None else Frame(pixels, *about)


def _row(numbered: tuple[int, Reading]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(*numbered))}</tr>"


def _cells(number: int, reading: Reading) -> Iterator[str]:
    verdict, angles = reading.verdict, reading.measurement.angles.named()
    yield from (str(number), verdict.label)
    yield percent(verdict.confidence) if verdict.confidence else NONE
    yield from (verdict.stance, reading.measurement.view.replace("_", " "))
    yield from (NONE if angles[name] is None else f"{angles[name]:.0f}°" for name in ANGLES)
