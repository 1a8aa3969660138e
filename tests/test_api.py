"""`Posture`, for Python programs and for every command."""

from __future__ import annotations

import csv
import io
import pickle
import subprocess
import sys
import weakref
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import posture_cli
from posture_cli import Estimation, Failure, Judging, Observation, Posture, PostureError, to_frame
from posture_cli.core.body.scene import Frame, Person
from posture_cli.estimators import STILLS, Use, begin
from posture_cli.judging import load_judging
from posture_cli.sinks.csv_rows import write_rows
from tests.people import PERCHING, SAMPLES, someone
from tests.people import SITTING as SITTING_POSE

BLAZEPOSE = Estimation("blazepose")
DESK = SAMPLES / "desk.mp4"
SITTING, STANDING = SAMPLES / "sitting_05.jpg", SAMPLES / "standing_03.jpg"


@pytest.fixture(scope="module")
def posture():
    with Posture(Estimation("blazepose"), workers=2) as posture:
        yield posture


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"estimation": Judging()}, r"estimation is a Judging; write estimation=Estimation\(...\)"),
        ({"estimation": "blazepose"}, "estimation is a str; "),
        ({"judging": "strict"}, r"judging is a str; write judging=Judging\(...\)"),
        ({"use": True}, r"use is a bool; write use=Use\(...\)"),
    ],
)
def test_an_argument_of_another_type_is_told(wrong, said):
    with pytest.raises(TypeError, match=said):
        Posture(**wrong)


def labels(observation: Observation | Failure) -> list[str]:
    assert isinstance(observation, Observation)
    return [reading.verdict.label for reading in observation.readings]


def test_a_picture_may_be_a_path_an_array_or_a_frame(posture, samples) -> None:
    rgb = samples[SITTING.name]
    ways = (SITTING, str(SITTING), rgb, Frame(rgb, "mine"))
    found = [posture.check(way) for way in ways]
    assert [labels(each) for each in found] == [["sitting"]] * 4
    assert [each.source for each in found] == [str(SITTING), str(SITTING), "array", "mine"]


class Tensor:
    """What a library other than numpy has: it can become an array."""

    def __init__(self, rgb: np.ndarray) -> None:
        self.rgb = rgb

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self.rgb


def test_it_may_be_bytes_an_image_of_pillow_or_a_tensor_too(posture, samples) -> None:
    rgb = samples[SITTING.name]
    with Image.open(SITTING) as opened:
        ways = (SITTING.read_bytes(), opened, Image.fromarray(rgb), Tensor(rgb))
        found = [posture.check(way) for way in ways]
    path = posture.check(SITTING)
    people = [each.to_json()["people"] for each in (*found, path)]
    assert people[:4] == people[4:] * 4
    assert [each.source for each in found] == ["bytes", str(SITTING), "array", "array"]


def test_an_image_of_pillow_is_turned_upright_as_its_exif_says(posture, samples) -> None:
    lying = Image.fromarray(np.rot90(samples[SITTING.name]))
    lying.getexif()[0x0112] = 6  # turned by a quarter, clockwise, it is upright
    assert posture.check(lying).size == posture.check(SITTING).size
    assert labels(posture.check(lying)) == ["sitting"]


def test_many_come_in_order_and_what_cannot_be_read_in_its_place(posture, tmp_path) -> None:
    missing = tmp_path / "missing.jpg"
    first, second, third = posture.each([SITTING, missing, STANDING])
    assert (labels(first), labels(third)) == (["sitting"], ["standing"])
    assert (second.source, second.code) == (str(missing), "not_found")


def test_a_picture_that_cannot_be_read_is_an_error(posture, tmp_path) -> None:
    with pytest.raises(PostureError, match=r"missing\.jpg: there is no such file") as error:
        posture.check(tmp_path / "missing.jpg")
    assert (error.value.code, error.value.hint) == ("not_found", "check the path")
    with pytest.raises(PostureError, match="bytes: is not a picture of a known format"):
        posture.check(b"dear diary")


@pytest.mark.parametrize(
    "array", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3)), np.zeros((0, 9, 3), np.uint8)]
)
def test_an_array_that_is_no_picture_is_refused(posture, array) -> None:
    with pytest.raises(ValueError, match="is not a picture"):
        posture.check(array)


