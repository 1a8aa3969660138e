"""GluonCV's networks as posture builds them, compared with GluonCV's own."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon import ssd, yolo
from posture_cli.estimators.gluon.graphs import NETWORKS, build
from posture_cli.estimators.gluon.params import read_params
from posture_cli.estimators.runtime import compile_graph

reference = pytest.importorskip(
    "tests.estimators.gluon.reference",
    reason="MXNet and GluonCV are not installed: nothing to compare with",
)

POSES = [name for name in NETWORKS if "pose" in name]
YOLOS = [name for name in NETWORKS if name.startswith("yolo3")]
SSD = "ssd_512_mobilenet1.0_coco"
SMALL = "mobile_pose_mobilenetv3_small"
CLOSE = 5e-5
"""Heatmaps end at about 1, heads at about 5; float32 has 7 digits."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a file with random weights of a network; it is made once."""
    folder = tmp_path_factory.mktemp("nets")

    def of(name):
        path = folder / f"{name}.params"
        return path if path.exists() else reference.calibrated(name, folder)

    yield of
    shutil.rmtree(folder, ignore_errors=True)  # over a gigabyte, which pytest would keep


def compiled(name, path, **settings):
    return compile_graph(build(name, read_params(path)), key=f"{name} of a test", **settings)


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    """Keep hundreds of megabytes of compiled networks off the disk."""
    monkeypatch.setattr("posture_cli.storage.cache.write", lambda key, data: None)


def close(ours, theirs):
    assert [a.shape for a in ours] == [a.shape for a in theirs]
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=CLOSE)


def in_rows(heads, width):
    """Put the outputs of SSD's convolutions into the order of the boxes."""
    rows = [head.transpose(0, 2, 3, 1).reshape(len(head), -1, width) for head in heads]
    return np.concatenate(rows, axis=1)


def test_there_is_every_network_of_the_catalogue():
    zoo = {
        n
        for n in reference.model_zoo.get_model_list()
        if n.startswith(("simple_pose", "mobile_pose")) and not n.endswith("int8")
    }
    assert set(POSES) == zoo
    assert set(NETWORKS) - zoo == {*YOLOS, SSD}


@pytest.mark.parametrize("name", POSES)
def test_heatmaps_are_gluoncv_s(name, saved):
    path = saved(name)
    picture = reference.picture(name, seed=7)
    (ours,) = compiled(name, path)(picture)
    assert ours.shape == (1, 17, 64, 48)
    close([ours], reference.raw(reference.net(name, path), picture))
    assert 0.3 < ours.std(axis=(2, 3)).mean() * 5 < 3  # and they are worth comparing


