"""Pulling from a zoo that works, and from one that does not."""

from __future__ import annotations

import errno
import io
import shutil
import socket
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from posture_cli.errors import ModelError
from posture_cli.estimators.models import disk
from posture_cli.estimators.models.store import ZOO, Store
from tests.estimators.models.zoo import ARCHIVES, CONTENTS, MODELS, POSE, Zoo, zipped

MODEL = MODELS[POSE]
ARCHIVE = ARCHIVES[MODEL.zip_name]
FILE = MODEL.file_name


def files(store: Store) -> set[str]:
    """What lies in the store besides locks."""
    if not store.folder.is_dir():
        return set()
    return {path.name for path in store.folder.iterdir()} - {f"{POSE}.lock"}


def part(store: Store) -> Path:
    return store.folder / f"{MODEL.zip_name}.part"


def failure(store: Store, **options: float) -> str:
    """Pull, which must fail, leave nothing in place, and say why and what to do."""
    with pytest.raises(ModelError) as caught:
        store.pull(POSE, **options)
    assert FILE not in files(store)
    assert not [name for name in files(store) if name.endswith(".part") and "params" in name]
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_model_is_fetched_checked_and_found_again(zoo: Zoo, store: Store) -> None:
    seen: list[tuple[int, int]] = []
    path = store.pull(POSE, progress=lambda here, whole: seen.append((here, whole)))
    assert path == store.folder / FILE == store.find(POSE) == store.require(POSE)
    assert path.read_bytes() == CONTENTS[POSE]
    assert seen[-1] == (len(ARCHIVE), len(ARCHIVE))
    assert files(store) == {FILE}
    assert zoo.asked == [(f"/mirror/gluon/models/{MODEL.zip_name}", None)]


def test_what_is_here_is_not_fetched_again(zoo: Zoo, store: Store) -> None:
    assert store.pull(POSE) == store.pull(POSE)
    assert len(zoo.asked) == 1


def test_a_damaged_file_is_replaced(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / FILE).write_bytes(b"half")
    assert store.find(POSE) is None
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]


def test_a_broken_connection_is_taken_up_where_it_ended(zoo: Zoo, store: Store) -> None:
    zoo.cuts = [200_000]
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    assert [wanted for _, wanted in zoo.asked] == [None, "bytes=200000-"]
    assert zoo.sent_bytes == len(ARCHIVE)


def test_the_next_pull_goes_on_where_the_last_one_gave_up(zoo: Zoo, store: Store) -> None:
    zoo.cuts = [100_000, 100_000, 100_000]
    assert "broke off 3 times, after 0.3 MB" in failure(store)
    assert part(store).stat().st_size == 300_000
    store.pull(POSE)
    assert zoo.asked[-1][1] == "bytes=300000-"
    assert zoo.sent_bytes == len(ARCHIVE)
    assert not part(store).exists()


def test_an_interruption_keeps_what_is_there(zoo: Zoo, store: Store) -> None:
    def interrupt(here: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull(POSE, progress=interrupt)
    kept = part(store).stat().st_size
    assert 0 < kept < len(ARCHIVE)
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    assert zoo.asked[-1][1] == f"bytes={kept}-"


def test_a_server_without_ranges_sends_everything_again(zoo: Zoo, store: Store) -> None:
    zoo.ranges, zoo.cuts = False, [200_000]
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    assert zoo.sent_bytes == 200_000 + len(ARCHIVE)


def test_a_server_that_gives_no_length_is_fine(zoo: Zoo, store: Store) -> None:
    zoo.lengths = False
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]


def test_a_wrong_range_is_not_glued_on(zoo: Zoo, store: Store) -> None:
    zoo.cuts, zoo.shift = [200_000], 1
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    assert [wanted for _, wanted in zoo.asked] == [None, "bytes=200000-", None]


def test_an_archive_that_is_whole_is_not_fetched_again(zoo: Zoo, store: Store) -> None:
    store.folder.mkdir()
    part(store).write_bytes(ARCHIVE)
    store.pull(POSE)
    assert zoo.sent_bytes == 0


