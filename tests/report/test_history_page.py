"""The page of `posture report`, as text and in a real browser."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta, timezone

import pytest

from posture_cli.core.judge.labels import POSTURES
from posture_cli.history import forms
from posture_cli.history.dates import Dates
from posture_cli.history.days import by_week
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval
from posture_cli.report import plots
from posture_cli.report.history_page import MARK, page
from tests.browser import CHROMIUM, browser
from tests.history.test_past import NINE, a_week
from tests.report.pages import EVIL, assert_inside, drawn, outline

ZONE = timezone(timedelta(hours=1))
MONDAY = datetime(2026, 8, 31, 9, 0, tzinfo=ZONE)
WHITE = "rgb(255, 255, 255)"
DAY_2 = NINE + timedelta(days=1)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=ZONE)


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


def shown(past, *dates):
    return page(past, "1.2", NOW, *dates)


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
        "3 days: sitting 50&nbsp;min (38&nbsp;%), standing 40&nbsp;min (31&nbsp;%), ",
        "hunching 40&nbsp;min (31&nbsp;%); 2 alerts.",
        "<dt>Longest sitting</dt><dd>50 min</dd>",
        "Week from 2026-11-16",
        "Week from 2026-11-23",
        "Friday: sitting 50 min, standing 10 min, hunching 30 min, unknown 6 min",
        "Mon 2026-11-23 09:00",
        "<h2>Today, 2026-11-23</h2>",
    ):
        assert words in text


def test_two_weeks_are_no_trend():
    text = shown(months())
    assert "Share of time hunched, by week" in text
    assert "week from 2026-08-31: " in text
    assert "Share of time hunched, by week" not in shown(a_week())


def test_one_day_has_no_average():
    day = Past(NINE.date(), NINE.date(), a_week().intervals[:4])
    assert '<dt>Breaks</dt><dd>0</dd><dd class="note">of 2 min or more</dd>' in shown(day)


def test_the_numbers_on_top_are_those_of_history_json():
    past = months()
    form, text = forms.to_json(past), shown(past)
    week = form["week"]
    assert f'<p class="number">{100 * week["hunched"]:.0f} %</p>' in text
    assert f"from {100 * week['before']:.0f} % in the 7 days before" in text
    for streak in form["streaks"]:
        days = "day" if streak["now"] == 1 else "days"
        assert f"{streak['now']} {days} in a row</p>" in text
        assert f">Best: {streak['best']} day" in text
    cells = [float(cell) for cell in re.findall(r'<td style="--share:[^>]*>(\d+)</td>', text)]
    known = [hour for hour in form["hours"] if hour["hunched"] is not None]
    assert cells == [round(100 * hour["hunched"]) for hour in known]


def test_whatever_is_listed_has_the_newest_on_top():
    text = shown(a_week())
    days, weeks = text.split("Table of all days")[1].split("Longest sittings")[0].split("Weeks")
    for found in (
        re.findall(r'"row">\w{3} (2026-\d\d-\d\d)', days),
        re.findall(r'"row">(2026-\d\d-\d\d)', weeks),
        re.findall(r"Week from ([-\d]+)", text),
    ):
        assert len(found) > 1
        assert found == sorted(found, reverse=True)
    alerts = re.findall(r'<th scope="row">\w{3} (2026-11-\d\d \d\d:\d\d)', text)
    assert alerts == ["2026-11-23 09:00", "2026-11-20 10:10"]


def test_dates_and_times_are_in_the_form_of_the_reader():
    text = shown(a_week(), Dates("mdy", twelve=True))
    for words in (
        "<h1>Posture from Nov 20 to Nov 23, 2026</h1>",
        "Created Nov 23, 2026 6:00 pm",
        "Mon Nov 23, 2026 9:00 am",
        "Week from Nov 16, 2026",
    ):
        assert words in text
    assert "2026-11" not in text


def test_one_day_is_not_told_three_times():
    past = a_week()
    friday = Past(NINE.date(), NINE.date(), [i for i in past.intervals if i.started < DAY_2])
    text = shown(friday)
    assert "<h1>Posture on 2026-11-20</h1>" in text
    assert "<h2>Friday, 2026-11-20</h2>" in text
    assert "There is nothing in the 7 days before to compare with" in text
    for other in ("Streaks", "When you hunch", "Weeks", "<h2>Days"):
        assert other not in text


@pytest.mark.parametrize(
    ("first", "said", "more"),
    [
        (date.min, "up to 2026-11-23", False),
        (NOW.date(), "on 2026-11-23", True),
        (MONDAY.date(), "from 2026-08-31 to 2026-11-23", True),
    ],
)
def test_an_empty_history_is_a_page_that_says_so(first, said, more):
    text = shown(Past(first, date.max if first == date.min else NOW.date()))
    outline(text)
    assert f"<h1>Nothing was recorded {said}</h1>" in text
    assert ("--all" in text) is more
    assert MARK in text[:1000]


def test_what_there_was_none_of_is_said_in_a_word():
    text = shown(Past(MONDAY.date(), MONDAY.date(), [Interval("standing", MONDAY, 600.0, 0.9)]))
    for name in ("Longest sitting", "Unknown", "Away"):
        assert f"<dt>{name}</dt><dd>none</dd>" in text
    text = shown(Past(MONDAY.date(), MONDAY.date(), [Interval("away", MONDAY, 600.0, 0.9)]))
    assert "<dt>Hunched</dt><dd>none</dd>" in text
    assert '<dt>Away</dt><dd>10 min</dd><dd class="note">while posture was watching</dd>' in text


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
    assert tables == captions == 5


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
        tab.call("Emulation.setEmulatedMedia", media="print")
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
        tab.call("Emulation.setEmulatedMedia", media="")
        texts = "[...document.querySelectorAll('svg text')]"
        heights = f"{texts}.map(text => text.getBoundingClientRect().height)"
        assert tab.evaluate(f"Math.min(...{heights})") >= 10
