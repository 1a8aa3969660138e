"""What people correct in other tools comes back: COCO, and the export of Label Studio."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posture_cli.dataset import label_json
from posture_cli.dataset.gather import gather
from posture_cli.dataset.label_csv import Line
from posture_cli.dataset.labelled import pictures
from posture_cli.errors import SourceError
from posture_cli.label.formats import coco, label_studio
from tests.clips import ramp
from tests.inputs.test_items import make
from tests.label.lines import seen, some
from tests.people import SITTING, STANDING, someone


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(form: Any, name: str = "labels.json") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(json.dumps(form), "utf-8")
    return name


def dataset(*lines: dict[str, Any]) -> Any:
    """Return the COCO dataset that `posture label` writes of these lines."""
    coco.write(lines or some(), Path("labels.coco.json"))
    return json.loads(Path("labels.coco.json").read_bytes())


def export(*lines: dict[str, Any]) -> Any:
    """Return what Label Studio exports once somebody has submitted each prediction as it is."""
    label_studio.write(lines or some(), Path("tasks.labelstudio.json"))
    tasks = json.loads(Path("tasks.labelstudio.json").read_bytes())
    return [
        {
            "id": number,
            "data": task["data"],
            "annotations": [{"id": number, "was_cancelled": False, "result": each["result"]}],
            "predictions": [],
        }
        for number, task in enumerate(tasks, start=1)
        for each in task["predictions"]
    ]


def correct(annotation: Any, label: str) -> None:
    annotation["result"][0]["value"]["choices"] = [label]


def read(form: Any) -> list[tuple[str, int | None, str]]:
    lines = label_json.lines(saved(form))
    return [(line.file, line.frame, line.label) for line in lines]


def refusal(form: Any) -> str:
    with pytest.raises(SourceError) as told:
        label_json.lines(saved(form))
    assert told.value.hint
    return told.value.message


def names_and_labels(name: str) -> list[tuple[str, str]]:
    """Return what `evaluate` and `train` get of a list, after reading each picture."""
    told: list[str] = []
    found = list(pictures(gather([name], lambda message, _: told.append(message))))
    assert told == []
    assert all(one.load().size for one in found)
    return [(one.labelled.name, one.labelled.label) for one in found]


OURS = [
    ("a/two.jpg", None, "sitting"),
    ("a/nobody.jpg", None, "nobody"),
    ("film.mp4", 42, "hunching"),
]


@pytest.mark.parametrize("form", [dataset, export])
def test_what_label_wrote_is_read(form: Any) -> None:
    assert read(form()) == OURS


def test_a_corrected_dataset_says_what_was_corrected() -> None:
    make("a.jpg")
    make("b.jpg")
    ramp(Path("film.mp4"))
    form = dataset(
        seen("a.jpg", someone(SITTING)),
        seen("b.jpg", someone(SITTING)),
        seen("film.mp4", someone(SITTING), frame=5, time_s=1.0),
    )
    form["annotations"][1]["attributes"]["posture"] = " Hunching"
    assert names_and_labels(saved(form)) == [
        ("a.jpg", "sitting"),
        ("b.jpg", "hunching"),
        ("film.mp4, frame 5", "sitting"),
    ]


def test_a_corrected_export_says_what_was_corrected() -> None:
    make("a.jpg")
    make("b.jpg")
    ramp(Path("film.mp4"))
    form = export(
        seen("a.jpg", someone(SITTING)),
        seen("b.jpg", someone(SITTING)),
        seen("film.mp4", someone(SITTING), frame=5, time_s=1.0),
    )
    correct(form[1]["annotations"][0], "hunching")
    assert names_and_labels(saved(form)) == [
        ("a.jpg", "sitting"),
        ("b.jpg", "hunching"),
        ("film.mp4, frame 5", "sitting"),
    ]


def test_an_extracted_frame_is_read_where_it_lies_and_grouped_by_its_film() -> None:
    make("frames/film.mp4/000042.jpg")
    (line,) = label_json.lines(saved(dataset(some()[2]), "frames/labels.json"))
    assert line == Line(
        "frames/film.mp4/000042.jpg", "hunching", {"source": "film.mp4", "view": "profile"}
    )


def test_pictures_are_named_from_the_file_or_from_here() -> None:
    make("there/a.jpg")
    make("b.jpg")
    form = dataset(seen("a.jpg", someone(SITTING)), seen("b.jpg", someone(SITTING)))
    lines = label_json.lines(saved(form, "there/labels.json"))
    assert [line.file for line in lines] == ["there/a.jpg", "b.jpg"]


def test_the_subject_counts_wherever_its_annotation_is() -> None:
    form = dataset(some()[0])
    form["annotations"].reverse()
    assert [label for *_, label in read(form)] == ["sitting"]


def test_without_our_number_the_most_prominent_person_counts() -> None:
    form = dataset(seen("a.jpg", someone(SITTING), someone(STANDING)))
    small, large = form["annotations"]
    for one in (small, large):
        del one["attributes"]["person"]
    small["bbox"], large["bbox"] = [450, 400, 10, 20], [400, 100, 200, 600]
    assert [label for *_, label in read(form)] == ["standing"]


def test_a_crowd_is_nobody_to_judge() -> None:
    form = dataset(seen("a.jpg", someone(SITTING)), seen("b.jpg", someone(SITTING)))
    form["annotations"][0]["iscrowd"] = 1
    assert [label for *_, label in read(form)] == ["nobody", "sitting"]


def test_attributes_may_lie_beside_the_other_fields() -> None:
    form = dataset()  # as FiftyOne writes them
    for one in form["annotations"]:
        one.update(one.pop("attributes"))
    assert read(form) == OURS


@pytest.mark.parametrize(
    "form", [[{"image_id": 1, "keypoints": []}], {"images": [], "annotations": [{"id": 1}]}]
)
def test_coco_without_postures_is_told(form: Any) -> None:
    assert refusal(form) == "labels.json: no person has the attribute `posture`"


def test_a_subject_without_posture_is_told_with_its_picture() -> None:
    form = dataset()
    form["annotations"][0]["attributes"]["posture"] = " "
    assert refusal(form) == "labels.json: a/two.jpg: `posture` of the subject is empty"


def test_of_several_annotations_the_last_counts_and_skipped_ones_do_not() -> None:
    form = export()
    (annotation,) = form[0]["annotations"]
    again, skipped = json.loads(json.dumps([annotation, annotation]))
    correct(again, "standing")
    correct(skipped, "hunching")
    form[0]["annotations"] += [again, {**skipped, "was_cancelled": True}]
    form[2]["annotations"] = []
    assert read(form) == [("a/two.jpg", None, "standing"), OURS[1]]


@pytest.mark.parametrize(
    ("image", "file", "frame"),
    [
        ("/data/local-files/?d=a/b%20c.jpg", "a/b c.jpg", None),
        ("/data/local-files/?d=a/film.mp4/000042.jpg", "a/film.mp4", 42),
        ("s3://bucket/a b.jpg", "s3://bucket/a b.jpg", None),
        ("a/b.jpg", "a/b.jpg", None),
    ],
)
def test_tasks_of_others_are_found_by_the_address_of_the_picture(
    image: str, file: str, frame: int | None
) -> None:
    (task,) = export(seen("x.jpg", someone(SITTING)))
    task["data"] = {"image": image}
    assert read([task]) == [(file, frame, "sitting")]


def test_tasks_that_nobody_looked_at_are_told() -> None:
    export()
    tasks = json.loads(Path("tasks.labelstudio.json").read_bytes())
    assert refusal(tasks) == "labels.json: no task has an annotation"


def test_an_annotation_without_posture_is_told_with_its_task() -> None:
    form = export()
    del form[1]["annotations"][0]["result"][0]
    assert refusal(form) == "labels.json: task 2: no `posture` is chosen"


@pytest.mark.parametrize(
    "form",
    [
        {"images": [{"id": 1}], "annotations": [{"image_id": 1, "posture": "sitting"}]},
        {"images": 5, "annotations": 5},
        {"images": [1], "annotations": [{"image_id": 1, "posture": "sitting"}]},
        [{"data": {}, "annotations": [{"result": []}]}],
        [{"data": {"image": "a"}, "annotations": [{"result": [{"from_name": "posture"}]}]}],
        [{"data": {"image": "a"}, "annotations": 7}],
    ],
)
def test_a_malformed_file_is_told(form: Any) -> None:
    assert "labels.json is malformed" in refusal(form)


def test_json_lines_may_be_called_json() -> None:
    text = '{"source": "a.jpg", "frame": 0, "time_s": null, "people": [{"label": "sitting"}]}\n'
    Path("labels.json").write_text(2 * text, "utf-8")
    assert [line.label for line in label_json.lines("labels.json")] == ["sitting", "sitting"]
