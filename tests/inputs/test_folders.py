"""Files are found once each, by name, whatever links there are."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from posture_cli.inputs.folders import files_in, matching
from posture_cli.inputs.refusals import Unread
from tests.powerless import needs_permissions, powerless


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def test_files_come_by_name_and_before_the_folders_beside_them() -> None:
    make("f/b/2.jpg", "f/b/1.jpg", "f/z.jpg", "f/a/1.jpg", "f/a/x/1.jpg", "f/c.jpg")
    assert list(files_in("f")) == [
        *("f/c.jpg", "f/z.jpg", "f/a/1.jpg", "f/a/x/1.jpg", "f/b/1.jpg", "f/b/2.jpg")
    ]


def test_what_is_hidden_is_left_out_but_not_what_is_asked_for() -> None:
    make("f/.a.jpg", "f/.git/a.jpg", "f/a.jpg", ".h/a.jpg")
    assert list(files_in("f")) == ["f/a.jpg"]
    assert list(files_in(".h")) == [".h/a.jpg"]


@pytest.mark.parametrize("name", [".", "./"])
def test_names_in_the_folder_where_we_are_have_no_dot(name: str) -> None:
    make("a.jpg", "f/b.jpg")
    assert list(files_in(name)) == ["a.jpg", "f/b.jpg"]


def test_the_folder_of_results_is_left_out_unless_it_is_asked_for() -> None:
    make("f/a.jpg", "f/out/a.jpg")
    assert list(files_in("f", [os.path.realpath("f/out")])) == ["f/a.jpg"]
    assert list(files_in("f/out", [os.path.realpath("f/out")])) == ["f/out/a.jpg"]


def test_loops_of_links_end() -> None:
    make("f/a.jpg", "f/g/b.jpg")
    for name, to in [("self", "self"), ("here", "."), ("g/up", ".."), ("g/out", "../..")]:
        Path("f", name).symlink_to(to)
    assert list(files_in("f")) == ["f/a.jpg", "f/self", "f/g/b.jpg"]


def test_a_linked_folder_elsewhere_is_searched_once() -> None:
    make("f/a.jpg", "g/b.jpg", "g/h/c.jpg")
    for name, to in [("f/1", "../g"), ("f/2", "../g"), ("f/3", "../g/h"), ("g/back", "../f")]:
        Path(name).symlink_to(to)
    assert list(files_in("f")) == ["f/a.jpg", "f/1/b.jpg", "f/1/h/c.jpg"]


def test_a_linked_folder_is_not_searched_again_below_another_one() -> None:
    make("f/a.jpg", "g/h/c.jpg", "g/d.jpg")
    Path("f/1").symlink_to("../g/h")
    Path("f/2").symlink_to("../g")
    assert list(files_in("f")) == ["f/a.jpg", "f/1/c.jpg", "f/2/d.jpg"]


@needs_permissions
def test_an_unreadable_folder_is_told_and_the_others_are_searched() -> None:
    make("f/a.jpg", "f/closed/b.jpg", "f/open/c.jpg")
    Path("f/closed").chmod(0)
    with powerless():
        found = list(files_in("f"))
    Path("f/closed").chmod(0o700)
    assert [one for one in found if isinstance(one, str)] == ["f/a.jpg", "f/open/c.jpg"]
    (closed,) = (one for one in found if isinstance(one, Unread))
    assert closed.name == "f/closed"
    assert closed.problem.message == "cannot be opened: Permission denied"


def test_names_of_any_bytes_are_found() -> None:
    names = [b"a b.jpg", b"a\nb.jpg", b"a'\"b.jpg", b"caf\xe9.jpg", b"-.jpg", b"[a].jpg"]
    for name in names:
        Path("f").mkdir(exist_ok=True)
        Path("f", os.fsdecode(name)).touch()
    assert {os.fsencode(name) for name in files_in("f")} == {b"f/" + name for name in names}


def test_many_files_in_one_folder_need_little_memory() -> None:
    Path("f").mkdir()
    for number in range(20_000):
        os.close(os.open(f"f/picture_{number:06d}.jpg", os.O_CREAT))
    tracemalloc.start()
    number = sum(1 for _ in files_in("f"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 20_000
    assert peak / number < 180  # bytes a file: a string of 18 letters has 67, sorted by another


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("f/*.jpg", ["f/a.jpg"]),
        ("f/*", ["f/a.jpg", "f/b.png", "f/g"]),
        ("**/*.jpg", ["a.jpg", "f/a.jpg", "f/g/c.jpg", "f/g/h/d.jpg"]),
        ("f/**/*.jpg", ["f/a.jpg", "f/g/c.jpg", "f/g/h/d.jpg"]),
        ("*/**/h/?.jpg", ["f/g/h/d.jpg"]),
        ("f/**/g/**/*.jpg", ["f/g/c.jpg", "f/g/h/d.jpg"]),
        ("f/g/**", ["f/g/c.jpg", "f/g/h/d.jpg"]),
        ("e/**", []),
        ("a.jpg/**", []),
        ("[!f]*", ["a.jpg"]),
    ],
)
def test_patterns_mean_what_the_shell_means(pattern: str, found: list[str]) -> None:
    make("a.jpg", "f/a.jpg", "f/b.png", "f/g/c.jpg", "f/g/h/d.jpg", "f/.i/e.jpg")
    assert list(matching(pattern)) == found


def test_a_pattern_through_two_loops_ends() -> None:
    make("f/a.jpg")
    Path("f/1").symlink_to(".")
    Path("f/2").symlink_to(".")
    assert list(matching("f/**/*.jpg")) == ["f/a.jpg"]


def test_frames_come_in_the_order_of_their_numbers_everywhere() -> None:
    make(*(f"f{folder}/frame_{number}.png" for folder in (10, 2) for number in (10, 9, 1)))
    expected = [f"f{folder}/frame_{number}.png" for folder in (2, 10) for number in (1, 9, 10)]
    assert list(files_in(".")) == expected
    assert list(matching("f*/*.png")) == list(matching("f*/**")) == expected
