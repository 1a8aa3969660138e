"""Compile a graph, run it on batches of any shape that it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from posture_cli.estimators.runtime.graph import Graph
from posture_cli.estimators.runtime.network import Array, Precision, compile_cached, import_openvino
from posture_cli.estimators.runtime.saved import Saved


def compile_graph(
    graph: Graph | Callable[[], Graph | Saved],
    *,
    key: str,
    precision: Precision = "fp32",
    streams: int = 1,
) -> Compiled:
    """Compile a graph for the CPU, or take what an earlier run has compiled.

    Args:
        graph: The graph, or what draws it; that is only called if nothing is kept under the key.
        key: What the graph depends on: the name of the network and the SHA of its weights.
        precision: `bf16` is quicker where the processor has AMX, and far slower elsewhere;
            `int8` needs a `Saved` network that was quantised.
        streams: How many calls run side by side; 1 gives the shortest time for one call.
    Raises:
        DependencyError: If OpenVINO cannot be imported.
        PostureError: What `graph` raises.
    """
    openvino = import_openvino()
    compiled = compile_cached(
        openvino.Core(),
        lambda: (graph if isinstance(graph, Graph) else graph()).model(),
        key=f"OpenVINO {(openvino.__version__, 'graph', key, precision)}",
        streams=streams,
        precision=precision,
    )
    return Compiled(openvino, compiled)


class Compiled:
    """A network on the CPU, fed with float32 batches.

    Several threads may call it at once: each has a request of its own. One compiled network serves
    all shapes: one a shape would save about 1 ms a call (2026.4.1) and cost the memory again.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, openvino: Any, compiled: Any) -> None:
        """Wrap what OpenVINO has compiled; see `compile_graph`."""
        with self._one_at_a_time:  # the first view of a tensor's memory; see `network._Buffers`
            _ = openvino.Tensor(openvino.Type.f32, openvino.Shape([1])).data
        self._shape_of = openvino.Shape
        self._compiled = compiled
        self._thread = threading.local()

    def __call__(self, batch: Array) -> list[Array]:
        """Run the network.

        Args:
            batch: Float32, of a shape that the graph's input takes.
        Returns:
            The outputs in the graph's order. They are copies, and the caller's.
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
            with self._one_at_a_time:
                self._thread.request = self._compiled.create_infer_request()
        return self._thread.request
