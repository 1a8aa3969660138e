"""Results are written whole, in the promised form, and never over somebody's picture."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import pytest
from PIL import Image
from rich.cells import cell_len

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.wording import explanation, keypoint_table
from posture_cli.errors import OutputError
from posture_cli.sinks.jsonl import JsonLines
from posture_cli.sinks.pictures import write_annotated
from posture_cli.sinks.text import Text
from tests.people import HUNCHING, LYING, SITTING, SIZE, Pose, blank, read, someone

DEFAULT = RULE_SETS["rules"]
FAILURE = Failure("torn.jpg", "damaged", "is damaged", "save it again")


def seen(*poses: Pose, source: str = "a.jpg") -> Observation:
    readings = tuple(read(someone(pose), SIZE, DEFAULT.judge) for pose in poses)
    return Observation(source, 0, None, SIZE, "by hand", readings)


def text(*results: Observation | Failure, **options: object) -> list[str]:
    stream = io.StringIO()
    sink = Text(stream, DEFAULT, **options)
    for result in results:
        sink.write(result, None)
    sink.close()
    return stream.getvalue().splitlines()


def test_text_gives_picture_label_confidence_and_reason() -> None:
    assert text(seen(SITTING)) == [
        "a.jpg  sitting   98%  thigh nearly level (5° < 45°); hip bent (93° < 135°); "
        "trunk and head upright (39° < 60°)"
    ]


def test_text_of_an_unknown_posture_gives_no_confidence() -> None:
    assert text(seen(LYING)) == ["a.jpg  unknown   lying: trunk and legs are level (80° > 60°)"]


def test_text_says_when_nobody_is_there_and_counts_several() -> None:
    lines = text(seen(), seen(SITTING, HUNCHING))
    assert [line.split("  ")[:2] for line in lines] == [
        ["a.jpg", "nobody"],
        ["a.jpg person 1", "sitting"],
        ["a.jpg person 2", "hunching"],
    ]


def test_text_says_where_in_a_video_a_frame_is() -> None:
    frame = replace(seen(SITTING, source="clip.mp4"), time_s=3.25)
    assert [line.split("  ")[:2] for line in text(frame)] == [["clip.mp4 at 3.2 s", "sitting"]]


def test_text_leaves_failures_to_stderr() -> None:
    assert text(FAILURE) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, columns: int, *results: Observation, **options: object
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    sink = Text(stream, DEFAULT, **options)
    for result in results:
        sink.write(result, None)
    return click.unstyle(stream.getvalue()).splitlines()


def test_on_a_terminal_a_long_line_goes_on_below_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert on_a_terminal(monkeypatch, 64, seen(SITTING)) == [
        "a.jpg  sitting   98%  thigh nearly level (5° < 45°); hip bent",
        "                      (93° < 135°); trunk and head upright",
        "                      (39° < 60°)",
    ]
    assert on_a_terminal(monkeypatch, 200, seen(SITTING)) == text(seen(SITTING))


def test_on_a_narrow_terminal_the_reason_begins_below(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_a_terminal(monkeypatch, 40, seen(SITTING, source="pictures/of/me/a b  c.jpg"))
    assert lines == [
        "pictures/of/me/a b  c.jpg  sitting   98%",
        "    thigh nearly level (5° < 45°); hip",
        "    bent (93° < 135°); trunk and head",
        "    upright (39° < 60°)",
    ]


@pytest.mark.parametrize("table", [None, partial(explanation, rule_set=DEFAULT), keypoint_table])
@pytest.mark.parametrize("columns", [40, 60, 79, 80, 100, 120])
@pytest.mark.parametrize("source", ["a.jpg", "写真/一枚目.jpg"])
def test_on_a_terminal_no_line_is_too_wide_and_no_number_loses_its_unit(
    monkeypatch: pytest.MonkeyPatch,
    table: Callable[[Reading], str] | None,
    columns: int,
    source: str,
) -> None:
    results = (seen(SITTING, HUNCHING, source=source), seen(LYING, source=source))
    lines = on_a_terminal(monkeypatch, columns, *results, table=table)
    numbers = 0 if table is None else 70  # tables keep their columns of numbers
    assert max(map(cell_len, lines)) <= max(columns, numbers)
    assert not [line for line in lines if re.search(r"[<>]$|^\s+([<>%]|px|degrees)", line)]
    assert " ".join(lines).split() == " ".join(text(*results, table=table)).split()


def test_a_name_with_a_line_break_or_broken_bytes_stays_on_one_line() -> None:
    (line,) = text(seen(source=os.fsdecode(b"a\nb\xff.jpg")))
    assert line.startswith("a\\nb")
    assert line.endswith(".jpg  nobody")


def test_a_table_goes_below_each_person() -> None:
    lines = text(seen(SITTING), table=keypoint_table)
    assert len(lines) == 1 + 1 + 17
    assert lines[2].split()[0] == "nose"


def test_no_number_is_minus_nought() -> None:
    person = someone(replace(SITTING, trunk_deg=-0.3), hip=(-0.02, 400))
    observation = Observation(
        "a.jpg", 0, None, SIZE, "by hand", (read(person, SIZE, DEFAULT.judge),)
    )
    for table in (partial(explanation, rule_set=DEFAULT), keypoint_table):
        assert not re.search(r"-0(\.0+)?(?![.\d])", "\n".join(text(observation, table=table)))


def test_json_lines_are_one_object_each() -> None:
    stream = io.StringIO()
    sink = JsonLines(stream)
    results = (seen(SITTING), FAILURE, seen())
    for result in results:
        sink.write(result, None)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        json.loads(json.dumps(result.to_json())) for result in results
    ]


def annotate(path: Path) -> None:
    write_annotated(path, seen(SITTING), blank())


@pytest.mark.parametrize(("ending", "form"), [("JPEG", "JPEG"), ("webp", "WEBP"), ("png", "PNG")])
def test_the_ending_is_the_format_of_a_copy(tmp_path: Path, ending: str, form: str) -> None:
    path = tmp_path / "new" / "folder" / f"a.{ending}"
    annotate(path)
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == (form, tuple(SIZE))


def test_the_picture_itself_is_never_replaced(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    Image.new("RGB", (9, 9)).save(source)
    before = source.read_bytes()
    with pytest.raises(OutputError, match="posture did not write it"):
        annotate(source)
    assert source.read_bytes() == before


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_an_annotated_picture_of_ours_is_replaced(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        annotate(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        annotate(tmp_path / "file" / "a.jpg")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_picture_too_large_for_its_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="limit of 16383 pixels") as told:
        write_annotated(tmp_path / "a.webp", seen(), blank(FrameSize(17000, 330)))
    assert ".png" in told.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_no_torn_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: "full")
    (tmp_path / ".a.jpg.full.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left"):
        annotate(tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []
