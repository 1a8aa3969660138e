"""`posture calibrate`, `posture profiles` and `check --profile` as people run them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.judge.rules import judge
from posture_cli.core.observation import Observation
from tests.mjpeg import Stream
from tests.people import SAMPLES, SITTING, SIZE, before_the_camera, read, someone

POSTURE = (sys.executable, "-m", "posture_cli")
UPRIGHT = [str(path) for path in sorted(SAMPLES.glob("sitting_0*.jpg"))]
HUNCHED = [str(path) for path in sorted(SAMPLES.glob("hunching_sit_0*.jpg"))]
DESK = str(SAMPLES / "desk.mp4")
Run = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the config folder can be moved by XDG_CONFIG_HOME on Linux"
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An estimator that knows the samples and needs no network."""
    path = tmp_path_factory.mktemp("recording") / "samples.jsonl"
    command = [*POSTURE, "check", str(SAMPLES), "--json"]
    path.write_bytes(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return f"replay:{path}"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def posture(config: Path, recording: str) -> Run:
    """Run `posture` with a config folder of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*POSTURE, *arguments],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            env={
                **os.environ,
                "XDG_CONFIG_HOME": str(config),
                "POSTURE_CALIBRATE_ESTIMATOR": recording,
                "POSTURE_CHECK_ESTIMATOR": recording,
                "no_proxy": "127.0.0.1",
                **environment,
            },
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


def files(config: Path) -> list[str]:
    return sorted(str(p.relative_to(config)) for p in config.rglob("*") if p.is_file())


def test_pictures_become_a_profile(posture: Run, config: Path) -> None:
    done = posture("calibrate", *UPRIGHT)
    assert (done.returncode, done.stderr) == (0, "")
    first, path = done.stdout.splitlines()
    assert first.startswith("me  upright ")
    assert "5 looks, from the side, facing both ways, replay" in first
    assert path == str(config / "posture" / "profiles" / "me.json")
    assert files(config) == ["posture/profiles/me.json"]


def test_a_folder_may_be_named_and_what_does_not_count_is_told(posture: Run) -> None:
    done = posture("calibrate", str(SAMPLES), "--force")
    assert done.returncode == 0
    assert "looks are left out" in done.stderr
    assert "looks are of two views" in done.stderr
    assert "and 1 from the front" in done.stderr
    assert "nobody is there (1)" in done.stderr
    assert "moved much" in done.stderr


def test_the_first_seconds_of_a_video_become_a_profile(posture: Run) -> None:
    how = {"POSTURE_CALIBRATE_ESTIMATOR": "blazepose"}
    done = posture("calibrate", DESK, "--seconds", "3", "--profile", "Desk", **how)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("desk  upright 39° ± 1°, hunching from 69°  13 looks, from the s")
    hunched = posture("calibrate", DESK, "--seconds", "9", "--profile", "desk", **how)
    assert hunched.returncode == 1
    assert "hunching for most people" in hunched.stderr
    assert "moved much" in hunched.stderr


def test_a_stream_is_looked_at_for_some_seconds(posture: Run, desk: list[np.ndarray]) -> None:
    how = {"POSTURE_CALIBRATE_ESTIMATOR": "blazepose"}
    with Stream(desk[:1]) as stream:
        address = f"http://{stream.place}/video"
        done = posture("calibrate", address, "--seconds", "2", "--countdown", "0", **how)
    assert done.returncode == 0
    assert "sit or stand up straight" in done.stderr
    assert "hunching from " in done.stdout


def test_who_hunches_is_refused_unless_they_insist(posture: Run, config: Path) -> None:
    done = posture("calibrate", *HUNCHED[:2])
    assert (done.returncode, done.stdout, files(config)) == (1, "", [])
    assert "hunching for most people, from 60°" in done.stderr
    assert "--force" in done.stderr
    assert "me is not written" in done.stderr
    forced = posture("calibrate", *HUNCHED[:2], "--force")
    assert forced.returncode == 0
    assert "hunching for most people" in forced.stderr


def test_without_anybody_to_learn_from_nothing_is_written(posture: Run, config: Path) -> None:
    names = ("lying", "noperson")
    done = posture("calibrate", *(str(SAMPLES / f"distract_{name}.jpg") for name in names))
    assert (done.returncode, done.stdout, files(config)) == (1, "", [])
    assert "2 of 2 looks are left out" in done.stderr
    assert "nothing to learn from" in done.stderr


def test_a_picture_that_is_missing_is_all_that_is_said(posture: Run, config: Path) -> None:
    done = posture("calibrate", "missing.jpg")
    assert (done.returncode, done.stdout, files(config)) == (1, "", [])
    assert done.stderr.startswith("posture: missing.jpg: there is no such file\n")
    assert "nothing to learn from" not in done.stderr


@pytest.fixture
def laptop(tmp_path: Path) -> tuple[str, Callable[[str], str]]:
    """Pictures by name, and an estimator that sees hand-made people in them, from the front."""
    people = {
        "upright1": before_the_camera(0.6),
        "upright2": before_the_camera(0.61),
        "upright3": before_the_camera(0.59),
        "slouched": before_the_camera(0.48),
        "aside": before_the_camera(0.48, turn=0.4),
        "side": someone(SITTING),
    }
    lines = []
    for name in people:
        Image.new("RGB", SIZE).save(tmp_path / f"{name}.png")
        reading = read(people[name], SIZE, judge)
        source = str(tmp_path / f"{name}.png")
        seen = Observation(source, 0, None, SIZE, "recorded", (reading,))
        lines.append(json.dumps(seen.to_json()))
    (tmp_path / "laptop.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return f"replay:{tmp_path / 'laptop.jsonl'}", lambda name: str(tmp_path / f"{name}.png")


def test_pictures_from_the_front_become_a_profile_that_judges_there(posture: Run, laptop) -> None:
    how, picture = {"POSTURE_CALIBRATE_ESTIMATOR": laptop[0]}, laptop[1]
    three = [picture(f"upright{number}") for number in (1, 2, 3)]
    done = posture("calibrate", *three, "--profile", "desk", **how)
    assert done.returncode == 0
    first = done.stdout.splitlines()[0]
    assert (
        first == "desk  upright 0.60 ± 0.01, hunching below 0.55  3 looks, from the front, replay"
    )
    assert posture("profiles").stdout.splitlines()[1].split()[:2] == ["desk", "front"]
    how = {"POSTURE_CHECK_ESTIMATOR": laptop[0]}
    names = ("slouched", "aside", "upright1", "side")
    several = posture("check", *map(picture, names), "--profile", "desk", "--json", **how)
    said = [json.loads(line)["people"][0] for line in several.stdout.splitlines()]
    assert [one["hunching"] for one in said] == [True, None, False, False]
    assert [one["label"] for one in said] == ["hunching", "unknown", "unknown", "sitting"]
    side = posture("check", picture("side"), "--profile", "desk", **how)
    assert "made from the front, and you are seen from the side" in side.stderr
    assert "it does not decide here" in side.stdout


def test_pictures_of_two_views_are_refused(posture: Run, config: Path, laptop) -> None:
    how, picture = {"POSTURE_CALIBRATE_ESTIMATOR": laptop[0]}, laptop[1]
    done = posture("calibrate", picture("upright1"), picture("upright2"), picture("side"), **how)
    assert (done.returncode, done.stdout, files(config)) == (1, "", [])
    assert "looks are of two views, 2 from the front and 1 from the side" in done.stderr
    assert "calibrate each view under a name of its own" in done.stderr


def test_one_picture_is_told_to_be_few(posture: Run) -> None:
    done = posture("calibrate", UPRIGHT[0], "-v")
    assert done.returncode == 0
    assert "estimator replay, " in done.stderr
    assert "one look may be off by 3°" in done.stderr


def test_of_several_people_the_subject_counts(posture: Run, recording: str, tmp_path: Path) -> None:
    rows = Path(recording.partition(":")[2]).read_text(encoding="utf-8").splitlines()
    row = next(row for row in map(json.loads, rows) if row["source"] == UPRIGHT[0])
    row["people"] += row["people"]
    two = tmp_path / "two.jsonl"
    two.write_text(json.dumps(row), encoding="utf-8")
    done = posture("calibrate", UPRIGHT[0], "--estimator", f"replay:{two}")
    assert done.returncode == 0
    assert "looks with several people: 1; the largest one counts" in done.stderr


def test_what_cannot_be_read_is_told_and_the_rest_counts(posture: Run) -> None:
    done = posture("calibrate", "no_such.jpg", "no_such.mp4", *UPRIGHT)
    assert done.returncode == 1
    assert "no_such.jpg: there is no such file" in done.stderr
    assert "there is no file no_such.mp4" in done.stderr
    assert "5 looks" in done.stdout


def test_the_profile_before_is_kept(posture: Run, config: Path) -> None:
    posture("calibrate", UPRIGHT[0])
    before = (config / "posture/profiles/me.json").read_bytes()
    done = posture("calibrate", *UPRIGHT)
    assert done.returncode == 0
    assert "the profile before is kept in" in done.stderr
    assert (config / "posture/profiles/me.json.bak").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("calibrate",), 2),
        (("calibrate", UPRIGHT[0], "--camera", "0"), 2),
        (("calibrate", UPRIGHT[0], "--profile", "../me"), 2),
        (("calibrate", UPRIGHT[0], "--seconds", "0"), 2),
        (("calibrate", "--camera", "99", "--countdown", "0"), 1),
        (("check", UPRIGHT[0], "--profile", "a/b"), 2),
        (("check", UPRIGHT[0], "--profile", "nobody"), 1),
        (("check", UPRIGHT[0], "--profile", "me", "--rules", "deeplens"), 2),
        (("profiles", "show", "nobody"), 1),
        (("profiles", "show", "../me"), 1),
        (("profiles", "remove", "nobody"), 1),
    ],
)
def test_wrong_usage_has_its_exit_code(
    posture: Run, config: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = posture(*arguments)
    assert (done.returncode, done.stdout, files(config)) == (code, "", [])
    assert done.stderr


def test_a_camera_of_the_settings_steps_back_behind_pictures(posture: Run) -> None:
    assert posture("calibrate", *UPRIGHT, POSTURE_CALIBRATE_CAMERA="99").returncode == 0


def test_a_config_folder_that_is_a_file_is_told_before_any_work(posture: Run, config: Path) -> None:
    config.touch()
    done = posture("calibrate", *UPRIGHT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "profiles cannot be kept in" in done.stderr


def test_ctrl_c_leaves_no_half_profile(config: Path, desk: list[np.ndarray]) -> None:
    with Stream(desk[:1]) as stream:
        address = f"http://{stream.place}/video"
        command = [*POSTURE, "calibrate", address, "--seconds", "60", "--countdown", "0"]
        env = {**os.environ, "XDG_CONFIG_HOME": str(config), "no_proxy": "127.0.0.1"}
        with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            assert "straight" in process.stderr.readline()
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert files(config) == []


def test_profiles_are_listed_shown_and_removed(posture: Run, config: Path) -> None:
    empty = posture("profiles")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "no profile yet" in empty.stderr
    posture("calibrate", *UPRIGHT)
    posture("calibrate", UPRIGHT[0], "--profile", "anna")
    head, anna, me = posture("profiles").stdout.splitlines()
    assert head.split()[:3] == ["name", "view", "upright"]
    assert anna.split()[1] == "side"
    assert [anna.split()[0], me.split()[0]] == ["anna", "me"]
    shown = json.loads(posture("profiles", "show", "ANNA").stdout)
    assert (shown["schema"], shown["samples"]) == ("posture-profile/1", 1)
    removed = posture("profiles", "remove", "anna", "nobody", "me")
    assert removed.returncode == 1
    assert "there is no profile 'nobody'" in removed.stderr
    assert removed.stdout.count("removed") == 2
    assert files(config) == []


def test_a_damaged_profile_does_not_hide_the_others(posture: Run, config: Path) -> None:
    posture("calibrate", *UPRIGHT)
    (config / "posture/profiles/bad.json").write_text("{", encoding="utf-8")
    done = posture("profiles")
    assert done.returncode == 1
    assert "bad.json is not a profile" in done.stderr
    assert [row.split()[0] for row in done.stdout.splitlines()] == ["name", "me"]


def written(config: Path, upright_deg: float, **changes: object) -> None:
    """Write a profile by hand."""
    usual = {"slump_deg": upright_deg, "width_ratio": 0.1, "torso_share": 0.3}
    form = {
        "schema": "posture-profile/1",
        "made": "2026-11-03",
        "estimator": "replay",
        "samples": 20,
        "facing": None,
        "usual": {name: {"centre": value, "spread": 0.0} for name, value in usual.items()},
        **changes,
    }
    folder = config / "posture" / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "me.json").write_text(json.dumps(form), encoding="utf-8")


def label(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0
    return str(done.stdout.split()[1])


def test_hunching_is_judged_by_the_change(posture: Run, config: Path) -> None:
    slump = json.loads(posture("check", UPRIGHT[4], "--json").stdout)["people"][0]["angles_deg"]
    for away, expected in ((0, "sitting"), (20, "sitting"), (45, "hunching")):
        written(config, slump["slump"] - away)
        assert label(posture("check", UPRIGHT[4], "--profile", "me")) == expected
    assert label(posture("check", UPRIGHT[4])) == "sitting"


def test_explain_shows_the_personal_limit(posture: Run, config: Path) -> None:
    written(config, 27.0)
    rows = posture("check", UPRIGHT[4], "--profile", "me", "--explain").stdout.splitlines()
    (row,) = [row for row in rows if row.split()[:1] == ["slumped"]]
    assert "> 57°" in row
    assert "own upright 27 degrees + 30" in row


def test_a_profile_of_the_settings_steps_back_behind_other_rules(
    posture: Run, config: Path
) -> None:
    written(config, 27.0)
    settings = config / "posture" / "config.toml"
    settings.write_text('[check]\nprofile = "me"\n', encoding="utf-8")
    assert "for this person" in posture("check", UPRIGHT[4]).stdout
    other = posture("check", UPRIGHT[4], "--rules", "literature")
    assert (other.returncode, other.stderr) == (0, "")


def test_a_camera_that_was_moved_is_told_once(posture: Run, config: Path) -> None:
    written(config, 27.0, facing="left")
    right = [UPRIGHT[0], UPRIGHT[3]]
    done = posture("check", *right, "--profile", "me")
    assert done.returncode == 0
    assert done.stderr.count("may not fit any more: the other side is seen") == 1
    assert "posture calibrate --profile me" in done.stderr


def test_another_estimator_is_told(posture: Run, config: Path) -> None:
    written(config, 27.0, estimator="simple_pose_resnet18_v1b")
    how = {"POSTURE_CHECK_ESTIMATOR": "blazepose"}
    done = posture("check", UPRIGHT[4], "--profile", "me", **how)
    assert "was made from keypoints by simple_pose_resnet18_v1b, not by blazepose" in done.stderr
