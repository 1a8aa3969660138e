"""Files that look like input and are not read: counted and named, so that nobody misses them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

from posture_cli.core.masking import one_line
from posture_cli.inputs.decode import HEIC, NEEDS_HEIC

UNREAD = (
    *HEIC,
    *(".heics", ".avifs", ".jxl", ".jxr", ".psd", ".psb", ".xcf", ".kra", ".svg", ".eps", ".ai"),
    *(".tga", ".ico", ".icns", ".pcx", ".ppm", ".pgm", ".pbm", ".pnm", ".hdr", ".exr", ".dds"),
    *(".dcm", ".nii", ".fits", ".jpg_large", ".jpeg_large", ".insp", ".livp"),
    *(".raw", ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".orf"),
    *(".rw2", ".raf", ".pef", ".srw", ".x3f", ".3fr", ".iiq", ".rwl", ".gpr"),
    *(".wmv", ".flv", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp", ".ogv", ".vob", ".asf", ".h264"),
    *(".7z", ".rar", ".tar.zst", ".tzst", ".lzh"),
)
"""Endings of pictures, videos and archives that posture does not read. Guess: what cameras, phones
and editors write; HEIC counts where the extra for it is missing."""
MOST_NAMED = 3
"""How many files a summary names. Guess."""

Skip = Callable[[str], None]
"""Is given the name of a file that looks like input and is not read."""


def ignore(name: str) -> None:
    """Take no notice of a file that is not read."""


class Skipped:
    """What was not read, by its ending; each file counts once."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str) -> None:
        """Count a file, if it looks like input."""
        if (ending := ending_of(name)) is not None:
            self._names[name] = ending

    def summary(self) -> tuple[str, str] | None:
        """Return what was not read, and what to do; None if there is nothing."""
        if not self._names:
            return None
        counts = Counter(self._names.values())
        kinds = ", ".join(f"{number:,} {ending}" for ending, number in counts.most_common())
        shown = [one_line(name) for name in list(self._names)[:MOST_NAMED]]
        more = ", ..." if len(self._names) > MOST_NAMED else ""
        number = "1 file is" if len(self) == 1 else f"{len(self):,} files are"
        return f"{number} left out, not read: {kinds} ({', '.join(shown)}{more})", _hint(counts)


def ending_of(name: str) -> str | None:
    """Return which of `UNREAD` a name has; None if it does not look like input."""
    return next((ending for ending in UNREAD if name.lower().endswith(ending)), None)


def has_ending(name: str) -> bool:
    """Whether a name says what the file is; otherwise its content does."""
    return bool(os.path.splitext(name)[1])  # noqa: PTH122 - of names in archives and stores too


def _hint(counts: Counter[str]) -> str:
    others = "convert pictures to JPEG and videos to MP4, and unpack archives"
    return ", ".join(
        ([NEEDS_HEIC] if set(counts) & set(HEIC) else [])
        + ([others] if set(counts) - set(HEIC) else [])
    )
