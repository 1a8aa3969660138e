import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.core.judge import rules
from posture_cli.core.observation import Failure, Observation, Reading, people_from_json
from tests.people import SITTING, measured, poses, someone

SIZE = FrameSize(640, 480)
POINTS = (
    *((250, 75), (245, 65), (247, 66), (225, 71), (230, 70)),
    *((205, 100), (200, 100), (215, 150), (210, 150), (265, 160), (260, 160)),
    *((205, 200), (200, 200), (285, 200), (280, 200), (285, 290), (280, 290)),
)
"""Nose to ankles of a person who sits facing right with the head 45 degrees forward."""


def hand_made() -> Observation:
    score = [0.25 if joint.label.startswith("left_") else 0.9 for joint in Joint]
    keypoints = Keypoints(np.array(POINTS, np.float32), np.array(score, np.float32))
    person = Person(keypoints, BBox(190.04, 55.0, 295.06, 300.0), score=0.98765, track_id=7)
    measurement = measured(person, SIZE)
    reading = Reading(person, measurement, rules.judge(person, measurement, SIZE))
    return Observation("desk.mp4", 12, 0.48, SIZE, "blazepose-full", (reading,))


def read(*people: Person, size: FrameSize = SIZE) -> Observation:
    readings = []
    for person in people:
        measurement = measured(person, size)
        readings.append(Reading(person, measurement, rules.judge(person, measurement, size)))
    return Observation("a.jpg", 0, None, size, "blazepose-full", tuple(readings))


def test_the_json_form_of_a_hand_made_person():
    assert hand_made().to_json() == {
        "schema": "posture/1",
        "source": "desk.mp4",
        "frame": 12,
        "time_s": 0.48,
        "width": 640,
        "height": 480,
        "estimator": "blazepose-full",
        "people": [
            {
                "label": "hunching",
                "stance": "sitting",
                "hunching": True,
                "confidence": 0.643,
                "reasons": [
                    {"code": "slumped", "measured": 63.43, "limit": 60.0, "unit": "deg"},
                    {"code": "thigh_level", "measured": 0.0, "limit": 45.0, "unit": "deg"},
                    {"code": "hip_bent", "measured": 90.0, "limit": 135.0, "unit": "deg"},
                ],
                "view": "profile",
                "side": "right",
                "facing": "right",
                "track_id": 7,
                "score": 0.988,
                "bbox_xyxy": [190.0, 55.0, 295.1, 300.0],
                "angles_deg": {
                    "trunk": 0.0,
                    "neck": 45.0,
                    "head": 14.0,
                    "face": 63.4,
                    "slump": 63.4,
                    "thigh": 0.0,
                    "hip": 90.0,
                    "knee": 90.0,
                    "shank": 0.0,
                },
                "keypoints": [
                    {"name": "nose", "x": 250.0, "y": 75.0, "score": 0.9},
                    {"name": "left_eye", "x": 245.0, "y": 65.0, "score": 0.25},
                    {"name": "right_eye", "x": 247.0, "y": 66.0, "score": 0.9},
                    {"name": "left_ear", "x": 225.0, "y": 71.0, "score": 0.25},
                    {"name": "right_ear", "x": 230.0, "y": 70.0, "score": 0.9},
                    {"name": "left_shoulder", "x": 205.0, "y": 100.0, "score": 0.25},
                    {"name": "right_shoulder", "x": 200.0, "y": 100.0, "score": 0.9},
                    {"name": "left_elbow", "x": 215.0, "y": 150.0, "score": 0.25},
                    {"name": "right_elbow", "x": 210.0, "y": 150.0, "score": 0.9},
                    {"name": "left_wrist", "x": 265.0, "y": 160.0, "score": 0.25},
                    {"name": "right_wrist", "x": 260.0, "y": 160.0, "score": 0.9},
                    {"name": "left_hip", "x": 205.0, "y": 200.0, "score": 0.25},
                    {"name": "right_hip", "x": 200.0, "y": 200.0, "score": 0.9},
                    {"name": "left_knee", "x": 285.0, "y": 200.0, "score": 0.25},
                    {"name": "right_knee", "x": 280.0, "y": 200.0, "score": 0.9},
                    {"name": "left_ankle", "x": 285.0, "y": 290.0, "score": 0.25},
                    {"name": "right_ankle", "x": 280.0, "y": 290.0, "score": 0.9},
                ],
            }
        ],
    }


def test_the_json_form_has_no_minus_zero():
    assert "-0.0" not in json.dumps(hand_made().to_json())


