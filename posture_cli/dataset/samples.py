"""Samples for training: a picture and its keypoints, in a folder named by the label."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.errors import OutputError
from posture_cli.sinks.pictures import jpeg
from posture_cli.storage.whole import write_whole

PICTURE, KEYPOINTS = ".jpg", ".json"


class Samples:
    """Writes samples that `labels.read` finds. Nothing that is there is ever replaced."""

    def __init__(self, folder: Path, stem: str, *, pictures: bool) -> None:
        """Make the folder and try whether it can be written to.

        Args:
            folder: Where samples go, with the label as its name.
            stem: How their names begin; a number follows.
            pictures: Whether to keep pictures, or only keypoints.
        Raises:
            OutputError: If nothing can be written there.
        """
        self.folder, self._stem, self._pictures = folder, stem, pictures
        self._number = 0
        try:
            self._made = [path for path in (folder, *folder.parents) if not path.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise _closed(folder, error) from error

    def add(self, observation: Observation, frame: Frame) -> Path:
        """Write one sample and return its picture, or its keypoints where no picture is kept.

        The picture has no EXIF: neither time nor place nor camera.

        Raises:
            OutputError: If it cannot be written; nothing of it is left then.
        """
        with self._claimed() as sample:
            picture, keypoints = sample.with_suffix(PICTURE), sample.with_suffix(KEYPOINTS)
            form = json.dumps(observation.to_json(), allow_nan=False)
            if not self._pictures:
                write_whole(keypoints, form.encode())
                return keypoints
            write_whole(picture, jpeg(frame))
            try:
                write_whole(keypoints, form.encode())
            except BaseException:  # Ctrl-C too
                picture.unlink()
                raise
            return picture

    def close(self) -> None:
        """Take folders away that we made and that are empty."""
        with contextlib.suppress(OSError):
            for folder in self._made:
                folder.rmdir()

    @contextlib.contextmanager
    def _claimed(self) -> Iterator[Path]:
        """Give the next free name, without ending; a hidden file keeps it for us meanwhile."""
        while True:
            self._number += 1
            sample = self.folder / f"{self._stem}_{self._number:03d}"
            claim = sample.with_name(f".{sample.name}.part")
            try:
                claim.open("xb").close()
            except FileExistsError:  # another `posture collect` is writing it
                continue
            except OSError as error:
                raise _closed(self.folder, error) from error
            try:
                if not any(os.path.lexists(sample.with_suffix(s)) for s in (PICTURE, KEYPOINTS)):
                    yield sample
                    return
            finally:
                with contextlib.suppress(OSError):
                    claim.unlink()


def _closed(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{folder} cannot be written to: {error.strerror or error}",
        hint="choose a folder with room and permission",
    )
