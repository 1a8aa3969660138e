"""The desk clip: what its file shows, what is exactly true of it, and somebody who walks by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture_cli.core.body.keypoints import SKELETON, Joint
from posture_cli.core.body.scene import Frame, FrameSize, Person
from tests.people import SAMPLES, person_of

SIZE = FrameSize(640, 480)
SITS, HUNCHES, SITS_AGAIN, STANDS = (0.0, 3.5), (4.5, 9.0), (10.0, 12.0), (13.5, 16.25)
"""When each posture begins and ends; transitions lie between. Source: the phases of desk.json."""
BENDS, STRAIGHTENS, RISES = (3.5, 4.5), (9.0, 10.0), (12.0, 13.5)
STEP_S, LAST_S = 0.25, 16.25

_TRUTH = json.loads((SAMPLES / "desk.json").read_text("utf-8"))["frames"]
_XY = np.array([[one["keypoints"][joint.label][:2] for joint in Joint] for one in _TRUTH])
_SEEN = np.array([[one["keypoints"][joint.label][2] for joint in Joint] for one in _TRUTH])


def truth(time_s: float) -> np.ndarray:
    """Return where the joints really are, (17, 2), pixels; between frames on a straight line."""
    times = np.arange(len(_XY)) * STEP_S
    return np.array(
        [[np.interp(time_s, times, xy) for xy in joint] for joint in _XY.T.swapaxes(0, 1)]
    )


def person(time_s: float, noise_px: float = 0.0) -> Person:
    """Return the person of the clip, each joint off by as much, the same way every time."""
    frame = min(int(time_s / STEP_S), len(_SEEN) - 1)
    score = np.where(_SEEN[frame] == 2, 0.95, 0.5)
    noise = np.random.default_rng(round(time_s * 1000)).normal(0, 1, (17, 2)) * noise_px
    return person_of(truth(time_s) + noise, score)


def times(fps: float, until_s: float = LAST_S) -> list[float]:
    return [number / fps for number in range(int(until_s * fps) + 1)]


def frames(clip: Path = SAMPLES / "desk.mp4") -> Iterator[Frame]:
    """Yield the frames of a file."""
    from posture_cli.inputs.video import opened

    with opened(str(clip)) as video:
        while frame := video.frame():
            yield frame


@dataclass(frozen=True)
class Walker:
    """Somebody of another sample, cut out, who crosses the picture.

    Attributes:
        sample: Which one.
        begins_s, lasts_s: When they enter at one side, and how long they take to the other.
        rightwards: Which way they go.
        height_px: How tall they are in the picture.
    """

    sample: str = "standing_05"
    begins_s: float = 5.0
    lasts_s: float = 2.5
    rightwards: bool = True
    height_px: int = 430

    def before(self, frame: Frame) -> Frame:
        """Return the frame with them between the camera and what it shows."""
        assert frame.time_s is not None
        share = (frame.time_s - self.begins_s) / self.lasts_s
        if not 0 <= share <= 1:
            return frame
        rgb, mask = _cut_out(self.sample, self.height_px)
        height, width = mask.shape
        left = round((SIZE.width + width) * (share if self.rightwards else 1 - share)) - width
        here = slice(max(0, left), min(SIZE.width, left + width))
        there = slice(here.start - left, here.stop - left)
        shown = frame.rgb.copy()
        rows = slice(SIZE.height - 5 - height, SIZE.height - 5)
        shown[rows, here][mask[:, there]] = rgb[:, there][mask[:, there]]
        return Frame(shown, frame.source, frame.index, frame.time_s)


def _cut_out(sample: str, height_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a person and which pixels are theirs: all that is near their true skeleton."""
    from posture_cli.inputs.pictures import Picture, load
    from posture_cli.vision import cv2

    every = json.loads((SAMPLES / "ground_truth.json").read_text("utf-8"))["images"]
    found = next(one for one in every if one["file"] == f"{sample}.jpg")
    rgb = load(Picture(str(SAMPLES / f"{sample}.jpg"))).rgb
    xy = np.array([found["keypoints"][joint.label][:2] for joint in Joint])
    torso = np.hypot(*(xy[Joint.RIGHT_SHOULDER] - xy[Joint.RIGHT_HIP]))
    mask = np.zeros(rgb.shape[:2], np.uint8)
    for one, other in SKELETON:
        thick = max(1, int(torso * 0.3))
        cv2.line(mask, *(tuple(xy[joint].astype(int).tolist()) for joint in (one, other)), 1, thick)
    head = xy[[Joint.LEFT_EAR, Joint.RIGHT_EAR, Joint.NOSE]].mean(axis=0).astype(int).tolist()
    cv2.circle(mask, tuple(head), int(torso * 0.28), 1, -1)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    size = (round(np.ptp(columns) * height_px / np.ptp(rows)), height_px)
    return cv2.resize(rgb[box], size), cv2.resize(mask[box], size) > 0