def test_a_part_that_is_too_long_is_thrown_away(zoo: Zoo, store: Store) -> None:
    store.folder.mkdir()
    part(store).write_bytes(ARCHIVE + b"more")
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    assert zoo.sent_bytes == len(ARCHIVE)


def test_a_part_with_other_content_is_found_out_and_thrown_away(store: Store) -> None:
    store.folder.mkdir()
    part(store).write_bytes(bytes(300_000))
    failure(store)
    assert files(store) == set()
    store.pull(POSE)


@pytest.mark.parametrize(("status", "text"), [(403, "403 Forbidden"), (404, "404 Not Found")])
def test_a_refusal_is_told_with_the_address(zoo: Zoo, store: Store, status: int, text: str) -> None:
    zoo.status = status
    assert failure(store) == f"the server answers {text}: {store.address(POSE)}"


def test_a_silent_server_is_given_up(zoo: Zoo, store: Store) -> None:
    zoo.gate.clear()
    assert "sent nothing for 0.2 s" in failure(store, timeout_s=0.2)
    zoo.gate.set()
    zoo.stall_after = 100_000
    assert "sent nothing for 0.2 s" in failure(store, timeout_s=0.2)
    assert part(store).stat().st_size == 100_000


def test_a_server_that_accepts_and_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        store = Store(MODELS, tmp_path / "store", tmp_path / "mxnet", address)
        assert "sent nothing for 0.2 s" in failure(store, timeout_s=0.2)


def test_no_network_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    store = Store(MODELS, tmp_path / "store", tmp_path / "mxnet", f"http://127.0.0.1:{port}")
    assert "refused" in failure(store)


def test_something_else_than_http_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"SSH-2.0-hello\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        store = Store(MODELS, tmp_path / "store", tmp_path / "mxnet", address)
        assert "SSH-2.0-hello" in failure(store)
        thread.join()


@pytest.mark.parametrize(
    "address",
    ["ftp://host/", "file:///tmp/", "host/folder", "https://", "http://[::", "http://u:secret@h/"],
)
def test_an_address_that_cannot_be_used_is_refused(tmp_path: Path, address: str) -> None:
    store = Store(MODELS, tmp_path / "store", tmp_path / "mxnet", address)
    assert "MXNET_GLUON_REPO" in failure(store)


def test_a_redirection_is_followed_but_not_to_another_kind(zoo: Zoo, store: Store) -> None:
    with Zoo() as other:
        zoo.redirect = f"{other.address}gluon/models/{MODEL.zip_name}"
        assert store.pull(POSE).read_bytes() == CONTENTS[POSE]
    store.remove(POSE)
    zoo.redirect = "ftp://127.0.0.1/a.zip"
    assert "from http to ftp" in failure(store)


