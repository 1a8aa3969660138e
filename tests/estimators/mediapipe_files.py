"""`.task` files as MediaPipe packs them, and its networks from npm."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from posture_cli.estimators.models.embedded import POSE_DETECTION

PACKAGE = "@mediapipe/pose@0.5.1675469404"
"""Apache-2.0, Google; it carries lite, full and heavy as .tflite files."""
KINDS = ("lite", "full", "heavy")
DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"


def write_task(path: Path, landmarks: Path, detector: Path = POSE_DETECTION.path) -> Path:
    """Pack two networks as MediaPipe does: stored, not compressed."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(detector, DETECTOR)
        archive.write(landmarks, LANDMARKS)
    return path


def fetched(folder: Path) -> dict[str, Path] | str:
    """Return MediaPipe's landmark networks by their kind, or why npm does not give them."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    packed = sorted(folder.glob("*.tgz"))
    if done.returncode or not packed:
        return f"npm cannot fetch {PACKAGE}: {done.stderr.decode(errors='replace')[-200:]}"
    with tarfile.open(packed[0]) as archive:
        for kind in KINDS:
            member = archive.extractfile(f"package/pose_landmark_{kind}.tflite")
            (folder / f"{kind}.tflite").write_bytes((member or io.BytesIO()).read())
    return {kind: folder / f"{kind}.tflite" for kind in KINDS}
