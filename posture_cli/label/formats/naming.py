"""Names in results: text that every reader takes, and names of new files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Any

from posture_cli.inputs.names import is_text, on_disk, written
from posture_cli.storage.whole import free_path

OF_THE_JOURNAL = ("key", "trouble")
"""What only the journal has, and `posture/1` has not."""
Line = Mapping[str, Any]
"""One line of the journal: a `posture/1` object with its `key`."""
MOST_BYTES = 180
"""Of a stem in UTF-8: file systems take names of 255 bytes, and something is added. Our limit."""
SIGN_BYTES = 5
"""Of the sign that is added to equal names. Two of 10,000 pictures of one name share it at a chance
of 1 in 20,000; then a number follows."""
_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f<>:"/\\\\|?*\ud800-\udfff]')
r"""Letters that Windows or macOS refuse in the name of a file."""


def readable(text: str) -> str:
    r"""Return text that every reader takes: bytes of a name that are not UTF-8 become `\xff`."""
    return text if is_text(text) else written(text)


def form(line: Line) -> dict[str, Any]:
    """Return the `posture/1` object of a line, without what only the journal has."""
    whole = {name: value for name, value in line.items() if name not in OF_THE_JOURNAL}
    if "error" in whole:
        whole["error"] = {name: readable(text) for name, text in whole["error"].items()}
    return {**whole, "source": readable(whole["source"])}


def is_of_film(line: Line) -> bool:
    """Whether a line belongs to one frame of a video, and not to a picture."""
    return line.get("time_s") is not None or bool(line.get("frame"))


def picture_name(line: Line) -> str:
    """Return the name that a picture file has or would have, with slashes.

    Frame 42 of `a/clip.mp4` is `a/clip.mp4/000042.jpg`, which is where `--annotate` draws it.
    """
    name = str(line["source"]).replace(os.sep, "/")
    return f"{name}/{line['frame']:06}.jpg" if is_of_film(line) else name


def left_out(unread: int, path: Path) -> tuple[str, ...]:
    """Return the remark about inputs that could not be read, for formats without room for them."""
    which = "input is" if unread == 1 else "inputs are"
    return (f"{unread} unreadable {which} not in {path}",) if unread else ()


def free_place(folder: Path, line: Line, ending: str) -> Path:
    """Return where in a folder a new file about a picture goes.

    It has the picture's own name, for a frame with its number in 12 digits, as OpenPose does. If
    that is taken, a sign follows that is made of the key.

    Args:
        folder: Where the file goes; only one thread may write there.
        line: The picture or frame.
        ending: The end of the name.
    """
    source = on_disk(line["source"])
    stem = _NOT_IN_NAMES.sub("_", "stdin" if source == "-" else PurePath(source).stem)
    stem = shortened(stem) or "picture"
    if is_of_film(line):
        stem += f"_{line['frame']:012d}"
    if not os.path.lexists(folder / f"{stem}{ending}"):
        return folder / f"{stem}{ending}"
    return free_path(folder, f"{stem}~{digest(line['key'], SIGN_BYTES)}", ending)


def film_stem(source: str, taken: Iterable[str]) -> str:
    """Return how names of new files about a video begin; a sign is added if another has the same.

    Args:
        source: The video.
        taken: How the names of other videos begin.
    """
    stem = shortened(_NOT_IN_NAMES.sub("_", PurePath(on_disk(source)).stem)) or "video"
    return f"{stem}~{digest(source, SIGN_BYTES)}" if stem in taken else stem


def shortened(stem: str) -> str:
    """Return as much of a name as leaves room for a sign and an ending."""
    return stem.encode()[:MOST_BYTES].decode("utf-8", "ignore")


def digest(key: str, size: int) -> str:
    """Return a fingerprint of a key, `size` bytes in hexadecimal."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def suffix(source: str) -> str:
    """Return the ending of a picture's name, without letters that a new file may not have."""
    return _NOT_IN_NAMES.sub("_", PurePath(source).suffix)
