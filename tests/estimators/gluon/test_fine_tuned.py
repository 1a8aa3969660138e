"""Weights of the user's own, imported and used, compared with GluonCV's own code on MXNet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from posture_cli.cli import posture
from posture_cli.core.body.scene import Frame
from posture_cli.estimators import Estimation, load
from posture_cli.estimators.gluon.exported import read
from posture_cli.estimators.gluon.fine_tuned import checked
from posture_cli.estimators.gluon.graphs import NETWORKS, build, drawn
from posture_cli.estimators.gluon.params import params_in, read_params
from posture_cli.estimators.gluon.ssd import in_file_style
from posture_cli.estimators.gluon.transforms import shrink
from posture_cli.estimators.models.store import Store
from posture_cli.estimators.runtime import compile_graph

reference = pytest.importorskip(
    "tests.estimators.gluon.reference", reason="only with the extra gluoncv"
)
from tests.estimators.gluon.test_end_to_end import blobs  # noqa: E402
from tests.estimators.gluon.test_graphs import in_rows  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # MXNet is older than what it imports
POSE, YOLO, SSD = (
    "simple_pose_resnet18_v1b",
    "yolo3_mobilenet1.0_coco",
    "ssd_512_mobilenet1.0_coco",
)
CLASSES = ["desk", "person", "lamp"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fine_tuned")


@pytest.fixture(scope="module")
def zoo(folder) -> dict[str, Path]:
    """Weights that stand for the zoo's: random, and they behave like trained ones."""
    return {name: reference.calibrated(name, folder) for name in (POSE, YOLO, SSD)}


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MXNET_HOME", str(tmp_path / "mxnet"))
    monkeypatch.setattr("posture_cli.storage.cache.write", lambda key, data: None)


def imported(file: Path, network: str, name: str, *more: str) -> None:
    command = ["models", "import", str(file), "--as", network, "--name", name, *more]
    ran = CliRunner().invoke(posture, command)
    assert ran.exit_code == 0, ran.output


def same_people(**names: str) -> None:
    """Both engines find the same three people, within the limits of the zoo's networks."""
    frame = Frame(shrink(blobs(640, 480), 256), "blobs.png")  # else resizing would differ
    ours, theirs = (
        load(Estimation("gluoncv", engine=engine, max_people=3, **names)).estimate(frame)
        for engine in ("openvino", "mxnet")
    )
    assert len(ours) == len(theirs) == 3
    for person, truth in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(person.bbox, truth.bbox, atol=5e-3)  # cut from a huge one
        np.testing.assert_allclose(person.keypoints.xy, truth.keypoints.xy, atol=0.05)
        np.testing.assert_allclose(person.keypoints.score, truth.keypoints.score, atol=1e-4)
        assert person.score == pytest.approx(truth.score, abs=1e-4)


@pytest.mark.parametrize("change", [reference.perturbed, reference.trained_a_step])
@pytest.mark.parametrize("detector", [YOLO, SSD])
def test_fine_tuned_networks_find_the_people_that_gluoncv_finds(change, detector, zoo, tmp_path):
    for network, name in ((POSE, "mine"), (detector, "finder")):
        file = change(network, zoo[network], tmp_path / f"{name}.params")
        before, after = read_params(zoo[network]), read_params(file)
        assert any((before[each] != after[each]).any() for each in before)
        imported(file, network, name)
        assert Store().require(name).read_bytes() == file.read_bytes()
    same_people(pose="mine", detector="finder")


@pytest.mark.parametrize("detector", [YOLO, SSD])
def test_exported_networks_find_the_people_that_gluoncv_finds(detector, zoo, tmp_path):
    for network, name in ((POSE, "mine"), (detector, "finder")):
        imported(reference.export(network, zoo[network], tmp_path / name), network, name)
    same_people(pose="mine", detector="finder")


def test_an_export_with_gluoncv_s_preparation_is_the_same(zoo, tmp_path):
    plain = checked(reference.export(POSE, zoo[POSE], tmp_path / "plain"), POSE)
    with reference.quiet():
        from gluoncv.utils import export_block

        network = reference.net(POSE, zoo[POSE])
        export_block(str(tmp_path / "prepared"), network, data_shape=(256, 192, 3), layout="HWC")
    assert checked(tmp_path / "prepared-symbol.json", POSE) == plain


@pytest.mark.parametrize("network", [YOLO, SSD])
@pytest.mark.parametrize("classes", [CLASSES, ["person"]], ids=["three classes", "one class"])
def test_a_detector_of_other_classes_finds_people(network, classes, zoo, folder, tmp_path):
    (tmp_path / "of_classes").mkdir()
    file = reference.calibrated(network, tmp_path / "of_classes", classes=classes)
    person = [] if len(classes) == 1 else ["--person-class", "1"]
    imported(file, network, "finder", *person)
    imported(zoo[POSE], POSE, "mine")
    same_people(pose="mine", detector="finder")


@pytest.mark.parametrize("network", [YOLO, SSD])
def test_of_several_classes_the_right_one_is_used(network, tmp_path):
    file = reference.calibrated(network, tmp_path, classes=CLASSES)
    theirs = reference.reduced_to_person(reference.net(network, file, CLASSES))  # by its name
    picture = reference.picture(network, seed=7)
    heads = reference.raw(theirs, picture)
    params = read_params(file)
    for person in range(3):
        graph = build(network, params, classes=3, person=person)
        answers = compile_graph(graph, key=f"{network} {person} of a test")(picture)
        ours, truth = answers[0], heads[0]
        if network == SSD:
            truth = in_rows(heads[:6], 2)
        assert (np.abs(ours - truth).max() < 5e-5) == (CLASSES[person] == "person")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_graph_uses_weights_in_the_order_of_gluoncv_s_own(name, tmp_path):
    """Weights of an export have no other names for their layers."""
    found = reference.net(name)
    found.initialize()
    found.hybridize()
    reference._run(found, reference.mx.nd.array(reference.picture(name)))
    found.export(str(tmp_path / "net"))
    file = tmp_path / "net-0000.params"
    export = read(params_in(file.read_bytes(), file), tmp_path / "net-symbol.json")
    by_layers = {p.name: name for name, p in found._collect_params_with_prefix().items()}
    weights = [by_layers[each] for each in export.arrays if not each[-1].isdigit()]
    ours = drawn(name)
    assert weights == [in_file_style(each) for each in ours.wanted]
    windows = {by_layers[each]: window for each, window in export.windows.items()}
    assert windows == {in_file_style(each): window for each, window in ours.windows.items()}
