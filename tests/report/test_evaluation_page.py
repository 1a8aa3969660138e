"""The page of `posture evaluate`, as text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64decode

from posture_cli.core.judge.labels import Label
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Failure
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import NOBODY, Evaluation, Judged
from posture_cli.core.score.trials import difference, trial
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from posture_cli.report.evaluation_page import FEW, MARK, Mistake, page
from tests.report.pages import EVIL, outline

SVG = "{http://www.w3.org/2000/svg}"


def judged(truth: str, label: Label, name: str = "a.jpg") -> Judged:
    sure = 0.0 if label == "unknown" else 0.8
    verdict = Verdict("unknown", None, label, sure, (Reason("between"),))
    return Judged(name, truth, {"view": EVIL, "source": "x"}, verdict)


def evaluation(*names: str) -> Evaluation:
    pictures = [
        judged("sitting", "sitting"),
        judged("standing", "hunching"),
        judged(EVIL, "sitting", EVIL),
        Judged("b.jpg", "sitting", {}, NOBODY),
    ]
    trials = tuple(trial(name, pictures, ["view"], resampled) for name in names)
    return Evaluation(
        version="1.2",
        inputs=(EVIL,),
        estimator=EVIL,
        trials=trials,
        differences={t.rules: difference(t, trials[0], resampled) for t in trials[1:]},
        failures=(Failure(EVIL, "damaged", f"is damaged: {EVIL}", "copy it"),),
        resamples=RESAMPLES,
    )


def shown(*names: str) -> str:
    found = evaluation(*names)
    mistakes = {
        t.rules: [Mistake(one, EVIL, "data:image/jpeg;base64,AAAA" if n else None)]
        for t in found.trials
        for n, one in enumerate(t.wrong())
    }
    return page(found, mistakes, "2026-11-21")


def test_a_page_stands_alone_and_runs_nothing():
    text = shown("default", "deeplens", EVIL)
    tags = outline(text).tags
    assert {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "form"} == set()
    links = {value for _, attrs in tags for name, value in attrs.items() if name in ("src", "href")}
    assert {link.split(",")[0] for link in links} == {
        "data:image/jpeg;base64",
        "data:image/svg+xml;base64",
    }
    assert all("download" in attrs for tag, attrs in tags if tag == "a")
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert "url(" not in text and "@import" not in text
    assert MARK in text[:1000]


def test_what_comes_from_outside_is_text():
    text = shown("default", EVIL)
    assert "<script" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(&#39;&amp;&#34;&#39;)&lt;/script&gt;\\x1b[31m") > 10


def test_tables_and_pictures_can_be_followed_without_seeing_them():
    tags = outline(shown("default")).tags
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in tags if tag == "th")
    assert all(attrs["alt"] for tag, attrs in tags if tag == "img")
    plots = [attrs for tag, attrs in tags if tag == "svg"]
    assert all(a.get("aria-label") or a.get("aria-hidden") == "true" for a in plots)
    assert ("html", {"lang": "en"}) in tags
    tables, captions = ([tag for tag, _ in tags].count(name) for name in ("table", "caption"))
    assert tables == captions > 0


def test_all_rules_are_on_the_page_side_by_side():
    text = shown("default", "deeplens")
    assert text.count('class="confusion"') == 2
    assert "macro-F1 against default" in text
    assert "1 more could not be read" in text


def test_what_was_judged_wrong_comes_before_the_scores():
    text = shown("default")
    assert text.index("<h2>Judged wrong") < text.index("<h2>Scores")


def test_few_mistakes_are_shown_at_once_and_all_are_there():
    found = evaluation("default")
    wrong = [
        Mistake(judged("sitting", "hunching", f"{n}.jpg"), "w", "data:,") for n in range(FEW + 3)
    ]
    named = [Mistake(judged("sitting", "hunching", "named.jpg"), "w")]
    text = page(found, {"default": [*wrong, *named]}, "2026-11-21")
    outline(text)
    at_once, later = text.split("<summary>4 more</summary>")
    assert (at_once.count("<img"), later.count("<img")) == (FEW, 3)
    assert later.count("named.jpg") == 1


def test_all_groups_are_in_one_table():
    found = evaluation("default", "deeplens")
    table = tables.by_group(found)
    assert table.head[:3] == ("group", "rules", "pictures")
    assert [row[1:3] for row in table.rows if row[0].startswith("view: <")] == [
        ("default", "3"),
        ("deeplens", "3"),
    ]
    (row, *_) = tables.by_group(evaluation("default")).rows
    assert row[1] == "3"
    assert shown("default", "deeplens").count(">By group<") == 1


def test_each_figure_can_be_saved_as_an_svg_that_stands_alone():
    text = shown("default", EVIL)
    tags = outline(text).tags
    saved = {attrs["download"]: attrs["href"] for tag, attrs in tags if tag == "a"}
    assert list(saved) == [
        "accuracy.svg",
        "macro-F1.svg",
        "macro-F1-with-distractors.svg",
        "coverage.svg",
        "accuracy-at-coverage.svg",
        "distractors-unknown.svg",
        "reliability-1.svg",
        "reliability-2.svg",
        "wrong-by-coverage.svg",
    ]
    assert len(saved) == len([tag for tag, _ in tags if tag == "svg"])
    for link in saved.values():
        root = ET.fromstring(b64decode(link.partition(",")[2]))
        style, words = (root.find(f"{SVG}{name}").text for name in ("style", "desc"))
        used = set(re.findall(r"var\((--[\w-]+)\)", style))
        assert used <= set(re.findall(r"(--[\w-]+):", style))
        assert words
    names = [text.text for text in root.iter(f"{SVG}text")]
    assert "default" in names
    assert any("alert(" in name for name in names)
