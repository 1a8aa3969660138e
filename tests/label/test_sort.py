"""Pictures in folders by label."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from posture_cli.core.observation import Failure
from posture_cli.dataset.gather import gather
from posture_cli.dataset.labelled import pictures
from posture_cli.errors import OutputError
from posture_cli.inputs.names import written
from posture_cli.label import sort
from posture_cli.label.sort import GONE, Sorter
from tests.label.lines import failed, seen
from tests.people import HUNCHING, SITTING, STANDING, blank, someone


@pytest.fixture
def inputs(tmp_path):
    """Return the lines of four pictures, two of them of the same name and content."""
    lines = []
    for where, person in (("a", SITTING), ("b", SITTING), ("c", STANDING), ("d", HUNCHING)):
        path = tmp_path / "in" / where / "1.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"same" if where in "ab" else where.encode())
        lines.append(seen(os.fspath(path), someone(person)))
    nobody, broken = tmp_path / "in" / "empty.png", tmp_path / "in" / "broken.jpg"
    nobody.write_bytes(b"nobody")
    broken.write_bytes(b"broken")
    failure = Failure(os.fspath(broken), "damaged", "no picture", "")
    return [*lines, seen(os.fspath(nobody)), failed(failure)]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sorted"


def finish(sorter, lines):
    """Make the folder of these lines; some raise on the way, the second time."""
    given = iter([[*map(dict, lines)] if isinstance(lines, list) else [], lines])
    return sorter.finish(lambda: next(given))


def sorted_into(folder):
    """Return the content of every picture, by folder."""
    return {
        label.name: sorted(path.read_bytes() for path in label.iterdir())
        for label in folder.iterdir()
        if label.is_dir()
    }


ALL = {
    "sitting": [b"same", b"same"],
    "standing": [b"c"],
    "hunching": [b"d"],
    "unknown": [],
    "nobody": [b"nobody"],
}


def only(way, monkeypatch, why="another disk"):
    """Let the system refuse all other ways to put a picture into a folder."""

    def refused(*_):
        raise OSError(errno.EXDEV, why)

    for other in {*sort.WAYS} - {way}:
        monkeypatch.setitem(sort.WAYS, other, refused)


@pytest.mark.parametrize("way", sort.WAYS)
def test_pictures_are_sorted_by_label(way, inputs, folder, monkeypatch):
    only(way, monkeypatch)
    told = finish(Sorter(folder), inputs)
    assert told == (f"1 input is not in {folder}: unreadable",)
    assert sorted_into(folder) == ALL
    one = folder / "standing" / "1.jpg"
    assert one.is_symlink() == (way == "symlink")
    assert (one.stat().st_nlink == 2) == (way == "hardlink")
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_what_cannot_be_linked_hard_is_linked_otherwise_or_copied(inputs, folder, monkeypatch):
    def another_disk(*_):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setitem(sort.WAYS, "hardlink", another_disk)
    finish(Sorter(folder), inputs)
    assert sorted_into(folder) == ALL
    assert (folder / "standing" / "1.jpg").is_symlink()
    monkeypatch.setitem(sort.WAYS, "symlink", another_disk)
    copies = folder.with_name("copies")
    finish(Sorter(copies), inputs)
    assert sorted_into(copies) == ALL
    assert not (copies / "standing" / "1.jpg").is_symlink()


def test_a_shared_folder_that_takes_no_dates_is_no_reason_to_end(inputs, folder, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(sort.shutil, "copystat", refused)
    only("copy", monkeypatch)
    finish(Sorter(folder), inputs)
    assert sorted_into(folder) == ALL


@pytest.mark.skipif(not Path("/proc").is_mount(), reason="needs a mounted folder that is known")
def test_a_folder_that_is_a_disk_is_refused_before_the_work():
    with pytest.raises(OutputError, match="is a disk of its own"):
        Sorter(Path("/proc"))


def test_a_disk_that_takes_pictures_in_no_way_is_told(inputs, folder, monkeypatch):
    only(None, monkeypatch, "Invalid cross-device link")
    with pytest.raises(OutputError, match="Invalid cross-device link"):
        finish(Sorter(folder), inputs)
    assert not folder.exists()


def test_the_folders_are_what_labelled_pictures_are_read_from(inputs, folder):
    finish(Sorter(folder), inputs)
    sources = gather([os.fspath(folder)], lambda *told: pytest.fail(str(told)))
    found = sorted(one.labelled.label for one in pictures(sources))
    assert found == ["hunching", "nobody", "sitting", "sitting", "standing"]  # nothing broken


def test_nothing_is_ever_overwritten(inputs, folder):
    finish(Sorter(folder), inputs)
    (folder / "sitting" / "1.jpg").rename(folder / "unknown" / "1.jpg")  # somebody looked through
    with pytest.raises(OutputError, match="already exists and holds"):
        Sorter(folder)
    with pytest.raises(OutputError, match="already exists"):
        finish(Sorter(folder, begun=True), inputs[:2])
    assert sorted_into(folder)["unknown"] == [b"same"]


def test_a_run_that_was_killed_after_sorting_goes_on_with_what_is_there(inputs, folder):
    finish(Sorter(folder), inputs)
    before = {path: path.stat().st_ino for path in folder.rglob("*")}
    assert finish(Sorter(folder, begun=True), inputs) == ()
    assert {path: path.stat().st_ino for path in folder.rglob("*")} == before


def test_an_interrupted_sorting_leaves_nothing_and_is_done_again(inputs, folder):
    def interrupted():
        yield from inputs[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(Sorter(folder), interrupted())
    assert not folder.exists()
    finish(Sorter(folder, begun=True), inputs)
    assert sorted_into(folder) == ALL


def test_frames_of_films_and_pictures_in_archives_are_kept_until_then(tmp_path, folder):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    first, later = (os.fspath(film), 0, 0.0), (os.fspath(film), 42, 1.4)
    sources = [first, later, (f"{tmp_path}/all.zip/a/1.png", 0, None)]
    lines = [
        seen(name, someone(SITTING), frame=index, time_s=time_s) for name, index, time_s in sources
    ]
    begun = Sorter(folder)
    for line, (name, index, time_s) in zip(lines, sources, strict=True):
        frame = replace(blank(), source=name, index=index, time_s=time_s)
        begun.keep(line["key"], frame)
        begun.keep(line["key"], frame)  # a killed run may do it twice
    assert finish(Sorter(folder, begun=True), lines) == ()
    names = sorted(path.name for path in (folder / "sitting").iterdir())
    assert names == ["1.jpg", "film_000000000000.jpg", "film_000000000042.jpg"]
    with Image.open(folder / "sitting" / "1.jpg") as picture:
        assert picture.size == (1000, 800)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "sorted"]


def test_pictures_that_are_files_are_not_kept(inputs, folder):
    sorter = Sorter(folder)
    sorter.keep("x", replace(blank(), source=inputs[0]["source"]))
    assert not folder.parent.joinpath(".sorted.posture-frames").exists()


def test_what_is_gone_is_counted(inputs, folder):
    os.unlink(inputs[0]["source"])  # noqa: PTH108
    told = finish(Sorter(folder), [*inputs, failed()])
    assert told == (
        f"1 input is not in {folder}: {GONE}",
        f"2 inputs are not in {folder}: unreadable",
    )
    assert sorted_into(folder) == {**ALL, "sitting": [b"same"]}


def test_a_name_of_any_bytes_is_found(tmp_path, folder):
    source = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    try:
        with open(source, "wb") as file:  # noqa: PTH123
            file.write(b"here")
    except OSError:
        pytest.skip("this file system takes no such names")
    finish(Sorter(folder), [seen(written(os.fsdecode(source)), someone(SITTING))])
    assert sorted_into(folder)["sitting"] == [b"here"]


def test_with_several_people_the_subject_counts(inputs, folder):
    line = seen(inputs[0]["source"], someone(HUNCHING), someone(SITTING))
    finish(Sorter(folder), [line])
    assert sorted_into(folder)["hunching"] == [b"same"]
