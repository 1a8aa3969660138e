"""Networks of other people, from their files: what a file says of itself, and how it is fed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from posture_cli.errors import ModelError
from posture_cli.estimators.runtime.compiled import Compiled
from posture_cli.estimators.runtime.network import compile_cached, import_openvino

Shape = tuple[int | None, ...]
"""Lengths of the axes; None is one that may differ from call to call."""
TFLITE, TFLITE_AT = b"TFL3", slice(4, 8)
"""How a TFLite file is known. Source: `file_identifier` in TensorFlow Lite's schema.fbs."""


class Port(NamedTuple):
    """An input or an output."""

    name: str
    kind: str
    shape: Shape

    def __str__(self) -> str:
        lengths = " x ".join("?" if length is None else str(length) for length in self.shape)
        return f"{self.name} ({self.kind}, {lengths})"


@dataclass(frozen=True, slots=True)
class Described:
    """What a file says of its network.

    Attributes:
        inputs, outputs: In the order of the file.
        metadata: Texts that whoever made the file put into it.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Feed:
    """How a network wants its picture.

    Attributes:
        width, height: Size of its input, pixels.
        channels_first: Whether its axes are (1, 3, height, width), and not (1, height, width, 3).
        bgr: Whether blue comes first.
        mean: Subtracted from the 8-bit values, red first or blue first as the network has it.
        scale: Divides them after that, likewise.
    """

    width: int
    height: int
    channels_first: bool = True
    bgr: bool = False
    mean: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of the network's input."""
        if self.channels_first:
            return 1, 3, self.height, self.width
        return 1, self.height, self.width, 3


def describe(path: Path) -> Described:
    """Read a file, and return what it says of itself.

    Args:
        path: In a format that OpenVINO reads: ONNX, TFLite.
    Raises:
        DependencyError: If OpenVINO cannot be imported.
        ModelError: If OpenVINO cannot read it.
    """
    import_openvino()  # its absence is no fault of the file
    try:
        model = _read(path)
        inputs, outputs = (tuple(map(_port, ports)) for ports in (model.inputs, model.outputs))
        described = Described(inputs, outputs, _metadata(model))
    except Exception as error:  # OpenVINO's own classes are below Exception alone
        raise _unreadable(path) from error
    if not inputs or not outputs:  # an empty file is a network without anything
        raise _unreadable(path)
    return described


def compile_foreign(
    path: Path,
    sha256: str,
    feed: Feed,
    outputs: Sequence[int],
    *,
    streams: int = 1,
    threads: int | None = None,
) -> Compiled:
    """Compile a network for uint8 pictures (1, height, width, 3), red first.

    Args:
        path: The file.
        sha256: Of its content: the compiled network is cached under it.
        feed: How it wants its picture; an input of any size gets this one.
        outputs: Numbers of those to compute, in this order; they become float32.
        streams: Number of parallel calls.
        threads: Number of threads that compute; None for one per core.
    Raises:
        DependencyError: If OpenVINO cannot be imported.
        ModelError: If OpenVINO cannot compile it.
    """
    openvino = import_openvino()
    try:
        compiled = compile_cached(
            openvino,
            lambda: _prepared(openvino, _read(path), feed, outputs),
            key=f"OpenVINO {openvino.__version__} {sha256} {feed} {tuple(outputs)}",
            streams=streams,
            threads=threads,
        )
        return Compiled(openvino, compiled)
    except Exception as error:  # OpenVINO's own classes are below Exception alone
        raise _unreadable(path) from error


def _read(path: Path) -> Any:
    """Return the model in a file. A front end is named: else OpenVINO tries all, and prints."""
    from openvino.frontend import FrontEndManager

    with path.open("rb") as file:
        kind = "tflite" if file.read(TFLITE_AT.stop)[TFLITE_AT] == TFLITE else "onnx"
    front_end = FrontEndManager().load_by_framework(kind)
    return front_end.convert(front_end.load(str(path)))


def _prepared(openvino: Any, model: Any, feed: Feed, outputs: Sequence[int]) -> Any:
    """Return the network with the wanted outputs, fed as `feed` says."""
    whole = openvino.Model([model.output(number) for number in outputs], model.get_parameters())
    whole.reshape(openvino.PartialShape(list(feed.shape)))
    steps = openvino.preprocess.PrePostProcessor(whole)
    given, layout = steps.input(), openvino.Layout
    given.tensor().set_element_type(openvino.Type.u8).set_layout(layout("NHWC"))
    given.model().set_layout(layout("NCHW" if feed.channels_first else "NHWC"))
    convert = given.preprocess().convert_element_type(openvino.Type.f32)
    if feed.bgr:
        convert.reverse_channels()
    if feed.mean:
        convert.mean(list(feed.mean))
    if feed.scale:
        convert.scale(list(feed.scale))
    for number in range(len(outputs)):
        steps.output(number).tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def _port(port: Any) -> Port:
    shape = port.get_partial_shape()
    known = shape.rank.is_static
    lengths = [axis.get_length() if axis.is_static else None for axis in shape] if known else ()
    names = port.get_names()
    name = port.get_any_name() if names else ""
    return Port(name, port.get_element_type().to_string(), tuple(lengths))


def _metadata(model: Any) -> dict[str, str]:
    """Return ONNX's `metadata_props`, which OpenVINO keeps under this name."""
    if not model.has_rt_info(["framework"]):
        return {}
    found = model.get_rt_info(["framework"]).value
    return {str(name): str(value) for name, value in found.items()}


def _unreadable(path: Path) -> ModelError:
    version = import_openvino().__version__.partition("-")[0]
    return ModelError(
        f"{path} is no network that OpenVINO {version} can read",
        hint="it may be damaged or of another format: export or fetch it again",
        code="damaged",
    )
