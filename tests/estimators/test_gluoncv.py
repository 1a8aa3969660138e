"""The GluonCV estimator without real networks: weights, choice, video, threads."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from posture_cli.core.body.scene import Frame
from posture_cli.errors import DependencyError, EstimatorError, ModelError
from posture_cli.estimators import DEFAULTS, Estimation, Use, chosen, gluoncv, load
from posture_cli.estimators.models import store
from posture_cli.estimators.models.catalogue import MODELS, Weights
from tests.people import SAMPLES


@pytest.fixture
def no_models(tmp_path, monkeypatch) -> Path:
    """A machine without any weights."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("MXNET_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def all_models(tmp_path, monkeypatch) -> Path:
    """A machine with all weights; they are empty files."""
    file = tmp_path / "weights.params"
    file.touch()
    monkeypatch.setattr(store, "find", lambda name: file)
    both = [Weights(MODELS[name], file) for name in (DEFAULTS.detector, DEFAULTS.pose)]
    monkeypatch.setattr(gluoncv, "both", lambda detector, pose: both)
    return file


class Scene:
    """Networks that find one person of 96 x 128 pixels, with the nose at a given place."""

    def __init__(self) -> None:
        self.looks, self.batches = 0, []
        self.nose, self.score, self.there = (24, 8), 0.9, True

    def network(self, weights: Weights, precision, streams):
        return self.pose if weights.model.task == "pose" else self.detector

    def detector(self, batch: np.ndarray) -> list[np.ndarray]:
        self.looks += 1
        _, _, height, width = batch.shape
        heads = [
            np.full((1, 18, -(-height // s), -(-width // s)), -20, np.float32) for s in (32, 16, 8)
        ]
        if self.there:
            size = np.log([96 / 116, 128 / 90])
            heads[0][0, :6, 4, 5] = [0, 0, *size, 9, 9]
        return heads

    def pose(self, batch: np.ndarray) -> list[np.ndarray]:
        self.batches.append(len(batch))
        heatmaps = np.zeros((len(batch), 17, 64, 48), np.float32)
        for joint in range(17):
            x, y = (24, 60) if joint else self.nose
            heatmaps[:, joint, y - joint, x - joint % 5] = self.score
        return [heatmaps]


@pytest.fixture
def scene(all_models, monkeypatch) -> Scene:
    scene = Scene()
    monkeypatch.setattr(gluoncv, "compiled", scene.network)
    return scene


def frame(index: int = 0) -> Frame:
    return Frame(np.full((512, 1024, 3), 128, np.uint8), "desk.mp4", index)


# --- choosing


def test_auto_is_gluoncv_if_both_files_are_installed(all_models):
    assert chosen(DEFAULTS) == "gluoncv"


@pytest.mark.parametrize("missing", [DEFAULTS.pose, DEFAULTS.detector])
def test_auto_is_blazepose_if_a_file_is_missing(missing, monkeypatch):
    monkeypatch.setattr(store, "find", lambda name: None if name == missing else Path(name))
    assert chosen(DEFAULTS) == "blazepose"


def test_auto_is_blazepose_on_a_new_machine(no_models):
    assert load(Estimation("auto")).name == "blazepose-full"


def test_auto_is_gluoncv_with_engine_mxnet(no_models):
    assert chosen(Estimation(engine="mxnet")) == "gluoncv"


def test_auto_is_gluoncv_with_a_size_that_only_it_has(no_models):
    assert chosen(Estimation(detector_size=512)) == "gluoncv"


def test_the_name_has_both_networks(scene):
    name = "gluoncv:simple_pose_resnet18_v1b+yolo3_mobilenet1.0_coco"
    assert (load(Estimation("gluoncv")).name, load(Estimation("auto")).name) == (name, name)


def test_without_weights_it_says_how_to_get_them(no_models):
    with pytest.raises(ModelError, match="not on this machine") as caught:
        load(Estimation("gluoncv"))
    assert "posture models pull gluoncv" in caught.value.hint


def test_the_command_says_so_in_two_lines(no_models):
    command = [sys.executable, "-m", "posture_cli", "check", str(SAMPLES)]
    done = subprocess.run([*command, "--estimator", "gluoncv"], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"")
    assert len(done.stderr.decode().splitlines()) == 2
    assert b"posture models pull gluoncv" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        Estimation("gluoncv", pose=DEFAULTS.detector),
        Estimation("gluoncv", detector=DEFAULTS.pose),
        Estimation("gluoncv", pose="simple_pose_resnet18"),
    ],
    ids=["a detector", "a pose network", "unknown"],
)
def test_a_network_for_the_other_stage_is_refused(options, no_models):
    with pytest.raises(EstimatorError, match="is not a"):
        load(options)


def test_it_takes_no_argument():
    with pytest.raises(EstimatorError, match="takes no 'lite'") as caught:
        load(Estimation("gluoncv:lite"))
    assert "--pose" in caught.value.hint


@pytest.mark.parametrize("name", ["blazepose", "replay:a.jsonl"])
def test_only_gluoncv_runs_on_mxnet(name):
    with pytest.raises(EstimatorError, match="does not run on mxnet"):
        load(Estimation(name, engine="mxnet"))


def test_without_the_extra_the_error_names_it(all_models, monkeypatch):
    monkeypatch.setitem(sys.modules, "mxnet", None)
    monkeypatch.setattr("posture_cli.estimators.gluoncv_mxnet.both", gluoncv.both)
    with pytest.raises(DependencyError, match="MXNet") as caught:
        load(Estimation("gluoncv", engine="mxnet"))
    assert "posture-cli[gluoncv]" in caught.value.hint


# --- people


def test_a_person_is_in_pixels_of_the_frame(scene):
    (person,) = load(Estimation("gluoncv")).estimate(frame())
    np.testing.assert_allclose(person.bbox, np.array([128, 80, 224, 208]) * 2, rtol=1e-4)
    left, top = 176 - 60, 144 - 80  # with a quarter more
    nose = (left + 24 / 48 * 120) * 2, (top + 8 / 64 * 160) * 2
    np.testing.assert_allclose(person.keypoints.xy[0], nose, rtol=1e-4)
    assert person.keypoints.score[0] == np.float32(0.9)
    assert person.track_id is None


def test_without_people_there_is_no_error_and_no_call_of_the_pose_network(scene):
    scene.there = False
    assert load(Estimation("gluoncv")).estimate(frame()) == ()
    assert scene.batches == []


def test_several_threads_find_what_one_finds(scene):
    estimator = load(Estimation("gluoncv"), Use(streams=2))
    (alone,) = estimator.estimate(frame())
    with ThreadPoolExecutor(4) as pool:
        for (person,) in pool.map(estimator.estimate, [frame()] * 12):
            np.testing.assert_array_equal(person.keypoints.xy, alone.keypoints.xy)


# --- video


def test_in_video_the_detector_rests_while_nothing_changes(scene):
    estimator = load(Estimation("gluoncv"), Use(video=True, detect_every=5))
    tracks = [estimator.estimate(frame(i))[0].track_id for i in range(11)]
    assert (scene.looks, tracks) == (3, [0] * 11)


def test_in_video_the_detector_runs_when_scores_fall(scene):
    estimator = load(Estimation("gluoncv"), Use(video=True))
    estimator.estimate(frame(0))
    scene.score = 0.5
    estimator.estimate(frame(1))
    assert scene.looks == 2


def test_in_video_the_detector_runs_when_the_body_moves(scene):
    estimator = load(Estimation("gluoncv"), Use(video=True))
    estimator.estimate(frame(0))
    scene.nose = (24, 40)
    estimator.estimate(frame(1))
    assert scene.looks == 2


def test_in_video_a_person_who_leaves_is_gone_at_once(scene):
    estimator = load(Estimation("gluoncv"), Use(video=True))
    estimator.estimate(frame(0))
    scene.score, scene.there = 0.05, False
    assert estimator.estimate(frame(1)) == ()
    scene.score, scene.there = 0.9, True
    assert estimator.estimate(frame(2))[0].track_id == 1


def test_closing_twice_is_fine(scene):
    estimator = load(Estimation("gluoncv"))
    estimator.close()
    estimator.close()


def test_auto_is_blazepose_for_a_user_without_a_home(monkeypatch):
    def homeless(name: str) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    monkeypatch.setenv("MXNET_HOME", "~nobody-of-this-name")
    assert chosen(DEFAULTS) == "blazepose"


def test_auto_uses_a_network_that_was_named(no_models):
    assert chosen(Estimation(pose="simple_pose_resnet50_v1b")) == "gluoncv"
    assert chosen(DEFAULTS) == "blazepose"
