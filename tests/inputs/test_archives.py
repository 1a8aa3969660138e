"""Pictures in archives are read in place; what is damaged, hidden or hostile does no harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from posture_cli.errors import SourceError
from posture_cli.inputs import archives, tars, zips
from posture_cli.inputs.archives import Member, members

FILES = {"a.jpg": b"first", "f/b.PNG": b"second" * 100, "f/c d\n.webp": b"third"}
OTHERS = {"readme.txt": b"x", ".h.jpg": b"x", "__MACOSX/._a.jpg": b"x", "f/.g/d.jpg": b"x"}


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return str(path)


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> str:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return str(path)


def header(path: Path, **values: object) -> str:
    """Write a TAR, compressed if it is called so, of one header, its bytes and the end."""
    info = tarfile.TarInfo("a.jpg")
    for name, value in values.items():
        setattr(info, name, value)
    data = info.tobuf(tarfile.GNU_FORMAT) + bytes(2048)
    path.write_bytes(gzip.compress(data) if path.suffix == ".tgz" else data)
    return str(path)


def contents(path: str) -> dict[str, bytes]:
    return {member.name: member.read() for member in members(path)}


def told(member: Member) -> SourceError:
    with pytest.raises(SourceError) as caught:
        member.read()
    return caught.value


def codes(path: str) -> dict[str, str]:
    return {member.name: told(member).code for member in members(path)}


def broken(found: Iterator[Member]) -> tuple[list[str], SourceError]:
    """Return what comes before an archive is told to be damaged."""
    names = []
    with pytest.raises(SourceError) as caught:
        for member in found:
            names.append(member.name)  # noqa: PERF401 - kept when it raises
    return names, caught.value


@contextmanager
def in_memory(most: int) -> Iterator[None]:
    """Fail if more bytes than this are needed at a time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


# What there is


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_gives_its_pictures(tmp_path: Path, method: int) -> None:
    assert contents(zipped(tmp_path / "a.ZIP", FILES | OTHERS, method)) == FILES


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tgz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")],
)
def test_a_tar_gives_its_pictures_however_it_is_compressed(
    tmp_path: Path, name: str, mode: str
) -> None:
    path = tarred(tmp_path / name, FILES | OTHERS, mode)
    assert contents(path) == FILES
    (tmp_path / name).rename(tmp_path / "b.tar")  # what it is, not what it is called
    assert contents(str(tmp_path / "b.tar")) == FILES


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_and_names_of_any_bytes_are_as_they_are(tmp_path: Path, form: int) -> None:
    name = "f/" * 120 + "caf\udce9 日.jpg"
    with tarfile.open(tmp_path / "a.tar", "w", format=form, encoding="utf-8") as archive:
        archive.addfile(tarfile.TarInfo(name))
    assert contents(str(tmp_path / "a.tar")) == {name: b""}


def test_names_that_come_twice_have_different_numbers(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.jpg", b"1")
        archive.writestr("a.jpg", b"2")
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("a.jpg"))
        archive.addfile(tarfile.TarInfo("a.jpg"))
    assert [(m.number, m.read()) for m in members(str(tmp_path / "a.zip"))] == [
        *((0, b"1"), (1, b"2"))
    ]
    assert [m.number for m in members(str(tmp_path / "a.tar"))] == [0, 1]


def test_threads_may_read_a_zip_at_once_and_after_its_end(tmp_path: Path) -> None:
    files = {f"{n}.jpg": os.urandom(50_000) + bytes(50_000) for n in range(60)}
    found = list(members(zipped(tmp_path / "a.zip", files)))
    with ThreadPoolExecutor(8) as pool:
        assert dict(pool.map(lambda m: (m.name, m.read()), found)) == files


def test_a_tar_tells_what_it_carries_and_a_zip_carries_nothing(tmp_path: Path) -> None:
    assert [m.carried for m in members(tarred(tmp_path / "a.tar", FILES))] == [5, 600, 5]
    assert [m.carried for m in members(zipped(tmp_path / "a.zip", FILES))] == [0, 0, 0]


# What does harm elsewhere


def test_names_that_lead_out_of_an_archive_are_only_names(tmp_path: Path) -> None:
    evil = {"../../a.jpg": b"1", "/etc/a.jpg": b"2", "f/../../b.jpg": b"3"}
    inside = tmp_path / "deep" / "er"
    inside.mkdir(parents=True)
    assert contents(zipped(inside / "a.zip", evil)) == evil
    assert contents(tarred(inside / "a.tar", evil)) == evil
    files = {p.name for p in tmp_path.rglob("*") if p.is_file()}
    assert files == {"a.zip", "a.tar"}


def test_links_and_devices_are_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind in [("s", tarfile.SYMTYPE), ("l", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)]:
            info = tarfile.TarInfo(f"{name}.jpg")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    link = zipfile.ZipInfo("s.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert codes(str(tmp_path / "a.tar")) == {
        "s.jpg": "link",
        "l.jpg": "link",
        "d.jpg": "unreadable",
    }
    assert codes(str(tmp_path / "a.zip")) == {"s.jpg": "link"}


