"""Just enough SVG for the figures: lines, arcs and words as strings, y down.

Directions are degrees clockwise from straight up, as a clock's hand shows them.
"""

from __future__ import annotations

from html import escape
from math import cos, radians, sin

Point = tuple[float, float]

INK, QUIET = "#1f2630", "#5c6773"
"""Words, and words that matter less; both read well on white."""
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def picture(width: float, height: float, *parts: str) -> str:
    """Return a whole SVG file on a white ground, readable on dark pages too.

    Args:
        width: Pixels.
        height: Pixels.
        parts: What is in it.
    """
    ground = element("rect", width=width, height=height, rx=8, fill="#ffffff")
    return element(
        "svg",
        "\n" + "\n".join((ground, *parts)) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        width=width,
        height=height,
        font_family=FONT,
    )


def window(place: Point, size: Point, view: tuple[Point, Point], *parts: str) -> str:
    """Return a part of the picture that shows a part of another space; the rest is cut off.

    Args:
        place: Its top left corner.
        size: Its width and height.
        view: Top left corner, and width and height, of what it shows.
        parts: What is in that space.
    """
    (left, top), (width, height) = view
    return element(
        "svg",
        "\n" + "\n".join(parts) + "\n",
        x=place[0],
        y=place[1],
        width=size[0],
        height=size[1],
        viewBox=" ".join(_plain(v) for v in (left, top, width, height)),
    )


def line(start: Point, end: Point, colour: str, width: float, dashes: str = "") -> str:
    """Return a line with round ends; `dashes` as in SVG, for example `6 5`."""
    extra = {"stroke_dasharray": dashes} if dashes else {}
    return element(
        "line",
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
        stroke=colour,
        stroke_width=width,
        stroke_linecap="round",
        **extra,
    )


def circle(centre: Point, radius: float, fill: str) -> str:
    """Return a filled circle."""
    return element("circle", cx=centre[0], cy=centre[1], r=radius, fill=fill)


def box(corner: Point, size: Point, fill: str, edge: str = "none") -> str:
    """Return a filled box with its top left corner at `corner`."""
    x, y, width, height = *corner, *size
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=edge)


def arrow(start: Point, end: Point, colour: str, width: float = 3) -> str:
    """Return a line with a head at its end."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = (x * x + y * y) ** 0.5
    x, y = x / length, y / length
    tail = 4 * width
    left = (end[0] - tail * x + tail / 2 * y, end[1] - tail * y - tail / 2 * x)
    right = (end[0] - tail * x - tail / 2 * y, end[1] - tail * y + tail / 2 * x)
    corners = " ".join(f"{_plain(a)},{_plain(b)}" for a, b in (end, left, right))
    neck = (end[0] - tail / 2 * x, end[1] - tail / 2 * y)
    return line(start, neck, colour, width) + element("polygon", points=corners, fill=colour)


def sector(centre: Point, radius: float, start_deg: float, end_deg: float, colour: str) -> str:
    """Return the part of a disc between two directions, with its edge, the short way if under 180.

    Args:
        centre: Of the disc.
        radius: Of the disc.
        start_deg: Where it starts.
        end_deg: Where it ends; above `start_deg` is clockwise.
        colour: Of the edge; the inside is paler.
    """
    start, end = toward(centre, radius, start_deg), toward(centre, radius, end_deg)
    far, clockwise = int(abs(end_deg - start_deg) > 180), int(end_deg > start_deg)
    arc = f"A {_plain(radius)} {_plain(radius)} 0 {far} {clockwise} {_pair(end)}"
    inside = f"M {_pair(centre)} L {_pair(start)} {arc} Z"
    return element("path", d=inside, fill=colour, fill_opacity=0.22) + element(
        "path", d=f"M {_pair(start)} {arc}", fill="none", stroke=colour, stroke_width=3
    )


def words(
    place: Point,
    said: str,
    size: float = 15,
    colour: str = INK,
    anchor: str = "middle",
    bold: bool = False,
) -> str:
    """Return one line of text with a white rim, so that lines behind it do not disturb."""
    return element(
        "text",
        escape(said, quote=False),
        x=place[0],
        y=place[1],
        fill=colour,
        font_size=size,
        text_anchor=anchor,
        **({"font_weight": "bold"} if bold else {}),
        stroke="#ffffff",
        stroke_width=4,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def toward(start: Point, length: float, direction_deg: float) -> Point:
    """Return the point that far away in a direction."""
    angle = radians(direction_deg)
    return start[0] + length * sin(angle), start[1] - length * cos(angle)


def turned(point: Point, about: Point, clockwise_deg: float) -> Point:
    """Return where a point is after everything was turned about another point."""
    x, y, angle = point[0] - about[0], point[1] - about[1], radians(clockwise_deg)
    return about[0] + x * cos(angle) - y * sin(angle), about[1] + x * sin(angle) + y * cos(angle)


def element(name: str, content: str = "", **attributes: float | str) -> str:
    """Return an element; `font_size=9` becomes `font-size="9"`."""
    said = "".join(f' {key.replace("_", "-")}="{_plain(v)}"' for key, v in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _pair(point: Point) -> str:
    return f"{_plain(point[0])} {_plain(point[1])}"


def _plain(value: float | str) -> str:
    """Return a number with two digits at most, so that two machines write the same file."""
    if isinstance(value, str):
        return escape(value)
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said
