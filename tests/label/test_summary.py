"""The table and the page of `--summary`."""

import csv
from datetime import datetime

import pytest

from posture_cli.errors import OutputError, RequestError
from posture_cli.label.summary import COLUMNS, Summary, check_summary
from posture_cli.label.tracks import tracked
from tests.label.lines import failed, seen
from tests.people import HUNCHING, SITTING, someone

NOW = datetime(2026, 11, 27, 9, 5)
SITTER, HUNCHER = someone(SITTING, hip=(300, 400)), someone(HUNCHING, hip=(700, 400))


def table(lines, tmp_path):
    summary, path = Summary(), tmp_path / "summary.csv"
    assert list(summary.taken(lines)) == lines
    summary.write(path, NOW)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_per_film_and_person(tmp_path):
    lines = [
        *(seen("a.mp4", SITTER, HUNCHER, frame=n, time_s=float(n)) for n in range(3)),
        seen("b.jpg", SITTER),
        failed(),
        *(seen("=c.mp4", HUNCHER, frame=n, time_s=n / 2) for n in range(5)),
    ]
    found = table(list(tracked(lines)), tmp_path)
    shown = ("file", "track", "frames", "seen_s", "sitting_share", "hunching_share")
    assert [tuple(row[name] for name in shown) for row in found] == [
        ("a.mp4", "1", "3", "2.0", "1.0", "0.0"),
        ("a.mp4", "2", "3", "2.0", "0.0", "1.0"),
        ("'=c.mp4", "1", "5", "2.0", "0.0", "1.0"),
    ]
    angles = lines[0]["people"][1]["angles_deg"]
    assert all(float(found[1][f"{name}_deg_p50"]) == value for name, value in angles.items())


def test_without_a_film_there_are_only_the_names_of_columns(tmp_path):
    assert table([seen("b.jpg", SITTER)], tmp_path) == []
    assert (tmp_path / "summary.csv").read_text("utf-8").strip() == ",".join(COLUMNS)


def test_a_page_has_the_films_too_in_which_nobody_is(tmp_path):
    lines = [seen("a.mp4", SITTER, frame=0, time_s=0.0), seen("b.mp4", frame=0, time_s=0.0)]
    summary = Summary()
    list(summary.taken(tracked(lines)))
    summary.write(tmp_path / "summary.HTML", NOW)
    text = (tmp_path / "summary.HTML").read_text("utf-8")
    assert "Created 2026-11-27 09:05" in text
    assert text.index("a.mp4") < text.index("One person") < text.index("b.mp4")
    assert text.index("b.mp4") < text.index("Nobody was seen")


def test_what_is_in_the_way_is_said_before_the_work(tmp_path):
    with pytest.raises(RequestError, match=r"is neither \.csv nor \.html"):
        check_summary(tmp_path / "a.txt", replace=True)
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(OutputError, match="already exists"):
        check_summary(tmp_path / "a.csv", replace=False)
    check_summary(tmp_path / "a.csv", replace=True)
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OutputError):
        check_summary(tmp_path / "b.csv", replace=True)