@pytest.mark.parametrize("name", YOLOS)
@pytest.mark.parametrize("size", [(96, 128), (101, 75)], ids=["whole cells", "cut cells"])
def test_yolo_s_heads_are_gluoncv_s_reduced_to_people(name, size, saved):
    path = saved(name)
    picture = np.random.default_rng(7).normal(size=(1, 3, *size)).astype(np.float32)
    ours = compiled(name, path)(picture)
    sizes = [(1, 18, -(-size[0] // s), -(-size[1] // s)) for s in yolo.STRIDES_PX]
    assert [head.shape for head in ours] == sizes
    theirs = reference.reduced_to_person(reference.net(name, path))
    close(ours, reference.raw(theirs, picture))


def test_yolo_s_anchors_are_gluoncv_s():
    outputs = reference.net(YOLOS[0]).yolo_outputs
    assert tuple(output._stride for output in outputs) == yolo.STRIDES_PX
    theirs = [output.anchors.value.asnumpy().reshape(-1, 2) for output in outputs]
    np.testing.assert_array_equal(theirs, yolo.ANCHORS_PX)


@pytest.mark.parametrize("size", [(96, 128), (101, 75)], ids=["whole cells", "cut cells"])
def test_ssd_s_heads_are_gluoncv_s_reduced_to_people(size, saved):
    path = saved(SSD)
    picture = np.random.default_rng(7).normal(size=(1, 3, *size)).astype(np.float32)
    classes, boxes = compiled(SSD, path)(picture)
    theirs = reference.raw(reference.reduced_to_person(reference.net(SSD, path)), picture)
    levels = len(ssd.STRIDES_PX)
    close([classes, boxes], [in_rows(theirs[:levels], 2), in_rows(theirs[levels:], 4)])
    assert classes.shape[1] == boxes.shape[1] == len(ssd.anchors(*size))


def test_ssd_s_names_may_count_from_anywhere(saved):
    params = read_params(saved(SSD))
    build(SSD, {name.replace("mobilenet0_", "mobilenet12_"): v for name, v in params.items()})


@pytest.mark.parametrize("size", [(512, 512), (101, 75), (256, 341)])
def test_ssd_s_anchors_are_gluoncv_s(size):
    generators = reference.net(SSD).anchor_generators
    theirs = []
    for generator, stride in zip(generators, ssd.STRIDES_PX, strict=True):
        rows, columns = (-(-length // stride) for length in size)
        all_of_them = generator.anchors.value.asnumpy()
        theirs.append(all_of_them[:, :, :rows, :columns].reshape(-1, 4))
    np.testing.assert_allclose(ssd.anchors(*size), np.concatenate(theirs), rtol=1e-6)


def test_several_people_are_one_batch(saved):
    path = saved(SMALL)
    pictures = np.concatenate([reference.picture(SMALL, seed) for seed in range(5)])
    run = compiled(SMALL, path)
    (together,) = run(pictures)
    alone = np.concatenate([run(picture[None])[0] for picture in pictures])
    np.testing.assert_allclose(together, alone, rtol=0, atol=CLOSE)


def test_threads_and_shapes_do_not_mix(saved):
    path = saved(YOLOS[0])
    rng = np.random.default_rng(0)
    pictures = [rng.normal(size=(1, 3, 64, 32 * n)).astype(np.float32) for n in (1, 2, 3)] * 4
    run = compiled(YOLOS[0], path, streams=2)
    alone = [run(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run, pictures))
    for ours, theirs in zip(together, alone, strict=True):
        close(ours, theirs)


def test_bf16_is_near(saved):
    path = saved(SMALL)
    picture = reference.picture(SMALL, seed=7)
    (exact,), (near,) = (compiled(SMALL, path, precision=p)(picture) for p in ("fp32", "bf16"))
    assert np.abs(exact - near).max() < 0.1 * np.abs(exact).max()


def test_a_graph_gives_a_model_for_a_quantiser(saved):
    model = build(SMALL, read_params(saved(SMALL))).model()
    assert [list(port.get_partial_shape().get_max_shape())[1:] for port in model.outputs] == [
        [17, 64, 48]
    ]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda p: p.pop("upsampling.4.weight"), "missing: upsampling.4.weight$"),
        (
            lambda p: p.update({"upsampling.0.weight": np.ones((8, 8), np.float32)}),
            r"another shape: upsampling.0.weight \(8, 8\) instead of \(",
        ),
        (
            lambda p: p.update({"features.0.99.weight": np.ones(8, np.float32)}),
            "unknown: features.0.99",
        ),
        (lambda p: p.update({"features.0.1.running_var": np.full(16, -1, np.float32)}), "negative"),
    ],
    ids=["missing", "other shape", "left over", "negative variance"],
)
def test_weights_that_do_not_fit_are_refused(spoil, why, saved):
    params = read_params(saved(SMALL))
    spoil(params)
    with pytest.raises(ModelError, match=why) as caught:
        build(SMALL, params)
    assert caught.value.hint


def test_weights_of_another_network_are_refused_with_the_first_few_of_each_difference(saved):
    with pytest.raises(ModelError, match="do not fit the network mobile_pose_mobilenetv3_large"):
        build("mobile_pose_mobilenetv3_large", read_params(saved(SMALL)))
    with pytest.raises(ModelError) as caught:
        build("simple_pose_resnet18_v1b", read_params(saved(SMALL)))
    missing, unknown = caught.value.message.split("; ")
    assert missing.endswith("missing: resnet.0.weight, resnet.1.gamma, resnet.1.beta and 114 more")
    assert unknown.endswith(" and 220 more")


def test_a_smaller_network_does_not_take_a_larger_one_s_weights(saved):
    with pytest.raises(ModelError, match="do not fit th"):
        build("simple_pose_resnet50_v1b", read_params(saved("simple_pose_resnet101_v1b")))


def test_an_unknown_network_is_refused_with_the_known_ones():
    with pytest.raises(ModelError, match="no network") as caught:
        build("simple_pose_resnet34", {})
    assert SMALL in caught.value.hint
