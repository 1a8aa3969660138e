"""The page of `posture label --summary`, as text and in a real browser."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from posture_cli.core.body.angles import Angles
from posture_cli.core.time.film_summary import FilmSummary, Sighting
from posture_cli.report.film_page import MARK, page
from tests.browser import CHROMIUM, browser
from tests.report.pages import EVIL, outline

NAMES = [name.removesuffix("_deg") for name in Angles.__dataclass_fields__]


def rows(*labels, track=1, step_s=1.0, knee=80.0):
    """A film with one person in such postures, one frame each."""
    film = FilmSummary()
    for number, label in enumerate(labels):
        angles = {name: knee if name == "knee" else 10.0 + number for name in NAMES}
        film.take(number * step_s, [Sighting(track, label, angles)])
    return [*film.rows()]


def cells(text, table):
    """The cells of a table, row by row."""
    body = re.search(rf"<caption[^>]*>{table}</caption>(.*?)</table>", text, re.DOTALL)[1]
    made = [re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", row) for row in body.split("</tr>")]
    return [row for row in made if row]


TWO = {"a/b.mp4": rows("sitting", "sitting", "sitting", "hunching", "hunching"), "c.mp4": []}


def shown(films):
    return page(films, "1.2", f"{datetime(2026, 11, 27):%Y-%m-%d}")


def test_each_film_has_its_people_with_times_and_spells():
    text = shown(TWO)
    head, row = cells(text, "times")
    assert dict(zip(head, row, strict=True)) == {
        "person": "1",
        "seen": "4.0 s",
        "from": "0:00",
        "to": "0:04",
        "sitting": "75 %, 3.0 s",
        "standing": "-",
        "hunching": "25 %, 1.0 s",
        "unknown": "-",
        "changes": "1",
        "frames": "5",
    }
    assert "One person was seen." in text
    assert "Nobody was seen." in text
    assert "Posture in 2 films" in text


def test_angles_are_percentiles_and_a_dash_where_none_was_seen():
    _, row = cells(shown({"a.mp4": rows("sitting", "sitting", "sitting", knee=None)}), "angles")
    assert row[0] == "1"
    assert row[1 + NAMES.index("trunk")] == "10 · 11 · 12"
    assert row[1 + NAMES.index("knee")] == "-"


def test_bars_are_as_long_as_people_are_seen_and_their_parts_are_the_shares():
    longer = rows("sitting", "hunching", "hunching", "hunching", "hunching")
    shorter = [{**rows("standing", "standing", "standing")[0], "track": 2}]
    text = shown({"a.mp4": [*longer, *shorter]})
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"', text)
    parts = [(label, float(x), float(w)) for label, x, w in bars if label != "track"]
    assert parts == [("sitting", 0, 85), ("hunching", 85, 255), ("standing", 0, 170)]


def test_a_film_of_one_frame_has_a_page_too():
    text = shown({"a.mp4": rows("sitting")})
    assert cells(text, "times")[1][1:4] == ["-", "0:00", "0:00"]


def test_a_page_stands_alone_and_names_are_text():
    text = shown({EVIL: rows("sitting", "hunching")})
    tags = {tag for tag, _ in outline(text).tags}
    assert not tags & {"script", "link", "iframe", "object", "form", "a"}
    assert "alert" in text and "\x1b" not in text
    assert MARK in text[:1000]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_fits_its_window_and_asks_for_nothing(width, tmp_path):
    path = tmp_path / "film.html"
    path.write_text(shown({"recordings/" + "long_name" * 9 + ".mp4": TWO["a/b.mp4"]}), "utf-8")
    with browser(tmp_path / "profile") as tab:
        tab.open(path, width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.requests() == {path.as_uri()}
        assert tab.complaints() == []
