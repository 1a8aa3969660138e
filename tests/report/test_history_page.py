"""The page of `posture report`, as text and in a real browser."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import pytest

from posture_cli.core.judge.labels import POSTURES
from posture_cli.history.days import by_week
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval
from posture_cli.report import plots
from posture_cli.report.history_page import MARK, page
from tests.browser import CHROMIUM, browser
from tests.history.test_past import a_week
from tests.report.pages import EVIL, assert_inside, drawn, outline

ZONE = timezone(timedelta(hours=1))
MONDAY = datetime(2026, 8, 31, 9, 0, tzinfo=ZONE)


def months(weeks=12):
    """Return working days with all there is, always the same."""
    chance, intervals, alerts = random.Random(1), [], []
    for day in (MONDAY + timedelta(days=n) for n in range(7 * weeks) if n % 7 < 5):
        at = day + timedelta(minutes=chance.uniform(0, 60))
        while at < day + timedelta(hours=8):
            label = chance.choices(
                ["sitting", "standing", "hunching", "unknown", "away"], [5, 1, 2, 1, 1]
            )
            intervals.append(Interval(label[0], at, chance.uniform(60, 1800), 0.9))
            if label == ["hunching"]:
                alerts.append(Alert("hunching", at + timedelta(seconds=30), 30.0, 1, EVIL))
            at = intervals[-1].ended
    return Past(MONDAY.date(), at.date(), intervals, alerts)


def shown(past):
    return page(past, "1.2", "2026-11-21 10:00 +0100")


def test_a_page_stands_alone_and_runs_nothing():
    text = shown(months())
    tags = outline(text).tags
    assert {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "form", "a"} == set()
    assert not [n for _, a in tags for n in a if n in ("src", "href") or n.startswith("on")]
    assert "url(" not in text and "@import" not in text
    assert "<script" not in text
    assert MARK in text[:1000]


def test_labels_have_the_colours_of_the_one_table():
    text = shown(a_week())
    for name, kind in POSTURES.items():
        assert f"--{name}: {kind.light};" in text
        assert f"--{name}: {kind.dark};" in text


def test_the_page_says_what_was_recorded():
    text = shown(a_week())
    for words in (
        "<h1>Posture from 2026-11-20 to 2026-11-23</h1>",
        "3 days: sitting 50m (38 %), standing 40m (31 %), hunching 40m (31 %); 2 alerts.",
        "<dt>Longest sitting</dt><dd>50m</dd>",
        "Week from 2026-11-16",
        "Week from 2026-11-23",
        "Friday: sitting 50m, standing 10m, hunching 30m, unknown 6m",
        "week from 2026-11-16: 40 %; week from 2026-11-23: 0 %",
        "Mon 2026-11-23 09:00",
    ):
        assert words in text


def test_what_there_was_none_of_is_said_in_a_word():
    text = shown(Past(MONDAY.date(), MONDAY.date(), [Interval("standing", MONDAY, 600.0, 0.9)]))
    for name in ("Longest sitting", "Unknown", "Away"):
        assert f"<dt>{name}</dt><dd>none</dd>" in text
    text = shown(Past(MONDAY.date(), MONDAY.date(), [Interval("away", MONDAY, 600.0, 0.9)]))
    assert "<dt>Hunched</dt><dd>none</dd>" in text
    assert '<dt>Away</dt><dd>10m</dd><dd class="note">while posture was watching</dd>' in text


@pytest.mark.parametrize(
    ("weeks", "named"),
    [(1, [0]), (4, [0, 1, 2, 3]), (5, [0, 2, 4]), (6, [1, 3, 5]), (12, [3, 7, 11])],
)
def test_the_dates_below_a_trend_are_as_far_from_each_other(weeks, named):
    spans = by_week(months(weeks).days())
    dates = [f"{span.first.day} {span.first:%b}" for span in spans]
    shown = [p.text for p in drawn(plots.trend("trend", spans)).iter("text") if p.text in dates]
    assert sorted(shown, key=dates.index) == [dates[n] for n in named]


def test_tables_and_plots_can_be_followed_without_seeing_them():
    tags = outline(shown(months())).tags
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in tags if tag == "th")
    drawings = [attrs for tag, attrs in tags if tag == "svg"]
    assert all(a.get("aria-label") or a.get("aria-hidden") == "true" for a in drawings)
    tables, captions = ([tag for tag, _ in tags].count(name) for name in ("table", "caption"))
    assert tables == captions == 4


@pytest.mark.parametrize(
    "past",
    [
        Past(MONDAY.date(), MONDAY.date(), [Interval("away", MONDAY, 60.0, 0.0)]),
        Past(MONDAY.date(), MONDAY.date(), [], [Alert("sitting", MONDAY, 2700.0, 1, EVIL)]),
        Past(MONDAY.date(), MONDAY.date(), [Interval("hunching", MONDAY, 0.001, 1.0)]),
        months(1),
        months(60),
    ],
    ids=["away", "alert", "moment", "week", "year"],
)
def test_whatever_was_recorded_makes_a_page(past):
    outline(shown(past))
    days = past.days()
    assert_inside(drawn(plots.day_bars("a & b", days[:7], 86400.0)))
    assert_inside(drawn(plots.trend("<t>", by_week(days))))


def test_a_bar_is_as_long_as_the_time():
    (friday, *_) = a_week().days()
    root = drawn(plots.day_bars("week", [friday], 96 * 60.0))
    bars = [part for part in root.iter("rect") if part.get("class") != "track"]
    lengths = {bar.attrib["class"]: float(bar.attrib["width"]) for bar in bars}
    assert lengths == {"sitting": 177.1, "standing": 35.4, "hunching": 106.2, "unknown": 21.2}
    assert [float(bar.attrib["x"]) for bar in bars] == [0, 177.1, 212.5, 318.8]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_a_browser_shows_it_on_a_desk_and_on_a_phone_and_asks_for_nothing(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(shown(months()), encoding="utf-8")
    with browser(tmp_path / "profile") as tab:
        for width in (1280, 360):
            papers = set()
            for dark in (False, True):
                tab.open(file, width, dark=dark)
                assert tab.requests() == {file.as_uri()}
                assert tab.complaints() == []
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
                assert tab.evaluate("document.querySelectorAll('svg rect.sitting').length") > 20
                papers.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
                tab.screenshot(tmp_path / f"{width}-{dark}.png")
            assert len(papers) == 2
        texts = "[...document.querySelectorAll('svg text')]"
        heights = f"{texts}.map(text => text.getBoundingClientRect().height)"
        assert tab.evaluate(f"Math.min(...{heights})") >= 10
