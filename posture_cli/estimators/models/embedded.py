"""The model files inside this package: the catalogue that the build hook and the runtime share.

Standard library only: `hatch_build.py` loads this file before anything is installed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "blazepose"

ORIGIN = "mediapipe==0.10.21"
"""The package on PyPI whose wheel carries the files (Apache-2.0, Google)."""


@dataclass(frozen=True)
class EmbeddedModel:
    """One model file.

    Attributes:
        name: File name in our wheel.
        member: Path of the file in the wheel of `ORIGIN`.
        size_bytes: Size of the file.
        sha256: Hex digest of the file.
        licence: SPDX identifier.
    """

    name: str
    member: str
    size_bytes: int
    sha256: str
    licence: str = "Apache-2.0"

    @property
    def path(self) -> Path:
        return FOLDER / self.name

    def intact(self) -> bool:
        """Whether the file is there and is the one that the catalogue names."""
        there = self.path.is_file()
        return there and hashlib.sha256(self.path.read_bytes()).hexdigest() == self.sha256


POSE_DETECTION = EmbeddedModel(
    name="pose_detection.tflite",
    member="mediapipe/modules/pose_detection/pose_detection.tflite",
    size_bytes=2_959_046,
    sha256="9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
)
POSE_LANDMARK_FULL = EmbeddedModel(
    name="pose_landmark_full.tflite",
    member="mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
    size_bytes=6_440_512,
    sha256="e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
)
EMBEDDED = (POSE_DETECTION, POSE_LANDMARK_FULL)
