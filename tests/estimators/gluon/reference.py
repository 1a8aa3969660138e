"""GluonCV itself as the reference: networks with random weights that behave like trained ones."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from posture_cli.estimators.gluon.mxnet_shim import mend


@contextmanager
def quiet() -> Iterator[None]:
    """Ignore the deprecation warnings of the old packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


with quiet():
    mend()
    import mxnet as mx
    from gluoncv import model_zoo
    from gluoncv.loss import SSDMultiBoxLoss
    from gluoncv.model_zoo.ssd.target import SSDTargetGenerator
    from gluoncv.model_zoo.yolo.yolo_target import YOLOV3PrefetchTargetGenerator
    from mxnet import autograd
    from mxnet.gluon.nn import BatchNorm

PASSES = 30
"""Symbolic batch norms move by a tenth per pass, so 4 % of their start is left after these."""

RANGES = {"gamma": (0.5, 1.5), "beta": (0.0, 2.0), "bias": (-0.3, 0.3)}
"""Betas above 0 let most values through a ReLU. Around 0, a deep network would be
chaotic: rounding errors would grow by a fifth per layer."""


@quiet()
def net(name: str, path: Path | None = None, classes: list[str] | None = None) -> Any:
    """Return a network of the zoo, with the weights of a file if one is given.

    Detectors have the zoo's 80 classes, or those given. Nothing is downloaded.
    """
    base: dict[str, Any] = {"pretrained": False}
    if "pose" not in name:
        base["pretrained_base"] = False
    if classes:
        name, base = (
            name.replace("_coco", "_custom"),
            {"pretrained_base": False, "classes": classes},
        )
    with (
        warnings.catch_warnings(),
        mx.name.NameManager(),
    ):  # names count from 0, as in a new process
        warnings.simplefilter("ignore")
        found = model_zoo.get_model(name, **base)
        if path is not None:
            found.load_parameters(str(path))
    return found


def shape(name: str) -> tuple[int, int, int, int]:
    """Return the shape of a small input."""
    return (1, 3, 256, 192) if "pose" in name else (1, 3, 96, 128)


