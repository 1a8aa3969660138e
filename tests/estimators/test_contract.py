"""What every estimator of the table must do."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.scene import Frame, FrameSize, Person, subject_first
from posture_cli.core.judge import rules
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.errors import EstimatorError
from posture_cli.estimators import DEFAULTS, ESTIMATORS, Estimation, Use, load
from posture_cli.estimators.models import store
from posture_cli.estimators.models.embedded import POSE_LANDMARK_FULL
from tests.estimators.layouts.networks import PLANTED
from tests.estimators.mediapipe_files import write_task
from tests.estimators.openpose_files import write_openpose
from tests.people import HUNCHING, SITTING, STANDING, at_height, blank, measured, someone

EVERY = [
    *(name for name in ESTIMATORS if name != "onnx"),
    *(f"onnx, {family}" for family in PLANTED),
]
WEIGHTS = {"gluoncv": (DEFAULTS.pose, DEFAULTS.detector)}
"""Files that are not in the package: tests that need them are skipped without them."""
SIZE = FrameSize(1280, 480)
TWO = (
    someone(HUNCHING, hip=(250.0, 280.0), torso_px=130),
    someone(STANDING, hip=(950.0, 280.0), torso_px=110),
)
ONE = (someone(SITTING, hip=(200.0, 300.0), torso_px=100),)


def line(source: str, index: int, people: tuple[Person, ...], size: FrameSize = SIZE) -> str:
    readings = []
    for person in people:
        measurement = measured(person, size)
        readings.append(Reading(person, measurement, rules.judge(person, measurement, size)))
    seen = Observation(source, index, None, size, "recorded", tuple(readings))
    return json.dumps(seen.to_json()) + "\n"


@pytest.fixture(scope="session")
def recording(tmp_path_factory) -> Path:
    """JSON lines of a few pictures and a clip, as the program writes them."""
    path = tmp_path_factory.mktemp("recording") / "people.jsonl"
    lines = (
        *(line("two.png", 0, TWO), line("one.png", 0, ONE, FrameSize(480, 640))),
        line("blank.png", 0, (), blank().size),
        *(line("desk.mp4", 0, ONE), line("desk.mp4", 1, ()), line("desk.mp4", 2, TWO)),
    )
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def planted(tmp_path_factory) -> Callable[[str], Path]:
    """Writes a network of a family with the people of the recording in it, once."""

    @cache
    def write(family: str) -> Path:
        path = tmp_path_factory.mktemp("networks") / f"{family}.onnx"
        return PLANTED[family](path, (TWO, SIZE), (ONE[0], FrameSize(480, 640)))

    return write


@pytest.fixture(scope="session")
def task(tmp_path_factory) -> Path:
    """The networks in this package, as MediaPipe packs them."""
    path = tmp_path_factory.mktemp("mediapipe") / "pose_landmarker_full.task"
    return write_task(path, POSE_LANDMARK_FULL.path)


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Path:
    """OpenPose's files of the same pictures."""
    folder = tmp_path_factory.mktemp("openpose")
    clip = {f"desk_{n:012d}": people for n, people in enumerate((ONE, (), TWO))}
    for stem, people in {"two": TWO, "one": ONE, "blank": (), **clip}.items():
        write_openpose(folder / f"{stem}_keypoints.json", people)
    return folder


@pytest.fixture(params=EVERY)
def kind(request, recording) -> str:
    """An estimator's name as on the command line, with its file."""
    for model in WEIGHTS.get(request.param, ()):
        if not store.find(model):
            pytest.skip(f"the weights of {model} are not on this machine")
    name, _, family = request.param.partition(", ")
    if name == "onnx":
        return f"onnx:{request.getfixturevalue('planted')(family)}"
    if name == "mediapipe":
        return f"mediapipe:{request.getfixturevalue('task')}"
    if name == "openpose":
        return f"openpose:{request.getfixturevalue('written')}"
    return f"replay:{recording}" if name == "replay" else name


@pytest.fixture(scope="module")
def two(samples) -> Frame:
    """A picture of two people, the larger one on the left."""
    halves = [at_height(480, samples[f"{n}.jpg"]) for n in ("hunching_sit_02", "standing_04")]
    return Frame(np.hstack(halves), "two.png")


def test_the_subject_comes_first(kind, two):
    people = load(Estimation(kind)).estimate(two)
    assert len(people) == 2
    assert people == subject_first(people, two.size)
    assert people[0].bbox.centre[0] < 640 < people[1].bbox.centre[0]


