from __future__ import annotations

import json
from pathlib import Path

import pytest

from posture_cli.core.body.scene import FrameSize
from posture_cli.dataset.labelled import Labelled, read, recorded
from posture_cli.errors import SourceError
from tests.people import SAMPLES, SITTING, Recorded, blank, someone

HERE = Path("somewhere")


def listed(folder: Path, text: str | bytes) -> tuple[Labelled, ...]:
    """Return what a CSV of this content names, with paths as if it were in HERE."""
    path = folder / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tuple(
        Labelled(HERE / one.path.relative_to(folder), one.label, one.about) for one in read(path)
    )


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as told:
        read(path)
    assert told.value.hint
    return told.value.message.replace(str(path), "it")


TWO = (
    Labelled(HERE / "a.jpg", "sitting", {"view": "profile"}),
    Labelled(HERE / "b/c.jpg", "other", {"view": ""}),
)


@pytest.mark.parametrize(
    "text",
    [
        "file,label,view\na.jpg,sitting,profile\nb/c.jpg,other,\n",
        "file;label;view\r\na.jpg;sitting;profile\r\nb/c.jpg;other;\r\n",
        "\ufefffile,label,view\na.jpg,sitting,profile\nb/c.jpg,other",
        "view\tLabel\tFILE\nprofile\tSitting\ta.jpg\n\n\tOTHER \tb/c.jpg\n",
        "file,label,view,\na.jpg,sitting,profile,\n,,,\nb/c.jpg,other,,,,\n",
        '"file","label","view"\n"a.jpg","sitting","profile"\n"b\\c.jpg","other",""\n',
        "file,label,view\na.jpg,sitting,profile\nb/c.jpg,other,\n".encode("utf-16"),
    ],
    ids=["comma", "Excel", "BOM", "tabs, order and case", "empty lines", "Windows", "UTF-16"],
)
def test_a_csv_is_read_however_it_was_saved(tmp_path, text):
    assert listed(tmp_path, text) == TWO


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has no column 'file' and no column 'label'"),
        ("path,label\na.jpg,sitting\n", "it has no column 'file'"),
        ("file,label\n", "it names no picture"),
        ("file,label,Label\na.jpg,sitting,standing\n", "it has two columns 'label'"),
        ("file,label\na.jpg,sitting\nb.jpg\n", "it, line 3: `label` is empty"),
        ("file,label\n,sitting\n", "it, line 2: `file` is empty"),
        ("file,label\na,b.jpg,sitting\n", "it, line 2: too many columns"),
        (b"\xff\xd8\xff\xe0 a picture", "it is no list of pictures"),
        ("file,label\na\0b.jpg,sitting\n", "it is no list of pictures"),
        (f'file,label\n"{"a" * 200_000}",sitting\n', "it is no CSV: field larger than"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_with_the_place(tmp_path, text, message):
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert refusal(path).startswith(message)


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "cannot be opened: No such file" in refusal(tmp_path / "labels.csv")
    assert "cannot be opened" in refusal(Path("a\0b"))


def files(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_has_a_sub_folder_per_label(tmp_path):
    files(tmp_path, "Sitting/b.png", "Sitting/a.JPG", "Sitting/deep/c.webp", "other/d.jpg")
    files(tmp_path, "loose.jpg", "Sitting/notes.txt", "Sitting/.hidden.jpg", ".git/e.jpg")
    found = [(str(one.path.relative_to(tmp_path)), one.label, one.about) for one in read(tmp_path)]
    assert found == [
        ("Sitting/a.JPG", "sitting", {}),
        ("Sitting/b.png", "sitting", {}),
        ("Sitting/deep/c.webp", "sitting", {}),
        ("other/d.jpg", "other", {}),
    ]


def test_keypoints_count_where_there_is_no_picture_of_that_name(tmp_path):
    files(tmp_path, "sitting/a.jpg", "sitting/a.json", "sitting/b.json")
    assert [one.path.name for one in read(tmp_path)] == ["a.jpg", "b.json"]


def test_a_folder_without_labels_is_refused_and_a_csv_in_it_named(tmp_path):
    files(tmp_path, "a.jpg", "sitting/notes.txt")
    assert refusal(tmp_path) == "it has no sub-folder with pictures"
    files(tmp_path, "labels.csv")
    with pytest.raises(SourceError) as told:
        read(tmp_path)
    assert told.value.hint == f"did you mean {tmp_path / 'labels.csv'}?"


def observation(**changes: object) -> str:
    """Return what `check --json` says of somebody who sits, with some fields changed."""
    from posture_cli.core.judge.rules import judge
    from tests.people import observe

    form = observe(blank(), Recorded((someone(SITTING),)), judge).to_json()
    return json.dumps({**form, **changes})


def test_recorded_keypoints_are_read_again(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(f"\ufeff{observation()}\n", encoding="utf-8")
    found = recorded(path)
    assert (found.size, found.estimator, len(found.people)) == (FrameSize(1000, 800), "recorded", 1)
    expected = someone(SITTING).keypoints
    assert abs(found.people[0].keypoints.xy - expected.xy).max() < 0.01


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "Expecting value"),
        ("[1, 2]", "list indices"),
        ("{}", "there is no 'width'"),
        ("[" * 100_000, ""),
        (observation() * 2, "Extra data"),
        (observation(width=float("inf")), "cannot convert float infinity"),
        (observation(width=0), "no picture has 0 x 800 pixels"),
        (observation(height=10**9), "no picture has 1000 x 1000000000 pixels"),
        (observation(schema="posture/9"), "schema 'posture/9'"),
        (observation(people=[{}]), "malformed person"),
    ],
)
def test_a_file_that_is_not_one_observation_is_refused(tmp_path, text, what):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="is not one observation") as told:
        recorded(path)
    assert what in told.value.message


def test_keypoints_that_cannot_be_opened_are_told(tmp_path):
    with pytest.raises(SourceError, match="cannot be opened"):
        recorded(tmp_path / "nothing.json")


def test_the_samples_in_one_folder_have_no_labels():
    assert refusal(SAMPLES) == "it has no sub-folder with pictures"
