"""Sort pictures into folders by label, to look through them: `--sort DIR`."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.labels import LABELS
from posture_cli.errors import OutputError
from posture_cli.inputs.names import on_disk
from posture_cli.label.formats.naming import Line, digest, free_place, is_of_film, suffix
from posture_cli.label.held import unwritable
from posture_cli.sinks.pictures import jpeg
from posture_cli.sinks.rows import label_of
from posture_cli.storage.whole import beside, check_folder, whole_folder, write_whole

UNREADABLE, GONE = "unreadable", "the file is gone, or there was no room to keep the frame"
"""Why a picture is not sorted."""
KEY_BYTES = 16
FRAME = ".jpg"
MARK = ".posture-sorted"
"""A file with a fingerprint of the lines that a folder was made of."""
is_file = os.path.isfile
"""Answers False where `Path.is_file` raises, as for a name that is too long."""


class Sorter:
    """Puts pictures into DIR/LABEL, with one folder for each label and one for `nobody`.

    With several people, the subject's label counts. Unreadable pictures are left out. DIR appears
    at the end, in one piece; an interrupted run makes it again from the journal. Frames of videos
    and pictures in archives, which are not files, are kept beside it as JPEG until then.
    """

    def __init__(self, folder: Path, *, begun: bool = False) -> None:
        """Choose the folder.

        Args:
            folder: Missing or empty: nothing is ever overwritten.
            begun: Whether this goes on with an interrupted run, which may have made the folder.
        Raises:
            OutputError: If the folder holds something.
        """
        self._folder = folder
        place = Path(os.path.realpath(folder))
        self._kept, self._mark = beside(place, "frames"), place / MARK
        if not (begun and self._mark.is_file()):
            check_folder(folder, None, unwritable)

    def keep(self, key: str, frame: Frame) -> None:
        """Keep a picture that is not a file; call it before its line goes into the journal.

        Several threads may call it at once.

        Args:
            key: The key of its line.
            frame: The picture.
        Raises:
            OutputError: If it cannot be written.
        """
        if frame.time_s is None and not frame.index and is_file(on_disk(frame.source)):
            return
        write_whole(self._frame(key), jpeg(frame), unwritable)

    def finish(self, lines: Callable[[], Iterable[Line]]) -> tuple[str, ...]:
        """Make the folder, and return remarks for the user.

        Args:
            lines: Gives all lines of the journal; called twice.
        Raises:
            OutputError: If it cannot be written, or already exists and was made of other lines; a
                picture that is gone is only counted.
        """
        made_of = _fingerprint(lines())
        missing = Counter() if self._is_made_of(made_of) else self._make(lines(), made_of)
        shutil.rmtree(self._kept, ignore_errors=True)
        return tuple(
            f"{number} {'input is' if number == 1 else 'inputs are'} not in {self._folder}: {why}"
            for why, number in sorted(missing.items())
        )

    def _is_made_of(self, made_of: str) -> bool:
        """Whether an interrupted run made the folder already, of the same lines."""
        try:
            return self._mark.read_text(encoding="ascii") == made_of
        except (OSError, ValueError):
            return False

    def _make(self, lines: Iterable[Line], made_of: str) -> Counter[str]:
        """Make the folder, and return how many pictures are not in it, by the reason."""
        missing: Counter[str] = Counter()
        with whole_folder(self._folder, None, unwritable) as folder:
            for label in LABELS:
                (folder / label).mkdir()
            for line in lines:
                if "error" in line:
                    missing[UNREADABLE] += 1
                elif not self._sort(line, folder):
                    missing[GONE] += 1
            (folder / MARK).write_text(made_of, encoding="ascii")
        return missing

    def _sort(self, line: Line, folder: Path) -> bool:
        """Put one picture where it belongs; False if it is gone."""
        frame, place = self._frame(line["key"]), folder / label_of(line)
        source, ending, ways = on_disk(line["source"]), suffix(line["source"]), [*WAYS]
        if frame.is_file():
            source, ending, ways = os.fspath(frame), FRAME, ["hardlink", "copy"]  # it is deleted
        elif is_of_film(line) or not is_file(source):
            return False
        place.mkdir(exist_ok=True)
        _put(source, free_place(place, line, ending), ways)
        return True

    def _frame(self, key: str) -> Path:
        return self._kept / f"{digest(key, KEY_BYTES)}{FRAME}"


def _put(source: str, target: Path, ways: Sequence[str]) -> None:
    """Link or copy a file.

    Raises:
        OutputError: If none of the ways works.
    """
    refused = OSError()
    for way in ways:
        try:
            return WAYS[way](source, target)
        except OSError as error:
            refused = error
    hint = "free some space there, or sort into a folder on another disk"
    why = refused.strerror or refused
    raise OutputError(f"{source} cannot be put into {target.parent}: {why}", hint=hint) from refused


def _hardlink(source: str, target: Path) -> None:
    os.link(os.path.realpath(source), target)  # else some systems link the link


def _symlink(source: str, target: Path) -> None:
    target.symlink_to(Path(source).absolute())


def _copy(source: str, target: Path) -> None:
    shutil.copyfile(source, target)
    with contextlib.suppress(OSError):  # shared folders may refuse dates, which do not matter
        shutil.copystat(source, target)


WAYS: dict[str, Callable[[str, Path], None]] = {
    "hardlink": _hardlink,
    "symlink": _symlink,
    "copy": _copy,
}
"""How a picture gets into its folder, in the order of trying. A hard link needs no room, but the
same disk; a symlink needs the picture to stay where it is."""


def _fingerprint(lines: Iterable[Line]) -> str:
    """Return a value that differs for lines of other pictures or with other labels."""
    made_of = blake2b(digest_size=KEY_BYTES)
    for line in lines:
        made_of.update(f"{line['key']}\0{label_of(line)}\0".encode("utf-8", "surrogatepass"))
    return made_of.hexdigest()
