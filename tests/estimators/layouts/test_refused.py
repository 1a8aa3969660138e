"""Files that are no pose network of a known kind: what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from posture_cli.core.body.scene import Frame
from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators import Estimation, load, onnx
from tests.estimators.layouts import networks as made

YOLO = made.ULTRALYTICS
FLOAT = TensorProto.FLOAT


def network(
    path: Path,
    given: tuple[int | str, ...],
    *outputs: tuple[int | str, ...],
    metadata: dict[str, str] | None = None,
    kind: int = FLOAT,
) -> Path:
    """Write a network of these shapes, whose outputs do not matter."""
    g = made.Graph()
    mean = g("ReduceMean", g("Cast", "images", to=FLOAT), keepdims=0)
    named = {}
    for number, shape in enumerate(outputs):
        sizes = [1 if isinstance(length, str) else length for length in shape]
        named[f"output{number}"] = (g("Expand", mean, g.constant(sizes, np.int64)), shape)
    return g.save(path, ("images", kind, given), named, metadata)


PICTURE = (1, 3, 640, 640)
WRONG = {
    "a detector": ([PICTURE, (1, 84, 8400)], {**YOLO, "task": "detect"}, "84 x 8400.*task detect"),
    "a detector without metadata": ([PICTURE, (1, 84, 8400)], None, "1 x 84 x 8400"),
    "a segmenter": (
        [PICTURE, (1, 116, 8400), (1, 32, 160, 160)],
        {**YOLO, "task": "segment"},
        "output1 .*32 x 160 x 160.*task segment",
    ),
    "a classifier": ([(1, 3, 224, 224), (1, 1000)], None, "1 x 1000"),
    "hands": ([PICTURE, (1, 68, 8400)], {**YOLO, "kpt_shape": "[21, 3]"}, "1 x 68 x 8400"),
    "tigers": (
        [PICTURE, (1, 57, 8400)],
        {**YOLO, "names": "{0: 'tiger', 1: 'lion'}"},
        "1 x 57 x 8400",
    ),
    "broken metadata": ([PICTURE, (1, 56, 8400)], {**YOLO, "kpt_shape": "[17"}, "1 x 56 x 8400"),
    "deep metadata": ([PICTURE, (1, 56, 8400)], {**YOLO, "imgsz": "[" * 9999}, "1 x 56 x 8400"),
    "no picture": ([(1, 512), (1, 56, 8400)], None, "1 x 512"),
    "huge": ([(1, 3, 99968, 99968), (1, 56, 8400)], None, "99968 x 99968 pixels"),
    "tiny": ([(1, 3, 8, 8), (1, 56, 8400)], None, "8 x 8 pixels"),
    "negative size": (
        [("b", 3, "h", "w"), ("b", 56, 8400)],
        {**YOLO, "imgsz": "[-1, 5]"},
        "pixels",
    ),
    "many candidates": ([PICTURE, (1, 56, 1 << 30)], None, str(1 << 30)),
    "maps of several sizes": (
        [(1, 257, 257, 3), (1, 9, 9, 17), (1, 9, 9, 34), (1, 9, 9, 32), (1, 17, 17, 32)],
        None,
        "17 x 17 x 32",
    ),
    "one map": ([(1, 257, 257, 3), (1, 9, 9, 17)], None, "9 x 9 x 17"),
    "bins of another size": ([(1, 3, 256, 192), (1, 17, 100), (1, 17, 512)], None, "17 x 100"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_another_network_is_refused_with_what_it_has_and_what_is_known(kind, tmp_path):
    (given, *outputs), metadata, seen = WRONG[kind]
    file = network(tmp_path / "a.onnx", given, *outputs, metadata=metadata)
    with pytest.raises(ModelError, match=seen) as caught:
        load(Estimation(f"onnx:{file}"))
    assert str(file) in caught.value.message
    assert "\n" not in caught.value.message
    assert "export" in caught.value.hint or all(one in caught.value.hint for one in onnx.FAMILIES)


def half_of(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def with_text(path: Path) -> Path:
    path.write_text("a network\n" * 99, encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["onnx", "tflite", "txt"])
@pytest.mark.parametrize("kind", ["half a file", "a text", "nothing", "a TFLite file that ends"])
def test_a_file_that_is_no_network_is_refused(kind, ending, tmp_path, capfd):
    path = tmp_path / f"a.{ending}"
    content = {"nothing": b"", "a TFLite file that ends": b"\x1c\0\0\0TFL3"}
    if kind == "half a file":
        half_of(made.rtmpose(path, made.painted_in(1)))
    elif kind == "a text":
        with_text(path)
    else:
        path.write_bytes(content[kind])
    with pytest.raises(ModelError, match="no network that OpenVINO") as caught:
        load(Estimation(f"onnx:{path}"))
    assert "export or fetch it again" in caught.value.hint
    assert capfd.readouterr().err == ""


def test_without_a_file_the_hint_says_how_to_name_one():
    with pytest.raises(EstimatorError, match="needs a file") as caught:
        load(Estimation("onnx:"))
    assert "onnx:FILE" in caught.value.hint


@pytest.mark.parametrize("name", ["nowhere.onnx", "", "a\0b.onnx"])
def test_a_file_that_cannot_be_read_is_named(name, tmp_path):
    with pytest.raises(ModelError, match=r"there is no file|cannot be read") as caught:
        load(Estimation(f"onnx:{tmp_path / name}"))
    assert str(tmp_path) in caught.value.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(ModelError, match="cannot be read"):
        load(Estimation(f"onnx:{tmp_path / 'pipe.onnx'}"))


def test_the_home_of_the_user_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    made.ultralytics(tmp_path / "a.onnx", made.painted_in(1), 1)
    assert load(Estimation("onnx:~/a.onnx")).name.startswith("onnx:a#")


def test_the_name_tells_files_apart_and_the_licence_is_that_of_the_file(tmp_path):
    one = made.ultralytics(tmp_path / "one" / "a.onnx", made.painted_in(1), 1)
    other = made.ultralytics(tmp_path / "two" / "a.onnx", made.painted_in(1), 1, metadata=None)
    one, other = (load(Estimation(f"onnx:{file}")) for file in (one, other))
    assert one.name != other.name
    assert one.licence == "AGPL-3.0 License (https://ultralytics.com/license)"
    assert other.licence == ""


def test_a_licence_has_no_characters_that_move_the_cursor(tmp_path):
    metadata = {**YOLO, "license": "AGPL\x1b[2J\nall yours"}
    file = made.ultralytics(tmp_path / "a.onnx", made.painted_in(1), 1, metadata=metadata)
    assert load(Estimation(f"onnx:{file}")).licence.isprintable()


def test_outputs_of_other_shapes_than_known_are_an_error_of_the_picture(tmp_path):
    file = made.rtmo(tmp_path / "a.onnx", made.painted_in(2), 2, opened=(1, 5, 4))
    estimator = load(Estimation(f"onnx:{file}"))
    with pytest.raises(EstimatorError, match=r"shapes \[\(1, 5, 4\)") as caught:
        estimator.estimate(Frame(np.zeros((100, 100, 3), np.uint8), "a.png"))
    assert caught.value.hint


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 3e38])
def test_an_output_that_makes_no_sense_is_an_error_of_the_picture(number, tmp_path):
    g = made.Graph()
    zero = g.times(g("ReduceMean", "images", keepdims=0), 0.0)
    row = np.array([320, 320, 100, 100, 0.9, *[number] * 51], np.float32)
    table = g.plus(zero, np.repeat(row[None, :, None], 8400, axis=2))
    outputs = {"output0": (table, (1, 56, 8400))}
    file = g.save(tmp_path / "a.onnx", ("images", FLOAT, PICTURE), outputs, YOLO)
    estimator = load(Estimation(f"onnx:{file}"))
    with pytest.raises(EstimatorError, match="make no sense") as caught:
        estimator.estimate(Frame(np.zeros((100, 100, 3), np.uint8), "a.png"))
    assert caught.value.hint
