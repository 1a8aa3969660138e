"""Networks in OpenVINO: what is refused, and a cache that only saves time."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from posture_cli.errors import DependencyError, ModelError
from posture_cli.estimators.models.embedded import EMBEDDED, POSE_DETECTION
from posture_cli.estimators.runtime import ModelFile, Network, available_cores

PICTURE = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)


def network(path: Path = POSE_DETECTION.path, streams: int = 1) -> Network:
    model = ModelFile(path, POSE_DETECTION.sha256, outputs=("Identity", "Identity_1"))
    return Network(model, mean=127.5, scale=127.5, streams=streams)


def answer(net: Network) -> list[np.ndarray]:
    return [found.copy() for found in net(PICTURE)]


@pytest.fixture(scope="module")
def expected() -> list[np.ndarray]:
    return answer(network())


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder for this test alone."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "posture"


def run(code: str) -> str:
    """Run Python code in its own process and return its output."""
    command, root = [sys.executable, "-c", code], Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


@pytest.mark.parametrize("model", EMBEDDED, ids=lambda m: m.name)
def test_the_embedded_models_are_the_ones_in_the_catalogue(model):
    assert model.intact()


def test_outputs_come_in_the_wanted_order(expected):
    boxes, scores = expected
    assert (boxes.shape, scores.shape) == ((2254, 12), (2254, 1))
    assert (boxes.dtype, scores.dtype) == (np.float32, np.float32)


def test_a_missing_model_is_an_error_that_says_what_to_do(cache, tmp_path):
    path = tmp_path / "gone.tflite"
    with pytest.raises(ModelError, match="missing or damaged") as caught:
        network(path)
    assert str(path) in caught.value.message
    assert "install" in caught.value.hint
    assert caught.value.code == "model"


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"this is no model",
        lambda whole: whole[:1000],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: bytes(len(whole)),
    ],
    ids=["empty", "text", "cut early", "cut in the middle", "zeros"],
)
def test_a_damaged_model_is_an_error(damage, cache, tmp_path):
    path = tmp_path / "damaged.tflite"
    path.write_bytes(damage(POSE_DETECTION.path.read_bytes()))
    with pytest.raises(ModelError, match="missing or damaged"):
        network(path)


def test_a_compiled_network_is_cached(cache, expected):
    network()
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept
    for ours, theirs in zip(answer(network()), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_cached_network_keeps_its_weights(cache, expected):
    network()
    kept = network()  # reads its weights from memory that OpenVINO was given
    gc.collect()
    _ = [np.full(8_000_000, 255, np.uint8) for _ in range(4)]  # would take that memory if it could
    for ours, theirs in zip(answer(kept), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_without_a_writable_cache_folder_it_works_too(tmp_path, monkeypatch, expected):
    (tmp_path / "posture").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    for ours, theirs in zip(answer(network()), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "damage",
    [
        lambda blob: b"",
        lambda blob: b"rubbish",
        lambda blob: blob[: len(blob) // 2],
        lambda blob: blob[:3_000_000] + bytes([blob[3_000_000] ^ 0x55]) + blob[3_000_001:],
    ],
    ids=["empty", "rubbish", "torn", "one byte flipped"],
)
def test_a_corrupt_cache_works_too(damage, cache, expected):
    network()
    for path in [path for path in cache.rglob("*") if path.is_file()]:
        path.write_bytes(damage(path.read_bytes()))
    for ours, theirs in zip(answer(network()), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_several_processes_may_fill_the_cache_at_once(tmp_path):
    code = "from posture_cli.estimators import Estimation, load; load(Estimation('blazepose'))"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    started = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    assert not list(tmp_path.rglob("*.part"))


def test_threads_do_not_overwrite_each_other():
    net = network(streams=2)
    pictures = [np.full((224, 224, 3), grey, np.uint8) for grey in (0, 60, 120, 180, 240)] * 4
    alone = [net(picture)[0].copy() for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: net(picture)[0].copy(), pictures))
    for ours, theirs in zip(together, alone, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(alone[0], alone[1])


def test_the_telemetry_is_not_even_loaded():
    code = (
        "import sys\n"
        "from posture_cli.estimators import Estimation, load\n"
        "load(Estimation('blazepose'))\n"
        "print(sorted(m for m in sys.modules if 'telemetry' in m or m == 'openvino.tools.ovc'),"
        " 'openvino' in sys.modules)"
    )
    assert run(code) == "[] True"


def test_the_package_itself_imports_nothing_heavy():
    heavy = ("numpy", "cv2", "openvino", "PIL", "click")
    code = f"import sys, posture_cli; print([m for m in {heavy!r} if m in sys.modules])"
    assert run(code) == "[]"


def test_without_openvino_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(DependencyError, match="OpenVINO cannot be imported") as caught:
        network()
    assert "pip install" in caught.value.hint


def test_there_is_at_least_one_core():
    assert available_cores() >= 1
