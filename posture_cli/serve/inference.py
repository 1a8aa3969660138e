"""The Open Inference Protocol, version 2, as KServe and Triton speak it: pictures as BYTES.

Source: the protocol's "predict" pages, and Triton's extension for binary data. Pure.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posture_cli import __version__
from posture_cli.serve.refusals import RefusedError

MODEL, INPUT, OUTPUT = "posture", "picture", "posture"
HEADER_LENGTH = "inference-header-content-length"
"""Header with the length of the JSON part, where binary data follows."""
SERVER = {"name": "posture", "version": __version__, "extensions": ["binary_tensor_data"]}
METADATA = {
    "name": MODEL,
    "versions": [__version__],
    "platform": "posture",
    "inputs": [{"name": INPUT, "datatype": "BYTES", "shape": [-1]}],
    "outputs": [{"name": OUTPUT, "datatype": "BYTES", "shape": [-1]}],
}
LENGTH = struct.Struct("<I")
"""Before each element of binary BYTES."""


@dataclass(frozen=True, slots=True)
class Inference:
    """A request: its pictures, its number, and whether the answer is binary."""

    pictures: tuple[bytes, ...]
    number: str | None
    binary: bool


def asked(body: bytes, header_length: str | None) -> Inference:
    """Return what a body asks for.

    Args:
        body: JSON, and binary data after it.
        header_length: Length of the JSON part; None if there is no binary data.
    Raises:
        RefusedError: If it is not a request of the protocol.
    """
    try:
        length = len(body) if header_length is None else int(header_length)
        form = json.loads(body[:length])
        (tensor,) = form["inputs"]
        pictures = tuple(_elements(tensor, body[length:]))
        if tensor["datatype"] != "BYTES" or not pictures:
            raise ValueError("no BYTES")
        number = form.get("id")
        return Inference(pictures, None if number is None else str(number), _binary(form))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as error:
        hint = f"send one input {INPUT} of datatype BYTES, as the protocol says"
        message = "the body is no request of the Open Inference Protocol"
        raise RefusedError(400, message, hint=hint, code="inference") from error


def answered(inference: Inference, lines: Sequence[bytes]) -> tuple[bytes, dict[str, str]]:
    """Return the body of an answer, and its headers.

    Args:
        inference: The request.
        lines: One `posture/1` object per picture.
    """
    output: dict[str, Any] = {"name": OUTPUT, "datatype": "BYTES", "shape": [len(lines)]}
    packed = b"".join(LENGTH.pack(len(line)) + line for line in lines)
    if inference.binary:
        output["parameters"] = {"binary_data_size": len(packed)}
    else:
        output["data"] = [line.decode() for line in lines]
    form = {"model_name": MODEL, "model_version": __version__, "outputs": [output]}
    if inference.number is not None:
        form["id"] = inference.number
    head = json.dumps(form).encode()
    if not inference.binary:
        return head, {"content-type": "application/json"}
    headers = {HEADER_LENGTH: str(len(head)), "content-type": "application/octet-stream"}
    return head + packed, headers


def _elements(tensor: Mapping[str, Any], rest: bytes) -> Iterator[bytes]:
    size = (tensor.get("parameters") or {}).get("binary_data_size")
    if size is None:
        for element in _flat(tensor["data"]):
            yield _decoded(element)
        return
    if size != len(rest):
        raise ValueError("binary data of another size")
    while rest:
        (length,) = LENGTH.unpack_from(rest)
        yield rest[LENGTH.size : LENGTH.size + length]
        rest = rest[LENGTH.size + length :]


def _flat(data: Any) -> Iterator[str]:
    for element in data:
        if isinstance(element, list):
            yield from _flat(element)
        else:
            yield element


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _binary(form: Mapping[str, Any]) -> bool:
    """Whether the answer is binary: said for all outputs, or for the one that there is."""
    outputs = form.get("outputs") or [{}]
    for_all = (form.get("parameters") or {}).get("binary_data_output", False)
    return bool((outputs[0].get("parameters") or {}).get("binary_data", for_all))
