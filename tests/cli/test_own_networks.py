"""`--estimator onnx:FILE` as people use it: what is said, and files that are missing or wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import FrameSize
from tests.estimators.layouts import networks as made
from tests.people import HUNCHING, SAMPLES, SITTING, STANDING, someone

TWO = (someone(HUNCHING, hip=(250.0, 280.0)), someone(STANDING, hip=(950.0, 280.0), torso_px=110))
ONE = someone(SITTING, hip=(200.0, 300.0), torso_px=100)
PICTURE = SAMPLES / "sitting_01.jpg"


def posture(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli", *arguments],
        cwd=cwd,
        env={**os.environ, "HOME": str(cwd), "USERPROFILE": str(cwd), "XDG_CONFIG_HOME": str(cwd)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `yolo.onnx`, which finds somebody who sits in every tall picture."""
    room = tmp_path_factory.mktemp("room")
    shots = (TWO, FrameSize(1280, 480)), (ONE, FrameSize(480, 640))
    made.PLANTED["yolo"](room / "yolo.onnx", *shots)
    (room / "half.onnx").write_bytes((room / "yolo.onnx").read_bytes()[:100_000])
    (room / "text.onnx").write_text("weights", encoding="utf-8")
    return room


@pytest.mark.parametrize("file", ["yolo.onnx", "~/yolo.onnx", "./yolo.onnx"])
def test_a_picture_is_judged_and_the_licence_is_said(file: str, room: Path) -> None:
    done = posture("check", str(PICTURE), "--estimator", f"onnx:{file}", "--json", cwd=room)
    found = json.loads(done.stdout)
    assert (done.returncode, found["people"][0]["label"]) == (0, "sitting")
    assert found["estimator"].startswith("onnx:yolo#")
    assert done.stderr == f"the licence of {found['estimator']} is {made.ULTRALYTICS['license']}\n"


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        ("onnx:", "onnx needs a file"),
        ("onnx", "onnx needs a file"),
        ("onnx:nowhere.onnx", "there is no file nowhere.onnx"),
        ("onnx:.", "the model . cannot be read"),
        ("onnx:half.onnx", "half.onnx is no network"),
        ("onnx:text.onnx", "text.onnx is no network"),
    ],
)
def test_what_cannot_be_used_is_said_in_two_lines(estimator: str, said: str, room: Path) -> None:
    done = posture("check", str(PICTURE), "--estimator", estimator, cwd=room)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_file_in_place_of_an_estimator_is_wrong_usage_with_what_to_write(room: Path) -> None:
    done = posture("check", str(PICTURE), "--estimator", "yolo.onnx", cwd=room)
    assert (done.returncode, done.stdout) == (2, "")
    assert "write onnx:yolo.onnx for a network of your own" in " ".join(done.stderr.split())


def test_label_reads_a_relative_file_with_several_workers(room: Path) -> None:
    options = ("-o", "out.csv", "--estimator", "onnx:yolo.onnx", "--workers", "2")
    done = posture("label", str(SAMPLES), *options, cwd=room)
    assert done.returncode == 0
    assert done.stderr.count("the licence of onnx:yolo#") == 1
    rows = (room / "out.csv").read_text(encoding="utf-8").splitlines()
    assert sum("sitting" in row.split(",")[1:] for row in rows) >= 19


def test_scores_are_fitted_once_and_count_for_all_commands_then(room: Path) -> None:
    dim = replace(ONE, keypoints=Keypoints(ONE.keypoints.xy, ONE.keypoints.score * 0.3))
    shots = (TWO, FrameSize(1280, 480)), (dim, FrameSize(480, 640))
    made.PLANTED["yolo"](room / "dim.onnx", *shots)
    truth = [f"{path},sitting" for path in sorted(SAMPLES.glob("*_*.jpg"))]
    (room / "labels.csv").write_text("\n".join(["file,label", *truth]), encoding="utf-8")
    network = ("--estimator", "onnx:dim.onnx")

    def said(*more: str) -> dict:
        done = posture("evaluate", "labels.csv", "--json", *network, *more, cwd=room)
        assert done.returncode == 0
        return json.loads(done.stdout)

    before, fitted, after = said(), said("--fit-scores"), said()
    name = before["estimator"]
    assert before["trials"][0]["scores"]["macro_f1"]["value"] == 0
    for later in (fitted, after):
        assert later["trials"][0]["scores"]["macro_f1"]["value"] > 0.5  # some are not tall
    assert fitted["estimator"] == after["estimator"]
    assert after["estimator"].startswith(f"{name}@0.")
    shown = posture("check", str(PICTURE), "--json", *network, cwd=room)
    found = json.loads(shown.stdout)
    assert (found["estimator"], found["people"][0]["label"]) == (after["estimator"], "sitting")
