"""The picture of a watch is its page, and the figure of docs/camera.md shows what is true."""

import re
from html import unescape

from docs.figures import places, watch_page
from posture_cli.core.advice import SEEN_FROM
from posture_cli.core.judge.rules import judge
from tests.people import SIZE

TEXT = re.compile(r'<text[^>]* y="([\d.]+)"[^>]*clip-path="url\(#watch-line-\d+\)">([^<]*)</text>')


def test_the_picture_of_a_watch_is_the_page_that_the_code_draws():
    drawn: dict[str, str] = {}
    for y, text in TEXT.findall(watch_page.PLACE.read_text(encoding="utf-8")):
        drawn[y] = drawn.get(y, "") + unescape(text)
    shown = [without_blanks(line.plain) for line in watch_page.lines()]
    assert [without_blanks(line) for line in drawn.values()] == shown, "run `make docs`"


def without_blanks(text: str) -> str:
    """Return a text as its picture has it, in which blanks are no text but distances."""
    return "".join(text.split())


def test_the_picture_of_a_watch_loads_nothing():
    links = re.findall(r"url\((?!#)|href=", watch_page.PLACE.read_text(encoding="utf-8"))
    assert links == []


def test_the_drawn_people_are_seen_as_the_figure_says():
    beside, aslant = places.SITTING, places.ASLANT
    assert judge(beside.person, beside.measurement, SIZE).label == "sitting"
    views = [model.measurement.view for model in (beside, aslant)]
    assert views == ["profile", "three_quarter"]
    assert all(SEEN_FROM[view][0] for view in views)