def test_rules_and_options_are_those_of_the_command_line(posture) -> None:
    with Posture(BLAZEPOSE, Judging(rules="deeplens")) as other:
        assert other.rule_set is not posture.rule_set
        assert (other.estimator, other.threads) == ("blazepose-full", 1)
        other.close()
    with pytest.raises(PostureError, match="no rules"):
        Posture(BLAZEPOSE, Judging(rules="missing.json"))
    with pytest.raises(ValueError, match="default rules"):
        Posture(BLAZEPOSE, Judging(rules="deeplens", profile="me"))


@pytest.mark.parametrize("workers", [0, -1, 1.5, "many", True])
def test_a_number_of_workers_that_makes_no_sense_is_refused(workers) -> None:
    with pytest.raises(ValueError, match=r"workers=.* is not possible"):
        Posture(BLAZEPOSE, workers=workers)


@pytest.mark.parametrize("degrees", [float("nan"), 46.0, -400])
def test_a_camera_that_lies_on_its_side_is_refused(degrees) -> None:
    with pytest.raises(ValueError, match=r"a camera roll of .* is not possible"):
        Posture(BLAZEPOSE, Judging(roll_deg=degrees))


def test_in_video_people_keep_their_number(samples) -> None:
    frame = Frame(samples[SITTING.name], "clip.mp4")
    with Posture(BLAZEPOSE, use=Use(video=True)) as posture:
        first, second = (posture.observe(replace(frame, index=n)) for n in range(2))
    tracks = [each.readings[0].person.track_id for each in (first, second)]
    assert tracks == [0, 0]


def test_a_video_is_iterated_and_people_keep_their_number(posture) -> None:
    found = list(posture.video(DESK, rate=1))
    assert [each.frame for each in found[:3]] == [0, 4, 8] and len(found) == 17
    assert {each.readings[0].person.track_id for each in found} == {1}
    assert {each.source for each in found} == {str(DESK)}
    assert [each.frame for each in islice(posture.video(DESK, every=3), 2)] == [0, 3]


def test_a_frame_of_a_video_can_be_drawn_until_the_next_is_taken(posture) -> None:
    frames = posture.video(DESK, rate=1)
    first = next(frames)
    assert first.draw().size == tuple(first.size)
    second = next(frames)
    with pytest.raises(ValueError, match=r"desk\.mp4 is not kept"):
        first.draw()
    assert "<img" in first._repr_html_()  # what was found, on grey
    frames.close()
    with pytest.raises(ValueError, match="is not kept"):
        second.draw()


def test_a_video_that_cannot_be_read_is_named(posture, tmp_path) -> None:
    with pytest.raises(PostureError, match=r"^there is no file .*missing\.mp4$") as error:
        next(posture.video(tmp_path / "missing.mp4"))
    assert error.value.code == "not_found"
    for options in ({"rate": 0}, {"every": 0}, {"rate": 1, "every": 2}):
        with pytest.raises(ValueError, match=r"do(es)? not make sense"):
            posture.video(DESK, **options)


def test_a_camera_is_let_go_when_the_loop_is_left(posture, samples, monkeypatch) -> None:
    class Camera:
        name, live, closed = "camera:3", True, False

        def frame(self, not_before_s: float = 0.0) -> Frame:
            return Frame(samples[SITTING.name], self.name, 0, not_before_s)

        def close(self) -> None:
            self.closed = True

    camera = Camera()
    monkeypatch.setattr("posture_cli.inputs.video._open", lambda where, aspect: camera)
    for seen in posture.camera(3, rate=2):
        assert (labels(seen), seen.source, camera.closed) == (["sitting"], "camera:3", False)
        assert seen.readings[0].person.track_id == 1
        break
    assert camera.closed
    with pytest.raises(ValueError, match="a rate of 0 is not possible"):
        posture.camera(0, rate=0)


def test_what_was_checked_is_drawn_and_shown(posture, samples, tmp_path) -> None:
    rgb = samples[SITTING.name]
    seen = posture.check(SITTING)
    drawn = np.asarray(seen.draw())
    assert drawn.shape == rgb.shape and (drawn != rgb).any()
    for other in (posture.check(rgb), posture.check(SITTING.read_bytes())):
        np.testing.assert_array_equal(np.asarray(other.draw()), drawn)
    html = seen._repr_html_()
    assert "data:image/jpeg;base64," in html and "<td>sitting</td>" in html
    assert repr(seen) == f"<Checked {str(SITTING)!r}, frame 0: sitting 98%>"


