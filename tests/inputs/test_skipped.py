"""What looks like input and is not read is counted and named; what has no ending is looked into."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from posture_cli.inputs.items import items
from posture_cli.inputs.skipped import Skipped
from tests.inputs.test_items import jpeg, make


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*inputs: str) -> tuple[list[str], Skipped]:
    skipped = Skipped()
    names = [item.name for item in items(inputs, skip=skipped.add)]
    return names, skipped


def text(name: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("no picture")


def test_what_is_left_out_of_a_folder_is_counted_by_its_ending_and_named() -> None:
    make("f/a.jpg")
    for name in ("f/a.CR2", "f/b.psd", "f/g/c.cr2", "f/film.wmv", "f/x.rar"):
        text(name)
    for name in ("f/notes.txt", "f/labels.csv", "f/.hidden.psd"):
        text(name)
    names, skipped = found("f")
    message, hint = skipped.summary() or ("", "")
    assert names == ["f/a.jpg"]
    assert message == (
        "5 files are left out, not read: 2 .cr2, 1 .psd, 1 .wmv, 1 .rar "
        "(f/a.CR2, f/b.psd, f/film.wmv, ...)"
    )
    assert "convert" in hint


def test_without_what_reads_heic_such_files_are_counted_with_what_to_install() -> None:
    skipped = Skipped()
    skipped.add("a.HEIC")
    message, hint = skipped.summary() or ("", "")
    assert "1 .heic (a.HEIC)" in message
    assert "posture-cli[heic]" in hint


@pytest.mark.parametrize("archive", ["a.zip", "a.tar"])
def test_what_is_left_out_of_an_archive_is_counted_too(archive: str) -> None:
    make("b.jpg")
    text("c.dng")
    text("d.txt")
    with zipfile.ZipFile("a.zip", "w") as packed, tarfile.open("a.tar", "w") as taped:
        for name in ("b.jpg", "c.dng", "d.txt"):
            packed.write(name)
            taped.add(name)
    names, skipped = found(archive)
    assert names == [f"{archive}!/b.jpg"]
    assert f"1 .dng ({archive}!/c.dng)" in (skipped.summary() or ("",))[0]


def test_a_file_counts_once_however_often_it_is_named() -> None:
    make("f/a.jpg")
    text("f/b.psd")
    _, skipped = found("f", "f", "f/*.jpg")
    assert len(skipped) == 1


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    make("f/a.jpg")
    text("f/README")
    assert found("f")[1].summary() is None


@pytest.mark.parametrize("inputs", ["f", "a.zip", "a.tar"])
def test_a_picture_without_an_ending_is_known_by_its_content(inputs: str) -> None:
    make("f/photo")
    text("f/README")
    Path("f/empty").touch()
    with zipfile.ZipFile("a.zip", "w") as packed, tarfile.open("a.tar", "w") as taped:
        for name in ("f/photo", "f/README", "f/empty"):
            packed.write(name)
            taped.add(name)
    names, _ = found(inputs)
    assert [Path(name).name for name in names] == ["photo"]
    (item,) = items([inputs])
    assert item.load().size == (48, 32)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_without_an_ending_is_not_opened() -> None:
    make("f/a.jpg")
    os.mkfifo("f/pipe")
    assert found("f")[0] == ["f/a.jpg"]


def test_a_damaged_archive_member_without_an_ending_is_no_picture() -> None:
    with zipfile.ZipFile("a.zip", "w") as packed:
        packed.writestr("photo", jpeg())
        packed.writestr("b.jpg", jpeg())
    data = Path("a.zip").read_bytes()
    Path("a.zip").write_bytes(data.replace(jpeg()[-40:], bytes(40), 1))
    assert found("a.zip")[0] == ["a.zip!/b.jpg"]
