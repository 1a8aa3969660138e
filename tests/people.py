"""Hand-made people in side view, built from the angles that a measurement should find again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from posture_cli import pipeline
from posture_cli.core.body.angles import Facing, Measurement, measure
from posture_cli.core.body.keypoints import Joint, Keypoints, mirror
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.verdict import Judge, Verdict
from posture_cli.core.observation import Observation, Reading
from posture_cli.judging import LoadedJudging

SAMPLES = Path(__file__).parents[1] / "samples"
SIZE = FrameSize(1000, 800)
CENTRE = (500.0, 400.0)
NEAR_SCORE, FAR_SCORE = 0.9, 0.4

HEAD, THIGH, SHANK = 0.4, 0.85, 0.8
"""Ear to shoulder, hip to knee and knee to ankle, as shares of the torso."""
NOSE_AHEAD, EYE_AHEAD = 0.2, 0.16
FACE_DEG = float(np.degrees(np.arctan2(NOSE_AHEAD, HEAD)))
"""How much further forward than the neck the face is: the head is in line with the neck."""
UPPER_ARM, FOREARM = 0.6, 0.5


@dataclass(frozen=True)
class Pose:
    """How somebody holds themselves: the four free angles, degrees, forward positive."""

    trunk_deg: float
    neck_deg: float
    thigh_deg: float
    shank_deg: float


STANDING = Pose(trunk_deg=3, neck_deg=12, thigh_deg=88, shank_deg=1)
SITTING = Pose(trunk_deg=2, neck_deg=10, thigh_deg=5, shank_deg=0)
HUNCHING = Pose(trunk_deg=20, neck_deg=44, thigh_deg=0, shank_deg=-5)
HUNCHING_UPRIGHT = Pose(trunk_deg=15, neck_deg=44, thigh_deg=88, shank_deg=1)
RECLINED = Pose(trunk_deg=-40, neck_deg=-10, thigh_deg=0, shank_deg=10)
LYING = Pose(trunk_deg=-80, neck_deg=-60, thigh_deg=0, shank_deg=-90)
LYING_ON_THE_BELLY = Pose(trunk_deg=85, neck_deg=60, thigh_deg=178, shank_deg=90)
SQUATTING = Pose(trunk_deg=30, neck_deg=10, thigh_deg=-5, shank_deg=30)
KNEELING = Pose(trunk_deg=2, neck_deg=10, thigh_deg=88, shank_deg=88)
PERCHING = Pose(trunk_deg=5, neck_deg=10, thigh_deg=52, shank_deg=0)


def someone(
    pose: Pose,
    *,
    facing: Facing = "right",
    torso_px: float = 150.0,
    hip: tuple[float, float] = CENTRE,
    width: float = 0.1,
) -> Person:
    """Return a person in profile whose near hip is at `hip`; `width` torsos wide, 0 is exact."""
    ahead = 1.0 if facing == "right" else -1.0

    def reach(start: np.ndarray, length: float, from_vertical_deg: float) -> np.ndarray:
        angle = np.radians(from_vertical_deg)
        return start + torso_px * length * np.array([ahead * np.sin(angle), -np.cos(angle)])

    at_hip = np.array(hip)
    shoulder = reach(at_hip, 1.0, pose.trunk_deg)
    ear = reach(shoulder, HEAD, pose.neck_deg)
    knee = reach(at_hip, THIGH, pose.thigh_deg + 90)
    elbow = reach(shoulder, UPPER_ARM, 180)
    middle = {"nose": reach(ear, NOSE_AHEAD, pose.neck_deg + 90)}
    paired = {
        "eye": reach(ear, EYE_AHEAD, pose.neck_deg + 75),
        "ear": ear,
        "shoulder": shoulder,
        "elbow": elbow,
        "wrist": reach(elbow, FOREARM, 100),
        "hip": at_hip,
        "knee": knee,
        "ankle": reach(knee, SHANK, pose.shank_deg + 180),
    }
    xy, score = np.zeros((17, 2)), np.zeros(17)
    for joint in Joint:
        side, _, part = joint.label.rpartition("_")
        far = side not in ("", facing)  # somebody who faces right shows their right side
        depth = 0.5 if not side else float(far)
        xy[joint] = {**middle, **paired}[part] + [depth * width * torso_px, 0]
        score[joint] = FAR_SCORE if far else NEAR_SCORE
    return person_of(xy, score)


def before_the_camera(
    height: float = 0.6,
    *,
    width_px: float = 200.0,
    face: float = 0.4,
    aside: float = 0.0,
    turn: float = 0.0,
    legs: bool = False,
) -> Person:
    """Return a person who sits or stands before the camera, hidden from the hips on unless told.

    Args:
        height: Of the ears over the shoulders, in widths of the shoulders.
        width_px: Of the shoulders.
        face: Distance of the ears, in widths of the shoulders.
        aside: How far the head is to the left in the picture, in widths of the shoulders.
        turn: How far the nose is to the right in the picture, in distances of the ears.
        legs: Whether hips and legs are visible; the person stands then.
    """
    ears = np.array([-aside, -height])
    nose = ears + np.array([turn * face, 0.25 * face])
    down = {"eye": 0.0, "ear": 0.0, "shoulder": 0.0, "elbow": 0.8, "wrist": 1.3, "hip": 1.4}
    out = {"eye": 0.25 * face, "ear": 0.5 * face, "shoulder": 0.5, "elbow": 0.6, "wrist": 0.6}
    down |= {"knee": 2.6, "ankle": 3.7}
    xy, score = np.zeros((17, 2)), np.zeros(17)
    for joint in Joint:
        side, _, part = joint.label.rpartition("_")
        across = {"left": 1, "right": -1}.get(side, 0) * out.get(part, 0.3)
        middle = ears if part in ("eye", "ear") else np.array([0.0, down.get(part, 0.0)])
        xy[joint] = nose if part == "nose" else middle + np.array([across, 0])
        score[joint] = NEAR_SCORE if legs or part not in ("hip", "knee", "ankle") else 0.0
    return person_of(xy * width_px + [CENTRE[0], 250.0], score)


def person_of(xy: np.ndarray, score: np.ndarray | None = None) -> Person:
    """Return a person with these joints, sure of each unless told otherwise."""
    keypoints = Keypoints(
        np.asarray(xy, np.float32), np.full(17, 0.9) if score is None else np.asarray(score)
    )
    (x1, y1), (x2, y2) = keypoints.xy.min(axis=0), keypoints.xy.max(axis=0)
    return Person(keypoints, BBox(float(x1), float(y1), float(x2), float(y2)), score=0.95)


def with_score(person: Person, score: float, joints: Iterable[Joint]) -> Person:
    """Return the person with another score on some joints."""
    scores = person.keypoints.score.copy()
    scores[list(joints)] = score
    return person_of(person.keypoints.xy, scores)


def without(person: Person, *joints: Joint) -> Person:
    """Return the person with some joints not found."""
    return with_score(person, 0.0, joints)


def with_points(person: Person, points: Mapping[Joint, tuple[float, float]]) -> Person:
    """Return the person with some joints elsewhere."""
    xy = person.keypoints.xy.copy()
    for joint, point in points.items():
        xy[joint] = point
    return person_of(xy, person.keypoints.score)


def mirrored(person: Person, size: FrameSize = SIZE) -> Person:
    """Return the person of the mirrored picture."""
    keypoints = mirror(person.keypoints, size.width)
    return person_of(keypoints.xy, keypoints.score)


def shifted(person: Person, dx: float, dy: float) -> Person:
    return person_of(person.keypoints.xy + np.array([dx, dy]), person.keypoints.score)


def scaled(person: Person, factor: float) -> Person:
    """Return the person nearer to or further from the middle of the picture."""
    xy = (person.keypoints.xy - CENTRE) * factor + CENTRE
    return person_of(xy, person.keypoints.score)


def turned(person: Person, clockwise_deg: float) -> Person:
    """Return the person of the picture turned clockwise about its middle."""
    angle = np.radians(clockwise_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    xy = (person.keypoints.xy - CENTRE) @ turn.T + CENTRE
    return person_of(xy, person.keypoints.score)


def measured(person: Person, size: FrameSize = SIZE) -> Measurement:
    return measure(person.keypoints, size)


def judged(person: Person, judge: Judge, size: FrameSize = SIZE) -> Verdict:
    return judge(person, measured(person, size), size)


def codes(verdict: Verdict) -> tuple[str, ...]:
    return tuple(reason.code for reason in verdict.reasons)


@dataclass
class Recorded:
    """An estimator that sees in every frame the people it was told to see."""

    people: tuple[Person, ...]
    name: str = "recorded"
    seen: list[int] = field(default_factory=list)

    @property
    def estimator(self) -> str:
        return self.name

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        self.seen.append(frame.index)
        return self.people

    def close(self) -> None:
        pass


def read(person: Person, size: FrameSize, judge: Judge, roll_deg: float = 0.0) -> Reading:
    """Measure and judge one person."""
    return LoadedJudging(RuleSet(judge, {}), roll_deg).read(person, size)


def observe(frame: Frame, finder: Recorded, judge: Judge) -> Observation:
    """Find the people in a frame and judge each."""
    return pipeline.judged(
        frame, finder.estimate(frame), finder.name, LoadedJudging(RuleSet(judge, {}))
    )


def blank(size: FrameSize = SIZE, grey: int = 128, index: int = 0) -> Frame:
    """Return a picture of nothing."""
    return Frame(np.full((size.height, size.width, 3), grey, np.uint8), "blank.png", index)


def at_height(height_px: int, rgb: np.ndarray) -> np.ndarray:
    """Return the picture scaled to a height."""
    from posture_cli.vision import cv2

    return np.asarray(cv2.resize(rgb, (round(rgb.shape[1] * height_px / len(rgb)), height_px)))


poses = st.builds(
    Pose,
    trunk_deg=st.floats(-90, 90),
    neck_deg=st.floats(-60, 60),
    thigh_deg=st.floats(-60, 150),
    shank_deg=st.floats(-90, 90),
)
"""Anybody whose face can be seen, however they hold themselves."""
facings = st.sampled_from(["left", "right"])
