"""Less than float32: only on request, only if it is as good, and always part of the name."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from posture_cli.cli import posture
from posture_cli.core.body.scene import Frame
from posture_cli.errors import DependencyError, EstimatorError, ModelError
from posture_cli.estimators import DEFAULTS, Estimation, load
from posture_cli.estimators.gluon import precision, quantise
from posture_cli.estimators.gluon.start import compiled
from posture_cli.estimators.gluon.transforms import pose_input
from posture_cli.estimators.gluoncv import GluonCV
from posture_cli.estimators.models import quantised
from posture_cli.estimators.models.catalogue import MODELS, Weights
from posture_cli.estimators.runtime import Graph, compile_graph, processor

needs_nncf = pytest.mark.skipif(find_spec("nncf") is None, reason="only with the extra int8")
POSE = DEFAULTS.pose


def never() -> bool:
    raise AssertionError("this must not be tried")


@pytest.fixture
def own_store(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def weights(own_store) -> Path:
    file = own_store / "some.params"
    file.write_bytes(b"weights")
    return file


def peaks(*cells: tuple[int, int], height: float = 0.9) -> np.ndarray:
    """Heatmaps of one person, each with one peak at (row, column)."""
    heatmaps = np.zeros((1, len(cells), 64, 48), np.float32)
    for joint, (row, column) in enumerate(cells):
        heatmaps[0, joint, row, column] = height
    return heatmaps


def small_graph() -> Graph:
    """A network of two convolutions, with the input and output of a pose network."""
    rng = np.random.default_rng(0)
    graph = Graph((None, 3, 256, 192))
    first = rng.normal(0, 0.3, (8, 3, 3, 3)).astype(np.float32)
    x = graph.activation(graph.convolution(graph.input, first, None, stride=2), "relu")
    last = rng.normal(0, 0.3, (17, 8, 3, 3)).astype(np.float32)
    graph.output(graph.convolution(x, last, np.zeros(17, np.float32), stride=2))
    return graph


@pytest.mark.parametrize("wanted", ["fp32", "bf16", "int8"])
def test_a_wanted_precision_is_used(wanted):
    assert precision.chosen(wanted, ("FP32", "BF16"), never) == wanted


def test_auto_is_fp32_on_a_processor_without_bf16_and_tries_nothing():
    assert precision.chosen("auto", ("FP32", "INT8"), never) == "fp32"


@pytest.mark.parametrize(("pays", "chosen"), [(True, "bf16"), (False, "fp32")])
def test_auto_is_bf16_only_where_it_pays(pays, chosen):
    assert precision.chosen("auto", ("FP32", "BF16"), lambda: pays) == chosen


def test_the_result_of_a_trial_is_cached(own_store):
    assert precision.cached("these weights", lambda: False) is False
    assert precision.cached("these weights", never) is False
    assert precision.cached("others", lambda: True) is True


def test_the_processor_has_a_name_and_precisions():
    assert processor().name
    assert "FP32" in processor().capabilities


@pytest.mark.parametrize(
    ("near", "stay"),
    [
        (peaks((30, 20), (40, 10)), True),
        (peaks((31, 19), (40, 10)), True),
        (peaks((30, 20), (42, 10)), False),
    ],
    ids=["the same", "one cell", "two cells"],
)
def test_joints_may_move_by_one_cell(near, stay):
    assert precision.joints_stay(peaks((30, 20), (40, 10)), near) is stay


def test_invisible_joints_do_not_prove_that_joints_stay():
    assert not precision.joints_stay(peaks((1, 1), height=0.1), peaks((1, 1), height=0.1))


@pytest.mark.parametrize(
    ("box", "stay"),
    [
        ((10, 10, 50, 90, 0.8), True),
        ((10, 10, 51, 91, 0.76), True),
        ((10, 10, 50, 90, 0.74), False),
        ((15, 10, 55, 90, 0.8), False),
    ],
    ids=["the same", "near", "another score", "another place"],
)
def test_boxes_may_move_a_little(box, stay):
    assert precision.boxes_stay(np.array([(10, 10, 50, 90, 0.8)]), np.array([box])) is stay


def test_both_precisions_are_tried_on_four_people():
    assert precision.four_people().shape == (256, 4 * 192, 3)


@pytest.mark.parametrize(
    ("name", "wanted", "options"),
    [
        ("gluoncv", "bf16", {"engine": "mxnet"}),
        ("gluoncv", "int8", {"engine": "mxnet"}),
        ("blazepose", "int8", {}),
    ],
)
def test_an_estimator_without_a_precision_says_so(name, wanted, options):
    with pytest.raises(EstimatorError, match=f"has no {wanted}") as caught:
        load(Estimation(name, precision=wanted, **options))
    assert "--precision" in caught.value.hint


def test_auto_is_fp32_for_blazepose(blazepose):
    assert load(Estimation("blazepose", precision="auto")).name == blazepose.name


def test_missing_int8_networks_name_the_command_and_the_extra(weights):
    with pytest.raises(ModelError, match="no int8 network") as caught:
        compiled(Weights(MODELS[POSE], weights), "int8", 1)
    assert f"posture models quantise {POSE}" in caught.value.hint
    assert "posture-cli[int8]" in caught.value.hint


def test_without_nncf_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "nncf", None)
    monkeypatch.delitem(sys.modules, "nncf")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(DependencyError, match="NNCF") as caught:
        quantise.import_nncf()
    assert "posture-cli[int8]" in caught.value.hint


def test_the_command_fails_with_a_hint(own_store, monkeypatch):
    monkeypatch.setenv("MXNET_HOME", str(own_store))
    ran = CliRunner().invoke(posture, ["models", "quantise", POSE, str(own_store)])
    assert ran.exit_code == 1
    assert "posture-cli[int8]" in ran.output or "posture models pull" in ran.output


def kept(weights: Path, **facts) -> Path:
    """An int8 network in the store, without real content."""
    path = quantised.place_of(POSE, weights)
    made_of = {"network": POSE, "weights_sha1": quantised.sha1_of_weights(weights), **facts}
    quantised.keep(path, {"model.xml": b"<net/>" * 99, "model.bin": b"\1" * 999}, made_of)
    return path


def test_a_network_in_the_store_is_read_as_it_was_written(weights):
    path, sha1 = kept(weights), quantised.sha1_of_weights(weights)
    assert sha1[:8] in path.name
    assert quantised.read(POSE, path, sha1)["model.bin"] == b"\1" * 999
    assert [file.name for file in path.parent.glob("*int8*")] == [path.name]


@pytest.mark.parametrize("spoil", [lambda b: b[:-40], lambda b: b.replace(b"\1", b"\2")])
def test_a_damaged_network_is_refused(weights, spoil):
    path = kept(weights)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ModelError, match="damaged"):
        compiled(Weights(MODELS[POSE], weights), "int8", 1)


def test_a_network_of_other_weights_is_refused(weights):
    kept(weights, weights_sha1="0" * 40)
    with pytest.raises(ModelError, match="other weights"):
        compiled(Weights(MODELS[POSE], weights), "int8", 1)


def test_a_network_without_its_parts_or_that_openvino_cannot_read_is_refused(weights):
    path = kept(weights)
    with pytest.raises(ModelError, match="cannot read"):
        compiled(Weights(MODELS[POSE], weights), "int8", 1)
    facts = {"network": POSE, "weights_sha1": quantised.sha1_of_weights(weights)}
    quantised.keep(path, {"model.xml": b""}, facts)
    with pytest.raises(ModelError, match="is missing"):
        compiled(Weights(MODELS[POSE], weights), "int8", 1)


def test_pictures_without_people_cannot_quantise():
    with pytest.raises(ModelError, match="nobody"):
        quantise.quantised_graph(small_graph(), [])


@needs_nncf
@pytest.mark.filterwarnings("ignore")
def test_a_quantised_network_is_near(samples, own_store):
    boxes = np.array([(0, 0, 480, 480)], np.float64)
    inputs = [pose_input(rgb, boxes) for rgb in list(samples.values())[:8]]
    network = quantise.quantised_graph(small_graph(), inputs)
    near = compile_graph(lambda: network, key="int8 of a test", precision="int8")
    exact = compile_graph(small_graph(), key="fp32 of a test")
    (ours,), (theirs,) = near(inputs[0]), exact(inputs[0])
    assert 0 < np.abs(ours - theirs).max() < 0.1 * np.abs(theirs).max()
    assert "openvino_telemetry" not in sys.modules or sys.modules["openvino_telemetry"]


@needs_nncf
@pytest.mark.filterwarnings("ignore")
def test_networks_are_quantised_run_and_used_again(samples, own_store):
    reference = pytest.importorskip(
        "tests.estimators.gluon.reference", reason="only with the extra gluoncv"
    )
    names = (DEFAULTS.detector, "mobile_pose_mobilenetv3_small")
    files = [Weights(MODELS[name], reference.calibrated(name, own_store)) for name in names]
    detector, pose = files
    pictures = list(samples.values())[:4]
    find = compiled(detector, "fp32", 1)
    seen = (
        quantise.detector_inputs(pictures, 128),
        quantise.pose_inputs(pictures, 128, names[0], find),
    )
    made = [quantise.quantise(*each) for each in zip(files, seen, strict=True)]
    options = Estimation(
        "gluoncv", detector=names[0], pose=names[1], precision="int8", detector_size=128
    )
    frame = Frame(pictures[0], "a.png")
    first, second = (GluonCV(detector, pose, options) for _ in range(2))
    assert first.name == f"gluoncv:{names[1]}+{names[0]}@int8"
    people = [estimator.estimate(frame) for estimator in (first, second)]
    assert people[0]
    for one, other in zip(*people, strict=True):
        np.testing.assert_array_equal(one.keypoints.xy, other.keypoints.xy)
    made[1].write_bytes(made[1].read_bytes()[:-100])
    with pytest.raises(ModelError, match="damaged"):
        GluonCV(detector, pose, options)


def test_auto_is_named_where_it_is_less_exact(own_store):
    reference = pytest.importorskip(
        "tests.estimators.gluon.reference", reason="only with the extra gluoncv"
    )
    names = (DEFAULTS.detector, "mobile_pose_mobilenetv3_small")
    files = [Weights(MODELS[name], reference.calibrated(name, own_store)) for name in names]
    options = Estimation("gluoncv", detector=names[0], pose=names[1], precision="auto")
    name = GluonCV(*files, options).name
    assert name.endswith("@bf16") or name == f"gluoncv:{names[1]}+{names[0]}"
    assert GluonCV(*files, options).name == name
