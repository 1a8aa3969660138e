"""The request of `posture label`: what decides the rows, and what a run must not label."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.errors import RequestError
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging
from posture_cli.label.request import (
    SHORT,
    LabelRequest,
    check_places,
    journal_options,
    results,
    without_results,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test, which also has the profiles."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


REQUEST = LabelRequest(
    inputs=("pictures",),
    output=Path("labels.csv"),
    sort=None,
    annotate=None,
    every=Every(),
    coco_annotations=None,
    workers=1,
    restart=False,
    force=False,
    estimation=Estimation("blazepose"),
    judging=Judging(),
)


def options(request: LabelRequest = REQUEST) -> dict[str, str]:
    return journal_options(request, "blazepose-full")


def changed(request: LabelRequest) -> set[str]:
    """Return the options that differ from those of `REQUEST`."""
    before, now = options(), options(request)
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"inputs": ("pictures", "more")}, "INPUT"),
        ({"address": "s3://bucket/labels.csv"}, "-o"),
        ({"sort": Path("review")}, "--sort"),
        ({"annotate": Path("drawn")}, "--annotate"),
        ({"every": Every(nth=5)}, "--every"),
        ({"judging": Judging(rules="literature")}, "--rules"),
        ({"judging": Judging(profile="me")}, "--profile"),
        ({"judging": Judging(roll_deg=4)}, "--camera-roll"),
        ({"estimation": Estimation("blazepose", min_score=0.6)}, "--min-score"),
        ({"estimation": Estimation("blazepose", max_people=1)}, "--max-people"),
    ],
)
def test_an_option_that_decides_the_rows_needs_another_journal(change, option):
    assert changed(replace(REQUEST, **change)) == {option}


def test_a_rate_needs_another_journal():
    assert "--rate" in changed(replace(REQUEST, every=Every(rate=2.0)))


@pytest.mark.parametrize(
    "change", [{"workers": 8}, {"restart": True}, {"force": True}, {"cluster": "local"}]
)
def test_other_options_keep_the_journal(change):
    assert changed(replace(REQUEST, **change)) == set()


def test_another_folder_needs_another_journal(folder, monkeypatch):
    before = options()
    (folder / "b").mkdir()
    monkeypatch.chdir(folder / "b")
    assert {name for name, value in options().items() if before[name] != value} == {"folder"}


@pytest.mark.parametrize(
    ("file", "request_", "option"),
    [
        ("mine.json", replace(REQUEST, judging=Judging(rules="mine.json")), "--rules"),
        (
            "config/posture/profiles/me.json",
            replace(REQUEST, judging=Judging(profile="me")),
            "--profile",
        ),
        (
            "run.jsonl",
            replace(REQUEST, estimation=Estimation("replay:run.jsonl")),
            "--estimator",
        ),
    ],
)
def test_other_content_of_a_file_needs_another_journal(folder, file, request_, option):
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("one")
    one = options(request_)
    path.write_text("two")
    two = options(request_)
    assert {name for name in one if one[name] != two[name]} == {option}
    path.write_text("one")
    assert options(request_) == one


def test_long_inputs_are_cut_and_still_told_apart():
    names = tuple(f"picture_{number}.jpg" for number in range(50))
    one, other = (
        options(replace(REQUEST, inputs=(*names, last)))["INPUT"] for last in ("a.jpg", "b.jpg")
    )
    assert one[:SHORT] == other[:SHORT]
    assert one != other


def test_results_are_not_labelled_by_any_name(folder):
    Path("labels.csv").touch()
    Path("link.csv").symlink_to("labels.csv")
    Path("review").mkdir()
    names = ("labels.csv", "./labels.csv", "link.csv", str(folder / "review"), "a.jpg", "-")
    left = without_results(replace(REQUEST, inputs=names, sort=Path("review")))
    assert left.inputs == ("a.jpg", "-")
    with pytest.raises(RequestError, match="results are written there"):
        without_results(replace(REQUEST, inputs=("link.csv", "labels.csv.partial")))


def test_output_journal_folders_and_figure_are_results():
    request = replace(REQUEST, sort=Path("review"), annotate=Path("drawn"), plot=Path("a.png"))
    names = ["labels.csv", "labels.csv.partial", "review", "drawn", "a.png"]
    assert results(request) == [Path(name) for name in names]


@pytest.mark.parametrize(
    ("change", "inner"),
    [
        ({"sort": Path("review"), "annotate": Path("review/drawn")}, "--annotate"),
        ({"sort": Path("review"), "output": Path("review/labels.csv")}, "-o"),
        ({"sort": Path("review"), "annotate": Path("review")}, "--annotate"),
        ({"sort": Path("review"), "plot": Path("review/figure.svg")}, "--plot"),
        ({"output": Path("o.openpose"), "annotate": Path("o.openpose/drawn")}, "--annotate"),
        ({"output": Path("o.openpose"), "sort": Path("o.openpose/review")}, "--sort"),
    ],
)
def test_a_result_cannot_lie_in_a_folder_that_is_made_at_the_end(change, inner):
    with pytest.raises(RequestError, match="in one piece at the end") as error:
        check_places(replace(REQUEST, **change))
    assert inner in error.value.message


def test_results_beside_each_other_are_fine():
    places = {"sort": Path("review"), "annotate": Path("drawn/review")}
    assert check_places(replace(REQUEST, **places)) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a permission on Windows")
def test_a_link_does_not_hide_that_a_result_lies_in_another(folder):
    Path("review").mkdir()
    Path("link").symlink_to("review")
    with pytest.raises(RequestError, match="in one piece"):
        check_places(replace(REQUEST, sort=Path("review"), annotate=Path("link/drawn")))