def test_a_picture_that_is_gone_or_another_is_told_when_drawn(posture, samples, tmp_path) -> None:
    copy = tmp_path / "a&b.jpg"
    copy.write_bytes(SITTING.read_bytes())
    seen = posture.check(copy)
    copy.unlink()
    with pytest.raises(PostureError, match=r"a&b\.jpg: there is no such file"):
        seen.draw()
    assert "a&amp;b.jpg" in seen._repr_html_()
    assert seen.draw(SITTING).size == tuple(seen.size)
    with pytest.raises(ValueError, match="the picture has 9 x 9 pixels"):
        seen.draw(np.zeros((9, 9, 3), np.uint8))


def test_results_of_many_keep_paths_and_no_pixels(posture, samples) -> None:
    rgb = samples[SITTING.name].copy()
    kept = weakref.ref(rgb)
    by_path, by_pixels = posture.each([SITTING, rgb])
    assert by_path.draw().size == by_pixels.draw(SITTING).size
    del rgb
    assert kept() is None
    with pytest.raises(ValueError, match="the picture of array is not kept"):
        by_pixels.draw()


def test_a_result_travels_to_another_process_with_its_path(posture) -> None:
    seen = pickle.loads(pickle.dumps(posture.check(SITTING)))
    assert seen.to_json() == posture.check(SITTING).to_json()
    assert seen.draw().size == tuple(seen.size)


def test_a_data_frame_has_the_columns_and_rows_of_the_csv(posture, tmp_path) -> None:
    pictures = [SITTING, tmp_path / "missing.jpg", SAMPLES / "distract_noperson.jpg"]
    found = list(posture.each(pictures))
    text = io.StringIO(newline="")
    write_rows([one.to_json() for one in found], text)
    text.seek(0)
    expected = list(csv.DictReader(text))
    frame = to_frame(found)
    assert list(frame.columns) == list(expected[0])
    assert frame["label"].tolist()[::2] == ["sitting", "nobody"]
    assert frame["error"][1].startswith("not_found: ")
    assert frame["person"].dtype == "Int64" and frame["person"][0] == 1
    assert frame["trunk_deg"][0] == float(expected[0]["trunk_deg"])
    assert len(to_frame(found[0])) == 1 and len(to_frame([])) == 0
    polars = pytest.importorskip("polars")
    other = to_frame(found, to="polars")
    assert isinstance(other, polars.DataFrame)
    assert (other.columns, other["file"].to_list()) == (
        list(frame.columns),
        frame["file"].tolist(),
    )


