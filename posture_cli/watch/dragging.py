"""From a drag of the mouse over a window to the part of the picture that it means."""

from __future__ import annotations

from posture_cli.estimators import Area

Point = tuple[int, int]
"""x and y in pixels of the window."""
LEAST = 0.05
"""A drag that is shorter than this share of the picture, either way, is a click. Guess."""
WHOLE: Area = (0.0, 0.0, 1.0, 1.0)
DIGITS = 2
"""Of shares, as people write them after `--zone`."""


def area(start: Point, end: Point, window: Point, picture: Point) -> Area | None:
    """Return the part of a picture between two corners, in shares; None for a click.

    Args:
        start: Where the button went down, in either corner.
        end: Where it is let go; what is beyond the picture counts as its edge.
        window: Width and height of the window, with the picture in its middle, as large as fits.
        picture: Width and height of the picture itself, its pixels.
    """
    factor = min(shown / side for shown, side in zip(window, picture, strict=True))
    shares = [
        tuple(
            min(1.0, max(0.0, (at - (shown - side * factor) / 2) / (side * factor)))
            for at, shown, side in zip(corner, window, picture, strict=True)
        )
        for corner in (start, end)
    ]
    (left, right), (top, bottom) = (sorted(ends) for ends in zip(*shares, strict=True))
    if min(right - left, bottom - top) < LEAST:
        return None
    return round(left, DIGITS), round(top, DIGITS), round(right, DIGITS), round(bottom, DIGITS)


def as_option(zone: Area) -> str:
    """Return the option that keeps it: `--zone 0.2,0,0.8,1`."""
    return "--zone " + ",".join(f"{share:g}" for share in zone)
