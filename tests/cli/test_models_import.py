"""`posture models import --as`: weights that somebody has trained, from the file to the answer."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from posture_cli.cli import posture
from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators.gluon.params import to_params
from posture_cli.estimators.models import catalogue
from tests.estimators.gluon.handmade import SMALL, YOLO, arrays_of
from tests.people import SAMPLES


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    (folder / "best-0000.params").write_bytes(to_params(arrays_of(SMALL)))
    return folder / "best-0000.params"


@pytest.fixture(autouse=True)
def nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "MXNET_HOME"):
        monkeypatch.setenv(name, os.fspath(tmp_path / name.lower()))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(posture, [os.fspath(each) for each in arguments])


def imported(*arguments: str | Path) -> Result:
    return run("models", "import", *arguments)


def test_a_life_of_weights_of_one_s_own(weights: Path) -> None:
    done = imported(weights, "--as", SMALL)
    assert (done.exit_code, done.stderr) == (0, "")
    name, network, path = done.stdout.split()
    assert (name, network, Path(path).read_bytes()) == ("best", SMALL, weights.read_bytes())
    listed = run("models").stdout
    assert f"not known   yours, {SMALL}" in listed
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert f"  best  SHA-256 {sha256}  from best-0000.params" in listed
    assert run("models", "path", "best").stdout == f"{path}\n"
    assert f"best  intact  {path}" in run("models", "verify").stdout
    Path(path).write_bytes(weights.read_bytes()[:-1])
    assert run("models", "verify").exit_code == 1
    assert "damaged" in run("models").stdout
    assert f"best  removed  {path}" in run("models", "remove", "best").stdout
    assert "yours" not in run("models").stdout


def test_a_name_is_given_once(weights: Path) -> None:
    assert imported(weights, "--as", SMALL, "--name", "mine").exit_code == 0
    again = imported(weights, "--as", SMALL, "--name", "mine")
    assert (again.exit_code, again.stderr.splitlines()[1]) == (
        1,
        "  replace it with --force, or choose another name with --name",
    )
    assert imported(weights, "--as", SMALL, "--name", "mine", "--force").exit_code == 0


def test_the_answer_says_whose_networks_found_the_people(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "finder.params").write_bytes(to_params(arrays_of(YOLO, 1)))
    imported(weights, "--as", SMALL, "--name", "mine")
    imported(tmp_path / "finder.params", "--as", YOLO)
    picture = SAMPLES / "sitting_01.jpg"
    done = run("check", picture, "--pose", "mine", "--detector", "finder", "--json")
    assert done.exit_code == 0, done.stderr
    mine, finder = (
        hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in (weights, tmp_path / "finder.params")
    )
    assert json.loads(done.stdout)["estimator"] == (
        f"gluoncv:mine(yours/{SMALL}/sha256:{mine})+finder(yours/{YOLO}/sha256:{finder})"
    )
    error = run("check", picture, "--pose", "finder", "--detector", "mine").exception
    assert isinstance(error, EstimatorError)
    assert (error.message, error.hint[-6:]) == ("finder is not a pose network", ", mine")


def test_a_damaged_description_is_listed_and_told(weights: Path) -> None:
    path = Path(imported(weights, "--as", SMALL, "--name", "mine").stdout.split()[-1])
    path.with_name("mine.json").write_text("{")
    assert "damaged" in next(
        line for line in run("models").stdout.splitlines() if line.split()[:1] == ["mine"]
    )
    error = run("check", SAMPLES / "sitting_01.jpg", "--pose", "mine").exception
    assert isinstance(error, ModelError)
    assert "posture models remove mine" in error.hint


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        (["--name", "mine"], 2, "need --as NETWORK"),
        (["--force"], 2, "need --as NETWORK"),
        (["--person-class", "0"], 2, "need --as NETWORK"),
        (["--as", SMALL, "--person-class", "-1"], 2, "-1 is not in the range"),
        ([], 1, "need --as NETWORK"),
        (["--as", "nonsense"], 1, "there is no network 'nonsense'"),
        (["--as", SMALL, "--name", SMALL], 1, "that posture knows already"),
        (["--as", YOLO], 1, f"they fit another one: --as {SMALL}"),
    ],
)
def test_wrong_usage(weights: Path, more: list[str], code: int, text: str) -> None:
    done = imported(weights, *more)
    assert (done.exit_code, done.stdout) == (code, "")
    assert text in done.stderr


def test_a_file_named_like_the_zoo_s_needs_a_name(weights: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{SMALL}.params"
    file.write_bytes(weights.read_bytes())
    assert "choose another one with --name" in imported(file, "--as", SMALL).stderr
    assert imported(file, "--as", SMALL, "--name", "mine").exit_code == 0


def test_the_zoo_s_own_file_is_no_own_one(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha1 = hashlib.sha1(weights.read_bytes()).hexdigest()
    monkeypatch.setitem(catalogue.MODELS, SMALL, catalogue.Model(SMALL, "pose", sha1))
    done = imported(weights, "--as", SMALL, "--name", "mine")
    assert (done.exit_code, f"is the zoo's {SMALL}" in done.stderr) == (1, True)
    assert imported(weights).exit_code == 0


def test_several_networks_are_not_one(weights: Path, tmp_path: Path) -> None:
    done = imported(weights, tmp_path / "other.params", "--as", SMALL)
    assert (done.exit_code, "one network at a time" in done.stderr) == (1, True)


def test_both_files_of_an_export_are_one_network(tmp_path: Path) -> None:
    names = {f"net0_{name.replace('.', '_')}": each for name, each in in_order().items()}
    nodes = [{"op": "null", "name": name} for name in names]
    (tmp_path / "net-symbol.json").write_text(json.dumps({"nodes": nodes}))
    arrays = {f"arg:{name}": each for name, each in names.items()}
    (tmp_path / "net-0000.params").write_bytes(to_params(arrays))
    both = sorted(tmp_path.glob("net-*"))
    assert imported(*both, "--as", SMALL).stdout.split()[0] == "net"
    assert imported(tmp_path / "net-symbol.json", "--as", SMALL, "--force").exit_code == 0


def in_order() -> dict:
    from posture_cli.estimators.gluon.graphs import drawn

    arrays = arrays_of(SMALL)
    return {name: arrays[name] for name in drawn(SMALL).wanted}
