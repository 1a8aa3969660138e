"""What was seen in one frame, and its one versioned JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.core.judge.verdict import Reason, Verdict

SCHEMA = "posture/1"
MALFORMED = (
    *(ValueError, KeyError, TypeError, AttributeError),
    *(OverflowError, RecursionError),
)
"""What reading unexpected JSON may raise; for example, 1e999 is infinite."""
FARTHEST_PX = 1e6
"""No picture is a million pixels wide, and no joint is that far outside. Guess."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One person with their measurement and verdict."""

    person: Person
    measurement: Measurement
    verdict: Verdict

    def __str__(self) -> str:
        return f"{self.verdict.label} {self.verdict.confidence:.0%}"

    def scaled(self, factor: float) -> Reading:
        """Return the same in a picture of another size; what was measured and answered stays."""
        person = self.person
        keypoints = Keypoints(person.keypoints.xy * np.float32(factor), person.keypoints.score)
        bbox = BBox(*(v * factor for v in person.bbox))
        return replace(self, person=replace(person, keypoints=keypoints, bbox=bbox))


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What was seen in one frame; no readings means that nobody was there, which is not an error.

    Attributes:
        source: Where the frame came from.
        frame: Its number in the source, from 0.
        time_s: Seconds since the start of the source, None for a still picture.
        size: Width and height, pixels.
        estimator: Name of the estimator.
        readings: The people, the subject first.
    """

    source: str
    frame: int
    time_s: float | None
    size: FrameSize
    estimator: str
    readings: tuple[Reading, ...]

    def __repr__(self) -> str:
        """Return what was seen on one line, without keypoints."""
        people = ", ".join(map(str, self.readings)) or "nobody"
        return f"<{type(self).__name__} {self.source!r}, frame {self.frame}: {people}>"

    def to_json(self) -> dict[str, Any]:
        """Return the `posture/1` form, made of plain JSON types."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "frame": self.frame,
            "time_s": self.time_s,
            "width": self.size.width,
            "height": self.size.height,
            "estimator": self.estimator,
            "people": [_person_json(reading) for reading in self.readings],
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, with a hint what to do."""

    source: str
    code: str
    message: str
    hint: str

    def to_json(self) -> dict[str, Any]:
        """Return the `posture/1` form of an input that could not be read."""
        error = {"code": self.code, "message": self.message, "hint": self.hint}
        return {"schema": SCHEMA, "source": self.source, "error": error}


def people_from_json(form: Mapping[str, Any]) -> tuple[Person, ...]:
    """Return the people of one `posture/1` object; everything else follows from them.

    Raises:
        ValueError: If the schema differs, or a field is missing or malformed.
    """
    if form.get("schema") != SCHEMA:
        raise ValueError(f"schema {form.get('schema')!r} is not {SCHEMA!r}")
    try:
        return tuple(_person(person) for person in form["people"])
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"malformed person: {error!r}") from error


def _person(form: Mapping[str, Any]) -> Person:
    points = {point["name"]: point for point in form["keypoints"]}
    rows = [points[joint.label] for joint in Joint]
    xy = np.array([[row["x"], row["y"]] for row in rows], np.float64)
    score = np.array([row["score"] for row in rows], np.float64)
    bbox = BBox(*(float(value) for value in form["bbox_xyxy"]))
    if not (np.abs(xy).max() < FARTHEST_PX and max(map(abs, bbox)) < FARTHEST_PX):
        raise ValueError("a keypoint or a box is too far outside the picture")
    if not 0 <= (sure := float(form["score"])) <= 1:
        raise ValueError("the score of a person is outside [0, 1]")
    track_id = form["track_id"]
    if not (track_id is None or isinstance(track_id, int)):
        raise ValueError(f"track_id {track_id!r} is not a whole number")
    keypoints = Keypoints(xy.astype(np.float32), score.astype(np.float32))
    return Person(keypoints, bbox, sure, track_id)


def _person_json(reading: Reading) -> dict[str, Any]:
    person, measurement, verdict = reading.person, reading.measurement, reading.verdict
    return {
        "label": verdict.label,
        "stance": verdict.stance,
        "hunching": verdict.hunching,
        "confidence": round(verdict.confidence, 3),
        "reasons": [_reason_json(reason) for reason in verdict.reasons],
        "view": measurement.view,
        "side": measurement.side,
        "facing": measurement.facing,
        "track_id": person.track_id,
        "score": round(person.score, 3),
        "bbox_xyxy": [round(float(v), 1) for v in person.bbox],
        "angles_deg": {k: _rounded(v, 1) for k, v in measurement.angles.named().items()},
        "keypoints": [_joint_json(joint, person.keypoints) for joint in Joint],
    }


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {**asdict(reason), "measured": _rounded(reason.measured, 2)}


def _joint_json(joint: Joint, keypoints: Keypoints) -> dict[str, Any]:
    x, y = (round(float(v), 2) for v in keypoints.xy[joint])
    return {"name": joint.label, "x": x, "y": y, "score": round(float(keypoints.score[joint]), 3)}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
