"""Pages replace only earlier pages, and are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture_cli.errors import OutputError
from posture_cli.report.target import write_page
from tests.notify.events import refusal

MARK = "<posture>"


def test_writing_replaces_the_whole_page_and_makes_the_folder(tmp_path):
    path = tmp_path / "new" / "a.html"
    write_page(path, f"{MARK}one", MARK)
    write_page(path, f"{MARK}two", MARK)
    assert path.read_text() == f"{MARK}two"
    assert [p.name for p in path.parent.iterdir()] == ["a.html"]


def test_what_posture_did_not_write_stays(tmp_path):
    path = tmp_path / "diary.html"
    path.write_text("dear diary" + " " * 1000 + MARK)
    assert refusal(lambda: write_page(path, MARK, MARK)) == (
        f"{path} already exists and posture did not write it | "
        "name another file; only what posture wrote is replaced"
    )
    assert path.read_text().startswith("dear diary")


@pytest.mark.parametrize("name", ["day.pdf", "day", "day.HTM.txt"])
def test_a_page_is_named_as_one(tmp_path, name):
    with pytest.raises(OutputError, match="would be a web page") as error:
        write_page(tmp_path / name, "page", MARK)
    assert error.value.hint.endswith(".html; a browser prints it as PDF")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["file/a.html", "folder", "a" * 300 + ".html", "a\0b.html"])
def test_a_place_where_no_page_can_be_is_named_and_nothing_is_left(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"cannot be written|already exists") as error:
        write_page(tmp_path / name, "page", MARK)
    assert error.value.hint
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device")
def test_a_device_is_not_replaced():
    with pytest.raises(OutputError, match="posture did not write it"):
        write_page(Path("/dev/full"), "page", MARK)
