"""What happens to a database happens here for real: other processes, full disks, damage."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from posture_cli.errors import ConfigError, OutputError, SourceError
from posture_cli.history import opening, past, schema
from posture_cli.history.recorder import EVERY_S, History
from tests.history.recording import through_a_full_disk
from tests.history.watched import EVER, NOON, Desk, read, seconds

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and mounts are for POSIX")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


@contextlib.contextmanager
def recording(mode, path):
    command = [sys.executable, "-m", "tests.history.recording", mode, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def mounted(folder, options):
    """Mount a small file system in memory, where that is allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("only root may mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def sound(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def recorded(path, label="sitting", for_s=60):
    desk = Desk(path)
    desk.sees(label, for_s)
    desk.is_told("hunching")
    desk.leaves()
    return desk


@posix
@pytest.mark.parametrize("rows", [1, 2, 5, 30, 100])
def test_kill_9_loses_the_last_seconds_at_most(path, rows):
    with recording("forever", path) as process:
        for _ in range(rows):
            line = process.stdout.readline()
        process.kill()
        told = [line, *process.stdout.readlines()]
    seen_s = [said for said in map(json.loads, told) if said != "open"]
    assert sound(path)
    assert sum(seconds(path).values()) >= max(seen_s, default=0) - EVERY_S
    again = recorded(path, "standing")  # the lock has died with its holder
    assert again.told == []
    assert seconds(path)["standing"] == 60


@posix
def test_a_full_disk_loses_nothing_and_is_told_once(tmp_path):
    with mounted(tmp_path / "small", "size=1m") as folder:
        ballast = folder / "ballast"

        def full():
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError) as refused:
                while True:
                    file.write(bytes(1024))
            assert refused.value.errno == errno.ENOSPC

        told, (during_s, seen_s, after_s) = through_a_full_disk(
            folder / "history.db", full, ballast.unlink
        )
        assert sound(folder / "history.db")
    assert_told_once(told)
    assert during_s < seen_s == pytest.approx(after_s)


@posix
def test_files_that_may_not_grow_lose_nothing_either(path):
    with recording("limited", path) as process:
        told, (during_s, seen_s, after_s) = json.loads(process.stdout.read())
    assert sound(path)
    assert_told_once(told)
    assert during_s < seen_s == pytest.approx(after_s)


def assert_told_once(told):
    first, second = told
    assert first.startswith("the history cannot be written: d")
    assert second == "the history is written again"


@posix
def test_an_end_on_a_full_disk_is_told(tmp_path):
    with mounted(tmp_path / "small", "size=1m") as folder:
        desk = Desk(folder / "history.db")
        with contextlib.suppress(OSError), (folder / "ballast").open("wb", 0) as file:
            while True:
                file.write(bytes(1024))
        for _ in range(40):
            desk.sees("sitting", 60)
            desk.sees("standing", 60)
        desk.leaves()
        assert [told[:20] for told in desk.told] == ["the history cannot b", "the end of the histo"]
        assert sound(folder / "history.db")


def test_a_second_one_is_told_who_records_and_since_when(path):
    with recording("forever", path) as process:
        assert json.loads(process.stdout.readline()) == "open"
        with pytest.raises(OutputError) as refused:
            Desk(path)
        told = f"process {process.pid} records already, since 2026-11-20 12:00:00"
        assert (refused.value.code, refused.value.message) == ("held", told)
        assert str(path) in refused.value.hint
        assert read(path).intervals is not None  # reading is free
    recorded(path)


def test_a_lock_that_tells_nothing_still_holds(path):
    desk = Desk(path)
    (path.parent / "history.db.lock").write_text("[]")
    with pytest.raises(OutputError, match="another process records already"):
        Desk(path)
    desk.leaves()


def test_what_a_dead_process_left_is_no_lock(path):
    (path.parent / "history.db.lock").write_text('{"pid": 1, "since": "2026-01-01T00:00:00+00:00"}')
    recorded(path)
    assert (path.parent / "history.db.lock").read_bytes() == b""


