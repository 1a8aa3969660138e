"""Pictures behind addresses: `file://` and `memory://` by fsspec; test_s3.py has a server."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posture_cli.core.body.scene import Frame
from posture_cli.core.masking import masked
from posture_cli.core.observation import Observation
from posture_cli.errors import DependencyError, OutputError, PostureError, SourceError
from posture_cli.inputs.items import Item, items
from posture_cli.inputs.stores import addresses, objects
from posture_cli.label import engine, formats, uploads
from tests.inputs.test_items import jpeg, make
from tests.label.lines import some
from tests.powerless import needs_permissions, powerless

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
ODD = ("a b.jpg", "ü ñ.jpg", "50%20 #1?x=y.jpg", "a::b.jpg", "[x]*.jpg", 'it\'s "q".jpg')
NAMELESS_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """An object store in this process, empty."""
    monkeypatch.setitem(addresses.PACKAGES, "memory", "")
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def address(name: str = "") -> str:
    """Return the address of a file where we are; nothing in it is encoded."""
    where = Path.cwd().as_posix()
    return f"file://{where if where.startswith('/') else '/' + where}/{name}"


def names(*inputs: str) -> list[str]:
    return [item.name.replace(address(), "") for item in items(inputs)]


def told(name: str) -> PostureError:
    (item,) = items([name])
    with pytest.raises(PostureError) as caught:
        item.load()
    return caught.value


def said(error: PostureError) -> tuple[str, str]:
    return error.code, error.message


@NAMELESS_WINDOWS
def test_a_folder_has_the_same_pictures_by_its_address_as_by_its_name() -> None:
    make(*ODD, "new\nline.jpg", os.fsdecode(b"\xff.jpg"), "sub/deep/b.PNG", "sub/c.tif")
    make(".hidden.jpg", ".git/d.jpg", "sub/.d/e.jpg")
    Path("notes.txt").write_text("no picture")
    by_name = [item.name for item in items(["."])]
    assert names(address()) == by_name
    assert len(by_name) == len(ODD) + 4
    assert [item.key for item in items([address()])] == [
        f"picture:{address()}{name}" for name in by_name
    ]
    assert {item.load().rgb.shape for item in items([address()])} == {(32, 48, 3)}


@NAMELESS_WINDOWS
@pytest.mark.parametrize("name", ODD)
def test_an_object_is_read_by_its_name_whatever_letters_are_in_it(name: str) -> None:
    make(name)
    assert objects.read(address(name)) == jpeg()
    assert names(address(name)) == [name]


@NAMELESS_WINDOWS
@pytest.mark.parametrize(
    "pattern", ["*.jpg", "**/*.jpg", "2024-*", "2024-*/a*", "**", "**/b/*", "a.jp[g]", "none*"]
)
def test_a_pattern_means_what_it_means_on_this_machine(pattern: str) -> None:
    make("a.jpg", "c.png", "2024-01/a.jpg", "2024-01/b/d.jpg", "2024-02/b/e.webp", "z/b/f.jpg")
    make("2024-01/.h/a.jpg")
    assert sorted(names(address(pattern))) == sorted(item.name for item in items([pattern]))


def test_frames_come_in_the_order_of_their_numbers() -> None:
    make("f10/1.jpg", "f2/frame_10.jpg", "f2/frame_9.jpg")
    assert names(address()) == ["f2/frame_9.jpg", "f2/frame_10.jpg", "f10/1.jpg"]


def test_where_there_is_nothing_that_is_told() -> None:
    Path("empty").mkdir()
    nothing = ("not_found", "there is nothing of this name")
    assert said(told(address("none.jpg"))) == nothing
    assert said(told(address("none/"))) == nothing
    assert said(told(address("no*"))) == ("not_found", "no object matches this pattern")
    assert said(told(address("empty"))) == (
        "not_found",
        "there is no picture in this folder, and no video or archive",
    )
    assert told("s3://").code == told("s3:///a.jpg").code == "url"


def test_what_is_gone_before_it_is_read_is_one_error() -> None:
    make("a.jpg", "b.jpg")
    first, second = items([address()])
    Path("a.jpg").unlink()
    with pytest.raises(SourceError, match="there is nothing of this name"):
        first.load()
    assert second.load().source == address("b.jpg")


def test_an_empty_object_and_one_that_is_no_picture_are_told() -> None:
    Path("a.jpg").write_bytes(b"")
    Path("b.jpg").write_bytes(b"no picture")
    assert [told(address(name)).code for name in ("a.jpg", "b.jpg")] == ["empty", "unreadable"]


def test_no_more_is_read_than_a_picture_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_BYTES", 1000)
    Path("a.jpg").write_bytes(bytes(2_000_000))
    error = told(address("a.jpg"))
    assert error.code == "too_large"
    assert error.message.startswith("has 2 MB")


@needs_permissions
def test_what_may_not_be_read_is_told_and_the_rest_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
        monkeypatch.chdir(folder)
        _read_what_may_be()
        monkeypatch.undo()


def _read_what_may_be() -> None:
    make("a.jpg", "closed/b.jpg", "open/c.jpg", "d.jpg")
    Path("closed").chmod(0)
    Path("d.jpg").chmod(0)
    with powerless():
        found = list(items([address()]))
        errors = [_code(item) for item in found]
    Path("closed").chmod(0o700)
    assert [item.name.replace(address(), "") for item in found] == [
        "a.jpg",
        "d.jpg",
        "closed",
        "open/c.jpg",
    ]
    assert errors == [None, "permission", "permission", None]


def _code(item: Item) -> str | None:
    try:
        item.load()
    except PostureError as error:
        return error.code
    return None


@needs_permissions
def test_links_to_folders_are_not_followed_so_loops_end() -> None:
    make("a/b.jpg")
    Path("a/loop").symlink_to(Path.cwd())
    Path("c.jpg").symlink_to("a/b.jpg")
    assert names(address()) == ["c.jpg", "a/b.jpg"]


@needs_permissions
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("p.jpg")
    assert "pipe" in told(address("p.jpg")).message
    make("a.jpg")
    assert names(address()) == ["a.jpg"]


def test_archives_are_read_in_place() -> None:
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("x/b.jpg", jpeg())
        archive.writestr("clip.mp4", b"")
    with tarfile.open("c.tgz", "w:gz") as tar:
        info = tarfile.TarInfo("d.jpg")
        info.size = len(jpeg())
        tar.addfile(info, io.BytesIO(jpeg()))
    Path("e.zip").write_bytes(b"no archive")
    found = list(items([address()]))
    inside = ["a.zip!/x/b.jpg", "a.zip!/clip.mp4", "c.tgz!/d.jpg", "e.zip"]
    assert [item.name.replace(address(), "") for item in found] == inside
    assert [_code(item) for item in found] == [None, "video", None, "damaged"]
    (member,) = items([address("a.zip!/x/b.jpg")])
    assert member.load().source == address("a.zip!/x/b.jpg")


Taken = Callable[[str], list[str]]


@pytest.fixture
def taken() -> Taken:
    """Return which pictures have a row, until the run ends because the store is out of reach."""

    def run(name: str) -> list[str]:
        found: list[str] = []
        with pytest.raises(SourceError, match="out of reach") as caught:
            for line in engine.label_items(items([name]), _seen, 1):
                found.append(json.loads(line.data)["source"])  # noqa: PERF401
        assert caught.value.code == "network"
        assert caught.value.hint.endswith("the same command goes on where it stopped")
        return found

    return run


def _seen(frame: Frame) -> Observation:
    return Observation(frame.source, 0, None, frame.size, "by hand", ())


def _cut_after(number: int, real: Callable[..., object]) -> Callable[..., object]:
    """Return the same, which raises as a package does when the network is cut."""
    left = iter(range(number))

    def cut(*arguments: object, **named: object) -> object:
        if next(left, None) is None:
            raise ConnectionResetError("out of reach")
        return real(*arguments, **named)

    return cut


def test_a_cut_network_is_no_row_of_the_pictures_behind_it(
    memory: Any, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        memory.pipe_file(f"/bucket/{number}.jpg", jpeg())
    kind = type(memory)
    monkeypatch.setattr(kind, "cat_file", _cut_after(3, kind.cat_file))
    assert taken("memory://bucket") == [f"memory://bucket/{number}.jpg" for number in range(3)]


@pytest.mark.parametrize("ending", ["zip", "tar", "tgz"])
@pytest.mark.parametrize("calls", [0, 1, 12])
def test_a_cut_network_within_an_archive_is_no_damage(
    memory: Any, taken: Taken, monkeypatch: pytest.MonkeyPatch, ending: str, calls: int
) -> None:
    name, noise = f"memory://bucket/a.{ending}", Image.effect_noise((300, 300), 80)
    for number in range(9):
        noise.save(f"{number}.png")
    if ending == "zip":
        with zipfile.ZipFile("a", "w") as archive:
            for number in range(9):
                archive.write(f"{number}.png")
    else:
        with tarfile.open("a", "w:gz" if ending == "tgz" else "w") as tar:
            for number in range(9):
                tar.add(f"{number}.png")
    memory.pipe_file(f"/bucket/a.{ending}", Path("a").read_bytes())
    assert [_code(item) for item in items([name])] == [None] * 9
    kind = type(memory.open(f"/bucket/a.{ending}"))
    monkeypatch.setattr(kind, "read", _cut_after(calls, kind.read))
    found = taken(name)
    assert found == [f"{name}!/{number}.png" for number in range(len(found))]
    assert (0 < len(found) < 9) == (calls == 12)


def test_a_film_is_refused() -> None:
    Path("a.mp4").write_bytes(b"")
    error = told(address("a.mp4"))
    assert said(error) == ("video", "is a video, and not read from a store")
    assert error.hint == "copy it to this machine first"


def test_lists_may_have_addresses() -> None:
    make("a.jpg", "b/c.jpg")
    Path("list.txt").write_text(f"{address('a.jpg')}\n{address('b')}\na.jpg\n", encoding="utf-8")
    assert names("@list.txt") == ["a.jpg", "b/c.jpg", "a.jpg"]


def test_several_threads_read_at_once() -> None:
    make(*(f"{number:03}.jpg" for number in range(100)))
    with ThreadPoolExecutor(8) as pool:
        frames = list(pool.map(lambda item: item.load(), items([address()])))
    assert len(frames) == 100


def test_another_process_reads_it_by_its_address_alone() -> None:
    make("a b#1.jpg")
    code = (
        "import sys; from posture_cli.inputs.stores import objects; "
        "print(len(objects.read(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, address("a b#1.jpg")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) == len(jpeg())


def test_5000_objects_of_a_store_are_found_in_order(memory: object) -> None:
    for number in reversed(range(5000)):
        memory.pipe_file(f"/bucket/p{number % 5}/{number:04}.jpg", b"x")  # type: ignore[attr-defined]
    found = [item.name for item in items(["memory://bucket"])]
    assert found == sorted(found)
    assert (len(found), found[0]) == (5000, "memory://bucket/p0/0000.jpg")
    assert objects.read(found[0]) == b"x"


def test_web_pages_and_cameras_are_refused_as_ever() -> None:
    for name in ("https://a/b.jpg", "http://a", "rtsp://a/b", "zip://a.jpg::s3://b/c.zip"):
        assert said(told(name)) == ("url", "addresses are not fetched")
    assert told("nobody://knows/this").code == "url"
    assert told("smb://host/share/a.jpg").code == "url"


@pytest.mark.parametrize(
    "name",
    [
        "sftp://anna:s3cret@host/a.jpg",
        "s3://AKIA:ab/s3cret@bucket/a.jpg",
        "s3://AKIA:s3cret",
        "https://anna:s3cret@host/a.jpg?x=s3cret",
    ],
)
def test_a_password_is_refused_and_never_shown(name: str) -> None:
    (item,) = items([name])
    error = told(name)
    assert "s3cret" not in f"{item.key} {item.name} {error.message} {error.hint}"
    assert item.name in (f"{name.partition('://')[0]}://***", "https://host/a.jpg")


@pytest.mark.parametrize(
    "name",
    [
        "sftp://anna@host:22/a:b@c.jpg",
        "abfs://box@account.dfs.core.windows.net/a",
        "sftp://[::1]:22/a",
        "s3://arn:aws:s3:us-west-2:123456789012:accesspoint/mine/a.jpg",
    ],
)
def test_a_user_and_a_port_are_no_password(name: str) -> None:
    assert masked(name) == name


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(DependencyError) as caught:
        addresses.check("gs://bucket/a")
    assert caught.value.message == "gs:// needs the package gcsfs"
    assert caught.value.hint == "pip install 'posture-cli[stores]' gcsfs"
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert addresses.is_address("s3://a")
    assert not addresses.is_address("memory://a")
    with pytest.raises(DependencyError, match="file:// needs the package fsspec"):
        addresses.check("file:///a")


def form(name: str) -> formats.Format:
    return uploads.to(address(name), formats.of(uploads.local(address(name))))


@pytest.mark.parametrize("name", ["a.csv", "b c #1.jsonl", "d.coco.json"])
def test_an_output_at_an_address_is_what_it_would_be_here(name: str) -> None:
    formats.of(Path(name)).write(some(), Path(name))
    form(f"new/{name}").write(some(), Path(name))
    written = sorted(path.name for path in Path("new").iterdir())
    assert written == sorted(path.name for path in Path().iterdir() if path.is_file())
    assert [Path("new", n).read_bytes() for n in written] == [Path(n).read_bytes() for n in written]
    assert not list(Path().glob(".*"))


def test_an_output_is_replaced_by_force_only() -> None:
    Path("out").mkdir()
    Path("out/a.csv").write_text("mine")
    with pytest.raises(OutputError, match="already exists"):
        uploads.check(address("out/a.csv"), form("out/a.csv"), force=False)
    uploads.check(address("out/a.csv"), form("out/a.csv"), force=True)
    form("out/a.csv").write(some(), Path("a.csv"))
    assert Path("out/a.csv").read_text(encoding="utf-8-sig").startswith("file,frame")


def test_an_output_that_cannot_be_put_says_that_the_labels_are_kept() -> None:
    Path("file").write_text("no folder")
    with pytest.raises(OutputError) as caught:
        form("file/a.csv").write(some(), Path("a.csv"))
    assert caught.value.hint.endswith("the labels are kept: the same command tries again")
    assert [path.name for path in Path().iterdir()] == ["file"]


def test_a_folder_of_files_is_not_put_anywhere() -> None:
    with pytest.raises(OutputError, match="a folder cannot be uploaded"):
        uploads.check(address("a.openpose"), form("a.openpose"), force=False)


def refused(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "posture_cli", "label", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_what_makes_no_sense_is_refused_before_the_work() -> None:
    make("a.jpg")
    code, text = refused("a.jpg", "-o", "a.csv", "--sort", "s3://bucket/x")
    assert (code, "is not a folder on this machine" in text) == (2, True)
    code, text = refused("a.jpg", "-o", "https://anna:s3cret@host/a.csv")
    assert (code, "cannot be written to https://host" in text, "s3cret" in text) == (2, True, False)
    code, text = refused("s3://anna:s3cret@b/x", "-o", "a.csv")
    assert (code, "a password does not belong" in text, "s3cret" in text) == (1, True, False)


def test_a_run_from_an_address_to_an_address_goes_on_after_its_output_was_refused() -> None:
    make("in/a.jpg", "in/b.jpg")
    Path("in/c.jpg").write_bytes(b"no picture")
    Path("out/labels.csv").mkdir(parents=True)
    how = ("--estimator", "blazepose", "--force")
    arguments = (address("in"), "-o", address("out/labels.csv"), *how)
    code, text = refused(*arguments)
    assert (code, "the labels are kept" in text) == (1, True)
    assert Path("labels.csv.partial").exists()
    code, text = refused(address("in"), "-o", address("labels.csv"), *how)
    assert (code, "-o was" in text) == (1, True)
    Path("out/labels.csv").rmdir()
    code, text = refused(*arguments)
    assert (code, "going on after 3 that are done" in text) == (1, True)
    lines = Path("out/labels.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [
        address(f"in/{name}.jpg") for name in "abc"
    ]
    assert not Path("labels.csv.partial").exists()


def test_a_run_that_was_killed_after_its_output_was_put_needs_no_force_to_go_on() -> None:
    make("in/a.jpg")
    Path("out/labels.csv").mkdir(parents=True)
    arguments = (address("in"), "--estimator", "blazepose", "-o")
    refused(*arguments, address("out/labels.csv"), "--force")
    Path("out/labels.csv").rmdir()
    for name in ("out/labels.csv", "other/labels.csv"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("put there")
    code, text = refused(*arguments, address("other/labels.csv"))
    assert (code, "already exists" in text) == (1, True)
    code, text = refused(*arguments, "labels.csv")  # its journal would have the same name
    assert (code, "-o was" in text) == (1, True)
    code, text = refused(*arguments, address("out/labels.csv"))
    assert (code, "going on after 1 that are done" in text) == (0, True)
    assert Path("out/labels.csv").read_text(encoding="utf-8").startswith("file,frame")
    assert Path("other/labels.csv").read_text(encoding="utf-8") == "put there"


def test_what_a_killed_run_left_of_an_output_is_cleared_away() -> None:
    def killed() -> Iterator[object]:
        left = [path for path in Path().iterdir() if path.name.startswith(".")]
        shutil.copytree(left[0], "left")  # kill -9 leaves it
        yield from some()

    form("out/a.csv").write(killed(), Path("a.csv"))  # type: ignore[arg-type]
    (name,) = {".a.csv.posture-upload"} - {path.name for path in Path().iterdir()}
    Path("left").rename(name)
    Path(name, "half").write_text("of an output")
    form("out/a.csv").write(some(), Path("a.csv"))
    assert [path.name for path in Path().iterdir()] == ["out"]
    assert [path.name for path in Path("out").iterdir()] == ["a.csv"]


def test_help_stays_fast_and_loads_no_store() -> None:
    code = (
        "import sys; from posture_cli.cli import posture\n"
        "posture(['label', '--help'], standalone_mode=False)\n"
        "assert 'fsspec' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
