"""What the store holds: finding, importing, remembering, removing."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import platformdirs
import pytest

from posture_cli.errors import ModelError
from posture_cli.estimators.models import disk
from posture_cli.estimators.models import store as the_store
from posture_cli.estimators.models.catalogue import INSIDE
from posture_cli.estimators.models.store import Held, Store, int8_name
from posture_cli.storage.whole import NAME_LETTERS
from tests.estimators.models.zoo import ARCHIVES, CONTENTS, MODELS, POSE

FILE = MODELS[POSE].file_name


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One that nobody could pull into."""
    return Store(MODELS, tmp_path / "store", tmp_path / "mxnet", "http://127.0.0.1:9")


def put(folder: Path, content: bytes = CONTENTS[POSE], name: str = FILE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_an_empty_store_says_how_to_get_a_model(store: Store) -> None:
    assert store.find(POSE) is None
    with pytest.raises(ModelError) as caught:
        store.require(POSE)
    assert caught.value.message == f"the model {POSE} is not on this machine"
    assert "posture models pull gluoncv" in caught.value.hint
    assert "posture models import FILE" in caught.value.hint


def test_looking_makes_no_folder(store: Store) -> None:
    store.find(POSE)
    assert not store.folder.exists()


def test_a_damaged_file_is_not_found_and_said_to_be_damaged(store: Store) -> None:
    path = put(store.folder, b"half")
    assert store.find(POSE) is None
    assert store.held(POSE) == Held(path, intact=False)
    with pytest.raises(ModelError, match="is damaged"):
        store.require(POSE)


def test_files_of_mxnet_are_used_in_place(store: Store, tmp_path: Path) -> None:
    theirs = put(tmp_path / "mxnet")
    assert store.find(POSE) == theirs
    ours = put(store.folder)
    assert store.find(POSE) == ours
    ours.write_bytes(b"half")
    assert store.find(POSE) == theirs


def test_mxnet_home_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    theirs = put(tmp_path / "models")
    monkeypatch.setenv("MXNET_HOME", os.fspath(tmp_path))
    assert Store(MODELS, tmp_path / "store").find(POSE) == theirs
    monkeypatch.delenv("MXNET_HOME")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    monkeypatch.setenv("USERPROFILE", os.fspath(tmp_path))
    theirs.unlink()
    (tmp_path / ".mxnet" / "models").mkdir(parents=True)
    theirs = put(tmp_path / ".mxnet" / "models")
    assert Store(MODELS, tmp_path / "store").find(POSE) == theirs


def test_the_front_door_looks_into_the_user_s_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MXNET_HOME", os.fspath(tmp_path))
    assert the_store.find(POSE) is None
    with pytest.raises(ModelError):
        the_store.Store().require(POSE)


def test_a_file_that_may_not_be_read_is_no_intact_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(store.folder)
    monkeypatch.setattr(the_store, "sha1_of", forbidden)
    assert store.held(POSE) == Held(path, intact=False)


def forbidden(_: Path, *, fresh: bool) -> str:
    raise PermissionError


@pytest.mark.skipif(sys.platform == "win32", reason="no fcntl there")
def test_a_file_system_without_locks_is_worked_with(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("posture_cli.storage.locking.fcntl.flock", no_locks)
    assert store.add(put(tmp_path / "usb"))[1] == store.find(POSE)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that is read to be hashed."""
    paths: list[Path] = []
    true = disk.read_sha1
    monkeypatch.setattr(disk, "read_sha1", lambda path: paths.append(path) or true(path))
    return paths


def test_a_file_is_hashed_once(store: Store, tmp_path: Path, hashed: list[Path]) -> None:
    path = put(store.folder)
    assert store.find(POSE) == path == Store(MODELS, store.folder, tmp_path / "mxnet").find(POSE)
    assert hashed == [path]
    store.require(POSE, fresh=True)
    assert len(hashed) == 2


def test_a_changed_file_is_hashed_again(store: Store, hashed: list[Path]) -> None:
    path = put(store.folder)
    store.find(POSE)
    path.write_bytes(CONTENTS[POSE][:-1] + b"?")
    os.utime(path, ns=(1, 1))
    assert store.find(POSE) is None
    assert len(hashed) == 2


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "posture"


@pytest.mark.parametrize("content", [b"", b"[]", b"x" * 32, b"x" * 52])
def test_a_memory_that_is_nonsense_is_forgotten(
    store: Store, cache: Path, hashed: list[Path], content: bytes
) -> None:
    path = put(store.folder)
    assert store.find(POSE) == path
    (memory,) = cache.iterdir()
    memory.write_bytes(content)
    assert store.find(POSE) == path == store.find(POSE)
    assert len(hashed) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files, not even from root")
def test_a_memory_that_cannot_be_written_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: Path("/proc/self"))
    store = Store(MODELS, Path("/proc/self"), tmp_path / "mxnet")
    theirs = put(tmp_path / "mxnet")
    assert store.find(POSE) == theirs == store.find(POSE)


def test_import_knows_a_file_by_its_content(store: Store, tmp_path: Path) -> None:
    file = put(tmp_path / "usb", name="weights (1).bin")
    assert store.add(file) == (MODELS[POSE], store.folder / FILE)
    assert store.require(POSE).read_bytes() == CONTENTS[POSE]
    assert file.exists()
    assert store.add(file)[1] == store.require(POSE)  # twice is fine


def test_import_copies_what_mxnet_has(store: Store, tmp_path: Path) -> None:
    theirs = put(tmp_path / "mxnet")
    assert store.add(theirs)[1] == store.find(POSE) == store.folder / FILE


def test_import_takes_the_zoo_s_archive(store: Store, tmp_path: Path) -> None:
    archive = put(tmp_path / "usb", ARCHIVES[MODELS[POSE].zip_name], "from_the_browser.zip")
    assert store.add(archive)[0] == MODELS[POSE]
    assert store.require(POSE).read_bytes() == CONTENTS[POSE]
    assert archive.exists()


def test_import_replaces_a_damaged_file(store: Store, tmp_path: Path) -> None:
    put(store.folder, b"half")
    store.add(put(tmp_path / "usb"))
    assert store.find(POSE)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.params", "not a known model"), (FILE, f"has the name of {POSE} but is damaged")],
)
def test_import_refuses_what_it_does_not_know(
    store: Store, tmp_path: Path, name: str, text: str
) -> None:
    file = put(tmp_path / "usb", b"other", name)
    with pytest.raises(ModelError, match=text):
        store.add(file)
    assert not store.folder.exists()


def test_import_tells_what_it_cannot_read(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ModelError, match="cannot read"):
            store.add(path)


def test_remove_deletes_a_file_and_what_was_left_of_it(store: Store, tmp_path: Path) -> None:
    path = put(store.folder)
    put(store.folder, b"half", f"{MODELS[POSE].zip_name}.part")
    put(store.folder, b"half", f".{FILE[:NAME_LETTERS]}.12ab34cd.part")
    put(store.folder, b"int8", int8_name(POSE, store.model(POSE).sha1))
    assert store.remove(POSE) == path
    assert [left.name for left in store.folder.iterdir()] == [f"{POSE}.lock"]


def test_remove_leaves_what_is_not_ours(store: Store, tmp_path: Path) -> None:
    theirs = put(tmp_path / "mxnet")
    with pytest.raises(ModelError, match="used in place"):
        store.remove(POSE)
    assert theirs.exists()
    theirs.unlink()
    with pytest.raises(ModelError, match="not on this machine"):
        store.remove(POSE)


def test_embedded_models_are_found_but_not_managed(store: Store) -> None:
    for name, (_, embedded) in INSIDE.items():
        assert store.require(name) == embedded.path
        for action in (store.remove, store.pull):
            with pytest.raises(ModelError, match="part of posture"):
                action(name)


def test_an_unknown_name_gets_the_nearest_one(store: Store) -> None:
    with pytest.raises(ModelError, match="no model is called") as caught:
        store.find("simple_pose_resnet18")
    assert f"Did you mean {POSE}?" in caught.value.hint