@pytest.mark.parametrize("where", ["head", "middle", "end", "all", "zeros"])
def test_a_damaged_one_is_kept_and_a_new_one_begun(path, where):
    desk = Desk(path)
    for _ in range(300):
        desk.sees("sitting", 10)
        desk.sees("standing", 10)
    desk.leaves()
    whole = path.read_bytes()
    bad = {
        "head": b"x" * 100 + whole[100:],
        "middle": whole[:4096] + b"\xff" * 4096 + whole[8192:],
        "end": whole[: len(whole) // 2],
        "all": b"no database at all",
        "zeros": bytes(len(whole)),
    }[where]
    path.write_bytes(bad)
    if where != "all":
        with pytest.raises(SourceError, match="damaged") as refused:
            read(path)
        assert "sets it aside" in refused.value.hint
    (told,) = recorded(path).told
    kept = path.with_name("history.damaged-20261120-120000.db")
    assert told == f"the history is damaged and a new one begins: {path}"
    assert kept.read_bytes() == bad
    assert seconds(path) == {"sitting": 60}


def test_two_damaged_ones_are_both_kept(path):
    for content in (b"one" * 999, b"two" * 999):
        path.write_bytes(content)
        recorded(path)
    kept = sorted(path.parent.glob("history.damaged-*"))
    assert [file.read_bytes()[:3] for file in kept] == [b"two", b"one"]


def test_what_was_never_a_history_is_left_alone(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("call mother " * 99)
    with pytest.raises(OutputError, match="is not a history"):
        Desk(notes)
    other = tmp_path / "bookmarks.db"
    with contextlib.closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")
    before = other.read_bytes()
    with pytest.raises(OutputError, match="a database of another program"):
        Desk(other)
    with pytest.raises(SourceError, match="a database of another program"):
        read(other)
    assert notes.read_text().startswith("call mother")
    assert other.read_bytes() == before


def test_a_newer_one_is_neither_read_nor_written(path):
    recorded(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    for use, error in ((Desk, OutputError), (read, SourceError)):
        with pytest.raises(error, match="written by a newer posture") as refused:
            use(path)
        assert (refused.value.code, "upgrade" in refused.value.hint) == ("newer", True)
    assert path.read_bytes() == before
    assert [file.name for file in opening.files_of(path)] == ["history.db"]


def test_its_tables_are_made_together_or_not_at_all(path, monkeypatch):
    monkeypatch.setattr(schema, "TABLES", schema.TABLES.replace("COMMIT", "DROP TABLE not_there"))
    with pytest.raises(OutputError, match="cannot be written: no such table: not_there"):
        Desk(path)
    monkeypatch.undo()
    assert read(path) == past.Past(*EVER)
    recorded(path)
    assert seconds(path) == {"sitting": 60}


def test_an_empty_one_has_nothing_and_stays_empty(path):
    path.touch()  # what a full disk left
    assert read(path) == past.Past(*EVER)
    assert [(file.name, file.stat().st_size) for file in path.parent.iterdir()] == [(path.name, 0)]
    recorded(path)
    assert seconds(path) == {"sitting": 60}


def test_one_without_tables_has_nothing_either(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = path.read_bytes()
    assert read(path) == past.Past(*EVER)
    assert path.read_bytes() == before


def test_damage_is_told_in_one_line(path):
    recorded(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    with pytest.raises(SourceError, match=r"is damaged: .*2: btreeInitPage") as refused:
        read(path)
    assert "\n" not in refused.value.message + refused.value.hint


@posix
def test_a_read_only_folder_can_be_read_but_not_written(tmp_path):
    with mounted(tmp_path / "disk", "size=1m") as folder:
        path = folder / "history.db"
        recorded(path)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        assert seconds(path) == {"sitting": 60}
        with pytest.raises(OutputError, match="Read-only") as refused:
            Desk(path)
        assert refused.value.hint
        with pytest.raises(OutputError, match="Read-only"):
            past.delete(path, None, NOON)
        assert seconds(path) == {"sitting": 60}


@pytest.mark.parametrize("name", ["file/history.db", "a\0b", "n" * 300, "folder"])
def test_a_place_for_no_file_is_told(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written") as refused:
        Desk(tmp_path / name)
    assert refused.value.hint


def test_a_folder_is_no_history_to_read(tmp_path):
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path)


def test_what_is_not_there_has_nothing(path):
    assert read(path) == past.Past(*EVER)
    past.delete(path, None, NOON)
    assert list(path.parent.iterdir()) == []


@posix
def test_without_a_home_there_is_no_place_for_it():
    if os.getuid() != 0:
        pytest.skip("only root may become nobody")
    code = (
        "import os; from posture_cli.history.opening import default_path\n"
        "os.setuid(54321); print(default_path())"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_DATA_HOME")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, check=False, encoding="utf-8")
    assert "ConfigError: there is no home folder for a history" in done.stderr


def test_the_users_own_is_in_their_data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(
        opening.platformdirs, "user_data_path", lambda name: tmp_path / "data" / name
    )
    History.open(None, NOON, lambda *_: None).close()
    assert opening.default_path() == tmp_path / "data" / "posture" / "history.db"
    assert opening.default_path().exists()

    monkeypatch.setattr(opening.platformdirs, "user_data_path", lambda name: Path("~", name))
    with pytest.raises(ConfigError, match="no home folder"):
        opening.default_path()


@posix
def test_only_the_user_can_read_it(tmp_path):
    path = tmp_path / "new" / "history.db"
    desk = Desk(path)
    desk.sees("sitting", 60)
    modes = {file.name: file.stat().st_mode & 0o777 for file in opening.files_of(path)}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3
    assert path.parent.stat().st_mode & 0o777 == 0o700
    desk.leaves()


SECRET = "sit up, unusual words"


def in_files(path, words=SECRET):
    return any(words.encode() in file.read_bytes() for file in opening.files_of(path))


def two_days(path):
    desk = Desk(path, datetime(2026, 11, 20, 22, 0, tzinfo=timezone(timedelta(hours=5))))
    from posture_cli.core.time.events import Alert

    desk.sees("sitting", 30)
    desk.history.write(Alert("sitting", desk.now_s, 0.0, SECRET), desk.at)
    desk.sees("standing", 4 * 3600, step_s=10)
    return desk


def test_deleting_before_a_day_cuts_at_its_midnight(path):
    two_days(path).leaves()
    assert in_files(path)
    past.delete(path, date(2026, 11, 21), NOON)
    found = read(path)
    (one,) = found.intervals
    assert (one.started.isoformat(), one.ended.isoformat()) == (
        "2026-11-21T00:00:00+05:00",
        "2026-11-21T02:00:30+05:00",
    )
    assert found.alerts == []
    assert not in_files(path)


def test_deleting_all_leaves_nothing_not_even_what_was_damaged(path):
    path.write_bytes(b"no database at all")
    two_days(path).leaves()
    assert len(opening.files_of(path)) == 2
    past.delete(path, None, NOON)
    assert opening.files_of(path) == []
    past.delete(path, None, NOON)


def test_deleting_all_needs_no_sound_database(path):
    path.write_bytes(b"no database at all")
    with pytest.raises(OutputError, match="cannot be written: file is not a database"):
        past.delete(path, date(2026, 11, 21), NOON)
    past.delete(path, None, NOON)
    assert opening.files_of(path) == []


@pytest.mark.parametrize("before", [None, date(2026, 11, 21)])
@pytest.mark.parametrize(
    "kind", ["diary", "bookmarks", "newer", "damaged bookmarks", "own name, bookmarks"]
)
def test_what_is_no_history_of_ours_is_never_deleted(tmp_path, kind, before):
    file = tmp_path / {"diary": "diary.txt", "own name, bookmarks": "history.db"}.get(kind, "o.db")
    if kind == "diary":
        file.write_text("Dear diary")
    else:
        recorded(file) if kind == "newer" else None
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE bookmarks (address TEXT)")
            connection.execute("PRAGMA user_version = 99")
    if kind == "damaged bookmarks":
        file.write_bytes(file.read_bytes()[:100] + b"\xff" * 9999)
    (tmp_path / f"{file.stem}.damaged-by-water.txt").write_text("mine too")
    before_it = {f: f.read_bytes() for f in tmp_path.iterdir()}
    with pytest.raises(OutputError) as refused:
        past.delete(file, before, NOON)
    assert refused.value.code == ("newer" if kind == "newer" else "foreign")
    assert {f: f.read_bytes() for f in tmp_path.iterdir()} == before_it


def test_deleting_all_takes_damaged_ones_under_any_name_but_only_ours(tmp_path):
    path = tmp_path / "mine.db"
    recorded(path)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 9999)
    (tmp_path / "mine.damaged-by-water.txt").write_text("a story")
    past.delete(path, None, NOON)
    assert {file.name for file in tmp_path.iterdir()} == {
        "mine.damaged-by-water.txt",
        "mine.db.lock",
    }


@pytest.mark.parametrize("seen_s", [3, 17, 200])
def test_after_deleting_all_what_goes_on_begins_anew_at_the_next_glance(path, seen_s):
    desk = Desk(path)
    desk.sees("sitting", 15)
    desk.sees("hunching", seen_s)
    for _ in range(2):  # once more, before it would be written again
        past.delete(path, None, desk.at)
        deleted = desk.at
        desk.passes(0.25)
        desk.sees("hunching", 3)
    desk.leaves()
    (one,) = read(path).intervals
    assert (one.label, one.started) == ("hunching", deleted + timedelta(seconds=0.25))
    assert one.lasted_s == 3
    assert desk.told == []


def test_a_deletion_between_a_look_and_its_writing_is_seen_too(path, monkeypatch):
    desk = Desk(path)
    desk.sees("sitting", 15)
    monkeypatch.setattr(desk.history, "_forget_deleted", lambda at: False)  # too early to see it
    past.delete(path, None, desk.at)
    deleted = desk.at
    desk.sees("sitting", 30)
    desk.leaves()
    (one,) = read(path).intervals
    assert deleted <= one.started <= deleted + timedelta(seconds=EVERY_S)
    assert one.ended == deleted + timedelta(seconds=30)


def test_alerts_after_a_deletion_are_kept_and_those_before_are_not(path):
    desk = Desk(path)
    desk.sees("hunching", 30)
    desk.is_told("hunching")
    past.delete(path, None, desk.at)
    desk.is_told("sitting")
    desk.leaves()
    assert [alert.kind for alert in read(path).alerts] == ["sitting"]


def test_deleting_all_while_somebody_records_takes_damaged_ones_too(path):
    path.write_bytes(b"no database at all")
    desk = two_days(path)
    past.delete(path, None, desk.at)
    left = {file.name for file in opening.files_of(path)}
    desk.leaves()
    assert left == {path.name + ending for ending in opening.BESIDE}


@pytest.mark.parametrize("before", [None, date(2026, 11, 21)])
def test_what_is_deleted_while_somebody_records_does_not_come_back(path, before):
    desk = two_days(path)
    past.delete(path, before, NOON)
    assert not in_files(path)
    left_s = 0 if before is None else 2 * 3600 + 30
    desk.sees("standing", 100)
    desk.sees("sitting", 50)
    desk.leaves()
    assert seconds(path) == pytest.approx({"standing": left_s + 100, "sitting": 50}, abs=EVERY_S)
    assert desk.told == []


def test_another_process_that_writes_for_long_is_waited_for(path):
    desk = Desk(path)
    desk.sees("sitting", 20)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.sees("sitting", 15)
        assert seconds(path)["sitting"] <= 20
        other.execute("ROLLBACK")
    desk.leaves()
    assert desk.told == []
    assert seconds(path) == {"sitting": 35}


@contextlib.contextmanager
def busy(path, for_s=0.3):
    """Let another program write to a database for a moment."""
    options = {"isolation_level": None, "check_same_thread": False}
    with contextlib.closing(sqlite3.connect(path, **options)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Timer(for_s, other.rollback)
        done.start()
        yield
        done.join()


def test_the_end_waits_for_another_process_that_writes(path):
    desk = Desk(path)
    desk.sees("sitting", 15)
    with busy(path):
        desk.history.close()
    assert desk.told == []
    assert seconds(path) == {"sitting": 15}


def test_deleting_waits_for_another_process_that_writes(path):
    desk = two_days(path)
    with busy(path):
        past.delete(path, None, NOON)
    assert not in_files(path)
    desk.leaves()


def test_a_name_with_strange_letters_is_fine(tmp_path):
    path = tmp_path / "100%? #1" / "häßlich [x].db"
    recorded(path)
    assert seconds(Path(path)) == {"sitting": 60}
    past.delete(path, None, NOON)
    assert opening.files_of(path) == []


GONE = ("", "-wal", "-shm", ".lock")


@posix
@pytest.mark.parametrize("endings", [GONE, ("",), (".lock",)], ids=["all", "file", "lock"])
def test_a_deleted_history_is_opened_again_at_once_and_told_once(path, endings):
    desk = Desk(path)
    desk.sees("sitting", 30)
    for ending in endings:
        path.with_name(path.name + ending).unlink()
    desk.sees("sitting", 40)
    desk.sees("standing", 20)
    what = f"history was deleted: {path}" if "" in endings else f"lock was deleted: {path}.lock"
    assert desk.told == [f"the {what}"]
    with pytest.raises(OutputError) as refused:
        History.open(path, NOON, lambda *_: None)  # the lock is there again
    assert refused.value.code == "held"
    desk.leaves()
    assert sound(path)
    assert seconds(path)["sitting"] == pytest.approx(40 if "" in endings else 70, abs=2)
    assert seconds(path)["standing"] == pytest.approx(20, abs=2)


@posix
def test_a_folder_that_is_gone_for_a_while_is_told_and_written_again(tmp_path):
    folder = tmp_path / "data"
    desk = Desk(folder / "history.db")
    desk.sees("sitting", 20)
    folder.rename(tmp_path / "elsewhere")
    folder.write_text("not a folder")
    desk.sees("sitting", 25)
    assert len(desk.told) == 1
    folder.unlink()
    desk.sees("sitting", 25)
    assert desk.told[1:] == [f"the history was deleted: {folder / 'history.db'}"]
    desk.leaves()
    assert seconds(folder / "history.db")["sitting"] >= 15


@posix
def test_another_process_that_took_the_lock_meanwhile_keeps_it(path):
    desk = Desk(path)
    desk.sees("sitting", 20)
    path.with_name(f"{path.name}.lock").unlink()
    with contextlib.closing(History.open(path, NOON, lambda *_: None)):
        desk.sees("sitting", 25)
        assert len(desk.told) == 1
        assert "records already" in desk.told[0]
    desk.sees("sitting", 25)
    desk.leaves()
    assert sound(path)
