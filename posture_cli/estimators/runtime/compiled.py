"""Compile a graph, and run it on batches of any shape that it accepts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cli.estimators.runtime.graph import Graph
from posture_cli.estimators.runtime.network import (
    Array,
    Precision,
    compile_cached,
    import_openvino,
    one_at_a_time,
)
from posture_cli.estimators.runtime.saved import Saved


def compile_graph(
    graph: Graph | Callable[[], Graph | Saved],
    *,
    key: str,
    precision: Precision = "fp32",
    streams: int = 1,
) -> Compiled:
    """Compile a graph for the CPU, or load it from the cache.

    Args:
        graph: The graph, or a function that makes it; only called if the cache has no such key.
        key: What the graph depends on: the name of the network and the state of its weights.
        precision: `bf16` is faster on processors with AMX, and much slower on others; `int8`
            needs a quantised `Saved` network.
        streams: Number of parallel calls; 1 gives the shortest time for one call.
    Raises:
        DependencyError: If OpenVINO cannot be imported.
        PostureError: As `graph`.
    """
    openvino = import_openvino()
    compiled = compile_cached(
        openvino,
        lambda: (graph if isinstance(graph, Graph) else graph()).model(),
        key=f"OpenVINO {(openvino.__version__, 'graph', key, precision)}",
        streams=streams,
        precision=precision,
    )
    return Compiled(openvino, compiled)


class Compiled:
    """A network on the CPU, fed with batches of float32, or of uint8 pixels.

    Several threads may call it at the same time: each has its own request. One compiled network
    serves all shapes: one per shape would save about 1 ms per call (2026.4.1), but double memory.
    """

    def __init__(self, openvino: Any, compiled: Any) -> None:
        """Wrap a network that OpenVINO has compiled; see `compile_graph`."""
        with one_at_a_time:  # the first view of a tensor's memory
            _ = openvino.Tensor(openvino.Type.f32, openvino.Shape([1])).data
        self._shape_of = openvino.Shape
        self._compiled = compiled
        self._thread = threading.local()

    def __call__(self, batch: Array | NDArray[np.uint8]) -> list[Array]:
        """Run the network.

        Args:
            batch: Of a type and a shape that the input of the graph accepts.
        Returns:
            Copies of the outputs, in the order of the graph.
        """
        request = self._request()
        tensor = request.get_input_tensor()
        tensor.shape = self._shape_of(batch.shape)
        tensor.data[:] = batch
        request.start_async()
        request.wait()
        ports = range(len(self._compiled.outputs))
        return [request.get_output_tensor(port).data.copy() for port in ports]

    def _request(self) -> Any:
        if not hasattr(self._thread, "request"):
            with one_at_a_time:
                self._thread.request = self._compiled.create_infer_request()
        return self._thread.request