def test_archives_and_videos_inside_are_told(tmp_path: Path) -> None:
    files = dict.fromkeys(["b.zip", "c.tar.gz", "d.rar", "e.mp4", ".f.zip"], b"x")
    expected = {"b.zip": "nested", "c.tar.gz": "nested", "d.rar": "nested", "e.mp4": "video"}
    assert codes(zipped(tmp_path / "a.zip", files)) == expected
    assert codes(tarred(tmp_path / "a.tar", files)) == expected


def test_encrypted_members_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipped(path, {"a.jpg": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\3\4") + 6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert codes(str(path)) == {"a.jpg": "encrypted"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_would_unpack_in_one_piece_is_told(tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path / "a.zip", {"a.jpg": bytes(1 << 20)}, method)
    assert "not read" in told(*members(path)).message


def test_a_zip_bomb_is_told_by_what_it_says(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.jpg", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(bytes(1 << 20))
        archive.writestr("white.bmp", bytes(1 << 20))  # small enough to be a picture of paper
    bomb, paper = members(str(tmp_path / "a.zip"))
    assert told(bomb).code == "bomb"
    assert len(paper.read()) == 1 << 20


def test_members_that_share_their_data_are_read_once(tmp_path: Path) -> None:
    path = Path(zipped(tmp_path / "a.zip", {"a.jpg": b"first", "b.jpg": b"second"}))
    data = path.read_bytes()
    begin, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    number = 2 * 1000
    counts = struct.pack("<HHLL", number, number, 1000 * (end - begin), begin)
    many = data[:begin] + 1000 * data[begin:end] + data[end : end + 8] + counts + data[-2:]
    path.write_bytes(many)
    first, second, *others = members(str(path))
    assert (first.read(), second.read()) == (b"first", b"second")
    assert len(others) == 1998
    assert {told(member).code for member in others} == {"bomb"}


def test_a_member_within_the_data_of_another_is_not_read(tmp_path: Path) -> None:
    inner = Path(zipped(tmp_path / "in.zip", {"b.jpg": b"second"}, zipfile.ZIP_STORED))
    outer = {"a.jpg": inner.read_bytes(), "b.jpg": b"second"}
    path = Path(zipped(tmp_path / "a.zip", outer, zipfile.ZIP_STORED))
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 42, data.index(b"PK\x03\x04", 4))  # where `b.jpg` begins
    path.write_bytes(data)
    around, within = members(str(path))
    assert around.read() == outer["a.jpg"]
    assert "shares its data" in told(within).message


def test_a_zip_bomb_that_lies_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipped(path, {"a.jpg": bytes(100 << 20)})
    data, small = bytearray(path.read_bytes()), struct.pack("<L", 1000)
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = small
    at = data.index(b"PK\3\4") + 22
    data[at : at + 4] = small
    path.write_bytes(data)
    with in_memory(2 << 20):
        assert told(*members(str(path))).code == "damaged"


def test_a_member_larger_than_any_picture_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    monkeypatch.setattr(zips, "MAX_BYTES", 1000)
    files = {"a.jpg": os.urandom(1001), "b.jpg": os.urandom(1000)}
    for path in (zipped(tmp_path / "a.zip", files), tarred(tmp_path / "a.tar", files)):
        large, small = members(path)
        assert told(large).code == "too_large"
        assert len(small.read()) == 1000


def test_a_zip_with_more_members_than_any_folder_has_is_refused_before_they_are_read(
    tmp_path: Path, monkeypatch
) -> None:
    path = zipped(tmp_path / "a.zip", {f"{n:06}.jpg": b"" for n in range(20_000)})
    assert sum(1 for _ in members(path)) == 20_000
    monkeypatch.setattr(zips, "DIRECTORY_BYTES", 1_000_000)
    with in_memory(1 << 20):
        names, error = broken(members(path))
    assert (names, error.code) == ([], "too_large")
    assert error.message == "has a directory of 1 MB; the limit is 1"


def test_the_size_of_a_directory_is_not_believed(tmp_path: Path) -> None:
    path = Path(zipped(tmp_path / "a.zip", FILES))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\5\6") + 12
    data[at : at + 4] = struct.pack("<L", 0xFFFFFF00)
    path.write_bytes(data)
    with in_memory(1 << 20):
        assert broken(members(str(path)))[0] == []


@pytest.mark.parametrize(
    "values",
    [
        {"size": 1 << 40},
        {"size": 1 << 40, "type": tarfile.GNUTYPE_LONGNAME},
        {"size": 1 << 30, "type": tarfile.XHDTYPE},
        {"size": 1 << 30, "type": tarfile.XGLTYPE},
        {"size": -4096},
        {"size": -4096, "type": tarfile.XHDTYPE},
    ],
)
@pytest.mark.parametrize("name", ["a.tar", "a.tgz"])
def test_what_a_header_claims_is_not_believed(tmp_path: Path, name: str, values) -> None:
    with in_memory(8 << 20):
        _, error = broken(members(header(tmp_path / name, **values)))
    assert error.code == "damaged"


@pytest.mark.parametrize("kind", [tarfile.XGLTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_of_headers_end(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, 512
    record = b"512 comment=".ljust(511, b"x") + b"\n"
    one = info.tobuf(tarfile.GNU_FORMAT) + record
    (tmp_path / "a.tgz").write_bytes(gzip.compress(one * 20_000))
    assert broken(members(str(tmp_path / "a.tgz")))[1].code == "damaged"


def test_the_attributes_that_a_tar_has_for_all_members_are_limited(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for number in range(40):
            archive.fileobj.write(
                tarfile.TarInfo.create_pax_global_header({f"k{number}": "x" * 50_000})
            )
            archive.addfile(tarfile.TarInfo(f"{number}.jpg"))
    names, error = broken(members(str(tmp_path / "a.tar")))
    assert 10 < len(names) < 30
    assert error.code == "damaged"


def test_a_bomb_in_a_compressed_tar_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.bz2"
    with bz2.open(path, "wb") as file:
        for name, size in [("a.jpg", 300 << 20), ("b.jpg", 512)]:
            info = tarfile.TarInfo(name)
            info.size = size
            file.write(info.tobuf())
            for _ in range(size >> 20):
                file.write(bytes(1 << 20))
        file.write(bytes(2048))
    with in_memory(8 << 20):
        large, small = members(str(path))
    assert (told(large).code, len(small.read())) == ("too_large", 512)


# What is damaged


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.tar.xz"])
@pytest.mark.parametrize("data", [b"", b"x", b"x" * 5000, b"\x1f\x8b" + b"x" * 900, b"PK\3\4xxxx"])
def test_what_is_no_archive_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    names, error = broken(members(str(tmp_path / name)))
    assert (names, error.code) == ([], "damaged")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_torn_zip_has_no_directory(tmp_path: Path, share: float) -> None:
    path = Path(zipped(tmp_path / "a.zip", FILES))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert broken(members(str(path)))[1].code == "damaged"


def test_a_damaged_member_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = Path(zipped(tmp_path / "a.zip", FILES, zipfile.ZIP_STORED))
    path.write_bytes(path.read_bytes().replace(b"first", b"fir?t"))
    damaged, *others = members(str(path))
    assert told(damaged).code == "damaged"
    assert [member.read() for member in others] == list(FILES.values())[1:]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_what_comes_before_the_tear_of_a_tar_is_read(tmp_path: Path, pack) -> None:
    files = {f"{n}.jpg": os.urandom(200_000) for n in range(12)}
    data = pack(Path(tarred(tmp_path / "b.tar", files)).read_bytes())
    (tmp_path / "a.tar").write_bytes(data[: len(data) // 2])
    names, error = broken(members(str(tmp_path / "a.tar")))
    assert 0 < len(names) < 7  # bzip2 has blocks of 900 kB
    assert error.code == "damaged"


@pytest.mark.parametrize("left", [1024, 1024 + 512, 1024 + 300])
def test_a_tar_without_an_end_or_with_a_torn_header_is_told(tmp_path: Path, left: int) -> None:
    whole = Path(tarred(tmp_path / "a.tar", {"a.jpg": b"1" * 512, "b.jpg": b"2" * 512}))
    whole.write_bytes(whole.read_bytes()[:left])
    assert broken(members(str(whole)))[0] == ["a.jpg"]


def test_a_broken_header_is_not_the_end(tmp_path: Path) -> None:
    path = Path(tarred(tmp_path / "a.tar", {"a.jpg": b"1" * 512, "b.jpg": b"2" * 512}))
    data = bytearray(path.read_bytes())
    data[1024 + 148 : 1024 + 156] = b"9" * 8  # the sum of the second header
    path.write_bytes(data)
    assert broken(members(str(path)))[0] == ["a.jpg"]


def test_an_archive_that_may_not_be_opened_is_told(tmp_path: Path) -> None:
    for name in ("a.zip", "a.tar"):
        (tmp_path / name).mkdir()
        assert "cannot be opened" in broken(members(str(tmp_path / name)))[1].message


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
def test_whatever_is_damaged_is_told_and_nothing_hangs(tmp_path: Path, name: str) -> None:
    pack = zipped if name == "a.zip" else tarred
    whole = Path(pack(tmp_path / name, FILES | {"x" * 150 + ".jpg": b"x" * 700})).read_bytes()
    random = np.random.default_rng(0)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(random.integers(1, 6)):
            data[random.integers(len(data))] = random.integers(256)
        damaged = gzip.compress(data) if name == "a.tgz" else bytes(data)
        (tmp_path / name).write_bytes(damaged)
        with suppress(SourceError):
            for member in members(str(tmp_path / name)):
                with suppress(SourceError):
                    member.read()


def test_a_long_tar_needs_little_memory(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tgz", {f"{n}.txt": b"" for n in range(5000)}, "w:gz")
    with in_memory(1 << 20), Path(path).open("rb") as file:
        assert sum(1 for _ in tars.entries(file)) == 5000
