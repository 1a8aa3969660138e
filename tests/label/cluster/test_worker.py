"""The steps of a cluster process, without a cluster."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from posture_cli import Estimation, Posture
from posture_cli.core.judge.judges import RuleSet
from posture_cli.errors import EstimatorError, ModelError, SourceError
from posture_cli.inputs.items import Item, files, items
from posture_cli.inputs.stores import objects
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import LoadedJudging
from posture_cli.label.cluster.worker import BATCH, Part, Place, Recipe, Worker, units
from posture_cli.label.engine import Line, label_items
from tests.estimators.layouts import networks
from tests.people import SAMPLES, SITTING, SIZE, STANDING, someone

NOTHING: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("room")
    for sample in sorted(SAMPLES.glob("*.jpg"))[:3]:
        shutil.copy(sample, room)
    shutil.make_archive(str(room / "some"), "zip", SAMPLES, "desk.mp4")
    return room


@pytest.fixture
def recipe(room: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    monkeypatch.chdir(room)
    with Posture(Estimation("blazepose")) as posture:
        judging, name = posture.judging, posture.estimator
    return Recipe(Estimation("blazepose"), name, judging, Every(), None, room)


@pytest.fixture
def worker(recipe: Recipe) -> Worker:
    worker = Worker()
    worker.start(pickle.loads(pickle.dumps(recipe)), NOTHING)  # as Ray sends it
    return worker


@pytest.fixture
def here(recipe: Recipe) -> list[bytes]:
    """The lines of the folder, by this process."""
    with Posture(Estimation("blazepose")) as posture:
        return [line.data for line in label_items(items(["."]), posture.observe, 1)]


def keys(found: list[Line]) -> list[str]:
    return [json.loads(line.data)["key"] for line in found]


def test_a_worker_gives_the_lines_of_this_process(worker, here) -> None:
    found = []
    for unit in units(files(["."]), Every(), NOTHING):
        worker.begin(unit, 0)
        part = worker.some()
        assert part.finished
        found += [line.data for line in part.lines]
    assert sorted(found) == sorted(here)


def test_what_is_left_out_of_an_archive_comes_with_an_answer_once(worker, tmp_path) -> None:
    archive = tmp_path / "some.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(SAMPLES / "sitting_01.jpg", "a.jpg")
        file.writestr("b.psd", b"8BPS")
        file.write(SAMPLES / "sitting_02.jpg", "c.jpg")
        file.writestr("d.cr2", b"none")
    worker.begin((str(archive),), 0)
    worker.look()
    assert worker.one().left_out == ()
    assert worker.some().left_out == (f"{archive}!/b.psd", f"{archive}!/d.cr2")
    assert worker.some().left_out == ()


def test_one_by_one_the_lines_are_the_same_and_counted_ones_are_left_out(worker, here) -> None:
    *_, pictures = units(files(["."]), Every(), NOTHING)  # the archive comes first
    worker.begin(pictures, 1)
    place = worker.look()
    assert isinstance(place, Place)
    part = worker.one()
    assert (keys(part.lines), part.finished) == ([place.key], False)
    assert [line.data for line in (*part.lines, *worker.some().lines)] == here[1:3]
    assert worker.look() is None


def test_done_pictures_are_not_sent_and_not_labelled_in_archives(recipe, here) -> None:
    done = frozenset(json.loads(line)["key"] for line in here)
    left = list(units(files(["."]), Every(), done))
    assert [unit for unit in left if len(unit) > 1] == []
    worker = Worker()
    worker.start(recipe, done)
    worker.begin(left[0], 0)
    assert worker.some() == Part([], finished=True)


def in_batches(worker: Worker) -> tuple[list[str], bool]:
    part = worker.some()
    return keys(part.lines), part.finished


def one_by_one(worker: Worker) -> tuple[list[str], bool]:
    found: list[Line] = []
    while worker.look():
        part = worker.one()
        found += part.lines
        if part.finished:
            return keys(found), True
    return keys(found), False


@pytest.mark.parametrize("ask", [in_batches, one_by_one])
@pytest.mark.parametrize("counted", [0, 1, 3])
def test_an_archive_that_has_disappeared_is_an_error(worker, ask, counted) -> None:
    worker.begin(("gone.zip",), counted)
    assert ask(worker) == (["problem:gone.zip"], True)
    assert worker.look() is None


@pytest.mark.parametrize("ask", [in_batches, one_by_one])
def test_after_the_members_of_a_torn_archive_comes_the_reason_and_then_nothing(
    worker, tmp_path, monkeypatch, ask
) -> None:
    monkeypatch.chdir(tmp_path)
    with tarfile.open("torn.tar", "w") as archive:
        archive.add(SAMPLES / "sitting_01.jpg", "0.jpg")
        first = archive.offset
        archive.add(SAMPLES / "sitting_02.jpg", "1.jpg")
    os.truncate("torn.tar", first + 2000)
    worker.begin(("torn.tar",), 0)
    assert ask(worker) == (["member 0:torn.tar!/0.jpg", "problem:torn.tar"], True)
    worker.begin(("torn.tar",), 1)
    assert ask(worker) == (["problem:torn.tar"], True)


@pytest.mark.parametrize("counted", [0, 1, 3])
def test_a_begun_archive_in_a_store_out_of_reach_is_not_a_row(worker, monkeypatch, counted) -> None:
    problem = SourceError("cannot be reached", hint="check the network", code="network")
    monkeypatch.setattr(objects, "opened", partial(down, problem))
    worker.begin(("s3://b/some.zip",), counted)
    with pytest.raises(SourceError, match="cannot be reached"):
        worker.some()


def down(problem: SourceError, address: str) -> NoReturn:
    raise problem


def test_beginning_a_unit_gives_no_line_yet(worker) -> None:
    assert worker.begin(("gone.zip",), 0) == Part([], finished=False)


def broken_judge(*what: object) -> NoReturn:
    raise RuntimeError("no kernel")


def test_an_unexpected_error_costs_the_picture_and_not_the_process(recipe, here) -> None:
    worker = Worker()
    worker.start(
        pickle.loads(
            pickle.dumps(replace(recipe, judging=LoadedJudging(RuleSet(broken_judge, {}))))
        ),
        NOTHING,
    )
    *_, pictures = units(files(["."]), Every(), NOTHING)
    worker.begin(pictures, 0)
    part = pickle.loads(pickle.dumps(worker.some()))
    assert [line.failure.message for line in part.lines] == [
        "cannot be labelled: RuntimeError: no kernel"
    ] * len(here[1:])


def test_a_store_out_of_reach_is_not_a_row(worker) -> None:
    problem = SourceError("no credentials", hint="log in", code="login")
    worker.begin((Item("picture:s3://a", "s3://a", 0, partial(refuse, problem)),), 0)
    with pytest.raises(SourceError, match="s3://a: no credentials"):
        worker.some()


def refuse(problem: SourceError) -> NoReturn:
    raise problem


def test_pictures_are_sent_in_batches_and_archives_and_videos_alone() -> None:
    names = [f"{number}.jpg" for number in range(BATCH + 2)]
    found = list(units([*names[:5], "a.zip", *names[5:], "b.MP4"], Every(), NOTHING))
    assert found == [("a.zip",), tuple(names[:BATCH]), ("b.MP4",), tuple(names[BATCH:])]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"folder": Path("/no/such/folder")}, "there is no folder /no/such/folder"),
        ({"folders": (Path("/no/such/review"),)}, "there is no folder /no/such/review"),
        ({"name": "another"}, "has blazepose-full, and not another"),
        ({"version": "0.0.1"}, ", and not 0.0.1"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_a_machine_that_would_give_other_rows_is_refused(recipe, change, message) -> None:
    with pytest.raises(EstimatorError) as refused:
        Worker().start(replace(recipe, **change), NOTHING)
    assert refused.value.message.startswith("node ") and refused.value.message.endswith(message)
    assert refused.value.code == "ray"


def test_a_network_of_the_user_counts_from_the_folder_and_must_be_the_same(
    recipe, tmp_path, monkeypatch
) -> None:
    write = networks.PLANTED["rtmpose"]
    shots = ((), SIZE), (someone(SITTING), SIZE)
    write(recipe.folder / "own.onnx", *shots)
    estimation = Estimation("onnx:own.onnx")
    with Posture(estimation) as posture:
        recipe = replace(recipe, estimation=estimation, name=posture.estimator)
    monkeypatch.chdir(tmp_path)
    Worker().start(recipe, NOTHING)
    write(recipe.folder / "own.onnx", shots[0], (someone(STANDING), SIZE))
    with pytest.raises(EstimatorError, match=r"has onnx:own#.*, and not onnx:own#"):
        Worker().start(recipe, NOTHING)
    (recipe.folder / "own.onnx").unlink()
    with pytest.raises(ModelError, match=r"node .*: there is no file own.onnx"):
        Worker().start(recipe, NOTHING)


def test_errors_can_be_pickled() -> None:
    for error in (SourceError("a", hint="b"), ModelError("a", hint="b", code="c")):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (again.message, again.hint, again.code) == (error.message, error.hint, error.code)


def run(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{before}\nimport sys; from posture_cli.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_ray_the_extra_is_named_and_no_journal_begun(tmp_path) -> None:
    missing = "import sys; sys.modules['ray'] = None"
    out = tmp_path / "out.csv"
    done = run("label", str(SAMPLES), "-o", str(out), "--cluster", "local", before=missing)
    assert done.returncode == 1
    assert done.stderr.startswith("posture: --cluster needs Ray: ")
    assert "pip install 'posture-cli[ray]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_needs_the_engine_and_check_has_none(tmp_path) -> None:
    done = run("label", "a.jpg", "-o", "out.csv", "--cluster", "local", "--engine", "mxnet")
    assert done.returncode == 2 and "--cluster needs --engine openvino." in done.stderr
    done = run("check", "a.jpg", "--cluster", "local")
    assert done.returncode == 2 and "No such option" in done.stderr and "--cluster" in done.stderr
