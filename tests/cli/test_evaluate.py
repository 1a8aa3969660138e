"""`posture evaluate` as people run it: real processes, and what each of them says."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.judge.rules import judge
from posture_cli.core.observation import Observation
from posture_cli.judging import rulesets
from tests.clips import write as write_video
from tests.core.judge.test_learned import MODEL
from tests.people import (
    HUNCHING,
    SAMPLES,
    SITTING,
    STANDING,
    Pose,
    Recorded,
    blank,
    observe,
    someone,
)

POSTURE = (sys.executable, "-m", "posture_cli")
Rows = Iterable[Mapping[str, str]]


def posture(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, *map(str, arguments)],
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
        encoding="utf-8",
        cwd=cwd,
    )
    assert "Traceback" not in done.stderr
    return done


def evaluate(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return posture("evaluate", *arguments, **environment)


def as_json(*arguments: object) -> dict:
    done = evaluate(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def write_keypoints(path: Path, pose: Pose | None) -> None:
    people = () if pose is None else (someone(pose),)
    seen: Observation = observe(blank(), Recorded(people), judge)
    path.write_text(json.dumps(seen.to_json()), encoding="utf-8")


def write_csv(path: Path, rows: Rows) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


POSES = {"sitting": SITTING, "standing": STANDING, "hunching": HUNCHING, "nobody": None}
PICTURES = [
    ("sitting", "sitting", "profile"),
    ("sitting", "standing", "profile"),
    ("standing", "standing", "profile"),
    ("hunching", "hunching", "profile"),
    ("hunching", "hunching", "3/4"),
    ("standing", "nobody", "3/4"),
    ("other", "nobody", "3/4"),
    ("lying", "sitting", "profile"),
]
"""Label, what is to be seen, and from where: three are judged wrong."""


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A list of keypoints, which need no estimator."""
    rows = []
    for number, (label, seen, view) in enumerate(PICTURES):
        write_keypoints(tmp_path / f"{number}_{seen}.json", POSES[seen])
        rows.append({"file": f"{number}_{seen}.json", "label": label, "view": view})
    return write_csv(tmp_path / "labels.csv", rows)


def test_the_text_has_every_score_and_what_is_wrong_in_words(labels: Path) -> None:
    done = evaluate(labels)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert rows[0] == (
        "8 pictures: 2 sitting, 2 standing, 2 hunching; to be left unknown: 1 lying, 1 other; "
        "keypoints by recorded"
    )
    assert "truth / answer sitting standing hunching unknown" in rows
    assert "sitting 1 1 0 0" in rows
    assert "standing 0 1 0 1" in rows
    assert "lying 1 0 0 0" in rows
    assert "other 0 0 0 1" in rows
    starts = ("accuracy 0.667", "macro-F1 0.722", "macro-F1 with distractors 0.667")
    starts += ("coverage 0.833", "accuracy at coverage 0.800", "distractors unknown 0.500")
    for start in (*starts, "sitting 1 of 2 1.000", "view pictures accuracy", "profile 5 0.750"):
        assert any(row.startswith(start) for row in rows), start
    wrong = {
        Path(row.split()[0]).name: row.partition(" ")[2]
        for row in rows[rows.index("judged wrong by default: 3 of 8") + 1 :]
    }
    assert set(wrong) == {"1_standing.json", "7_sitting.json", "5_nobody.json"}
    assert wrong["1_standing.json"].startswith("sitting, answered standing 9")
    assert "thigh" in wrong["1_standing.json"]
    assert wrong["5_nobody.json"] == "standing, answered unknown: nobody was found"


def test_the_json_form_has_a_row_a_picture_and_is_the_same_each_time(labels: Path) -> None:
    form = as_json(labels)
    assert form["schema"] == "posture-evaluation/1"
    (trial,) = form["trials"]
    assert trial["rules"] == "default"
    assert trial["confusion"]["sitting"] == {
        "sitting": 1,
        "standing": 1,
        "hunching": 0,
        "unknown": 0,
    }
    assert [(row["label"], row["verdict"]) for row in trial["rows"]] == [
        (label, "unknown" if seen == "nobody" else seen) for label, seen, _ in PICTURES
    ]
    assert trial["rows"][5] == {
        "file": str(labels.parent / "5_nobody.json"),
        "label": "standing",
        "verdict": "unknown",
        "right": False,
        "confidence": 0.0,
        "reasons": ["nobody"],
        "about": {"view": "3/4"},
    }
    assert trial["by"]["view"]["3/4"]["scores"]["accuracy"]["whole"] == 2
    assert as_json(labels) == form


