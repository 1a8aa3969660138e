"""OpenPose: people from the JSON that OpenPose wrote, one file per picture or frame."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from posture_cli import reading
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.openpose import ENDING, ORDERS
from posture_cli.core.body.scene import Frame, FrameSize, Person, subject_first
from posture_cli.errors import EstimatorError
from posture_cli.estimators import Estimation, Use
from posture_cli.estimators.layouts.fitting import around, person_of

MOST_BYTES = 1 << 24
"""A person with face and hands has about ten thousand bytes. Our limit."""
MOST_OUTSIDE = 0.5
"""Share of points outside the picture from which they are of another one. OpenPose finds none
there; the joints that `posture label` writes may be outside. Guess."""
AGAIN = "write it again with OpenPose's --write_json and --keypoint_scale 0"
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


class OpenPose:
    """Returns the people in OpenPose's files, found by the name of the picture."""

    name = "openpose"
    sees_pixels = False
    licence = ""

    def __init__(self, path: Path, *, max_people: int) -> None:
        self._path, self._max_people = path, max_people

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people whom OpenPose found.

        Raises:
            EstimatorError: If there is no file for the frame, or it cannot be used.
        """
        for path in self._places(frame):
            form = _form(path)
            if form is not None and form.get("source", frame.source) == frame.source:
                return subject_first(_people(path, form, frame), frame.size)[: self._max_people]
        raise EstimatorError(
            f"has no file in {self._path}",
            hint=f"name the files as OpenPose does: {_stem(frame)}{ENDING}",
        )

    def close(self) -> None:
        """Do nothing: a file is read when its picture comes."""

    def _places(self, frame: Frame) -> Iterator[Path]:
        """Yield where the file of a frame may be.

        Of pictures with equal names, `posture label` adds a sign to one, and writes the source.
        """
        stem = _stem(frame)
        if not self._path.is_dir():
            if self._path.name in (f"{stem}{ENDING}", f"{stem}.json"):
                yield self._path
            return
        yield self._path / f"{stem}{ENDING}"
        pattern = f"{glob.escape(stem)}~*{ENDING}"
        yield from sorted(self._path.glob(pattern))


def load(argument: str, estimation: Estimation, use: Use) -> OpenPose:
    """Start the estimator with a folder of OpenPose's `--write_json`, or one file of it.

    Raises:
        EstimatorError: If none is named, or there is none.
    """
    if not argument:
        hint = f"write --estimator openpose:FOLDER, or openpose:NAME{ENDING}"
        raise EstimatorError("openpose needs a folder or a file", hint=hint)
    path = Path(os.path.expanduser(argument))
    try:
        path.stat()
    except (OSError, ValueError) as error:  # also a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise EstimatorError(f"{path} cannot be read: {reason}", hint="check the path") from error
    return OpenPose(path, max_people=estimation.max_people)


def _stem(frame: Frame) -> str:
    """Return the name of a picture without folder and ending; of a frame with its number."""
    name = PurePath(frame.source.rpartition("!/")[2]).stem
    return name if frame.time_s is None and not frame.index else f"{name}_{frame.index:012d}"


def _form(path: Path) -> Mapping[str, Any] | None:
    """Return what is in a file, or None if there is none."""
    try:
        form = json.loads(reading.content(path, MOST_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EstimatorError(f"{path} cannot be read: {reason}", hint=AGAIN) from error
    if not isinstance(form, Mapping):
        raise EstimatorError(f"{path} is not of OpenPose", hint=AGAIN)
    return form


def _people(path: Path, form: Mapping[str, Any], frame: Frame) -> tuple[Person, ...]:
    try:
        people = [_person(one, frame.size) for one in form["people"]]
    except MALFORMED as error:
        message = f"{path} is not of OpenPose, or of another size: {error}"
        raise EstimatorError(message, hint=AGAIN) from error
    return tuple(person for person in people if person)


def _person(form: Mapping[str, Any], size: FrameSize) -> Person | None:
    """Return one person, or None if nothing of them is seen.

    Raises:
        ValueError: If there are other points than of COCO or BODY_25, or they do not fit the size.
    """
    points = np.array(form["pose_keypoints_2d"], np.float64).reshape(-1, 3)
    if len(points) not in ORDERS:
        numbers = " or ".join(map(str, ORDERS))
        raise ValueError(f"a person has {len(points)} points, and not {numbers}")
    if not np.isfinite(points).all():
        raise ValueError("a number is not finite")
    rows = np.zeros((len(Joint), 3))
    for joint, point in zip(ORDERS[len(points)], points, strict=True):
        if joint is not None:
            rows[joint] = point
    xy, score = rows[:, :2].astype(np.float32), rows[:, 2].clip(0, 1).astype(np.float32)
    seen = score > 0
    if not seen.any():
        return None
    _check_places(rows[seen, :2], size)
    return person_of(xy, score, around(xy[seen]), float(score[seen].mean()), size)


def _check_places(xy: np.ndarray, size: FrameSize) -> None:
    """Check that points are pixels of a picture of this size.

    Raises:
        ValueError: If they are not.
    """
    if len(xy) > 1 and np.abs(xy).max() <= 1:
        raise ValueError("points are shares of the picture, and not pixels")
    outside = ((xy < 0) | (xy > np.array(size))).any(axis=1)
    if outside.mean() > MOST_OUTSIDE:
        raise ValueError(f"points are outside the picture of {size.width} x {size.height} pixels")
