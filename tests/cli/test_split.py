"""`posture split` as people run it: who is on which side, and what leaks is shown."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.observation import Observation
from posture_cli.dataset.gather import gather
from posture_cli.dataset.labelled import pictures
from tests.clips import write as write_video
from tests.people import SIZE

POSTURE = (sys.executable, "-m", "posture_cli")
LABELS = ("sitting", "standing", "hunching")
PEOPLE = 12


def posture(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd
    )
    assert "Traceback" not in done.stderr
    return done


def picture(path: Path, grey: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8, 3), grey, np.uint8)).save(path)


def table(path: Path, rows: list[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three pictures of each person, one per label, and no two alike."""
    made: list[Mapping[str, object]] = []
    for person in range(PEOPLE):
        for place, label in enumerate(LABELS):
            name = f"{label}_{person}.png"
            picture(tmp_path / "data" / name, 3 * person + place)
            made.append({"file": name, "label": label, "person": f"P{person}", "view": "profile"})
    table(tmp_path / "data" / "labels.csv", made)
    return tmp_path


def split(data: Path, *options: object) -> subprocess.CompletedProcess[str]:
    return posture("split", "data/labels.csv", "-o", "lists", *options, cwd=data)


def both(data: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    return rows(data / "lists" / "train.csv"), rows(data / "lists" / "test.csv")


def test_all_pictures_of_a_person_are_on_one_side_and_all_are_there(data):
    done = split(data)
    assert (done.returncode, done.stderr) == (0, "")
    train, test = both(data)
    people = [{row["person"] for row in side} for side in (train, test)]
    assert people[0].isdisjoint(people[1]) and len(people[0] | people[1]) == PEOPLE
    assert len(train) + len(test) == 3 * PEOPLE
    told = [line.split() for line in done.stdout.splitlines()]
    assert ["pictures", str(len(train)), str(len(test))] in told
    assert ["persons", str(len(people[0])), str(len(people[1]))] in told
    assert train[0] == {
        "file": f"../data/{train[0]['label']}_{train[0]['person'][1:]}.png",
        "label": train[0]["label"],
        "frame": "",
        "person": train[0]["person"],
        "view": "profile",
    }
    assert (data / "lists" / train[0]["file"]).exists()


def again(*lists: Path) -> list[tuple[str, str, str]]:
    """Return the label, person and brightness of each picture as `evaluate` and `train` read it."""
    sources = gather(map(str, lists), pytest.fail)
    found = ((one.labelled, one.load()) for one in pictures(sources))
    return [(one.label, one.about.get("person", ""), str(frame.rgb.mean())) for one, frame in found]


def test_the_lists_are_read_as_what_they_were_made_of(data):
    split(data)
    lists = [data / "lists" / name for name in ("train.csv", "test.csv")]
    assert sorted(again(*lists)) == sorted(again(data / "data" / "labels.csv"))


def test_it_is_the_same_again_and_elsewhere_and_another_with_another_seed(data, tmp_path_factory):
    split(data)
    first = both(data)
    split(data)
    assert both(data) == first
    other = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(data / "data", other / "data")
    split(other)
    assert both(other) == first
    split(data, "--seed", 1)
    assert both(data) != first


def test_who_was_for_testing_stays_so_when_others_come_and_labels_change(data):
    split(data)
    before = {row["person"] for row in both(data)[1]}
    known = rows(data / "data" / "labels.csv")
    for row in known:
        row["label"] = LABELS[(LABELS.index(row["label"]) + 1) % 3]
    for person in range(100, 120):
        picture(data / "data" / f"{person}.png", person)
        known.append({**known[0], "file": f"{person}.png", "person": f"P{person}"})
    table(data / "data" / "labels.csv", known)
    assert split(data).returncode == 0
    train, test = ({row["person"] for row in side} for side in both(data))
    assert before < test and before.isdisjoint(train)


def test_the_same_picture_on_both_sides_is_shown_and_nothing_is_written(data):
    split(data)
    train, test = both(data)
    shutil.rmtree(data / "lists")
    source, twin = data / "lists" / train[0]["file"], data / "lists" / test[0]["file"]
    Image.open(source.resolve()).save(twin.resolve(), pnginfo=None, compress_level=1)
    done = split(data)
    assert done.returncode == 3
    assert f"the same picture is on both sides: {train[0]['file']} and {test[0]['file']}" in (
        done.stderr
    )
    assert "remove one, or give both the same person" in done.stderr
    assert not (data / "lists").exists()


def test_a_source_on_both_sides_is_shown(data):
    known = [{**row, "source": "office"} for row in rows(data / "data" / "labels.csv")]
    table(data / "data" / "labels.csv", known)
    done = split(data)
    assert done.returncode == 0
    assert "on both sides there is the same source: office" in done.stderr
    assert "--group source" in done.stderr


def test_without_a_column_it_divides_by_picture_and_says_what_that_means(data):
    known = [{"file": r["file"], "label": r["label"]} for r in rows(data / "data" / "labels.csv")]
    table(data / "data" / "labels.csv", known)
    done = split(data)
    assert done.returncode == 0
    assert "no column says which pictures show the same person" in done.stderr
    assert "persons" not in done.stdout


def test_one_person_alone_is_divided_by_picture_and_that_is_shown(data):
    known = [{**row, "person": "anna"} for row in rows(data / "data" / "labels.csv")]
    table(data / "data" / "labels.csv", known)
    done = split(data)
    assert done.returncode == 0
    assert "on both sides there is the same person: anna" in done.stderr
    assert "no column" not in done.stderr


def test_a_column_without_a_value_is_refused(data):
    known = [{**row, "person": ""} for row in rows(data / "data" / "labels.csv")]
    table(data / "data" / "labels.csv", known)
    done = split(data, "--group", "person")
    assert done.returncode == 1
    assert "no picture has a person: nothing would be left to test with" in done.stderr


def test_a_column_that_is_not_there_is_wrong_usage(data):
    done = split(data, "--group", "hat")
    assert done.returncode == 2
    assert "--group hat: no such column; there are person, view" in done.stderr


def test_a_group_that_holds_everything_is_refused(data):
    done = split(data, "--group", "view")
    assert done.returncode == 1
    assert "all pictures are of one view, 'profile': nothing would be left to test with" in (
        done.stderr
    )
    assert not (data / "lists").exists()


def test_a_label_that_a_side_would_lack_is_named_with_what_helps(data):
    known = rows(data / "data" / "labels.csv")
    few = [r for r in known if r["label"] != "hunching" or r["person"] == "P0"]
    table(data / "data" / "labels.csv", few)
    done = split(data)
    assert done.returncode == 1
    assert "would have no picture of hunching, which 1 of 12 persons show" in done.stderr
    assert "add another person with hunching" in done.stderr
    assert not (data / "lists").exists()


def test_a_seed_that_has_every_label_on_both_sides_is_named(data):
    known = rows(data / "data" / "labels.csv")
    few = [r for r in known if r["label"] != "hunching" or r["person"] in ("P0", "P1")]
    table(data / "data" / "labels.csv", few)
    refused = (split(data, "--seed", seed) for seed in range(9))
    told = next(done.stderr for done in refused if done.returncode)
    seed = told.split("--seed ")[1].split()[0]
    assert split(data, "--seed", seed).returncode == 0


def test_pictures_without_a_person_are_counted(data):
    known = rows(data / "data" / "labels.csv")
    for row in known[:3]:
        row["person"] = ""
    table(data / "data" / "labels.csv", known)
    assert "3 pictures have no person" in split(data).stderr


def test_a_picture_that_cannot_be_read_is_told_and_left_out(data):
    (data / "data" / "sitting_0.png").write_bytes(b"no picture")
    done = split(data)
    assert done.returncode == 1
    assert "data/sitting_0.png" in done.stderr
    train, test = both(data)
    assert len(train) + len(test) == 3 * PEOPLE - 1


def test_frames_of_a_video_stay_together_and_members_of_an_archive_are_named(data):
    write_video(data / "data" / "clip.avi", [np.full((32, 32, 3), n, np.uint8) for n in range(40)])
    with zipfile.ZipFile(data / "data" / "more.zip", "w") as archive:
        for place, label in enumerate(LABELS):
            picture(data / "one.png", 100 + place)
            archive.write(data / "one.png", f"{label}/a.png")
    table(data / "v.csv", [{"file": "data/clip.avi", "label": "sitting"}])
    done = posture("split", "data/labels.csv", "v.csv", "data/more.zip", "-o", "lists", cwd=data)
    assert done.returncode == 0
    sides = [{(r["file"], r["frame"]) for r in side} for side in both(data)]
    frames = [{frame for file, frame in side if file.endswith("clip.avi")} for side in sides]
    assert sorted(map(len, frames))[0] == 0 and "0" in frames[0] | frames[1]
    files = {file for side in sides for file, _ in side}
    assert "../data/more.zip!/hunching/a.png" in files
    made = again(data / "data" / "labels.csv", data / "v.csv", data / "data" / "more.zip")
    assert sorted(again(data / "lists" / "train.csv", data / "lists" / "test.csv")) == sorted(made)


def test_a_folder_with_other_things_is_not_replaced(data):
    done = posture("split", "data/labels.csv", "-o", "data", cwd=data)
    assert done.returncode == 1
    assert "data already exists and holds" in done.stderr
    assert len(list((data / "data").glob("*.png"))) == 3 * PEOPLE


def test_keypoints_of_pictures_that_are_gone_cannot_be_named_in_a_list(data, tmp_path):
    form = Observation("camera 0", 0, 0.0, SIZE, "theirs", ()).to_json()
    (tmp_path / "day.jsonl").write_text(json.dumps(form), encoding="utf-8")
    done = posture("split", "data/labels.csv", "day.jsonl", "--output", "sides", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 of 37 not here: a list can only name pictures" in done.stderr
    sides = [
        row["file"] for side in ("train", "test") for row in rows(tmp_path / f"sides/{side}.csv")
    ]
    assert len(sides) == PEOPLE * len(LABELS)
