"""Models of the user's own in the store: kept, found, checked, replaced and removed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from posture_cli.errors import ModelError
from posture_cli.estimators.models import own as the_own
from posture_cli.estimators.models.catalogue import MODELS, Own
from posture_cli.estimators.models.store import Store, int8_name
from tests.estimators.models.zoo import POSE

CONTENT = b"what somebody has trained"
FACTS = Own(POSE, "", "best.params")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(
        MODELS, tmp_path / "cache", tmp_path / "mxnet", "http://127.0.0.1:9", tmp_path / "own"
    )


def add(store: Store, name: str = "mine", content: bytes = CONTENT, force: bool = False) -> Path:
    return store.own.add(name, content, FACTS, force=force).path


def files(store: Store) -> set[str]:
    return {path.name for path in store.own.folder.iterdir() if path.suffix != ".lock"}


def test_a_model_is_kept_found_and_described(store: Store) -> None:
    path = add(store)
    sha1, sha256 = hashlib.sha1(CONTENT).hexdigest(), hashlib.sha256(CONTENT).hexdigest()
    assert path == store.find("mine") == store.require("mine", fresh=True)
    assert path.read_bytes() == CONTENT
    assert path.name == f"mine-{sha1[:8]}.params"
    model = store.model("mine")
    assert (model.network, model.task, model.sha1) == (POSE, "pose", sha1)
    assert model.own == Own(POSE, sha256, "best.params")
    assert model.title == f"mine(yours/{POSE}/sha256:{sha256[:12]})"
    assert (model.licence, model.origin) == ("not known", f"yours, {POSE}")
    assert [each.name for each in store.own.all()] == ["mine"]


def test_the_zoo_s_models_have_their_names_as_titles() -> None:
    assert (MODELS[POSE].title, MODELS[POSE].network) == (POSE, POSE)


@pytest.mark.parametrize(
    "name", [POSE, POSE.upper(), "gluoncv", "pose_detection", "Yolo3_Darknet53_Coco"]
)
def test_no_name_shadows_a_known_model(store: Store, name: str) -> None:
    with pytest.raises(ModelError, match="that posture knows already") as caught:
        add(store, name)
    assert "--name" in caught.value.hint
    assert not store.own.folder.exists()


@pytest.mark.parametrize(
    "name",
    ["", "a b", "../mine", "-x", ".x", "a/b", "x" * 41, "é", "nul", "con.x", "a+b", "a@b", "a\0"],
)
def test_a_name_is_a_file_name_on_every_system(store: Store, name: str) -> None:
    with pytest.raises(ModelError, match="cannot be the name"):
        add(store, name)


def test_a_name_is_in_small_letters(store: Store) -> None:
    assert add(store, "Mine-2.b_c").name.startswith("mine-2.b_c-")


def test_a_taken_name_needs_force(store: Store) -> None:
    before = add(store)
    with pytest.raises(ModelError, match="already") as caught:
        add(store, "MINE", b"another")
    assert "--force" in caught.value.hint
    assert before.read_bytes() == CONTENT
    int8 = store.folder / int8_name("mine", store.model("mine").sha1)
    int8.parent.mkdir()
    int8.write_bytes(b"made of the earlier one")
    after = add(store, content=b"another", force=True)
    assert store.require("mine") == after
    assert files(store) == {"mine.json", after.name}
    assert not int8.exists()


def test_force_also_forgets_what_was_made_of_the_same_weights(store: Store) -> None:
    """The class that is people may be another one now."""
    add(store)
    int8 = store.folder / int8_name("mine", store.model("mine").sha1)
    int8.parent.mkdir()
    int8.write_bytes(b"")
    assert add(store, force=True).exists()
    assert not int8.exists()


def test_remove_deletes_all_of_one_model_and_nothing_else(store: Store) -> None:
    add(store), add(store, "mine-2"), add(store, "mine-12345678")
    kept = files(store) - {"mine.json", store.require("mine").name}
    assert store.remove("mine").name.startswith("mine-")
    assert files(store) == kept
    with pytest.raises(ModelError, match="no model is called 'mine'"):
        store.remove("mine")


def test_a_file_that_vanished_is_missed_with_the_way_back(store: Store) -> None:
    add(store).unlink()
    assert store.find("mine") is None
    with pytest.raises(ModelError, match="mine is not on this machine") as caught:
        store.require("mine")
    assert f"posture models import best.params --as {POSE} --name mine" in caught.value.hint
    add(store, force=True)
    assert store.find("mine")


def test_the_way_back_of_a_detector_names_the_class_of_people(store: Store) -> None:
    facts = Own("yolo3_darknet53_coco", "", "x.params", classes=3, person=2)
    store.own.add("finder", CONTENT, facts, force=False).path.unlink()
    with pytest.raises(ModelError) as caught:
        store.require("finder")
    assert caught.value.hint.endswith("--name finder --person-class 2 --force")


def test_a_damaged_file_is_no_intact_one(store: Store) -> None:
    add(store).write_bytes(CONTENT[:-1])
    with pytest.raises(ModelError, match="is damaged"):
        store.require("mine")


def test_no_zoo_is_asked_for_it(store: Store) -> None:
    add(store)
    with pytest.raises(ModelError, match="is your own"):
        store.pull("mine")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda form: {},
        lambda form: {**form, "schema": "posture-model/2"},
        lambda form: {**form, "network": "resnet"},
        lambda form: {**form, "network": ["x"]},
        lambda form: {**form, "sha1": "../../etc"},
        lambda form: {**form, "sha256": ""},
        lambda form: {**form, "person": 1},
        lambda form: {**form, "person": "0"},
        lambda form: {**form, "classes": None},
        lambda form: {**form, "more": 1},
        lambda form: [form],
    ],
    ids=range(11),
)
def test_a_damaged_description_is_told_and_can_be_removed_or_replaced(store: Store, spoil) -> None:
    add(store)
    description = store.own.folder / "mine.json"
    description.write_text(json.dumps(spoil(json.loads(description.read_text()))))
    with pytest.raises(ModelError, match="cannot be read") as caught:
        store.require("mine")
    assert "posture models remove mine" in caught.value.hint
    assert (store.own.names(), store.own.all()) == (["mine"], [])
    add(store, force=True)
    assert store.find("mine")
    description.write_text("{")
    store.remove("mine")
    assert files(store) == set()


def test_what_is_not_ours_is_no_model(store: Store) -> None:
    add(store)
    (store.own.folder / "A b.json").write_text("{}")
    (store.own.folder / "notes.txt").write_text("")
    assert store.own.names() == ["mine"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files, not even from root")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    store = Store(MODELS, tmp_path, tmp_path, own_folder=Path("/proc/self/models"))
    with pytest.raises(ModelError, match="cannot write to /proc/self") as caught:
        add(store)
    assert "XDG_DATA_HOME" in caught.value.hint


def test_a_full_disk_keeps_the_earlier_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)

    def full(path: Path, *_: object) -> None:
        raise the_own.closed(path, OSError(28, os.strerror(28)))

    with monkeypatch.context() as patch:
        patch.setattr(the_own, "write_whole", full)
        with pytest.raises(ModelError, match="the disk is full"):
            add(store, content=b"another", force=True)
    assert store.require("mine").read_bytes() == CONTENT


def test_it_is_in_the_user_s_data_and_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who empties a cache may not lose what nobody can fetch again."""
    monkeypatch.setenv("XDG_DATA_HOME", os.fspath(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path / "cache"))
    store = Store()
    assert store.own.folder.is_relative_to(tmp_path / "data") or sys.platform != "linux"
    assert store.own.folder != store.folder
