"""The COCO dataset, read back by pycocotools."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.label.formats import coco, coco_parts
from tests.label.lines import failed, seen, some
from tests.people import SITTING, SIZE, someone, without


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.coco.json"


def written(lines, path):
    coco.write(lines, path)
    return json.loads(path.read_bytes())


def test_pycocotools_reads_pictures_people_and_the_category(path):
    coco_api = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    coco.write(some(), path)
    dataset = coco_api.COCO(str(path))
    names = [image["file_name"] for image in dataset.loadImgs(dataset.getImgIds())]
    assert names == ["a/two.jpg", "a/nobody.jpg", "film.mp4/000042.jpg"]
    people = [dataset.loadAnns(dataset.getAnnIds(imgIds=[image])) for image in (1, 2, 3)]
    shown = [[person["attributes"]["posture"] for person in each] for each in people]
    assert shown == [["sitting", "hunching"], [], ["hunching"]]
    assert dataset.loadCats(dataset.getCatIds()) == [coco_parts.CATEGORY]
    (first, second), _, (third,) = people
    assert [person["id"] for person in (first, second, third)] == [1, 2, 3]


def test_a_person_has_everything_that_coco_has_a_field_for(path):
    line = seen("a.jpg", someone(SITTING))
    (person,) = line["people"]
    person["bbox_xyxy"], person["track_id"] = [10.0, 20.5, 110.0, 220.5], 7
    (there,) = written([line], path)["annotations"]
    points = person["keypoints"]
    assert there == {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "iscrowd": 0,
        "segmentation": [],
        "bbox": [10.0, 20.5, 100.0, 200.0],
        "area": 20000.0,
        "num_keypoints": 17,
        "keypoints": [value for p in points for value in (p["x"], p["y"], 2)],
        "score": person["score"],
        "attributes": {
            "posture": "sitting",
            "person": 1,
            "posture_confidence": person["confidence"],
            "reason": " ".join(reason["code"] for reason in person["reasons"]),
            "view": "profile",
            "track_id": 7,
        },
    }


def test_visibility_is_absent_hidden_or_seen(path):
    line = seen("a.jpg", without(someone(SITTING), Joint.NOSE))
    points = line["people"][0]["keypoints"]
    points[0]["score"], points[1]["score"], points[2]["score"] = 0, 0.29, 0.3
    (person,) = written([line], path)["annotations"]
    assert person["keypoints"][:3] == [0, 0, 0]
    assert [person["keypoints"][3 * joint + 2] for joint in (1, 2)] == [1, 2]
    assert person["num_keypoints"] == 16


def test_what_is_not_known_has_no_attribute(path):
    (_, person, *_) = written(some(), path)["annotations"]
    assert "track_id" not in person["attributes"]
    assert None not in person["attributes"].values()


def test_no_attribute_is_a_field_of_fiftyone(path):
    (person, *_) = written(some(), path)["annotations"]
    assert not person["attributes"].keys() & {"label", "confidence", "points", "index", "visible"}


def test_a_frame_is_named_as_annotate_draws_it_and_has_its_time(path):
    images = written(some(), path)["images"]
    assert images[2] == {
        "id": 3,
        "file_name": "film.mp4/000042.jpg",
        "width": SIZE.width,
        "height": SIZE.height,
        "frame": 42,
        "time_s": 1.4,
    }


def test_an_unreadable_picture_is_left_out_and_told(path):
    lines = [failed(), seen("a.jpg", someone(SITTING))]
    assert coco.write(lines, path) == (f"1 unreadable input is not in {path}",)
    form = json.loads(path.read_bytes())
    assert [image["file_name"] for image in form["images"]] == ["a.jpg"]
    assert form["annotations"][0]["image_id"] == form["images"][0]["id"]
