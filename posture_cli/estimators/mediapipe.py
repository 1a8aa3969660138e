"""MediaPipe's pose models (lite, full, heavy): BlazePose with the networks of a file."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
import zlib
from pathlib import Path

from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators import Estimation, Use
from posture_cli.estimators.blaze.detector import EMBEDDED_DETECTOR
from posture_cli.estimators.blaze.people import BlazePose
from posture_cli.estimators.layouts import fits
from posture_cli.estimators.layouts.files import name_of, whole
from posture_cli.estimators.models.disk import MOST_BYTES
from posture_cli.estimators.runtime import ModelFile, describe

DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"
"""Members of a `.task` file. Source: pose_landmarker_graph.cc."""
SIDE_PX = {DETECTOR: 224, LANDMARKS: 256}
OUTPUTS = {
    DETECTOR: ((1, 2254, 12), (1, 2254, 1)),
    LANDMARKS: ((1, 195), (1, 1), (1, 64, 64, 39)),
}
"""Of the networks, in the order of `Detector` and `LandmarkNetwork`, by shape: names differ."""
KNOWN = f"a .task file with {DETECTOR} and {LANDMARKS}, or the latter as a .tflite file"
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What Python's zipfile raises for damaged, encrypted and unusual archives."""


def load(argument: str, estimation: Estimation, use: Use) -> BlazePose:
    """Start the estimator with a `.task` file, or the landmark network alone.

    Raises:
        EstimatorError: If no file is named, or the processor lacks the precision.
        ModelError: If it cannot be read, or holds something else.
    """
    if not argument:
        raise EstimatorError("mediapipe needs a file", hint="write --estimator mediapipe:FILE.task")
    path, content = whole(argument)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        parts = _parts(path, content, Path(folder))
        try:
            return BlazePose(
                estimation.max_people,
                video=use.video,
                streams=use.streams,
                thrifty=use.thrifty,
                precision=estimation.precision if estimation.precision != "auto" else "fp32",
                name=name_of("mediapipe", path, hashlib.sha256(content).hexdigest()),
                detector=parts.get(DETECTOR, EMBEDDED_DETECTOR),
                landmarks=parts[LANDMARKS],
            )
        except RuntimeError as error:  # OpenVINO's: the shapes are right, and something else is not
            raise _other(path, "a damaged network") from error


def _parts(path: Path, content: bytes, folder: Path) -> dict[str, ModelFile]:
    """Return the networks of a file; those of an archive are written to a folder."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {LANDMARKS: _checked(LANDMARKS, path, path, content)}
    parts = {}
    for name in (DETECTOR, LANDMARKS):
        data = _member(path, content, name)
        (folder / name).write_bytes(data)
        parts[name] = _checked(name, folder / name, path, data)
    return parts


def _member(path: Path, content: bytes, name: str) -> bytes:
    """Return a member of the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            info = archive.getinfo(name)
            if info.file_size > MOST_BYTES:
                raise ValueError("it is too large")
            return archive.read(info)
    except KeyError as error:
        raise _other(path, f"an archive without {name}") from error
    except BROKEN as error:
        raise _other(path, f"an archive that cannot be read: {error}") from error


def _checked(kind: str, file: Path, path: Path, content: bytes) -> ModelFile:
    """Return a network after a look at its shapes."""
    try:
        described = describe(file)
    except ModelError as error:
        raise _other(path, "no network, or a damaged one") from error
    (given, *others), side = described.inputs, SIDE_PX[kind]
    found = [
        next((port for port in described.outputs if fits(port.shape, shape)), None)
        for shape in OUTPUTS[kind]
    ]
    if others or not fits(given.shape, (1, side, side, 3)) or None in found:
        ports = ", ".join(map(str, (*described.inputs, *described.outputs)))
        raise _other(path, f"a network with {ports}")
    names = tuple(port.name for port in found if port)
    return ModelFile(file, hashlib.sha256(content).hexdigest(), names)


def _other(path: Path, what: str) -> ModelError:
    message = f"{path} is no pose model of MediaPipe, but {what}"
    return ModelError(message, hint=f"name {KNOWN}", code="damaged")
