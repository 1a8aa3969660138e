"""Everything behind the inputs becomes an item, once, with the same key in every run."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.errors import SourceError
from posture_cli.inputs.items import Item, items
from posture_cli.inputs.names import on_disk
from posture_cli.inputs.video.frames import Every
from tests.clips import grey, ramp, write
from tests.powerless import needs_permissions, powerless


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def jpeg(level: int = 100) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (48, 32), (level,) * 3).save(data, "JPEG")
    return data.getvalue()


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(jpeg())


def keys(*inputs: str, stdin: bytes = b"", **how: object) -> list[str]:
    return [item.key for item in items(inputs, stdin=io.BytesIO(stdin), **how)]


def told(found: Iterable[Item]) -> SourceError:
    (item,) = found
    with pytest.raises(SourceError) as caught:
        item.load()
    return caught.value


def test_a_picture_is_read_when_it_is_wanted() -> None:
    make("a.jpg")
    (item,) = items(["a.jpg"])
    Path("a.jpg").write_bytes(jpeg(200))
    frame = item.load()
    assert (item.key, item.name, item.frame, item.carried) == ("picture:a.jpg", "a.jpg", 0, 0)
    assert (frame.source, frame.index, frame.time_s) == ("a.jpg", 0, None)
    assert round(frame.rgb.mean()) == 200


def test_a_folder_is_searched_for_all_that_can_be_labelled() -> None:
    make("f/b.jpg", "f/g/c.PNG", "f/.h.jpg", "f/readme.txt", "f/labels.csv")
    ramp(Path("f/a.avi"))
    with zipfile.ZipFile("f/z.zip", "w") as archive:
        archive.writestr("in/d.jpg", jpeg())
    with tarfile.open("f/g/t.tgz", "w:gz") as tar:
        tar.add("f/b.jpg", "e.jpg")
    assert keys("f", every=Every(nth=6)) == [
        *("frame 0:f/a.avi", "frame 6:f/a.avi", "picture:f/b.jpg", "member 0:f/z.zip!/in/d.jpg"),
        *("picture:f/g/c.PNG", "member 0:f/g/t.tgz!/e.jpg"),
    ]
    for item in items(["f"], every=Every(nth=6)):
        frame = item.load()
        assert (frame.source, frame.index) == (item.name, item.frame)


def test_loading_twice_gives_the_same(tmp_path: Path) -> None:
    make("a.jpg")
    ramp(Path("a.avi"), 1)
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write("a.jpg")
    with tarfile.open("a.tar", "w") as tar:
        tar.add("a.jpg")
    found = list(items(["a.jpg", "a.avi", "a.zip", "a.tar"]))
    assert [item.carried > 0 for item in found] == [False, True, False, True]
    for item in found:
        np.testing.assert_array_equal(item.load().rgb, item.load().rgb)


def test_lists_patterns_and_standard_input_name_files() -> None:
    make("f/a.jpg", "f/b.jpg", "c d.jpg", "@.jpg")
    Path("list.txt").write_text("f/*.jpg\nc d.jpg\nf\n@list.txt\n", "utf-8")
    names = ["picture:f/a.jpg", "picture:f/b.jpg", "picture:c d.jpg"]
    assert keys("@list.txt") == [*names, "picture:@list.txt"]  # a list has no lists
    assert keys("-", stdin=b"f/a.jpg\0f/b.jpg\0") == names[:2]
    assert keys("f/*", "f", "f/b.jpg") == names[:2]
    assert keys("@.jpg") == ["picture:@.jpg"]
    assert keys("@none") == ["problem:@none"]


def test_a_picture_on_standard_input_is_an_item() -> None:
    (item,) = items(["-"], stdin=io.BytesIO(jpeg()))
    assert (item.key, item.load().source, item.carried) == ("picture:-", "-", len(jpeg()))


def test_a_pattern_for_folders_searches_them_like_a_shell() -> None:
    make("f/g/a.jpg", "f/b.jpg")
    assert keys("f/*") == ["picture:f/b.jpg", "picture:f/g/a.jpg"]
    assert keys("**/*.jpg") == ["picture:f/b.jpg", "picture:f/g/a.jpg"]


def test_a_file_is_known_by_its_name_before_a_pattern_is() -> None:
    make("[a].jpg", "a.jpg")
    assert keys("[a].jpg") == ["picture:[a].jpg"]


NAMES = [b"a b.jpg", b"a\nb.jpg", b'it\'s "a".jpg', b"caf\xe9.jpg", b"caf\\xe9.jpg", b"-a.jpg"]


def test_any_name_is_told_as_text_and_found_again() -> None:
    make(*("f/" + os.fsdecode(name) for name in NAMES))
    found = list(items(["f"]))
    assert len({item.key for item in found}) == len(NAMES)
    for item in found:
        assert item.load().source == item.name
        assert json.loads(json.dumps(item.name, ensure_ascii=False).encode()) == item.name
        assert Path(on_disk(item.name)).is_file()
    assert {os.fsencode(on_disk(item.name)) for item in found} == {b"f/" + n for n in NAMES}


def test_members_of_any_name_are_told_as_text() -> None:
    make("a.jpg")
    with tarfile.open("a.tar", "w", encoding="utf-8") as tar:
        for name in NAMES:
            tar.add("a.jpg", os.fsdecode(name))
    found = list(items(["a.tar"]))
    assert [os.fsencode(on_disk(item.name)) for item in found] == [b"a.tar!/" + n for n in NAMES]
    assert [item.load().source for item in found] == [item.name for item in found]


def test_names_out_of_an_archive_reach_nothing() -> None:
    make("secret.jpg")
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("../secret.jpg", jpeg(7))
    (item,) = items(["a.zip"])
    assert item.name == "a.zip!/../secret.jpg"
    assert round(item.load().rgb.mean()) == 7
    assert not Path(on_disk(item.name)).exists()


@pytest.mark.parametrize("archive", ["a.zip", "a.tgz"])
def test_a_member_is_read_by_the_name_that_results_give_it(archive: str) -> None:
    names = ["f/a.jpg", "f/b [1].jpg", "caf\udce9.jpg"]
    if archive == "a.zip":
        names.pop()  # a ZIP has only text
        with zipfile.ZipFile(archive, "w") as packed:
            for number, name in enumerate(names):
                packed.writestr(name, jpeg(50 * number))
    else:
        with tarfile.open(archive, "w:gz", encoding="utf-8") as tar:
            for number, name in enumerate(names):
                info = tarfile.TarInfo(name)
                info.size = len(jpeg(50 * number))
                tar.addfile(info, io.BytesIO(jpeg(50 * number)))
    found = list(items([archive]))
    again = [one for item in found for one in items([item.name])]
    assert [item.name for item in again] == [item.name for item in found]
    assert [item.carried for item in again] == [0] * len(names)
    for number, item in enumerate(again):
        assert item.load().source == item.name
        assert round(item.load().rgb.mean()) == 50 * number


def test_a_member_that_is_not_there_is_told() -> None:
    zipfile.ZipFile("a.zip", "w").close()
    with zipfile.ZipFile("b.zip", "w") as archive:
        archive.writestr("a.jpg", jpeg())
    assert "no picture in this archive" in told(items(["a.zip!/a.jpg"])).message
    assert told(items(["b.zip!/b.jpg"])).code == "not_found"
    assert "no such file" in told(items(["none.zip!/b.jpg"])).message
    make("c.zip!/a.jpg")  # a folder may have such a name
    assert keys("c.zip!/a.jpg") == ["picture:c.zip!/a.jpg"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "name is empty"),
        ("none.jpg", "no such file"),
        ("none.mp4", "no such file"),
        ("none.zip", "no such file"),
        ("none*", "no file matches"),
        ("https://example.org/a.jpg", "addresses are not fetched"),
        ("empty", "no picture in this folder"),
        ("empty.zip", "no picture in this archive"),
        ("text.jpg", "not a picture"),
        ("text.mp4", "not a video"),
        ("text.zip", "damaged"),
        ("text.tar", "damaged"),
        ("none.jpg", "no such file"),
        ("pipe.jpg", "pipe"),
        ("pipe.mp4", "pipe"),
        ("pipe.tar", "pipe"),
        ("loop.jpg", "cannot be opened"),
        ("void.jpg", "empty"),
        ("\0", "cannot be opened"),
        ("x" * 5000, "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_an_item_that_says_why(name: str, message: str) -> None:
    Path("empty").mkdir()
    zipfile.ZipFile("empty.zip", "w").close()
    for ending in ("jpg", "mp4", "zip", "tar"):
        Path(f"text.{ending}").write_text("text" * 500, "utf-8")
    for ending in ("jpg", "mp4", "tar"):
        os.mkfifo(f"pipe.{ending}")
    Path("loop.jpg").symlink_to("loop.jpg")
    Path("void.jpg").touch()
    assert message in told(items([name])).message


@needs_permissions
def test_what_may_not_be_read_is_told_and_the_rest_is_read() -> None:
    make("f/a.jpg", "f/b.jpg", "f/closed/c.jpg", "f/open/d.jpg")
    zipfile.ZipFile("f/e.zip", "w").close()
    closed = ["f/b.jpg", "f/closed", "f/e.zip"]
    for name in closed:
        Path(name).chmod(0)
    with powerless():
        told_of = {
            item.name for inputs in ("f", "f/**") for item in items([inputs]) if _fails(item)
        }
        fine = [item.name for item in items(["f"]) if not _fails(item)]
    Path("f/closed").chmod(0o700)
    assert told_of == set(closed)
    assert fine == ["f/a.jpg", "f/open/d.jpg"]


def _fails(item: Item) -> bool:
    try:
        item.load()
    except SourceError as error:
        assert error.message == "cannot be opened: Permission denied"
        return True
    return False


def test_a_torn_video_gives_its_frames_and_then_says_so() -> None:
    whole = write(Path("a.avi"), [grey(4 * number) for number in range(60)]).read_bytes()
    Path("a.avi").write_bytes(whole[: len(whole) // 2])
    *frames, last = items(["a.avi"], every=Every())
    assert [item.frame for item in frames] == list(range(len(frames)))
    assert last.key == "problem:a.avi"
    assert told([last]).code == "truncated"


def test_a_torn_archive_gives_its_members_and_then_says_so() -> None:
    make("a.jpg", "b.jpg")
    with tarfile.open("a.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add("a.jpg")
        tar.add("b.jpg")
    os.truncate("a.tar", 512 + -(-len(jpeg()) // 512) * 512 + 100)  # in the second header
    first, last = items(["a.tar"])
    assert (first.key, last.key) == ("member 0:a.tar!/a.jpg", "problem:a.tar")
    assert told([last]).code == "damaged"


def test_what_is_gone_since_it_was_found_is_told() -> None:
    make("f/a.jpg")
    found = list(items(["f"]))
    shutil.rmtree("f")
    assert told(found).code == "not_found"


def test_a_file_larger_than_any_picture_is_not_read() -> None:
    make("a.jpg")
    os.truncate("a.jpg", 1 << 40)  # a hole: it takes no room
    assert told(items(["a.jpg"])).code == "too_large"


def test_keys_are_the_same_in_every_run_and_none_comes_twice() -> None:
    make(*(f"f/{n % 3}/{n}.jpg" for n in range(30)))
    once = keys("f", "f/1", "f/0/0.jpg", "-", stdin=b"f/0/3.jpg\nf\n")
    assert once == keys("f")
    assert len(set(once)) == 30


def test_names_of_one_file_are_one_item_also_through_a_list_or_from_above() -> None:
    make("a.jpg", "f/b.jpg")
    names = ["a.jpg", "./a.jpg", "f/../a.jpg", str(Path.cwd() / "a.jpg"), "f//b.jpg"]
    once = ["picture:a.jpg", "picture:f//b.jpg"]
    assert keys(*names, "f", "*.jpg") == once
    assert keys("-", stdin="\n".join(names).encode()) == once
    assert keys(".", "f/b.jpg", "a.jpg") == ["picture:a.jpg", "picture:f/b.jpg"]


@needs_permissions
def test_no_picture_is_left_out_because_a_link_leads_elsewhere() -> None:
    make("a.jpg", "else/a.jpg", "else/where/b.jpg")
    Path("link").symlink_to("else/where")
    names = ["a.jpg", "link/../a.jpg", "else/a.jpg"]
    assert keys(*names) == ["picture:a.jpg", "picture:link/../a.jpg"]
    assert keys("a.jpg", "else", "link") == [
        *("picture:a.jpg", "picture:else/a.jpg", "picture:else/where/b.jpg", "picture:link/b.jpg")
    ]


def test_a_name_that_cannot_be_one_is_told_among_others_too() -> None:
    make("a.jpg")
    assert len(keys("a.jpg", "\0", "../\0", "none/../a.jpg", "x" * 5000 + "/../a.jpg")) == 5


def test_the_folder_of_results_is_left_out() -> None:
    make("f/a.jpg", "f/out/b.jpg", "f/sorted/c.jpg")
    results = [Path("f/out"), Path("f/sorted")]
    assert keys("f", leave_out=results) == ["picture:f/a.jpg"]
    assert keys("f/*", leave_out=results) == ["picture:f/a.jpg"]