BOMB = zipped({FILE: bytes(disk.MOST_BYTES // 8)}, zipfile.ZIP_DEFLATED)


def encrypted() -> bytes:
    """An archive whose member says that it needs a password."""
    content = bytearray(zipped({FILE: CONTENTS[POSE]}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def flipped() -> bytes:
    content = bytearray(ARCHIVE)
    content[len(content) // 2] ^= 255
    return bytes(content)


@pytest.mark.parametrize(
    ("archive", "text"),
    [
        (zipped({FILE: b"other"}), "has SHA-1"),
        (zipped({"other.params": b""}), "it holds 'other.params'"),
        (zipped({f"../../{FILE}": CONTENTS[POSE]}), f"it holds '../../{FILE}'"),
        (zipped({f"/{FILE}": CONTENTS[POSE]}), "should hold"),
        (zipped({"a\x1b[31m": b""}), r"\x1b"),
        (zipped({}), "it holds nothing"),
        (b"<html>Log in to the hotel's network</html>", "not a zip file"),
        (b"", "not a zip file"),
        (ARCHIVE[:-100], "not a zip file"),
        (flipped(), "damaged"),
        (encrypted(), "damaged"),
    ],
    ids=range(11),
)
def test_bad_archives_are_told_and_thrown_away(
    zoo: Zoo, store: Store, tmp_path: Path, archive: bytes, text: str
) -> None:
    zoo.archives[MODEL.zip_name] = archive
    assert text in failure(store)
    assert files(store) == set()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]
    zoo.archives = dict(ARCHIVES)
    assert store.pull(POSE).read_bytes() == CONTENTS[POSE]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(zoo: Zoo, store: Store) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(FILE, b"one")
        archive.writestr(FILE, CONTENTS[POSE])
    zoo.archives[MODEL.zip_name] = buffer.getvalue()
    assert "once" in failure(store)


def test_a_bomb_is_not_unpacked(zoo: Zoo, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture_cli.estimators.models.archive.MOST_BYTES", 10_000_000)
    zoo.archives[MODEL.zip_name] = BOMB
    assert "would unpack to 67.1 MB" in failure(store)
    assert files(store) == set()


def test_a_member_that_lies_about_its_size_is_cut(
    zoo: Zoo, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posture_cli.estimators.models.disk.MOST_BYTES", 10_000_000)
    zoo.archives[MODEL.zip_name] = BOMB
    assert "no model is so large" in failure(store)


@pytest.mark.parametrize("lengths", [True, False])
def test_a_server_that_sends_without_end_is_cut(
    zoo: Zoo, store: Store, monkeypatch: pytest.MonkeyPatch, lengths: bool
) -> None:
    monkeypatch.setattr("posture_cli.estimators.models.fetch.MOST_BYTES", 200_000)
    zoo.lengths = lengths
    assert "sends more than 0.2 MB" in failure(store)
    assert files(store) == set()


def test_too_little_room_is_told_before_the_download(
    zoo: Zoo, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(".")._replace(free=1_000_000)
    monkeypatch.setattr("posture_cli.estimators.models.disk.shutil.disk_usage", lambda _: usage)
    assert "1.4 MB needed, 1.0 MB free" in failure(store)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(store: Store) -> None:
    store.folder.mkdir()
    part(store).symlink_to("/dev/full")
    assert failure(store) == f"the disk is full: {store.folder}"


def test_a_disk_that_fills_up_while_unpacking_keeps_the_download(
    zoo: Zoo, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("posture_cli.storage.whole.os.fsync", full)
        assert "the disk is full" in failure(store)
    assert files(store) == {part(store).name}
    store.pull(POSE)
    assert zoo.sent_bytes == len(ARCHIVE)


def test_a_folder_that_cannot_be_made_is_told(zoo: Zoo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(MODELS, tmp_path / "file" / "store", tmp_path / "mxnet", zoo.address)
    assert "cannot write to" in failure(store)
    assert zoo.asked == []


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files, not even from root")
def test_a_read_only_folder_is_told(zoo: Zoo, tmp_path: Path) -> None:
    store = Store(MODELS, Path("/proc/self"), tmp_path / "mxnet", zoo.address)
    with pytest.raises(ModelError, match="cannot write to /proc/self"):
        store.pull(POSE)


def test_two_at_once_fetch_once(zoo: Zoo, store: Store) -> None:
    zoo.gate.clear()
    told, found = threading.Event(), []
    holders: list[str] = []

    def pull() -> None:
        found.append(store.pull(POSE, waiting=lambda who: (holders.append(who), told.set())))

    threads = [threading.Thread(target=pull) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert told.wait(10)
    zoo.gate.set()
    for thread in threads:
        thread.join()
    assert found == [store.folder / FILE] * 2
    assert len(zoo.asked) == len(holders) == 1


def test_the_address_is_gluoncv_s_unless_the_user_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MXNET_GLUON_REPO", raising=False)
    assert Store().address(POSE) == f"{ZOO}gluon/models/simple_pose_resnet18_v1b-f63d42ac.zip"
    assert ZOO.startswith("https://")
    monkeypatch.setenv("MXNET_GLUON_REPO", "https://mirror.example/a")
    assert Store().address(POSE).startswith("https://mirror.example/a/gluon/models/")
