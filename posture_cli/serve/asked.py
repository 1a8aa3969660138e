"""What a client sends: the pictures in a body, in every form that platforms use. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from posture_cli.serve.refusals import RefusedError

Form = Literal["one", "several", "predictions", "workshop"]
"""How the answer is put: one object, lines, MLflow's `predictions`, or one object that has
YOLO's `boxes` and `keypoints` too, as the workshop's client reads them."""
PICTURES = (
    *("image/", "application/octet-stream", "application/x-image"),
    "application/x-www-form-urlencoded",  # what curl calls any data
)
MLFLOW = ("dataframe_split", "dataframe_records", "instances", "inputs")
"""Exactly one of them is in a body. Source: MLflow's scoring protocol."""
NAMES = ("image", "picture", "b64", "data")
"""What the one column or key with the picture may be called."""
TAKEN = "send picture bytes, JSON with base64, base64 as text/csv, or a form with a file"


@dataclass(frozen=True, slots=True)
class Asked:
    """The pictures of a request, encoded, and the form of the answer."""

    pictures: tuple[bytes, ...]
    form: Form = "one"


def asked(content_type: str, body: bytes) -> Asked:
    """Return what a body asks for.

    Args:
        content_type: The header; empty is taken for picture bytes.
        body: All of it; forms with files are read elsewhere.
    Raises:
        RefusedError: If it is empty, of an unknown type, or not what its type says.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        raise RefusedError(400, "the body is empty", hint=TAKEN, code="empty")
    if not kind or kind.startswith(PICTURES):
        return Asked((body,))
    if kind in ("application/json", "application/jsonlines"):
        return _in_json(body)
    if kind in ("text/csv", "text/plain"):
        return Asked((_decoded(body),), "workshop")
    raise RefusedError(415, f"{kind} is not read here", hint=TAKEN, code="content_type")


def _in_json(body: bytes) -> Asked:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _not_json("the body is not JSON") from error
    if isinstance(sent, list):
        return Asked(tuple(map(_picture, sent)), "several")
    if isinstance(sent, Mapping):
        known = [name for name in MLFLOW if name in sent]
        if len(known) > 1:
            raise _not_json(f"{' and '.join(known)} exclude each other")
        if known:
            return Asked(tuple(map(_picture, _records(known[0], sent[known[0]]))), "predictions")
    return Asked((_picture(sent),))


def _records(kind: str, sent: Any) -> Sequence[Any]:
    """Return the records of one of MLflow's forms."""
    if kind == "dataframe_split":
        rows = sent.get("data") if isinstance(sent, Mapping) else None
        sent = [row[0] if isinstance(row, list) and len(row) == 1 else row for row in rows or ()]
    if isinstance(sent, Mapping):  # tensors by name
        sent = next(iter(sent.values()), None) if len(sent) == 1 else None
    if not isinstance(sent, list) or not sent:
        raise _not_json(f"{kind} has no pictures")
    return sent


def _picture(sent: Any) -> bytes:
    """Return the bytes of one picture: base64, or an object with one."""
    if isinstance(sent, Mapping):
        sent = next((sent[name] for name in NAMES if name in sent), None)
    if isinstance(sent, Mapping):  # TensorFlow's `{"image": {"b64": ...}}`
        sent = sent.get("b64")
    if not isinstance(sent, str):
        raise _not_json("a picture is missing")
    return _decoded(sent.encode("utf-8", "surrogatepass"))


def _decoded(text: bytes) -> bytes:
    """Return the bytes that base64 stands for; a `data:` address is taken too."""
    packed = text.strip().strip(b'"')
    if packed.startswith(b"data:"):
        packed = packed.partition(b",")[2]
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error as error:
        message = "a picture is not base64"
        raise RefusedError(
            400, message, hint="encode the bytes of the file", code="base64"
        ) from error


def _not_json(message: str) -> RefusedError:
    hint = 'send {"image": BASE64}, a list of them, or MLflow\'s instances'
    return RefusedError(400, message, hint=hint, code="json")