def test_a_file_has_what_json_prints_with_the_macro_f1_on_top(labels: Path) -> None:
    folder = labels.parent / "new"
    command = [labels, "--json", "--out", folder / "evaluation.json", "--plots", folder / "plots"]
    for _ in range(2):  # an earlier one is replaced
        done = evaluate(*command)
        assert done.returncode == 0
        names = [folder / "evaluation.json", folder / "plots"]
        assert done.stderr == "".join(f"{name} is written\n" for name in names)
    form = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert form == json.loads(done.stdout)
    assert form["macro_f1"] == form["trials"][0]["scores"]["macro_f1"]["value"] == 0.7222
    answers = (folder / "plots" / "answers.csv").read_text(encoding="utf-8").splitlines()
    assert answers[1:4] == ["sitting,sitting", "sitting,standing", "standing,standing"]


@pytest.mark.parametrize("option", ["--output", "--plots"])
def test_what_posture_did_not_write_is_not_replaced(labels: Path, option: str) -> None:
    place = labels if option == "--output" else labels.parent
    done = evaluate(labels, option, place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "already exists" in done.stderr
    assert labels.read_text(encoding="utf-8").startswith("file,label")


def test_several_rules_judge_the_same_keypoints(labels: Path) -> None:
    form = as_json(labels, "--compare", "deeplens,default", "--compare", "deeplens")
    assert [trial["rules"] for trial in form["trials"]] == ["default", "deeplens"]
    default, deeplens = (trial["scores"]["macro_f1"]["value"] for trial in form["trials"])
    found = form["macro_f1_differences"]["deeplens"]["value"]
    assert found == pytest.approx(deeplens - default, abs=1e-3)
    assert form["trials"][0]["scores"] == as_json(labels)["trials"][0]["scores"]
    table = evaluate(labels, "--compare", "deeplens").stdout.splitlines()[-3:]
    assert [row.split()[0] for row in table] == ["rules", "default", "deeplens"]
    assert "macro-F1 against default" in table[0]


def test_a_model_of_other_keypoints_is_used_with_a_warning(labels: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    rulesets.save(replace(MODEL, estimators=("theirs",)), mine, replace=False)
    done = evaluate(labels, "--compare", mine, "--json")
    assert [trial["rules"] for trial in json.loads(done.stdout)["trials"]] == ["default", str(mine)]
    assert (
        f"{mine}: these rules were learned from keypoints of theirs, not of recorded" in done.stderr
    )
    assert done.returncode == 0


def test_the_samples_by_folder(tmp_path: Path) -> None:
    for path in SAMPLES.glob("*.jpg"):
        label = path.name.split("_")[0].replace("distract", "other")
        (tmp_path / label).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / label)
    form = as_json(tmp_path, "--estimator", "blazepose")
    (trial,) = form["trials"]
    assert (form["pictures"], form["estimator"]) == (24, "blazepose-full")
    assert trial["scores"]["macro_f1"]["value"] == 1.0
    nobody = [row for row in trial["rows"] if "noperson" in row["file"]]
    assert [row["reasons"] for row in nobody] == [["nobody"]]


def test_what_label_reads_is_evaluated_and_shown_in_the_report(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(SAMPLES / "sitting_01.jpg", "photos/sitting/a.jpg")
        archive.write(SAMPLES / "standing_01.jpg", "photos/sitting/wrong.jpg")
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.add(SAMPLES / "standing_01.jpg", "standing/b.jpg")
        tar.add(SAMPLES / "sitting_01.jpg", "standing/wrong.jpg")
    frames = [np.asarray(Image.open(SAMPLES / "standing_02.jpg"))] * 6
    write_video(tmp_path / "clip.avi", frames, fps=5)
    rows = [
        {"file": "clip.avi", "label": "hunching"},
        {"file": "a.zip!/photos/sitting/a.jpg", "label": "sitting"},
    ]
    write_csv(tmp_path / "c.csv", rows)
    (tmp_path / "list.txt").write_text("a.zip\nb.tar\nc.csv\n", encoding="utf-8")
    done = posture("evaluate", "@list.txt", "--json", "--report", "r.html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "r.html is written\n")
    right = {row["file"]: row["right"] for row in json.loads(done.stdout)["trials"][0]["rows"]}
    assert right == {
        "a.zip!/photos/sitting/a.jpg": True,
        "a.zip!/photos/sitting/wrong.jpg": False,
        "b.tar!/standing/b.jpg": True,
        "b.tar!/standing/wrong.jpg": False,
        "clip.avi, frame 0": False,
        "clip.avi, frame 5": False,
    }
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert text.count('src="data:image/jpeg;base64,') == 4


def test_what_cannot_be_read_is_told_and_the_rest_is_scored(labels: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    (tmp_path / "torn.jpg").write_bytes(Path(SAMPLES / "sitting_01.jpg").read_bytes()[:4000])
    (tmp_path / "folder").mkdir()
    names = ("torn.json", "torn.jpg", "no\x1b[31mthing.jpg", "folder")
    more = write_csv(tmp_path / "more.csv", [{"file": n, "label": "sitting"} for n in names])
    done = evaluate(labels, more, tmp_path / "no.csv", "--estimator", "blazepose", "--json")
    assert done.returncode == 1
    form = json.loads(done.stdout)
    assert form["pictures"] == 8
    codes = ["damaged", "damaged", "not_found", "not_found"]
    assert [row["code"] for row in form["failed"]] == codes
    assert done.stderr.count("posture:") == 6
    assert "4 of 12 labelled pictures could not be used" in done.stderr
    assert "\x1b" not in done.stderr
    text = evaluate(labels, more, "--estimator", "blazepose").stdout
    assert "4 more could not be read, and no score counts them" in text


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_a_device_without_an_end_is_not_read(tmp_path: Path) -> None:
    labels = write_csv(tmp_path / "labels.csv", [{"file": "/dev/zero", "label": "sitting"}])
    done = evaluate(labels)
    assert (done.returncode, done.stdout) == (1, "")
    assert "/dev/zero: is a device or a pipe" in done.stderr


def test_nothing_to_score_is_a_failure_without_a_table(tmp_path: Path) -> None:
    done = evaluate(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no sub-folder with pictures" in done.stderr


def test_two_labels_of_a_picture_and_misspelt_ones_are_told(labels: Path, tmp_path: Path) -> None:
    rows = [
        {"file": "0_sitting.json", "label": "sitting"},
        {"file": "./0_sitting.json", "label": "sitting"},
        {"file": "no/../0_sitting.json", "label": "sitting"},
        {"file": "0_sitting.json", "label": "standing"},
        {"file": "2_standing.json", "label": "standng"},
    ]
    (tmp_path / "no").mkdir()
    done = evaluate(write_csv(tmp_path / "twice.csv", rows))
    assert done.returncode == 0
    assert done.stdout.startswith("3 pictures: 1 sitting, 1 standing, 0 hunching; to be left")
    assert "0_sitting.json is labelled sitting and standing" in done.stderr
    assert "'standng' counts as a distractor" in done.stderr
    assert "if it should be standing, correct it" in done.stderr


def test_other_words_for_an_answer_are_asked_about(labels: Path, tmp_path: Path) -> None:
    rows = [{"file": labels.parent / "0_sitting.json", "label": "slouching"}]
    done = evaluate(write_csv(tmp_path / "more.csv", rows))
    assert "'slouching' counts as a distractor: did you mean hunching?" in done.stderr


def test_labelled_files_that_are_not_read_are_counted_and_a_failure(tmp_path: Path) -> None:
    (tmp_path / "sitting").mkdir()
    shutil.copy(SAMPLES / "sitting_01.jpg", tmp_path / "sitting")
    (tmp_path / "sitting" / "raw.dng").write_bytes(b"no picture")
    done = evaluate(tmp_path, "--estimator", "blazepose")
    assert done.returncode == 1
    assert "1 .dng" in done.stderr
    assert "1 of 2 labelled pictures could not be used" in done.stderr


def test_classes_without_pictures_are_named(labels: Path, tmp_path: Path) -> None:
    one = write_csv(tmp_path / "one.csv", [{"file": "0_sitting.json", "label": "sitting"}])
    assert "no picture is labelled standing or hunching" in evaluate(one).stdout
    none = write_csv(tmp_path / "none.csv", [{"file": "6_nobody.json", "label": "other"}])
    done = evaluate(none)
    assert done.returncode == 0
    assert "no picture is labelled sitting, standing, hunching" in done.stderr
    assert "macro-F1" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--min-f1", "0.5"), 0, ""),
        (("--min-f1", "0.9"), 3, ""),
        (("--min-f1", "7"), 2, "not in the range"),
        (("--by", "VIEW"), 0, ""),
        (("--by", "colour"), 2, "no such column; there are view."),
        (("--rules", "mine"), 2, "is not one of default"),
        (("--compare", "default,mine"), 2, "is not one of default"),
        (("--compare", "nothing/mine.json"), 1, "there are no rules"),
        (("--estimator", "magic"), 2, "there is no estimator"),
    ],
)
def test_exit_codes(labels: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = evaluate(labels, *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert bool(done.stderr) == (code in (1, 2))


def test_no_input_is_wrong_usage() -> None:
    assert evaluate().returncode == 2


def test_options_come_from_the_environment_and_a_file(labels: Path, tmp_path: Path) -> None:
    assert evaluate(labels, POSTURE_EVALUATE_MIN_F1="0.9").returncode == 3
    settings = tmp_path / "config.toml"
    settings.write_text('[evaluate]\nrules = "deeplens"\ncompare = ["default"]\n', encoding="utf-8")
    done = posture("--config", settings, "evaluate", labels, "--json")
    assert [t["rules"] for t in json.loads(done.stdout)["trials"]] == ["deeplens", "default"]


def test_a_report_is_one_page_with_the_mistakes_in_it(labels: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    done = evaluate(labels, "--report", path, "--compare", "deeplens", "-v")
    assert (done.returncode, done.stderr) == (0, f"{path} is written\n")
    text = path.read_text(encoding="utf-8")
    assert "judged wrong by default: 3 of 8" in done.stdout
    assert "default: 3 of 8, most confident first" in text
    assert text.count('src="data:image/jpeg;base64,') >= 3
    assert evaluate(labels, "--report", path).returncode == 0  # ours may be replaced


def test_many_mistakes_are_counted_and_the_rest_named(tmp_path: Path) -> None:
    write_keypoints(tmp_path / "a.json", STANDING)
    rows = []
    for number in range(60):
        shutil.copy(tmp_path / "a.json", tmp_path / f"{number}.json")
        rows.append({"file": f"{number}.json", "label": "sitting", "view": str(number)})
    labels, report = write_csv(tmp_path / "labels.csv", rows), tmp_path / "report.html"
    done = evaluate(labels, "--report", report)
    assert "judged wrong by default: 60 of 60" in done.stdout
    assert "  and 10 more, all in --json" in done.stdout
    assert "  (40 more values are in --json)" in done.stdout
    text = report.read_text(encoding="utf-8")
    assert (text.count("<img "), text.count("<li>Labelled <strong>sitting</strong>")) == (24, 36)


@pytest.mark.parametrize("place", ["labels.csv", "folder"])
def test_a_report_does_not_replace_what_is_not_ours(labels: Path, place: str) -> None:
    (labels.parent / "folder").mkdir()
    before = labels.read_bytes()
    done = evaluate(labels, "--report", labels.parent / place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "name another file" in done.stderr
    assert labels.read_bytes() == before


def test_where_no_report_can_be_written_the_scores_still_come(labels: Path) -> None:
    done = evaluate(labels, "--report", labels / "report.html")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "macro-F1" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_the_output_is_told(labels: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*POSTURE, "evaluate", str(labels)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c_stops_with_130_and_leaves_no_report(tmp_path: Path) -> None:
    rows = []
    for number in range(400):
        name = f"{number}.jpg"
        (tmp_path / name).symlink_to(SAMPLES / "sitting_01.jpg")
        rows.append({"file": name, "label": "sitting"})
    labels, report = write_csv(tmp_path / "labels.csv", rows), tmp_path / "report.html"
    command = [*POSTURE, "evaluate", str(labels), "-v", "--report", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr
        process.stderr.readline()  # the estimator has started
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().strip() == "posture: interrupted"
    assert not report.exists()
