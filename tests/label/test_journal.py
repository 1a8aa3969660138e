"""The journal: whole lines only, one process at a time, and no mixing."""

from __future__ import annotations

import io
import os
import runpy
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from posture_cli.errors import OutputError
from posture_cli.label.journal import Journal, begun_with, changed, encoded, place
from posture_cli.label.keys import Keys
from posture_cli.storage import locking

OPTIONS = {"version": "1", "--rules": "default"}
NAMES = ("a.jpg", 'with "quotes" and \\', "two\nlines", "caf\udce9.jpg", "猫.png", "")


def form(number: int) -> dict:
    return {"schema": "posture/1", "source": "x", "number": number}


def begun(path: Path, *names: str, options: dict[str, str] = OPTIONS) -> None:
    journal = Journal(path, options, restart=False)
    for number, name in enumerate(names):
        journal.append(encoded(name, form(number)))
    journal.close()


def done(path: Path) -> list[str]:
    journal = Journal(path, OPTIONS, restart=False)
    keys = [line["key"] for line in journal.lines()]
    assert all(key in journal.done for key in keys)
    assert len(journal.done) == len(keys)
    journal.close()
    return keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return place(tmp_path / "out.csv")


def test_it_lies_beside_the_output() -> None:
    assert place(Path("a/labels.coco.json")) == Path("a/labels.coco.json.partial")


def test_what_was_written_is_there_when_it_goes_on_whatever_the_names(path: Path) -> None:
    begun(path, *NAMES)
    assert done(path) == list(NAMES)


def test_going_on_twice_adds_to_the_same(path: Path) -> None:
    begun(path, "a", "b")
    begun(path, "c")
    assert done(path) == ["a", "b", "c"]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_torn_last_line_is_dropped_wherever_it_was_torn(path: Path, cut: int) -> None:
    begun(path, "a", "b")
    size = path.stat().st_size
    os.truncate(path, size - cut)
    assert done(path) == ["a"]
    begun(path, "c")
    assert done(path) == ["a", "c"]


def test_every_beginning_of_a_journal_can_be_gone_on_with(path: Path) -> None:
    begun(path, "a", "b")
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        keys = ["a", "b"][: max(0, whole[:length].count(b"\n") - 1)]
        assert done(path) == keys


@pytest.mark.parametrize("junk", [b"\0" * 4096, b'{"key": "x"\0\0}\n', b'{"key": "\xff"}\n'])
def test_what_a_power_cut_leaves_at_the_end_is_dropped(path: Path, junk: bytes) -> None:
    begun(path, "a")
    path.write_bytes(path.read_bytes() + junk)
    assert done(path) == ["a"]


def test_other_options_are_refused_with_what_changed_and_nothing_is_lost(path: Path) -> None:
    begun(path, "a")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="--rules was default and is deeplens") as told:
        Journal(path, {**OPTIONS, "--rules": "deeplens"}, restart=False)
    assert "--restart" in told.value.hint
    assert path.read_bytes() == before


def test_a_journal_without_pictures_takes_any_options(path: Path) -> None:
    begun(path)
    begun(path, "a", options={"version": "2"})
    with pytest.raises(OutputError, match="version was 2 and is 1"):
        done(path)


def test_restart_throws_away_what_was_there_whatever_it_was(path: Path) -> None:
    begun(path, "a", options={"version": "0"})
    journal = Journal(path, OPTIONS, restart=True)
    journal.append(encoded("b", form(1)))
    journal.close()
    assert done(path) == ["b"]


@pytest.mark.parametrize(
    "content",
    [
        b"file,label\n",
        b'{"schema": "posture-journal/2", "options": {}}\n',
        b'{"schema": "posture-journal/1", "options": 3}\n',
        b'{"schema": "posture-journal/1", "options": \n',
        b"\x89PNG",
    ],
)
def test_a_file_of_somebody_else_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(OutputError, match="is not a journal"):
        Journal(path, OPTIONS, restart=False)
    assert path.read_bytes() == content


def test_a_second_process_is_told(path: Path) -> None:
    journal = Journal(path, OPTIONS, restart=False)
    journal.append(encoded("a", form(0)))
    other = (
        "import sys; from pathlib import Path; from posture_cli.label.journal import Journal\n"
        f"Journal(Path(sys.argv[1]), {OPTIONS!r}, restart=True)"
    )
    run = subprocess.run(
        [sys.executable, "-c", other, path], capture_output=True, text=True, check=False
    )
    assert "another `posture label` is at work" in run.stderr
    journal.close()
    assert done(path) == ["a"]


class OnWindows(io.BytesIO):
    """A file that tells where it is locked: from where it stands, as there."""

    def fileno(self) -> int:
        return 3


def test_on_windows_no_journal_is_so_long_that_its_lock_hides_a_part(monkeypatch) -> None:
    """There a byte that is locked cannot be read through another handle, not even by us."""
    file, locked = OnWindows(), []
    msvcrt = SimpleNamespace(LK_NBLCK=2, locking=lambda *_: locked.append(file.tell()))
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(sys, "platform", "win32")
    there = runpy.run_path(locking.__file__)
    assert there["try_lock"](file)
    (place,) = locked
    assert 1 << 50 < place < 1 << 63  # systems take 63 bits


