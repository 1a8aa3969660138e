"""COCO results, read back by pycocotools."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.errors import OutputError, SourceError
from posture_cli.label import formats
from posture_cli.label.formats import coco_ids, coco_parts, coco_results
from tests.label.lines import failed, seen, some
from tests.people import SITTING, STANDING, someone


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.coco-results.json"


def annotations(tmp_path, *images, people=()):
    """Write a file of annotations of these (id, file_name)."""
    form = {
        "images": [
            {"id": number, "file_name": name, "width": 1000, "height": 800}
            for number, name in images
        ],
        "annotations": list(people),
        "categories": [coco_parts.CATEGORY],
    }
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(form), encoding="utf-8")
    return path


def truth(number, image_id, person):
    """Return an annotation of a person, all of whose joints are visible."""
    xy = person.keypoints.xy
    flat = [value for x, y in xy for value in (round(float(x), 2), round(float(y), 2), 2)]
    x1, y1, x2, y2 = (float(v) for v in person.bbox)
    return {
        "id": number,
        "image_id": image_id,
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": flat,
        "num_keypoints": 17,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": (x2 - x1) * (y2 - y1),
    }


def test_each_person_has_51_numbers(path):
    coco_results.write(some(), path)
    results = json.loads(path.read_bytes())
    shown = [(r["image_id"], r["category_id"], r["score"]) for r in results]
    assert shown == [(1, 1, 0.95), (1, 1, 0.95), (3, 1, 0.95)]
    assert [set(r) for r in results] == [{"image_id", "category_id", "keypoints", "score"}] * 3
    points = some()[0]["people"][0]["keypoints"]
    assert results[0]["keypoints"] == [p[k] for p in points for k in ("x", "y", "score")]
    assert len(results[0]["keypoints"]) == 51


def test_the_pictures_are_listed_beside_the_results(path):
    assert coco_results.write(some(), path) == ()
    form = json.loads(coco_results.beside(path).read_bytes())
    size = {"width": 1000, "height": 800}
    assert coco_results.beside(path).name == "labels.coco-results.images.json"
    assert form["images"] == [
        {"id": 1, "file_name": "a/two.jpg", **size},
        {"id": 2, "file_name": "a/nobody.jpg", **size},
        {"id": 3, "file_name": "film.mp4/000042.jpg", **size, "frame": 42, "time_s": 1.4},
        {"id": 4, "file_name": "lost.jpg", "error": failed()["error"]},
    ]
    (category,) = form["categories"]
    assert category["keypoints"] == [joint.label for joint in Joint]
    assert category["skeleton"][0] == [16, 14]  # as in COCO's own files


def test_pycocotools_loads_the_results_with_the_pictures_beside(path):
    coco_api = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    coco_results.write(some(), path)
    pictures = coco_api.COCO(str(coco_results.beside(path)))
    results = pictures.loadRes(str(path))
    assert [len(results.getAnnIds(imgIds=[n])) for n in (1, 2, 3, 4)] == [2, 0, 1, 0]
    assert pictures.loadImgs(3)[0]["file_name"] == "film.mp4/000042.jpg"


def test_pycocotools_evaluates_the_results_against_annotations(path, tmp_path):
    coco_api = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    coco_eval = pytest.importorskip("pycocotools.cocoeval", reason="pycocotools is not installed")
    sitter, stander = someone(SITTING), someone(STANDING)
    pictures = [(785, "000000000785.jpg"), (139, "000000000139.jpg"), (7, "000000000007.jpg")]
    people = [truth(1, 785, sitter), truth(2, 139, stander)]
    file = annotations(tmp_path, *pictures, people=people)
    lines = [
        seen("val2017/000000000139.jpg", stander),
        seen("val2017/000000000785.jpg", sitter),
        seen("val2017/000000000007.jpg"),
    ]
    formats.of(path, coco_annotations=file).write(lines, path)
    truths = coco_api.COCO(str(file))
    evaluation = coco_eval.COCOeval(truths, truths.loadRes(str(path)), "keypoints")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)


def test_a_picture_has_the_id_of_the_longest_name_that_its_path_ends_with(path, tmp_path):
    images = [(5, "x.jpg"), (6, "b/x.jpg"), (7, "c\\y.jpg")]
    annotated = coco_ids.read(annotations(tmp_path, *images))
    ids = coco_ids.Ids(annotated)
    names = ["/data/b/x.jpg", "/data/a/x.jpg", "c/y.jpg", "d/y.jpg", "d/z/x.jpg"]
    assert [ids.take(seen(name)) for name in names] == [
        (6, True),
        (5, True),
        (7, True),
        (8, False),
        (9, False),  # the second x.jpg
    ]


def test_a_frame_of_a_film_is_no_annotated_picture(tmp_path):
    ids = coco_ids.Ids(coco_ids.read(annotations(tmp_path, (5, "film.mp4"))))
    assert ids.take(seen("film.mp4", frame=0, time_s=0.0)) == (6, False)


def test_people_on_pictures_that_are_not_annotated_are_left_out_and_told(path, tmp_path):
    file = annotations(tmp_path, (9, "two.jpg"))
    told = formats.of(path, coco_annotations=file).write(some(), path)
    assert told == ("3 pictures are not among the annotated ones and left out",)
    assert {result["image_id"] for result in json.loads(path.read_bytes())} == {9}
    images = json.loads(coco_results.beside(path).read_bytes())["images"]
    assert [image["id"] for image in images] == [9, 10, 11, 12]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not a COCO file"),
        ("[]", "is not a COCO file"),
        ("{}", "is not a COCO file: KeyError"),
        ('{"images": [{"id": "x", "file_name": "a"}]}', "is not a COCO file"),
        ('{"images": [{"id": 1e999, "file_name": "a"}]}', "is not a COCO file"),
        ('{"images": [{"id": 1, "file_name": "a"}, {"id": 2, "file_name": "a"}]}', "twice"),
        ('{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]}', "twice"),
    ],
)
def test_annotations_of_another_form_are_told_before_the_work(text, told, path, tmp_path):
    file = tmp_path / "instances.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=told):
        formats.of(path, coco_annotations=file)


def test_missing_annotations_are_told(path, tmp_path):
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        formats.of(path, coco_annotations=tmp_path / "none.json")


def test_a_folder_in_the_place_of_the_list_of_pictures_is_told_before_the_work(path):
    coco_results.beside(path).mkdir()
    with pytest.raises(
        OutputError, match=r"labels\.coco-results\.images\.json is a folder or a device"
    ):
        formats.of(path)
