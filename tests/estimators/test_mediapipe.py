"""MediaPipe's lite, full and heavy from a `.task` file, and files that are something else."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import rules
from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators import Estimation, Use, load
from posture_cli.estimators.models.embedded import POSE_DETECTION, POSE_LANDMARK_FULL
from tests.estimators import mediapipe_files as made
from tests.estimators.layouts import networks
from tests.people import observe


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory) -> dict[str, Path]:
    found = made.fetched(tmp_path_factory.mktemp("npm"))
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.mark.parametrize("kind", made.KINDS)
def test_every_size_of_network_labels_the_samples(kind, landmarks, samples, tmp_path):
    file = made.write_task(tmp_path / f"pose_landmarker_{kind}.task", landmarks[kind])
    estimator = load(Estimation(f"mediapipe:{file}"))
    assert estimator.name.startswith(f"mediapipe:pose_landmarker_{kind}#")
    wrong = {}
    for name, rgb in samples.items():
        label = name.partition("_")[0]
        if label == "distract":
            continue
        (reading, *_) = observe(Frame(rgb, name), estimator, rules.judge).readings
        if reading.verdict.label != label:
            wrong[name] = reading.verdict.label
    assert len(wrong) <= 1, wrong  # lite is less exact


def test_full_is_the_embedded_one(landmarks, samples, blazepose, tmp_path):
    assert landmarks["full"].read_bytes() == POSE_LANDMARK_FULL.path.read_bytes()
    file = made.write_task(tmp_path / "full.task", landmarks["full"])
    estimator = load(Estimation(f"mediapipe:{file}"))
    for name, rgb in samples.items():
        frame = Frame(rgb, name)
        here, there = estimator.estimate(frame), blazepose.estimate(frame)
        assert len(here) == len(there)
        for one, other in zip(here, there, strict=True):
            np.testing.assert_array_equal(one.keypoints.xy, other.keypoints.xy)
            np.testing.assert_array_equal(one.keypoints.score, other.keypoints.score)


def test_lite_and_heavy_find_other_joints_than_full(landmarks, samples, tmp_path):
    frame = Frame(samples["sitting_01.jpg"], "sitting_01.jpg")
    found = []
    for kind in made.KINDS:
        file = made.write_task(tmp_path / f"{kind}.task", landmarks[kind])
        found.append(load(Estimation(f"mediapipe:{file}")).estimate(frame)[0].keypoints.xy)
    for one, other in pairwise(found):
        assert 0 < np.abs(one - other).max() < 60


def test_the_landmark_network_alone_is_enough(samples, blazepose):
    frame = Frame(samples["sitting_01.jpg"], "sitting_01.jpg")
    (here,) = load(Estimation(f"mediapipe:{POSE_LANDMARK_FULL.path}")).estimate(frame)
    (there,) = blazepose.estimate(frame)
    np.testing.assert_array_equal(here.keypoints.xy, there.keypoints.xy)


def test_people_are_followed_in_video(desk, tmp_path):
    file = made.write_task(tmp_path / "full.task", POSE_LANDMARK_FULL.path)
    estimator = load(Estimation(f"mediapipe:{file}"), Use(video=True))
    frames = [Frame(rgb, "desk.mp4", index) for index, rgb in enumerate(desk[:5])]
    assert {estimator.estimate(frame)[0].track_id for frame in frames} == {0}


def half(path: Path) -> Path:
    made.write_task(path, POSE_LANDMARK_FULL.path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def damaged(path: Path) -> Path:
    made.write_task(path, POSE_LANDMARK_FULL.path)
    content = bytearray(path.read_bytes())
    content[4_000_000] ^= 1
    path.write_bytes(content)
    return path


def cut_off(path: Path) -> Path:
    part = path.with_suffix(".part")
    part.write_bytes(POSE_LANDMARK_FULL.path.read_bytes()[:1_000_000])
    return made.write_task(path, part)


def exchanged(path: Path) -> Path:
    return made.write_task(path, POSE_DETECTION.path, POSE_LANDMARK_FULL.path)


def without_detector(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(POSE_LANDMARK_FULL.path, made.LANDMARKS)
    return path


def text(path: Path) -> Path:
    path.write_text("a model", encoding="utf-8")
    return path


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(made.DETECTOR, bytes(600 << 20))
    return path


WRONG = {
    half: "no network",
    damaged: "cannot be read: Bad CRC-32",
    cut_off: "no network",
    exchanged: r"1 x 64 x 64 x 39",
    without_detector: f"an archive without {made.DETECTOR}",
    text: "no network",
    bomb: "too large",
    lambda path: networks.rtmpose(path, networks.painted_in(1)): r"simcc_x \(f32, 1 x 17 x 384\)",
}


@pytest.mark.parametrize("write", WRONG)
def test_a_file_of_another_kind_is_refused(write, tmp_path):
    file = write(tmp_path / "a.task")
    with pytest.raises(ModelError, match=WRONG[write]) as caught:
        load(Estimation(f"mediapipe:{file}"))
    assert str(file) in caught.value.message
    assert made.LANDMARKS in caught.value.hint


@pytest.mark.parametrize("argument", ["", ":", ":nowhere.task", ":."])
def test_without_a_file_it_does_not_start(argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((EstimatorError, ModelError)) as caught:
        load(Estimation(f"mediapipe{argument}"))
    assert caught.value.hint