def test_with_what_it_began_is_told_without_opening_it_to_write(path: Path) -> None:
    assert begun_with(path) is None
    begun(path, "a")
    assert begun_with(path) == OPTIONS
    whole = path.read_bytes()
    for other in (b"", whole[:20], b"file,label\n", b"\xff\n"):
        path.write_bytes(other)
        assert begun_with(path) is None
    path.unlink()
    path.mkdir()
    assert begun_with(path) is None


def test_removed_it_is_gone_and_another_can_begin(path: Path) -> None:
    journal = Journal(path, OPTIONS, restart=False)
    journal.remove()
    assert not path.exists()
    begun(path, "a")
    assert done(path) == ["a"]


def test_a_damaged_line_is_told_by_its_number(path: Path) -> None:
    begun(path, "a")
    path.write_bytes(path.read_bytes() + b'{"key": "b", x}\n')
    journal = Journal(path, OPTIONS, restart=False)
    with closing(journal), pytest.raises(OutputError, match="damaged in line 3"):
        list(journal.lines())


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_on_a_full_disk_what_was_written_stays(path: Path) -> None:
    import resource

    begun(path, "a")
    journal = Journal(path, OPTIONS, restart=False)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, hard))
    try:
        with closing(journal), pytest.raises(OutputError, match="cannot be written"):
            journal.append(encoded("b", form(1)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done(path) == ["a"]


def test_a_power_cut_loses_the_lines_of_five_seconds_at_most(path: Path, monkeypatch) -> None:
    now_s, synced = [100.0], []
    monkeypatch.setattr("posture_cli.label.journal.monotonic", lambda: now_s[0])
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(now_s[0]))
    journal = Journal(path, OPTIONS, restart=False)
    for _ in range(12):
        now_s[0] += 1
        journal.append(encoded(str(now_s[0]), form(0)))
    journal.close()
    assert synced == [100, 106, 112]


def test_options_may_be_as_long_as_a_command_line(path: Path) -> None:
    long = {**OPTIONS, "INPUT": "some/picture.jpg " * 5000}
    begun(path, "a", options=long)
    begun(path, "b", options=long)
    assert path.read_bytes().count(b"\n") == 3
    assert begun_with(path) == long


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="devices of POSIX")
def test_an_endless_file_is_no_journal(path: Path) -> None:
    path.symlink_to("/dev/zero")
    with pytest.raises(OutputError, match="is not a journal"):
        Journal(path, OPTIONS, restart=False)


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        Journal(tmp_path / "file" / "out.csv.partial", OPTIONS, restart=False)
    with pytest.raises(OutputError, match="cannot be written"):
        Journal(tmp_path / "a\0b", OPTIONS, restart=False)


def test_keys_are_found_among_many() -> None:
    keys = Keys(map(str, range(0, 2000, 2)))
    assert [n for n in range(2000) if str(n) in keys] == list(range(0, 2000, 2))
    assert "x" not in Keys(())


def test_changes_are_told_in_both_directions() -> None:
    now, then = {"a": "1", "b": "2"}, {"a": "0", "c": "3"}
    assert changed(then, now) == [
        ("a", "0", "1"),
        ("b", None, "2"),
        ("c", "3", None),
    ]
    assert changed(now, now) == []


def test_a_deleted_journal_is_written_again_and_nothing_is_lost(path: Path) -> None:
    begun(path, "a")
    journal = Journal(path, OPTIONS, restart=False)
    journal.append(encoded("b", form(1)))
    path.unlink()
    assert journal.put_back(now=True)
    assert not journal.put_back(now=True)
    journal.append(encoded("c", form(2)))
    with pytest.raises(OutputError, match="is at work on"):
        Journal(path, OPTIONS, restart=False)
    journal.close()
    assert done(path) == ["a", "b", "c"]


def test_that_it_was_deleted_is_noticed_within_seconds(path: Path, monkeypatch) -> None:
    now_s, noticed = [100.0], []
    monkeypatch.setattr("posture_cli.label.journal.monotonic", lambda: now_s[0])
    journal = Journal(path, OPTIONS, restart=False)
    path.unlink()
    for _ in range(10):
        now_s[0] += 1
        if journal.put_back():
            noticed.append(now_s[0])
    journal.close()
    assert noticed == [102]


def test_where_another_run_took_its_place_each_reads_its_own_and_the_first_one_ends(
    path: Path,
) -> None:
    first = Journal(path, OPTIONS, restart=False)
    for key in ("a", "b"):
        first.append(encoded(key, form(0)))
    path.unlink()
    second = Journal(path, OPTIONS, restart=False)
    second.append(encoded("a", form(0)))
    assert [line["key"] for line in first.lines()] == ["a", "b"]
    with pytest.raises(OutputError, match="was deleted, and another `posture label` is at work"):
        first.put_back(now=True)
    first.remove()
    assert [line["key"] for line in second.lines()] == ["a"]
    second.close()
    assert done(path) == ["a"]


def test_fewer_lines_than_were_labelled_are_never_taken_for_all(path: Path) -> None:
    journal = Journal(path, OPTIONS, restart=False)
    for key in ("a", "b"):
        journal.append(encoded(key, form(0)))
    whole = path.read_bytes()
    os.truncate(path, whole.rindex(b"\n", 0, -1) + 1)
    with closing(journal), pytest.raises(OutputError, match="it has 1 of 2 lines"):
        list(journal.lines())
