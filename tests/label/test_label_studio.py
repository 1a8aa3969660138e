"""Label Studio's tasks, their labelling interface, and what its own converter makes of both."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge.labels import LABELS
from posture_cli.label.formats import label_studio
from tests.label.lines import failed, seen, some
from tests.people import SITTING, SIZE, someone


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.labelstudio.json"


def tasks(lines, path):
    label_studio.write(lines, path)
    return json.loads(path.read_bytes())


def regions(task, kind):
    return [one for one in task["predictions"][0]["result"] if one["type"] == kind]


def names_of(tag):
    return [each.get("value") for each in tag]


def test_the_posture_of_the_subject_is_the_choice(path):
    found = [regions(task, "choices") for task in tasks(some(), path)]
    assert [[one["value"]["choices"] for one in each] for each in found] == [
        [["sitting"]],
        [["nobody"]],
        [["hunching"]],
    ]


def test_joints_are_in_percent_and_children_of_their_person(path):
    line = seen("a.jpg", someone(SITTING))
    person = line["people"][0]
    person["bbox_xyxy"] = [100.0, 200.0, 350.0, 600.0]
    person["keypoints"][0] |= {"x": 250.0, "y": 600.0, "score": 0.9}
    (task,) = tasks([line], path)
    (box,) = regions(task, "rectanglelabels")
    nose = regions(task, "keypointlabels")[0]
    assert box["value"] == {
        "x": 10.0,
        "y": 25.0,
        "width": 25.0,
        "height": 50.0,
        "rotation": 0,
        "rectanglelabels": ["person"],
    }
    assert nose["value"] == {"x": 25.0, "y": 75.0, "width": 0.5, "keypointlabels": ["nose"]}
    assert (nose["parentID"], nose["score"]) == (box["id"], 0.9)
    assert (nose["original_width"], nose["original_height"]) == (SIZE.width, SIZE.height)
    assert box["meta"]["text"] == ["person 1: sitting"]


def test_a_joint_that_is_not_found_or_outside_the_picture_is_left_out(path):
    line = seen("a.jpg", someone(SITTING))
    points = line["people"][0]["keypoints"]
    points[0]["score"], points[1]["x"], points[2]["y"] = 0, -1, SIZE.height + 1
    (task,) = tasks([line], path)
    joints = [one["value"]["keypointlabels"][0] for one in regions(task, "keypointlabels")]
    assert joints == [joint.label for joint in Joint][3:]


def test_regions_of_a_task_have_ids_of_their_own(path):
    ids = [one["id"] for one in tasks(some(), path)[0]["predictions"][0]["result"]]
    assert len(ids) == len(set(ids)) == 1 + 2 * 18


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("a/b c+ü.jpg", "/data/local-files/?d=a/b%20c%2B%C3%BC.jpg"),
        ("/data/a.jpg", "/data/local-files/?d=data/a.jpg"),
        ("s3://bucket/a b.jpg", "s3://bucket/a b.jpg"),
    ],
)
def test_a_picture_is_named_as_the_server_finds_it_and_as_it_was_given(source, address, path):
    (task,) = tasks([seen(source)], path)
    assert task["data"] == {"image": address, "source": source}


def test_a_task_of_a_frame_has_its_number_and_time(path):
    task = tasks(some(), path)[2]
    assert task["data"] == {
        "image": "/data/local-files/?d=film.mp4/000042.jpg",
        "source": "film.mp4",
        "frame": 42,
        "time_s": 1.4,
    }


def test_the_score_of_a_task_is_the_confidence_in_its_subject(path):
    lines = [seen("a.jpg", someone(SITTING)), seen("b.jpg")]
    scores = [task["predictions"][0].get("score") for task in tasks(lines, path)]
    assert scores == [lines[0]["people"][0]["confidence"], None]


def test_an_unreadable_picture_has_no_task_and_is_told(path):
    assert label_studio.write([failed()], path) == (f"1 unreadable input is not in {path}",)
    assert json.loads(path.read_bytes()) == []


def test_every_label_and_joint_of_the_tasks_is_in_the_interface(path):
    tasks(some(), path)
    view = ElementTree.parse(label_studio.beside(path)).getroot()
    tags = {tag.get("name"): tag for tag in view}
    assert names_of(tags["posture"]) == [*LABELS, "nobody"]
    assert names_of(tags["people"]) == ["person"]
    assert names_of(tags["joints"]) == [joint.label for joint in Joint]
    assert {tag.get("toName") for tag in view} == {None, "image"}
    assert tags["image"].get("value") == "$image"


def test_label_studio_takes_the_tasks(path):
    reason = "label-studio-sdk is not installed"
    sdk = pytest.importorskip("label_studio_sdk.label_interface", reason=reason)
    found = tasks(some(), path)
    interface = sdk.LabelInterface(label_studio.beside(path).read_text())
    interface.validate()
    assert [interface.validate_prediction(task["predictions"][0]) for task in found] == [True] * 3
