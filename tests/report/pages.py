"""What the tests of pages share: the outline of a page, and plots as the pages draw them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from posture_cli.report import plots
from posture_cli.report.pages import environment

EVIL = "<script>alert('&\"')</script>\x1b[31m"
VOID = {"meta", "img", "br", "wbr"}


class Outline(HTMLParser):
    """Every tag with its attributes; fails where one is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert found.open == []
    return found


def drawn(plot: plots.Bars | plots.Chart) -> ET.Element:
    """Return a plot as the pages draw it."""
    macros = environment().get_template("plots.svg").module
    return ET.fromstring(macros.bars(plot) if isinstance(plot, plots.Bars) else macros.chart(plot))


def assert_inside(root: ET.Element) -> None:
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for part in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(part.get(name, 0)) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(part.get(name, 0)) <= height
        for x, y in (point.split(",") for point in part.get("points", "").split()):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height
