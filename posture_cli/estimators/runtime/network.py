"""Compile a network from a file, and run it on one picture at a time."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import DependencyError, ModelError
from posture_cli.storage import cache

Array = NDArray[np.float32]
Precision = Literal["fp32", "fp16", "bf16", "int8"]
PRECISIONS: dict[Precision, str] = {"fp32": "f32", "fp16": "f16", "bf16": "bf16", "int8": "f32"}
"""OpenVINO's names. Without one, it chooses bf16 on some machines. A quantised network specifies
itself what to compute in int8; the rest is float32."""

one_at_a_time = threading.Lock()
"""For conversions between arrays and tensors: OpenVINO fills a table at the first one, and two
threads that do so at the same time wait for each other forever (2026.4.1)."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file with a network, and what is wanted of it.

    Attributes:
        path: The file, in a format that OpenVINO reads (TFLite, ONNX, IR).
        sha256: Hex digest of its content; OpenVINO may crash on a damaged one.
        outputs: Names of the outputs to compute; what only the others need is removed.
    """

    path: Path
    sha256: str
    outputs: tuple[str, ...]


class Network:
    """A network on the CPU, fed with 8-bit pixels.

    Several threads may call it at the same time: each has its own request and result buffers.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        mean: float,
        scale: float,
        streams: int,
        threads: int | None = None,
        precision: Precision = "fp32",
    ) -> None:
        """Compile a network.

        Args:
            model: The file, and which of its outputs to compute.
            mean: Subtracted from the 8-bit pixels before they enter the network.
            scale: Divides the pixels after that.
            streams: Number of parallel calls; 1 gives the shortest time for one call.
            threads: Number of threads that compute; None for one per core.
            precision: Precision of the computation.
        Raises:
            DependencyError: If OpenVINO cannot be imported.
            ModelError: If there is no compiled network in the cache, and the file is missing or not
                the right one.
        """
        openvino = import_openvino()
        depends_on = f"{model.sha256} {model.outputs} {mean} {scale} {precision}"
        self._compiled = compile_cached(
            openvino,
            lambda: _prepare(openvino, model, mean, scale),
            key=f"OpenVINO {openvino.__version__} {depends_on}",
            streams=streams,
            threads=threads,
            precision=precision,
        )
        self._thread = threading.local()
        _Buffers(self._compiled)  # see `one_at_a_time`: make the first ones before any thread

    def __call__(self, pixels: NDArray[np.uint8]) -> list[Array]:
        """Run the network on one picture.

        Args:
            pixels: Uint8 (height, width, 3), in the input size of the network.
        Returns:
            The outputs in the order of `outputs`, without the batch axis. They are views of
            buffers of the calling thread: its next call overwrites them.
        """
        if not hasattr(self._thread, "buffers"):
            self._thread.buffers = _Buffers(self._compiled)
        buffers: _Buffers = self._thread.buffers
        buffers.pixels[:] = pixels
        buffers.request.start_async()
        buffers.request.wait()
        return buffers.outputs


class _Buffers:
    """The request of one thread, with views of the memory that it reads and writes."""

    def __init__(self, compiled: Any) -> None:
        with one_at_a_time:
            self.request = compiled.create_infer_request()
            self.pixels: NDArray[np.uint8] = self.request.get_input_tensor().data[0]
            ports = range(len(compiled.outputs))
            self.outputs: list[Array] = [self.request.get_output_tensor(i).data[0] for i in ports]


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processor(NamedTuple):
    """The processor that networks run on.

    Attributes:
        name: Its full name.
        capabilities: Its precisions by OpenVINO's names, such as `FP32` and `BF16`.
    """

    name: str
    capabilities: tuple[str, ...]


def processor() -> Processor:
    """Return this machine's processor.

    Raises:
        DependencyError: If OpenVINO cannot be imported.
    """
    core = import_openvino().Core()
    name = core.get_property("CPU", "FULL_DEVICE_NAME")
    capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return Processor(str(name), tuple(map(str, capabilities)))


def import_openvino() -> Any:
    """Import OpenVINO without its model converter, which posture does not need.

    The converter takes two thirds of the import time, and imports a telemetry package.
    """
    converter = "openvino.tools.ovc"
    try:
        with nullcontext() if "openvino" in sys.modules else hidden(converter):
            import openvino
            import openvino.preprocess
    except ImportError as error:
        raise DependencyError(
            f"OpenVINO cannot be imported: {error}",
            hint="install it again: pip install --force-reinstall openvino",
        ) from error
    return openvino


@contextmanager
def hidden(module: str) -> Iterator[None]:
    """Make imports of a module fail inside this context."""
    before = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]  # as Python's import system documents
    try:
        yield
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before


def _prepare(openvino: Any, model: ModelFile, mean: float, scale: float) -> Any:
    """Read a network, keep the wanted outputs, and let it accept 8-bit pixels."""
    _verify(model)
    whole = openvino.Core().read_model(model.path)
    outputs = [whole.output(name) for name in model.outputs]
    wanted = openvino.Model(outputs, whole.get_parameters())
    steps = openvino.preprocess.PrePostProcessor(wanted)
    steps.input().tensor().set_element_type(openvino.Type.u8)
    convert = steps.input().preprocess().convert_element_type(openvino.Type.f32)
    convert.mean(mean).scale(scale)
    return steps.build()


def compile_cached(
    openvino: Any,
    model: Callable[[], Any],
    *,
    key: str,
    streams: int,
    threads: int | None = None,
    precision: Precision = "fp32",
) -> Any:
    """Return a compiled network from the cache, or compile it and cache it.

    Args:
        openvino: What `import_openvino` returns.
        model: Makes the model; only called if the cache has no such key.
        key: What the compiled network depends on, including the precision.
        streams: Number of parallel calls.
        threads: Number of threads that compute; None for one per core.
        precision: Precision of the computation.
    """
    properties = {
        "INFERENCE_PRECISION_HINT": PRECISIONS[precision],
        "INFERENCE_NUM_THREADS": max(threads or available_cores(), streams),
        "NUM_STREAMS": streams,
    }
    if threads:  # else all processes of this kind use the same first core
        properties["ENABLE_CPU_PINNING"] = False
    if cached := _cached(openvino, key, properties):
        return cached
    compiled = openvino.Core().compile_model(model(), "CPU", properties)
    cache.write(key, compiled.export_model().getvalue())
    return compiled


def _cached(openvino: Any, key: str, properties: dict[str, Any]) -> Any | None:
    """Return the network that an earlier run compiled, or None."""
    cached = cache.read_into(lambda size: np.empty(size, np.uint8).data, key)
    if cached is None:
        return None
    with one_at_a_time:
        blob = openvino.Tensor(np.frombuffer(cached, np.uint8), shared_memory=True)
    try:
        compiled = openvino.Core().import_model(blob, "CPU", properties)
    except RuntimeError:  # compiled for another kind of processor
        return None
    compiled.weights = cached  # OpenVINO goes on reading them there, and does not keep them itself
    return compiled


def _verify(model: ModelFile) -> None:
    """Raise `ModelError` unless this is the right file."""
    path = model.path
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != model.sha256:
        raise ModelError(
            f"the model {path} is missing or damaged",
            hint="install posture-cli again: pip install --force-reinstall posture-cli",
        )