def test_a_library_that_is_missing_or_unknown_is_told(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(PostureError, match="needs pandas") as error:
        to_frame([])
    assert "posture-cli[notebook]" in error.value.hint
    with pytest.raises(ValueError, match="to='excel' is not possible"):
        to_frame([], to="excel")


@pytest.mark.parametrize("picture", sorted(SAMPLES.glob("*.jpg")), ids=lambda path: path.stem)
def test_the_mirror_image_of_a_sample_gets_the_same_label(posture, samples, picture) -> None:
    frame = Frame(samples[picture.name], "mine")
    assert labels(posture.observe(frame)) == labels(posture.observe(frame.mirrored()))


class Seen:
    """An estimator that sees other people in the mirror image of a frame."""

    name, sees_pixels, licence = "seen", True, ""

    def __init__(self, people, in_mirror) -> None:
        self.frames, self._people, self._in_mirror = [], people, in_mirror

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        self.frames.append(frame)
        first = frame.rgb[0, 0, 0] == 0
        return self._people if first else self._in_mirror

    def close(self) -> None:
        pass


GRADIENT = np.broadcast_to(np.arange(200, dtype=np.uint8)[None, :, None], (160, 200, 3))
"""Dark on the left: its mirror image is dark on the right."""
SMALL = {"torso_px": 30.0, "hip": (100.0, 80.0)}
SURE, UNSURE = someone(SITTING_POSE, **SMALL), someone(PERCHING, **SMALL)


def looked(monkeypatch, people, in_mirror, use=STILLS, **judging):
    """Return what is observed, and in how many frames people were looked for."""
    seen = Seen(people, tuple(person.mirrored(200) for person in in_mirror))
    monkeypatch.setattr("posture_cli.estimators.load", lambda *_: seen)
    with Posture(BLAZEPOSE, Judging(**judging), use=use) as posture:
        return posture.observe(Frame(GRADIENT, "mine")), len(seen.frames)


def test_who_is_judged_without_doubt_is_looked_at_once(monkeypatch) -> None:
    found, looks = looked(monkeypatch, (SURE,), ())
    assert (labels(found), looks) == (["sitting"], 1)


def test_a_second_look_in_the_mirror_image_decides_where_the_first_is_not_sure(monkeypatch) -> None:
    found, looks = looked(monkeypatch, (UNSURE,), (SURE,))
    (reading,) = found.readings
    assert (labels(found), looks) == (["sitting"], 2)
    assert reading.person.keypoints.xy == pytest.approx(SURE.keypoints.xy, abs=1e-3)
    assert reading.verdict.confidence < 0.98


def test_a_second_look_judges_nobody_again_who_did_not_change(monkeypatch) -> None:
    judging, judged = load_judging(Judging()), []
    judge = judging.rule_set.judge

    def counted(person, measurement, size):
        judged.append(person.keypoints)
        return judge(person, measurement, size)

    seen = Seen((SURE, UNSURE), (UNSURE.mirrored(200),))
    monkeypatch.setattr("posture_cli.estimators.load", lambda *_: seen)
    again = replace(judging, rule_set=replace(judging.rule_set, judge=counted))
    with Posture(BLAZEPOSE, again) as posture:
        first, second = posture.observe(Frame(GRADIENT, "mine")).readings
    assert judged[:2] == [SURE.keypoints, UNSURE.keypoints]
    assert len(judged) == 3  # the third is the mirror image of the second
    assert first.person is SURE
    assert second.person.in_mirror.keypoints is judged[2]


def test_somebody_elsewhere_in_the_mirror_image_is_not_the_same_person(monkeypatch) -> None:
    elsewhere = someone(SITTING_POSE, torso_px=30.0, hip=(30.0, 80.0))
    found, looks = looked(monkeypatch, (UNSURE,), (elsewhere,))
    assert (labels(found), looks) == (["unknown"], 2)


def test_who_is_found_in_the_mirror_image_alone_has_to_be_plain_to_see(monkeypatch) -> None:
    found, _ = looked(monkeypatch, (), (replace(SURE, score=0.99),))
    assert labels(found) == ["sitting"]
    found, looks = looked(monkeypatch, (), (replace(SURE, score=0.9),))
    assert (labels(found), looks) == ([], 2)


def test_published_rules_and_video_are_looked_at_once(monkeypatch) -> None:
    for options in ({"rules": "deeplens"}, {"use": Use(video=True)}):
        _, looks = looked(monkeypatch, (UNSURE,), (SURE,), **options)
        assert looks == 1


def test_people_with_a_low_score_are_left_out(samples) -> None:
    frame = Frame(samples[SITTING.name], "mine")
    with Posture(BLAZEPOSE) as posture:
        (person,) = posture.estimate(frame)
    for min_score, number in ((person.score, 1), (min(1.0, person.score + 1e-3), 0)):
        with Posture(replace(BLAZEPOSE, min_score=min_score)) as posture:
            assert len(posture.check(frame).readings) == number


def test_people_outside_the_zone_or_in_an_ignored_area_are_left_out(samples) -> None:
    frame = Frame(samples[SITTING.name], "mine")
    with Posture(BLAZEPOSE) as posture:
        (person,) = posture.estimate(frame)
    x, y = (c / s for c, s in zip(person.bbox.centre, frame.size, strict=True))
    around, beside = (x - 0.01, y - 0.01, x + 0.01, y + 0.01), (x + 0.01, 0.0, 1.0, 1.0)
    for areas, number in (
        ({"zone": around}, 1),
        ({"zone": beside}, 0),
        ({"ignore": (beside, around)}, 0),
        ({"ignore": (beside,)}, 1),
    ):
        with Posture(replace(BLAZEPOSE, **areas)) as posture:
            assert len(posture.check(frame).readings) == number


def test_all_names_are_there_and_no_others() -> None:
    assert all(getattr(posture_cli, name) for name in posture_cli.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Postures'"):
        posture_cli.Postures  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("numpy", "cv2", "openvino", "PIL", "click")
    code = f"import sys, posture_cli; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert run.stdout == "[]\n"


@pytest.mark.parametrize(("workers", "used"), [(1, True), (2, False)])
def test_an_estimator_that_was_begun_is_used_if_one_network_is_wanted(workers, used) -> None:
    begun = begin(BLAZEPOSE)
    assert begun is not None
    with Posture(BLAZEPOSE, workers=workers, begun=begun) as posture:
        assert (posture._estimator is begun.result()) is used
        assert labels(posture.check(SITTING)) == ["sitting"]


@pytest.mark.parametrize(
    "other", [Estimation("replay:keypoints.jsonl"), replace(BLAZEPOSE, precision="auto")]
)
def test_only_blazepose_as_it_is_used_by_default_is_begun(other) -> None:
    assert begin(other) is None
