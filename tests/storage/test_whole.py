"""Files that are there whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from posture_cli.errors import ModelError, OutputError
from posture_cli.storage.whole import free_path, may_write, sweep, whole_file, write_whole

KILLED = """
import os, signal, sys
from pathlib import Path
from posture_cli.storage.whole import whole_file
with whole_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_several_threads_may_write_one_file_and_one_of_them_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    contents = [bytes([number]) * 100_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: write_whole(path, data), contents * 4))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_two_that_write_bit_by_bit_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with whole_file(path) as one, whole_file(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert path.read_bytes() == b"one"  # its block ends last
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("length", [200, 251])
@pytest.mark.parametrize("letter", ["x", "語"])
def test_a_name_may_be_as_long_as_the_system_takes(
    tmp_path: Path, letter: str, length: int
) -> None:
    name = letter * (length // len(letter.encode())) + ".jpg"
    write_whole(tmp_path / "new" / name, b"all of it")
    assert (tmp_path / "new" / name).read_bytes() == b"all of it"


@pytest.mark.parametrize("end", [KeyboardInterrupt, KeyError, ModelError("no", hint="")])
def test_a_block_that_ends_early_leaves_what_was_there(tmp_path: Path, end: BaseException) -> None:
    path = tmp_path / "a"
    write_whole(path, b"before")
    with pytest.raises(BaseException) as ended, whole_file(path) as file:
        file.write(b"half")
        raise end
    assert ended.type is (end if isinstance(end, type) else type(end))
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_process_leaves_nothing_under_the_name_and_the_rest_is_swept(
    tmp_path: Path,
) -> None:
    path, other = tmp_path / "a[1].csv", tmp_path / ".b.csv.12ab34cd.part"
    other.touch()
    subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert not path.exists()
    assert len(list(tmp_path.iterdir())) == 2
    sweep(path)
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.parametrize("name", ["folder", "folder/a\0b", "file/below", "x" * 300])
def test_a_place_that_cannot_be_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(OutputError, match=r"cannot be written|is a folder or a device") as refused:
        write_whole(tmp_path / name, b"x")
    assert refused.value.hint
    assert {path.name for path in tmp_path.rglob("*")} == {"folder", "file"}


def test_what_the_system_refuses_can_be_told_in_other_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "below"
    with pytest.raises(ModelError, match="below"):
        write_whole(path, b"x", lambda path, _: ModelError(path.name, hint=""))


def test_a_folder_that_may_be_written_is_known_before(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert may_write(tmp_path / "new" / "newer" / "a")
    assert may_write(tmp_path / "file")
    assert not may_write(tmp_path / "file" / "a")
    assert not may_write(tmp_path)


def test_a_free_path_has_the_next_number(tmp_path: Path) -> None:
    found = []
    for _ in range(3):
        found.append(free_path(tmp_path, "a.b", ".csv"))
        found[-1].touch()
    assert [path.name for path in found] == ["a.b.csv", "a.b-2.csv", "a.b-3.csv"]
