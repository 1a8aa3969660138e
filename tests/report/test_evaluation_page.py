from __future__ import annotations

import base64
import io
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.labels import Label
from posture_cli.core.judge.rules import judge
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Failure
from posture_cli.core.score.evaluation import NOBODY, Evaluation, Judged, Score
from posture_cli.core.score.trials import difference, trial
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from posture_cli.errors import OutputError
from posture_cli.pipeline import observe
from posture_cli.report import svg
from posture_cli.report.evaluation_page import MARK, Mistake, page
from posture_cli.report.thumbnail import LONG_SIDE_PX, thumbnail
from posture_cli.storage.whole import write_whole
from tests.people import SITTING, Recorded, blank, someone

EVIL = "<script>alert('&\"')</script>\x1b[31m"
VOID = {"meta", "img", "br"}


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
    assert {tag for tag, _ in tags} & {"script", "link", "iframe", "object", "form", "a"} == set()
    links = {value for _, attrs in tags for name, value in attrs.items() if name in ("src", "href")}
    assert links == {"data:image/jpeg;base64,AAAA"}
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert "url(" not in text and "@import" not in text
    assert MARK in text[:1000]


def test_what_comes_from_outside_is_text():
    text = shown("default", EVIL)
    assert "<script" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(&#x27;&amp;&quot;&#x27;)&lt;/script&gt;\\x1b[31m") > 10


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


@pytest.mark.parametrize(
    "plot",
    [
        svg.bars("accuracy", {"a & b": Score(0.5, 0.4, 0.6), "a long name" * 9: Score(None)}),
        svg.reliability("all <right>", evaluation("default").trials[0].bins),
        svg.reliability("nothing", ()),
        svg.risk_coverage("risk", {"one": [(0.2, 0.0), (1.0, 0.3)], "none": []}),
        svg.risk_coverage("nothing", {}),
        svg.key(7),
    ],
    ids=["bars", "reliability", "no answers", "risk", "no curves", "key"],
)
def test_a_plot_is_well_formed_and_stays_inside(plot):
    root = ET.fromstring(plot)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for part in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(part.get(name, 0)) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(part.get(name, 0)) <= height


def test_the_bar_is_as_long_as_the_score():
    root = ET.fromstring(svg.bars("accuracy", {"mine": Score(0.5, 0.25, 0.75)}))
    bar = next(part for part in root.iter("rect") if part.get("class") == "bar")
    whisker = next(root.iter("line"))
    assert float(bar.attrib["width"]) == svg.WIDTH / 2
    assert (float(whisker.attrib["x1"]), float(whisker.attrib["x2"])) == (85.0, 255.0)


def decoded(address: str) -> Image.Image:
    head, data = address.split(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_thumbnail_is_small_and_shows_the_skeleton_in_its_place():
    frame = blank()
    seen = observe(frame, Recorded((someone(SITTING),)), judge)
    image = decoded(thumbnail(frame.rgb, seen))
    assert (image.format, image.size) == ("JPEG", (LONG_SIDE_PX, 320))
    away = np.abs(np.asarray(image, int) - 128).max(axis=2) > 60
    y, x = (int(axis.mean()) for axis in np.nonzero(away))
    assert abs(x - 210) < 60
    assert abs(y - 140) < 60


def test_keypoints_without_a_picture_are_drawn_on_grey():
    seen = observe(blank(), Recorded((someone(SITTING),)), judge)
    assert decoded(thumbnail(None, seen)).size == (LONG_SIDE_PX, 320)
    thin = observe(blank(FrameSize(100_000, 3)), Recorded(()), judge)
    assert decoded(thumbnail(None, thin)).size == (LONG_SIDE_PX, 1)


def test_writing_replaces_the_whole_file_and_makes_the_folder(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["file/a.txt", "folder", "a" * 300, "a\0b"])
def test_what_cannot_be_written_is_told_and_nothing_is_left(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written") as told:
        write_whole(tmp_path / name, b"data")
    assert told.value.hint
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device")
def test_a_device_is_not_replaced():
    with pytest.raises(OutputError, match="a folder or a device"):
        write_whole(Path("/dev/full"), b"data")
