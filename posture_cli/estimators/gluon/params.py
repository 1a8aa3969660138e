"""Read weights that MXNet has written, `.params` files of all versions, with only numpy."""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar

import numpy as np

from posture_cli.errors import ModelError
from posture_cli.estimators.runtime import Array

Item = TypeVar("Item")

FILE_MAGIC = 0x112
V1_MAGIC, V2_MAGIC, V3_MAGIC = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
"""An array starts with its version; in files older than V1 with its number of axes instead.

Source:
    MXNet 1.9.1, src/ndarray/ndarray.cc (NDArray::Save, NDArray::Load, LegacyLoad).
"""
TYPES = ("<f4", "<f8", "<f2", "u1", "<i4", "i1", "<i8", "?")
"""Numpy types by MXNet's numbers. Source: TypeFlag in 3rdparty/mshadow/mshadow/base.h."""
DENSE = 0
ON_CPU = (1, 0)
"""Kind and number of the device. Source: DeviceType in include/mxnet/base.h."""
ARG, AUX = "arg:", "aux:"
"""Beginnings of names in a file that belongs to a symbol file."""
NOT_UNIQUE = "not every array has its own name"
MOST_AXES = 32
"""The limit of MXNet's own numpy front end; a weight has at most 5."""


def read_params(path: Path) -> dict[str, Array]:
    """Read a file of MXNet's `nd.save` or Gluon's `save_parameters`.

    Args:
        path: The file. It is mapped into memory: it may be replaced, but not changed.
    Returns:
        Arrays by name, without the prefixes `arg:` and `aux:` of symbol files. Float32 arrays are
        read-only views of the file; other types are converted.
    Raises:
        ModelError: If the file is missing or damaged, or has arrays that are sparse, empty or
            without a name.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # an empty file cannot be mapped: ValueError
        raise _unreadable(path, "it is missing, empty or not readable") from error
    arrays = params_in(content, path)
    plain = {name.removeprefix(ARG).removeprefix(AUX): array for name, array in arrays.items()}
    if len(plain) != len(arrays):
        raise _unreadable(path, NOT_UNIQUE)
    return plain


def params_in(content: bytes | mmap.mmap, path: Path) -> dict[str, Array]:
    """Return the arrays of a file by the names that they have there; see `read_params`.

    Args:
        content: Of the file.
        path: The file, for messages.
    """
    return _Reader(content, path).file()


def to_params(arrays: Mapping[str, Array]) -> bytes:
    """Return the content of a file, version 2, as MXNet's `nd.save` writes it."""
    parts = [struct.pack("<3Q", FILE_MAGIC, 0, len(arrays))]
    for values in arrays.values():
        shape = struct.pack(f"<Iii{values.ndim}q", V2_MAGIC, DENSE, values.ndim, *values.shape)
        parts += [shape, struct.pack("<3i", *ON_CPU, TYPES.index("<f4")), values.tobytes()]
    parts.append(struct.pack("<Q", len(arrays)))
    for name in (name.encode() for name in arrays):
        parts += [struct.pack("<Q", len(name)), name]
    return b"".join(parts)


class _Reader:
    """A position in the file, and methods to read from there."""

    def __init__(self, content: bytes | mmap.mmap, path: Path) -> None:
        self._content = content
        self._path = path
        self._at = 0

    def file(self) -> dict[str, Array]:
        magic, _reserved = self._numbers("QQ")
        if magic != FILE_MAGIC:
            self._refuse("it has another format")
        arrays = self._list(self._array)
        names = self._list(self._name)
        if self._at != len(self._content):
            self._refuse("there is data after its end")
        if len(names) != len(arrays) or len(set(names)) != len(names):
            self._refuse(NOT_UNIQUE)
        return dict(zip(names, arrays, strict=True))

    def _list(self, item: Callable[[], Item]) -> list[Item]:
        """Read a count, then that many items; a wrong count runs into the end of the file."""
        (count,) = self._numbers("Q")
        return [item() for _ in range(count)]

    def _name(self) -> str:
        (length,) = self._numbers("Q")
        try:
            return self._bytes(length).decode("utf-8")
        except UnicodeDecodeError:
            self._refuse("a name is not UTF-8 text")

    def _array(self) -> Array:
        shape = self._shape()
        _device, _device_number, number = self._numbers("3i")
        if not 0 <= number < len(TYPES):
            self._refuse(f"arrays of type {number} are unknown")
        stored = np.dtype(TYPES[number])
        count = math.prod(shape)
        start = self._skip(count * stored.itemsize)
        values = np.frombuffer(self._content, stored, count, start).reshape(shape)
        return np.asarray(values, np.float32)

    def _shape(self) -> tuple[int, ...]:
        (magic,) = self._numbers("I")
        if magic in (V2_MAGIC, V3_MAGIC) and self._numbers("i") != (DENSE,):
            self._refuse("sparse arrays are not supported")
        of_old = magic not in (V1_MAGIC, V2_MAGIC, V3_MAGIC)
        axes = magic if of_old else self._numbers("i")[0]
        fewest = 0 if magic == V3_MAGIC else 1  # without axes: a number in V3, not allowed before
        if not fewest <= axes <= MOST_AXES:
            self._refuse(f"an array has {axes} axes")
        shape = self._numbers(f"{axes}{'I' if of_old else 'q'}")
        if any(length <= 0 for length in shape):
            self._refuse(f"an array has the shape {shape}")
        return shape

    def _numbers(self, layout: str) -> tuple[int, ...]:
        start = self._skip(struct.calcsize(f"<{layout}"))
        return struct.unpack_from(f"<{layout}", self._content, start)

    def _bytes(self, size: int) -> bytes:
        start = self._skip(size)
        return self._content[start : self._at]

    def _skip(self, size: int) -> int:
        """Advance by `size` bytes and return where they start."""
        if size > len(self._content) - self._at:
            self._refuse("it ends too early")
        self._at += size
        return self._at - size

    def _refuse(self, why: str) -> NoReturn:
        raise _unreadable(self._path, why)


def _unreadable(path: Path, why: str) -> ModelError:
    return ModelError(
        f"the weights {path} cannot be read: {why}",
        hint="fetch the file again; it must be a .params file of MXNet's save_parameters",
    )