def test_keypoints_are_pixels_of_the_frame_and_boxes_stay_inside_it(kind, two):
    for person in load(Estimation(kind)).estimate(two):
        x1, y1, x2, y2 = person.bbox
        assert 0 <= x1 < x2 <= two.size.width
        assert 0 <= y1 < y2 <= two.size.height
        middle = person.keypoints.xy[person.keypoints.score >= 0.3].mean(axis=0)
        assert x1 < middle[0] < x2
        assert y1 < middle[1] < y2
        assert np.ptp(person.keypoints.xy[:, 1]) > 100
        assert 0 < person.score <= 1


@pytest.mark.parametrize("max_people", [1, 2])
def test_there_are_at_most_max_people(kind, two, max_people):
    assert len(load(Estimation(kind, max_people=max_people)).estimate(two)) == max_people


def test_in_an_empty_grey_picture_there_is_nobody(kind):
    assert load(Estimation(kind)).estimate(blank()) == ()


def test_closing_twice_is_fine(kind):
    estimator = load(Estimation(kind))
    estimator.close()
    estimator.close()


def test_it_has_its_own_name(kind):
    assert load(Estimation(kind)).name.startswith(kind.partition(":")[0])


@pytest.mark.parametrize("video", [False, True])
def test_one_person_is_one_person_in_a_picture_and_in_a_clip(kind, samples, video):
    alone = Frame(samples["sitting_01.jpg"], "one.png")
    (person,) = load(Estimation(kind), Use(video=video)).estimate(alone)
    assert measured(person, alone.size).angles.thigh_deg < 45


@pytest.mark.parametrize("name", ["", "onxx", "blazepose2", "BLAZEPOSE", ":a"])
def test_an_unknown_estimator_is_refused_and_the_others_are_named(name):
    with pytest.raises(EstimatorError, match="there is no estimator") as caught:
        load(Estimation(name))
    assert all(known in caught.value.hint for known in ESTIMATORS)


def test_blazepose_takes_no_argument():
    with pytest.raises(EstimatorError, match="takes no 'lite'") as caught:
        load(Estimation("blazepose:lite"))
    assert "colon" in caught.value.hint


replay_only = pytest.mark.skipif(
    find_spec("posture_cli.estimators.replay") is None, reason="no replay yet"
)


@replay_only
def test_replay_returns_what_was_recorded_for_the_picture(recording):
    found = load(Estimation(f"replay:{recording}")).estimate(Frame(blank(SIZE).rgb, "two.png"))
    for person, recorded in zip(found, TWO, strict=True):
        np.testing.assert_allclose(person.keypoints.xy, recorded.keypoints.xy, atol=0.0051)
        np.testing.assert_allclose(person.keypoints.score, recorded.keypoints.score, atol=0.00051)


@replay_only
def test_replay_returns_the_frames_of_a_clip_by_their_number(recording):
    estimator = load(Estimation(f"replay:{recording}"), Use(video=True))
    frames = [Frame(blank(SIZE).rgb, "desk.mp4", index) for index in (2, 0, 1)]
    assert [len(estimator.estimate(frame)) for frame in frames] == [2, 1, 0]


@replay_only
@pytest.mark.parametrize(("source", "index"), [("other.png", 0), ("desk.mp4", 3)])
def test_replay_refuses_a_frame_that_was_not_recorded(recording, source, index):
    with pytest.raises(EstimatorError, match="is not in") as caught:
        load(Estimation(f"replay:{recording}")).estimate(Frame(blank(SIZE).rgb, source, index))
    assert caught.value.hint


@replay_only
@pytest.mark.parametrize("argument", ["", ":", ":nowhere.jsonl", ":."])
def test_replay_without_a_recording_is_refused(argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EstimatorError) as caught:
        load(Estimation(f"replay{argument}"))
    assert caught.value.hint


@replay_only
@pytest.mark.parametrize(
    "broken",
    ["no json", "[1, 2]", "null", '{"schema": "posture/2", "source": "a", "frame": 0}', ""],
    ids=["text", "list", "null", "another schema", "an empty line"],
)
def test_replay_names_the_line_that_is_broken(broken, tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text(line("one.png", 0, ONE) + broken + "\n", encoding="utf-8")
    with pytest.raises(EstimatorError, match="line 2, is not an observation"):
        load(Estimation(f"replay:{path}"))


@replay_only
def test_replay_skips_inputs_that_could_not_be_read(tmp_path):
    failure = Failure("gone.png", "unreadable", "there is no such file", "check the name")
    path = tmp_path / "people.jsonl"
    lines = json.dumps(failure.to_json()) + "\n" + line("one.png", 0, ONE)
    path.write_text(lines, encoding="utf-8")
    assert len(load(Estimation(f"replay:{path}")).estimate(Frame(blank(SIZE).rgb, "one.png"))) == 1
