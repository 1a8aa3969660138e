"""Calibration during a watch: hand-made people become a profile, or a reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture_cli.judging.profiles import Profiles
from posture_cli.watch.looks import Look
from posture_cli.watch.recalibrate import SECONDS, Recalibration
from posture_cli.watch.watcher import Settings, Watcher
from tests.people import HUNCHING, LYING, SITTING, SIZE, Pose, before_the_camera, someone


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep profiles in a folder of the test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


class Desk:
    """A calibration that begins at once, with two looks per second."""

    def __init__(self, name: str = "me") -> None:
        self.calibration, self.watcher = Recalibration(name, 0.0), Watcher(Settings())
        self.now_s, self.enough = 0.0, False
        self.problems: list[str] = []
        self.hints: list[str] = []

    def sees(self, pose, for_s: float) -> Desk:
        person = someone(pose) if isinstance(pose, Pose) else pose
        people = () if person is None else (person,)
        for _ in range(round(2 * for_s)):
            look = Look("hand-made", 0, self.now_s, SIZE, people, "recorded")
            self.enough = self.calibration.take(self.watcher.take(look))
            self.now_s += 0.5
        return self

    def saved(self):
        return self.calibration.save("recorded", self._tell)

    def _tell(self, message: str, hint: str) -> None:
        self.problems.append(message)
        self.hints.append(hint)


def test_five_seconds_of_sitting_upright_become_a_profile(config):
    desk = Desk().sees(SITTING, SECONDS)
    assert not desk.enough
    own = desk.sees(SITTING, 0.5).saved()
    assert desk.enough
    profile = Profiles().load("me")
    assert profile.baseline.samples == own.samples == 11
    assert profile.baseline.upright.centre == pytest.approx(own.upright.centre, abs=0.1)
    limit = own.upright.centre + 30
    assert desk.problems == [f"profile me, from the side: hunching from {limit:.0f}°"]
    assert desk.hints == ["it applies from now on, and next time too"]


def test_a_profile_of_another_name_has_to_be_named_the_next_time():
    desk = Desk("anna").sees(SITTING, SECONDS + 0.5)
    desk.saved()
    assert desk.hints == ["it applies from now on; next time, use --profile anna"]


def test_a_person_who_hunches_gets_no_profile(config):
    desk = Desk().sees(HUNCHING, SECONDS)
    assert desk.saved() is None
    (problem,) = desk.problems
    assert "hunching for most people" in problem
    assert list(config.iterdir()) == []


def test_few_looks_are_a_warning_and_a_profile(config):
    desk = Desk().sees(SITTING, 1.0)
    assert desk.saved() is not None
    assert desk.problems[0] == "2 looks may be off by 2°"
    assert Profiles().names() == ["me"]


@pytest.mark.parametrize("pose", [None, LYING])
def test_without_an_upright_person_there_is_no_profile(config, pose):
    desk = Desk().sees(pose, SECONDS)
    assert desk.saved() is None
    assert desk.problems == ["calibration saw nobody from the side or from the front"]
    assert list(config.iterdir()) == []


def test_five_seconds_before_the_camera_become_a_profile_from_the_front():
    desk = Desk().sees(before_the_camera(0.6), SECONDS + 0.5)
    own = desk.saved()
    assert own.view == Profiles().load("me").baseline.view == "frontal"
    assert desk.problems == ["profile me, from the front: hunching below 0.55"]


def test_a_person_who_turns_to_the_side_meanwhile_gets_no_profile(config):
    desk = Desk().sees(before_the_camera(0.6), 2.0).sees(SITTING, 3.5)
    assert desk.saved() is None
    assert desk.problems == ["calibration saw two views"]
    assert list(config.iterdir()) == []