def test_nobody_is_an_empty_list():
    assert read().to_json() == {
        "schema": "posture/1",
        "source": "a.jpg",
        "frame": 0,
        "time_s": None,
        "width": 640,
        "height": 480,
        "estimator": "blazepose-full",
        "people": [],
    }


def test_what_is_not_known_is_null():
    keypoints = someone(SITTING).keypoints
    unseen = Person(Keypoints(keypoints.xy, np.zeros(17)), BBox(0, 0, 1, 1), score=0.5)
    (form,) = read(unseen).to_json()["people"]
    known = {key: form[key] for key in ("label", "stance", "hunching", "facing", "track_id")}
    assert known == {
        "label": "unknown",
        "stance": "unknown",
        "hunching": None,
        "facing": None,
        "track_id": None,
    }
    assert form["reasons"] == [{"code": "low_score", "measured": None, "limit": 0.3, "unit": ""}]
    assert set(form["angles_deg"].values()) == {None}


def test_the_json_form_survives_json():
    form = hand_made().to_json()
    assert json.loads(json.dumps(form, allow_nan=False)) == form


def test_the_json_form_of_an_input_that_cannot_be_read():
    failure = Failure("gone.jpg", "unreadable", "there is no such file", "check the name")
    assert failure.to_json() == {
        "schema": "posture/1",
        "source": "gone.jpg",
        "error": {
            "code": "unreadable",
            "message": "there is no such file",
            "hint": "check the name",
        },
    }


def test_people_come_back_as_they_went():
    form = hand_made().to_json()
    (person,) = people_from_json(form)
    assert read(person).to_json()["people"] == form["people"]
    assert person.track_id == 7


@given(pose=poses)
def test_anybody_comes_back_within_the_rounding(pose):
    person = someone(pose)
    (back,) = people_from_json(json.loads(json.dumps(read(person).to_json())))
    np.testing.assert_allclose(back.keypoints.xy, person.keypoints.xy, atol=0.0051)
    np.testing.assert_allclose(back.keypoints.score, person.keypoints.score, atol=0.00051)
    assert back.bbox == pytest.approx(person.bbox, abs=0.0501)
    assert (back.score, back.track_id) == (person.score, None)


def test_several_people_keep_their_order():
    people = tuple(replace(someone(SITTING), track_id=track) for track in (3, 1, 2))
    assert [p.track_id for p in people_from_json(read(*people).to_json())] == [3, 1, 2]
    assert people_from_json(read().to_json()) == ()


@pytest.mark.parametrize("schema", ["posture/2", "", None, 1])
def test_another_schema_is_refused(schema):
    with pytest.raises(ValueError, match="schema"):
        people_from_json({**hand_made().to_json(), "schema": schema})


def test_a_form_without_a_schema_is_refused():
    with pytest.raises(ValueError, match="schema"):
        people_from_json({"people": []})


def test_a_failure_has_no_people():
    with pytest.raises(ValueError, match="people"):
        people_from_json(Failure("a", "b", "c", "d").to_json())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keypoints", []),
        ("keypoints", None),
        ("keypoints", [{"name": "nose", "x": 1, "y": 2, "score": 1}]),
        ("keypoints", [1, 2, 3]),
        ("bbox_xyxy", [1, 2, 3]),
        ("bbox_xyxy", None),
        ("bbox_xyxy", [1, 2, 3, 10**400]),
        ("bbox_xyxy", ["left", "top", "right", "bottom"]),
        ("score", "high"),
        ("score", float("nan")),
        ("score", 1.5),
        ("score", None),
        ("track_id", "first"),
    ],
)
def test_a_malformed_person_is_refused(field, value):
    form = hand_made().to_json()
    form["people"][0][field] = value
    with pytest.raises(ValueError):
        people_from_json(form)


@pytest.mark.parametrize("field", ["keypoints", "bbox_xyxy", "score", "track_id"])
def test_a_missing_field_is_refused(field):
    form = hand_made().to_json()
    del form["people"][0][field]
    with pytest.raises(ValueError, match=field):
        people_from_json(form)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("x", None),
        ("y", "low"),
        ("score", 1.5),
        ("x", float("nan")),
        ("x", 10**400),
        ("name", "tail"),
    ],
)
def test_a_malformed_joint_is_refused(field, value):
    form = hand_made().to_json()
    form["people"][0]["keypoints"][3][field] = value
    with pytest.raises(ValueError):
        people_from_json(form)


@pytest.mark.parametrize("people", [None, 3, "people", [None], [[]]])
def test_malformed_people_are_refused(people):
    with pytest.raises(ValueError, match="malformed"):
        people_from_json({"schema": "posture/1", "people": people})
