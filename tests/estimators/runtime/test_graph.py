"""Graphs in OpenVINO: what the operations do, the cache, and threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from posture_cli.estimators.runtime import Graph, compile_graph

RNG = np.random.default_rng(0)


def doubling() -> Graph:
    """A graph that doubles its input, of any size."""
    graph = Graph((None, 1, None, None))
    graph.output(graph.convolution(graph.input, np.full((1, 1, 1, 1), 2, np.float32), None))
    return graph


def run(x: np.ndarray, draw) -> np.ndarray:
    graph = Graph(tuple(x.shape))
    graph.output(draw(graph, graph.input))
    return compile_graph(graph, key=repr(draw))(x)[0]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder for this test alone."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "posture"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (None, lambda x: x),
        ("relu", lambda x: np.maximum(x, 0)),
        ("leaky_relu", lambda x: np.where(x > 0, x, 0.1 * x)),
        ("relu6", lambda x: np.clip(x, 0, 6)),
        ("hard_sigmoid", lambda x: np.clip(x + 3, 0, 6) / 6),
        ("hard_swish", lambda x: x * np.clip(x + 3, 0, 6) / 6),
    ],
)
def test_activations(kind, expected):
    x = np.linspace(-9, 9, 37, dtype=np.float32).reshape(1, 1, 1, 37)
    found = run(x, lambda graph, node: graph.add(graph.activation(node, kind), node))
    np.testing.assert_allclose(found, expected(x) + x, atol=1e-5)


def test_a_pixel_shuffle_puts_four_channels_side_by_side():
    x = np.arange(4, dtype=np.float32).reshape(1, 4, 1, 1)
    found = run(x, lambda graph, node: graph.pixel_shuffle(node))
    np.testing.assert_array_equal(found, [[[[0, 1], [2, 3]]]])


def test_an_average_pool_halves_odd_sizes_too():
    x = np.array([[1, 3, 10], [5, 7, 20], [100, 200, 1000]], np.float32)[None, None]
    found = run(x, lambda graph, node: graph.halving_average_pool(node))
    np.testing.assert_allclose(found, [[[[4, 15], [150, 1000]]]])


def test_an_upsampled_map_is_cut_to_another_s_size():
    x = np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3)

    def draw(graph, node):
        smaller = graph.convolution(node, np.ones((1, 1, 1, 1), np.float32), None, stride=2)
        return graph.upsample_like(graph.add(smaller, smaller), node)

    expected = 2 * x[:, :, ::2, ::2].repeat(2, 2).repeat(2, 3)[:, :, :2, :3]
    np.testing.assert_array_equal(run(x, draw), expected)


def test_cells_are_rows_of_channels():
    x = RNG.normal(size=(1, 6, 2, 3)).astype(np.float32)
    found = run(x, lambda graph, node: graph.cells(node, 2))
    np.testing.assert_array_equal(found, x.transpose(0, 2, 3, 1).reshape(1, 18, 2))


def test_every_call_may_have_another_shape_and_owns_its_result():
    double = compile_graph(doubling(), key="doubling")
    pictures = [RNG.normal(size=(n, 1, 2, 3 + n)).astype(np.float32) for n in (1, 3, 1, 2)]
    for picture, (found,) in zip(pictures, [double(p) for p in pictures], strict=True):
        np.testing.assert_array_equal(found, 2 * picture)


def test_a_compiled_graph_is_cached_and_not_built_again(cache):
    drawn = []

    def draw() -> Graph:
        drawn.append(1)
        return doubling()

    for _ in range(2):
        found = compile_graph(draw, key="kept")(np.ones((1, 1, 2, 2), np.float32))
        np.testing.assert_array_equal(found, np.full((1, 1, 1, 2, 2), 2))
    assert drawn == [1]
    compile_graph(draw, key="another")
    compile_graph(draw, key="kept", precision="bf16")
    assert drawn == [1, 1, 1]
    assert len(list(cache.iterdir())) == 3


def test_threads_may_be_the_first_to_call():
    code = (
        "import numpy as np\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "from tests.estimators.runtime.test_graph import doubling\n"
        "from posture_cli.estimators.runtime import compile_graph\n"
        "double, ready = compile_graph(doubling, key='threads', streams=2), Barrier(8)\n"
        "def call(n):\n"
        "    ready.wait()\n"
        "    return double(np.full((1, 1, n, n), n, np.float32))[0]\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    print([int(found.max()) for found in pool.map(call, range(1, 9))])\n"
    )
    command, root = [sys.executable, "-c", code], Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[2, 4, 6, 8, 10, 12, 14, 16]"
