"""Lists of names come from files and standard input; what is none is told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from posture_cli.errors import SourceError
from posture_cli.inputs import lists
from tests.people import SAMPLES

PICTURE = (SAMPLES / "sitting_05.jpg").read_bytes()


def read(data: bytes) -> list[lists.Line]:
    return list(lists.read(io.BytesIO(data)))


def read_file(path: Path, data: bytes) -> list[lists.Line]:
    path.write_bytes(data)
    return list(lists.read_file(str(path)))


def problem(lines: list[lists.Line]) -> str:
    (line,) = lines
    assert isinstance(line, SourceError)
    return line.message


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"a.jpg\nb c.jpg\n", ["a.jpg", "b c.jpg"]),
        (b"a.jpg\r\n\r\n\nb.jpg", ["a.jpg", "b.jpg"]),
        (b"\xef\xbb\xbfa.jpg\n", ["a.jpg"]),
        (b"a\nb.jpg\0c.jpg\0", ["a\nb.jpg", "c.jpg"]),
        (b"caf\xe9.jpg\n", ["caf\udce9.jpg"]),
        (b" a.jpg \n", [" a.jpg "]),
        (b"@a\n-\n", ["@a", "-"]),
    ],
)
def test_a_list_has_a_name_a_line_or_nul_between(
    tmp_path: Path, data: bytes, names: list[str]
) -> None:
    assert read(data) == names
    assert read_file(tmp_path / "list", data) == names


def test_a_long_list_is_read_piece_by_piece() -> None:
    names = [f"folder/picture {number}.jpg" for number in range(20_000)]
    file = io.BytesIO("\n".join(names).encode())
    lines = lists.read(file)
    assert next(lines) == names[0]
    assert file.tell() == lists.CHUNK_BYTES
    assert list(lines) == names[1:]


def test_an_endless_line_is_told_and_what_comes_before_is_read() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size < 1 << 20
            return b"a.jpg\n".ljust(size, b"x")

    first, *_, last = list(lists.read(Endless()))
    assert first == "a.jpg"
    assert "not a list" in last.message


def test_a_picture_on_standard_input_is_one() -> None:
    assert read(PICTURE) == [PICTURE]
    assert read(b"\1\2\3") == [b"\1\2\3"]


def test_endless_bytes_are_told_to_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_BYTES", 100_000)
    assert "MB" in problem(read(b"\1" * 200_000))
    assert read(b"\1" * 100_000) == [b"\1" * 100_000]


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\0", b"\xef\xbb\xbf"])
def test_nothing_is_told(tmp_path: Path, data: bytes) -> None:
    assert problem(read(data)) == "nothing arrived"
    assert problem(read_file(tmp_path / "list", data)) == "this list is empty"


def test_no_standard_input_is_told() -> None:
    assert problem(list(lists.read(None))) == "nothing arrived"


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    assert problem(read_file(tmp_path / "a.jpg", PICTURE)) == "is not a list of names"
    assert "cannot be opened" in problem(list(lists.read_file(str(tmp_path))))
    assert "No such file" in problem(list(lists.read_file(str(tmp_path / "none"))))
    assert "null" in problem(list(lists.read_file("\0")))
    assert "UTF-16" in problem(read_file(tmp_path / "list", "a.jpg\n".encode("utf-16")))
    assert "UTF-16" in problem(read("a.jpg\n".encode("utf-16")))