def picture(name: str, seed: int = 0) -> np.ndarray:
    """Return a random normalised input with blobs of several sizes."""
    rng, (_, channels, height, width) = np.random.default_rng(seed), shape(name)
    layers = [
        np.kron(rng.normal(size=(channels, height // side, width // side)), np.ones((side, side)))
        for side in (32, 8, 1)
    ]
    return np.sum(layers, axis=0, dtype=np.float64)[None].astype(np.float32)


@quiet()
def calibrated(name: str, folder: Path, seed: int = 0, classes: list[str] | None = None) -> Path:
    """Save a network with random weights whose activations stay sane, and return the file.

    Batch norms hold the statistics of a few random pictures, gammas and betas are not 1 and 0,
    heatmaps have a standard deviation of about 0.2, heads of 1.
    """
    found, rng = net(name, classes=classes), np.random.default_rng(seed)
    found.initialize()
    _run(found, mx.nd.array(picture(name)))  # from here on the weights have shapes
    for key, parameter in found.collect_params().items():
        parameter.set_data(mx.nd.array(_random(key, parameter, rng)))
    batch = mx.nd.array(np.concatenate([picture(name, seed + i) for i in range(1, 4)]))
    if name.startswith("ssd"):
        _learn_statistics(found.features, batch)
    else:
        _take_statistics(found, batch)
    _scale_heads(found, name, seed)
    path = folder / f"{name}.params"
    found.save_parameters(str(path))
    return path


@quiet()
def perturbed(name: str, path: Path, to: Path, seed: int = 3) -> Path:
    """Save a network after moving every weight by some per cent, and return the file."""
    found, rng = net(name, path), np.random.default_rng(seed)
    for parameter in found.collect_params().values():
        values = parameter.data().asnumpy()
        if parameter.grad_req != "null":  # neither statistics nor anchors
            parameter.set_data(mx.nd.array(values * rng.normal(1, 0.05, values.shape)))
    found.save_parameters(str(to))
    return to


@quiet()
def trained_a_step(name: str, path: Path, to: Path) -> Path:
    """Save a network after one step of training in GluonCV, and return the file."""
    found = net(name, path)
    trainer = mx.gluon.Trainer(found.collect_params(), "sgd", {"learning_rate": 1e-5, "wd": 1e-4})
    batch = mx.nd.array(picture(name, seed=11))
    with autograd.record():
        loss = _loss(found, name, batch)
    loss.backward()
    trainer.step(1)
    mx.nd.waitall()
    found.save_parameters(str(to))
    return to


def _loss(found: Any, name: str, batch: Any) -> Any:
    """Return what GluonCV's own scripts minimise for a picture, with one body or one box in it."""
    if "pose" in name:
        goal = mx.nd.random.uniform(0, 1, (1, 17, 64, 48))
        return mx.gluon.loss.L2Loss()(found(batch), goal).sum()
    if name.startswith("ssd"):
        classes, boxes, anchors = found(batch)
        with autograd.pause():
            truth = mx.nd.array([[[10, 20, 50, 90]]]), mx.nd.array([[[0]]])
            wanted, moves, _ = SSDTargetGenerator(negative_mining_ratio=-1)(anchors, None, *truth)
        losses, *_ = SSDMultiBoxLoss()(classes, boxes, wanted, moves)
        return losses[0].sum()
    box, ids = mx.nd.array([[[10, 10, 60, 80]]]), mx.nd.array([[[0]]])
    with autograd.pause():
        targets = YOLOV3PrefetchTargetGenerator(num_class=len(found.classes))
        with autograd.train_mode():
            _, anchors, offsets, maps, *_ = found(batch)
        goals = targets(batch, maps, anchors, offsets, box, ids, None)
    return sum(part.sum() for part in found(batch, box, *goals))


@quiet()
def export(name: str, path: Path, stem: Path, classes: list[str] | None = None) -> Path:
    """Export a network as GluonCV's users do, and return the file of weights."""
    found = net(name, path, classes)
    found.hybridize()
    _run(found, mx.nd.array(picture(name)))
    found.export(str(stem))
    return stem.with_name(f"{stem.name}-0000.params")


@quiet()
def raw(found: Any, batch: np.ndarray) -> list[np.ndarray]:
    """Run a network and return the outputs of the last convolutions, before decoding."""
    seen: list[np.ndarray] = []
    heads = _heads(found)
    hooks = [
        head.register_forward_hook(lambda _block, _inputs, out: seen.append(out.asnumpy()))
        for head in heads
    ]
    try:
        _run(found, mx.nd.array(batch))
    finally:
        for hook in hooks:
            hook.detach()
    return seen[-len(heads) :]


@quiet()
def reduced_to_person(found: Any) -> Any:
    """Let GluonCV itself reduce a detector to people."""
    found.reset_class(["person"], reuse_weights=["person"])
    return found


def _run(found: Any, batch: Any) -> None:
    """Run a network; twice if MXNet fails with "!is_view", which happens rarely and at random."""
    try:
        found(batch)
        mx.nd.waitall()
    except mx.MXNetError:
        found(batch)
        mx.nd.waitall()


def _random(key: str, parameter: Any, rng: np.random.Generator) -> np.ndarray:
    shape, kind = parameter.shape, key.rpartition("_")[2]
    if kind == "weight":
        return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
    if kind in RANGES:
        return rng.uniform(*RANGES[kind], shape)
    if kind in ("mean", "var"):
        return np.full(shape, kind == "var", np.float32)
    return parameter.data().asnumpy()  # anchors and offsets


def _heads(found: Any) -> list[Any]:
    if hasattr(found, "yolo_outputs"):
        return [output.prediction for output in found.yolo_outputs]
    if hasattr(found, "class_predictors"):
        return [p.predictor for p in (*found.class_predictors, *found.box_predictors)]
    return [found.final_layer if hasattr(found, "final_layer") else found.upsampling[-1]]


def _scale_heads(found: Any, name: str, seed: int) -> None:
    for head, seen in zip(_heads(found), raw(found, picture(name, seed)), strict=True):
        added = 0 if head.bias is None else head.bias.data().asnumpy().reshape(1, -1, 1, 1)
        spread = (seen - added).std()
        wanted = 0.2 if "pose" in name else 1.0  # heatmaps end at 1
        head.weight.set_data(head.weight.data() * wanted / float(spread))


def _take_statistics(found: Any, batch: Any) -> None:
    """Set every batch norm, one after the other, to the statistics of its input."""
    hooks: list[Any] = []

    def listen(block: Any) -> None:
        if isinstance(block, BatchNorm):
            hooks.append(block.register_forward_pre_hook(_take))

    found.apply(listen)
    _run(found, batch)
    for hook in hooks:
        hook.detach()


def _take(norm: Any, inputs: tuple[Any, ...]) -> None:
    x = inputs[0].asnumpy()
    norm.running_mean.set_data(mx.nd.array(x.mean((0, 2, 3))))
    norm.running_var.set_data(mx.nd.array(x.var((0, 2, 3))))


def _learn_statistics(features: Any, batch: Any) -> None:
    """Train without an update: this sets the norms of a symbolic network."""
    for _ in range(PASSES):
        with autograd.record():
            outputs = features(batch)
        autograd.backward(outputs)
    mx.nd.waitall()
