"""People from OpenPose's JSON: both orders of points, names of files, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Frame, FrameSize
from posture_cli.errors import EstimatorError
from posture_cli.estimators import Estimation, load
from posture_cli.label.formats import openpose as written
from tests.estimators.openpose_files import BODY_25, COCO, write_openpose
from tests.label.lines import seen
from tests.people import SITTING, STANDING, blank, someone, without

SIZE = FrameSize(640, 480)
SITS = someone(SITTING, hip=(300.0, 250.0), torso_px=100)


def frame(source: str = "pictures/a.jpg", index: int = 0, time_s: float | None = None) -> Frame:
    return Frame(blank(SIZE).rgb, source, index, time_s)


@pytest.mark.parametrize("parts", [COCO, BODY_25], ids=["COCO", "BODY_25"])
def test_every_joint_is_its_own(parts, tmp_path):
    person = without(SITS, Joint.LEFT_EAR)
    write_openpose(tmp_path / "a_keypoints.json", [person], parts)
    (found,) = load(Estimation(f"openpose:{tmp_path}")).estimate(frame())
    np.testing.assert_allclose(found.keypoints.score, person.keypoints.score, atol=1e-6)
    seen = person.keypoints.score > 0
    np.testing.assert_allclose(found.keypoints.xy[seen], person.keypoints.xy[seen], atol=1e-4)
    assert found.score == pytest.approx(person.keypoints.score[seen].mean())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a_keypoints.json", frame("pictures/a.jpg")),
        ("a_keypoints.json", frame("some.zip!/inner/a.png")),
        ("a_000000000007_keypoints.json", frame("a.mp4", 7, 0.3)),
        ("a_000000000000_keypoints.json", frame("a.mp4", 0, 0.0)),
        ("[a]_keypoints.json", frame("[a].jpg")),
    ],
)
def test_a_file_is_found_by_the_name_of_the_picture(name, shown, tmp_path):
    file = write_openpose(tmp_path / name, [SITS])
    for argument in (tmp_path, file):
        assert len(load(Estimation(f"openpose:{argument}")).estimate(shown)) == 1


def test_a_picture_without_a_file_is_an_error_and_names_the_file(tmp_path):
    file = write_openpose(tmp_path / "b_keypoints.json", [SITS])
    for argument in (tmp_path, file):
        with pytest.raises(EstimatorError, match="has no file in") as caught:
            load(Estimation(f"openpose:{argument}")).estimate(frame())
        assert "a_keypoints.json" in caught.value.hint


def test_what_label_writes_comes_back_also_for_equal_names(tmp_path):
    folder = tmp_path / "out"
    people = {f"{where}/1.jpg": someone(pose) for where, pose in (("x", SITTING), ("y", STANDING))}
    written.write([seen(name, person) for name, person in people.items()], folder)
    estimator = load(Estimation(f"openpose:{folder}"))
    for name, person in people.items():
        (found,) = estimator.estimate(Frame(blank().rgb, name))
        np.testing.assert_allclose(found.keypoints.xy, person.keypoints.xy, atol=0.011)


def three(*numbers: float) -> dict:
    return {"people": [{"pose_keypoints_2d": list(numbers)}]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "cannot be read"),
        ("[]", "is not of OpenPose"),
        ("{}", "is not of OpenPose"),
        (json.dumps({"people": 3}), "is not of OpenPose"),
        (json.dumps({"people": [3]}), "is not of OpenPose"),
        (json.dumps(three(*[5.0] * 45)), "15 points, and not 18 or 25"),
        (json.dumps(three(*[5.0] * 55)), "is not of OpenPose"),
        (json.dumps(three(*[0.5] * 75)), "shares of the picture"),
        (json.dumps(three(*[2e3] * 75)), "outside the picture of 640 x 480"),
        (json.dumps(three(*[float("nan")] * 75)), "not finite"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_refused(content, said, tmp_path):
    file = Path(tmp_path / "a_keypoints.json")
    file.write_text(content, encoding="utf-8")
    with pytest.raises(EstimatorError, match=said) as caught:
        load(Estimation(f"openpose:{tmp_path}")).estimate(frame())
    assert "--write_json" in caught.value.hint
    assert str(file) in caught.value.message


@pytest.mark.parametrize("argument", ["", ":", ":nowhere", ":a\0b", f":{'a' * 999}"])
def test_without_files_it_does_not_start(argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EstimatorError) as caught:
        load(Estimation(f"openpose{argument}"))
    assert caught.value.hint


def test_whom_nothing_is_seen_of_is_nobody(tmp_path):
    (tmp_path / "a_keypoints.json").write_text(json.dumps(three(*[0.0] * 75)), encoding="utf-8")
    assert load(Estimation(f"openpose:{tmp_path}")).estimate(frame()) == ()
