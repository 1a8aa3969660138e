"""Weights of the user's own, without MXNet: what fits is taken, all else is refused and told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.exported import pair
from posture_cli.estimators.gluon.fine_tuned import Checked, checked
from posture_cli.estimators.gluon.graphs import drawn
from posture_cli.estimators.gluon.params import params_in, read_params, to_params
from tests.estimators.gluon.handmade import SMALL, SSD, YOLO, arrays_of

Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def small() -> Arrays:
    return arrays_of(SMALL)


@pytest.fixture(scope="module")
def yolo() -> Arrays:
    return arrays_of(YOLO, 3)


def put(path: Path, arrays: Arrays) -> Path:
    path.write_bytes(to_params(arrays))
    return path


def refused(file: Path, network: str = SMALL, person: int | None = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        checked(file, network, person)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def test_what_is_written_is_read_again(tmp_path, small):
    found = read_params(put(tmp_path / "a.params", small))
    assert list(found) == list(small)
    for name, values in small.items():
        np.testing.assert_array_equal(found[name], values)


def test_weights_that_fit_are_taken_as_they_are(tmp_path, small):
    file = put(tmp_path / "a.params", small)
    assert checked(file, SMALL) == Checked(file.read_bytes(), 0, 0)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data[:-1000], "ends too early"),
        (lambda data: data[:2], "ends too early"),
        (lambda data: b"", "ends too early"),
        (lambda data: b"%PDF-1.7 " + data, "another format"),
        (lambda data: data + b"more", "data after its end"),
    ],
    ids=["torn", "two bytes", "empty", "another format", "more"],
)
def test_a_file_that_is_no_weights_is_refused(tmp_path, small, spoil, why):
    file = put(tmp_path / "a.params", small)
    file.write_bytes(spoil(file.read_bytes()))
    assert why in refused(file).message


@pytest.mark.parametrize("what", ["nothing", "a folder"])
def test_what_cannot_be_read_is_told(tmp_path, what):
    file = tmp_path if what == "a folder" else tmp_path / "gone.params"
    assert refused(file).message.startswith(f"cannot read {file}: ")


def test_a_huge_file_is_not_read(tmp_path):
    file = tmp_path / "a.params"
    with file.open("wb") as huge:
        huge.truncate(1 << 40)
    assert "more than" in refused(file).message


def test_weights_of_another_network_name_it(tmp_path, small):
    error = refused(put(tmp_path / "a.params", small), "simple_pose_resnet18_v1b")
    assert "missing: resnet.0.weight, resnet.1.gamma, resnet.1.beta and 114 more" in error.message
    assert "unknown: features.0.0.weight, " in error.message
    assert error.hint == f"they fit another one: --as {SMALL}"


def test_a_detector_s_weights_are_no_pose_network_s(tmp_path, yolo):
    assert f"--as {YOLO}" in refused(put(tmp_path / "a.params", yolo)).hint


def test_other_joints_are_refused(tmp_path, small):
    last = {"upsampling.4.weight": small["upsampling.4.weight"][:14]}
    error = refused(put(tmp_path / "a.params", small | last))
    shapes = "upsampling.4.weight (14, 32, 1, 1) instead of (17, 32, 1, 1)"
    assert error.message.endswith(f"of another shape: {shapes}")
    assert "17 joints" in error.hint


def test_an_unknown_network_is_refused_with_the_known_ones(tmp_path, small):
    assert SMALL in refused(put(tmp_path / "a.params", small), "resnet").hint


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(tmp_path, small, number):
    spoilt = {name: values.copy() for name, values in small.items()}
    names = list(spoilt)[4:9]
    for name in names:
        spoilt[name].flat[-1] = number
    message = refused(put(tmp_path / "a.params", spoilt)).message
    assert message.endswith(f"{', '.join(names[:3])} and 2 more")


def test_a_negative_variance_is_refused(tmp_path, small):
    spoilt = small | {"features.0.1.running_var": np.full(16, -1, np.float32)}
    error = refused(put(tmp_path / "a.params", spoilt))
    assert "features.0.1.running_var is negative" in error.message
    assert "--as" not in error.hint


# --- classes of a detector


def test_one_class_is_people(tmp_path):
    file = put(tmp_path / "a.params", arrays_of(SSD, 1))
    assert checked(file, SSD)[1:] == (1, 0)


def test_of_several_classes_the_user_says_which(tmp_path, yolo):
    file = put(tmp_path / "a.params", yolo)
    assert "tells 3 classes apart" in refused(file, YOLO).message
    assert "does not exist" in refused(file, YOLO, 3).message
    assert checked(file, YOLO, 2)[1:] == (3, 2)


def test_a_pose_network_has_no_classes(tmp_path, small):
    assert "pose network" in refused(put(tmp_path / "a.params", small), SMALL, 0).message


@pytest.mark.parametrize("channels", [15, 14, 0, 25], ids=["none", "fewer", "no bias", "a part"])
def test_a_head_with_no_whole_number_of_classes_is_refused(tmp_path, yolo, channels):
    """3 boxes of 5 numbers each, and one more number for each class."""
    name = "yolo_outputs.0.prediction.bias"
    spoilt = yolo | {name: np.zeros(channels, np.float32)}
    if not channels:
        del spoilt[name]
    assert name in refused(put(tmp_path / "a.params", spoilt), YOLO, 0).message


def test_heads_with_different_classes_are_refused(tmp_path, yolo):
    name = "yolo_outputs.1.prediction.bias"
    file = put(tmp_path / "a.params", yolo | {name: np.zeros(255, np.float32)})
    assert f"{name} (255,) instead of (24,)" in refused(file, YOLO, 0).message


# --- the pair of HybridBlock.export


def exported(folder: Path, arrays: Arrays, names: list[str] | None = None) -> Path:
    """The two files; a graph lists what it takes in the order in which it uses it."""
    given = {f"net0_{name.replace('.', '_')}": values for name, values in arrays.items()}
    nodes = [{"op": "null", "name": name} for name in ("data", *(names or given))]
    (folder / "net-symbol.json").write_text(json.dumps({"nodes": nodes}))
    kinds = {name: "aux" if "running" in name else "arg" for name in given}
    backwards = reversed(given.items())
    return put(folder / "net-0000.params", {f"{kinds[n]}:{n}": v for n, v in backwards})


@pytest.fixture
def in_order(small) -> Arrays:
    """Weights in the order of the graph, all different."""
    rng = np.random.default_rng(0)
    names = drawn(SMALL).wanted
    return {name: np.abs(rng.normal(size=small[name].shape)).astype(np.float32) for name in names}


def test_an_export_gets_the_names_of_the_layers(tmp_path, in_order):
    file = exported(tmp_path, in_order)
    for named in (file, tmp_path / "net-symbol.json"):
        found = params_in(checked(named, SMALL).content, named)
        assert found.keys() == in_order.keys()
        for name, values in in_order.items():
            np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize(("red", "fits"), [(123.675, True), (127.5, False)])
def test_only_the_usual_preparation_may_be_in_an_export(tmp_path, in_order, red, fits):
    prepared = {
        "init_scale": np.array([58.395, 57.12, 57.375], np.float32).reshape(1, 1, 1, 3),
        "init_mean": np.array([red, 116.28, 103.53], np.float32).reshape(1, 1, 1, 3),
    }
    file = exported(tmp_path, prepared | in_order)
    if fits:
        assert params_in(checked(file, SMALL).content, file).keys() == in_order.keys()
    else:
        assert "224 weights, from net0_init_mean on" in refused(file).message


def test_half_an_export_is_refused(tmp_path, in_order):
    file = exported(tmp_path, in_order)
    (tmp_path / "net-symbol.json").unlink()
    assert "half of an export" in refused(file).message


def test_a_graph_without_weights_is_refused(tmp_path, in_order):
    file = exported(tmp_path, in_order)
    graph = file.with_name("net-symbol.json")
    file.rename(tmp_path / "other-0000.params")
    assert "there is none" in refused(graph).message


def test_of_several_weights_one_must_be_named(tmp_path, in_order):
    file = exported(tmp_path, in_order)
    second = put(tmp_path / "net-0007.params", in_order)
    graph = file.with_name("net-symbol.json")
    assert "net-0000.params, net-0007.params" in refused(graph).message
    assert pair(second) == (second, graph)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nodes": [1]}', "[" * 100_000, "\xff"])
def test_a_graph_that_is_none_is_refused(tmp_path, in_order, text):
    file = exported(tmp_path, in_order)
    (tmp_path / "net-symbol.json").write_text(text, "latin-1")
    assert "is not the graph of an export" in refused(file).message


def test_a_graph_of_other_weights_is_refused(tmp_path, in_order):
    file = exported(tmp_path, in_order, ["conv0_weight"])
    assert "does not belong to these weights" in refused(file).message


def test_an_export_of_another_network_is_refused(tmp_path, in_order):
    file = exported(tmp_path, in_order)
    error = refused(file, "simple_pose_resnet18_v1b")
    assert "223 weights, from net0_features_0_0_weight on, where the network has 117" in (
        error.message
    )


@pytest.mark.parametrize(
    ("attrs", "fits"),
    [
        ({"kernel": "(3, 3)", "stride": "(2, 2)"}, True),
        ({"kernel": "(3, 3)"}, False),
        ({"kernel": "(3, 3)", "stride": "(2, 2)", "num_group": "3"}, False),
    ],
    ids=["the same", "another step", "groups"],
)
def test_a_graph_with_another_convolution_is_refused(tmp_path, in_order, attrs, fits):
    """As of a network of the user's own, whose weights have the same shapes."""
    file, graph = exported(tmp_path, in_order), tmp_path / "net-symbol.json"
    form = json.loads(graph.read_text())
    node = {"op": "Convolution", "name": "conv0", "attrs": attrs, "inputs": [[0, 0, 0], [1, 0, 0]]}
    graph.write_text(json.dumps({"nodes": [*form["nodes"], node]}))
    if fits:
        assert checked(file, SMALL).classes == 0
    else:
        message = refused(file).message
        assert "net0_features_0_0_weight is of a convolution of 3 x 3 with step" in message
        assert message.endswith("features.0.0.weight of one of 3 x 3 with step 2 and groups 1")


def test_an_export_in_another_order_is_refused(tmp_path, in_order):
    names = [f"net0_{name.replace('.', '_')}" for name in in_order]
    names[1], names[2] = names[2], names[1]  # gamma and beta have one shape
    file = exported(tmp_path, in_order, names)
    assert "is not of the network" in refused(file).message
