"""Large PNG pictures, a band of rows at a time: Pillow decodes them whole, which fills the memory.

A band is a small PNG of its own, which Pillow decodes: the rows as they are in the file, behind the
last row of the band before, which their filters may refer to. Source: PNG, third edition, 5 to 10.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, PngImagePlugin

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type -> bytes of a pixel of 8 bits a channel."""
HEAD = ">IIBBBBB"
PIECE_BYTES = 1 << 16
"""Given to zlib at a time: it copies what it does not use. Guess."""


@dataclass(frozen=True, slots=True)
class Png:
    """A PNG with 8 bits a channel and its rows in order.

    Attributes:
        size: Width and height, pixels.
        colours: Its colour type.
        about: All chunks that are not pixels, whole, behind the head.
        pixels: The contents of its pixel chunks, one after the other.
    """

    size: tuple[int, int]
    colours: int
    about: tuple[memoryview, ...]
    pixels: tuple[memoryview, ...]

    def small(self) -> Image.Image:
        """Return a picture of one pixel about which the same is said, such as its EXIF."""
        raw = bytes(1 + CHANNELS[self.colours])
        return _opened(_packed((1, 1), self.colours, self.about, raw))

    def bands(self, rows: int) -> Iterator[Image.Image]:
        """Yield the picture from top to bottom, decoded, so many rows at a time.

        Raises:
            OSError: If rows are missing.
            zlib.error: If it is damaged; SyntaxError likewise.
        """
        width, height = self.size
        length = 1 + width * CHANNELS[self.colours]
        before, unpacked = bytes(length), self._unpacked(rows * length)
        for top in range(0, height, rows):
            wanted = min(rows, height - top)
            raw = next(unpacked, b"")[: wanted * length]
            if len(raw) < wanted * length:
                raise OSError("image file is truncated")
            form = (width, wanted + 1)
            band = _opened(_packed(form, self.colours, self.about, before + raw))
            band = band.crop((0, 1, width, wanted + 1))
            last = np.asarray(band.crop((0, wanted - 1, width, wanted)))
            before = b"\0" + last.tobytes()
            yield band

    def _unpacked(self, size: int) -> Iterator[bytes]:
        """Yield what the pixel chunks hold, so many bytes at a time; the last may be shorter."""
        stream, held = zlib.decompressobj(), bytearray()
        for piece in self._pieces():
            packed: bytes | memoryview = piece
            while packed and not stream.eof:
                held += stream.decompress(packed, size)
                packed = stream.unconsumed_tail
                while len(held) >= size:
                    yield bytes(held[:size])
                    del held[:size]
        yield bytes(held + stream.flush())

    def _pieces(self) -> Iterator[memoryview]:
        for chunk in self.pixels:
            for at in range(0, len(chunk), PIECE_BYTES):
                yield chunk[at : at + PIECE_BYTES]


def read(data: bytes) -> Png | None:
    """Return a PNG by its bytes; None if it is of another kind, such as interlaced or animated."""
    if not data.startswith(SIGNATURE):
        return None
    about, pixels = [], []
    whole = memoryview(data)
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            pixels.append(whole[at + 8 : at + 8 + length])
        elif name not in (b"IHDR", b"IEND"):
            about.append(whole[at : at + 12 + length])
        if name == b"acTL":
            return None
        at += 12 + length
    width, height, bits, colours, *_, interlaced = struct.unpack_from(HEAD, data, 16)
    if bits != 8 or colours not in CHANNELS or interlaced:
        return None
    return Png((width, height), colours, tuple(about), tuple(pixels))


def _packed(
    size: tuple[int, int], colours: int, about: tuple[memoryview, ...], raw: bytes
) -> bytes:
    """Return a PNG with these rows, filters included, and not compressed."""
    head = _chunk(b"IHDR", struct.pack(HEAD, *size, 8, colours, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(raw, 0))
    return b"".join((SIGNATURE, head, *about, pixels, _chunk(b"IEND", b"")))


def _chunk(name: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(content, zlib.crc32(name))
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(PngImagePlugin.PngImageFile.format,))
    image.load()
    return image
