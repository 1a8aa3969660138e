"""What follows from the source of a watch alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture_cli.judging import Judging
from posture_cli.judging.profiles import Profiles
from posture_cli.watch.request import is_new, is_replay, with_own_profile
from tests.watch.test_start import Reports


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings and profiles in a folder of the test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("source", "judging", "profile"),
    [
        (0, Judging(), "me"),
        ("rtsp://camera/live", Judging(), "me"),
        ("clip.mp4", Judging(), None),
        (0, Judging(profile="anna"), "anna"),
        (0, Judging(rules="strict"), None),
    ],
)
def test_a_camera_is_judged_by_the_profile_me_once_there_is_one(source, judging, profile):
    reports = Reports()
    assert with_own_profile(judging, source, reports.reporter) == judging
    folder = Profiles().folder
    folder.mkdir(parents=True)
    (folder / "me.json").touch()
    assert with_own_profile(judging, source, reports.reporter).profile == profile
    said = ["judged by your profile me; --rules default judges without it"]
    assert reports.said == (said if profile == "me" else [])


def test_a_user_is_new_without_settings_and_profiles():
    assert is_new()
    Profiles().folder.mkdir(parents=True)
    (Profiles().folder / "anna.json").touch()
    assert not is_new()


@pytest.mark.parametrize(
    ("source", "replay"),
    [("a.jsonl", True), ("A.NDJSON", True), ("a.json", False), ("a.mp4", False), (0, False)],
)
def test_json_lines_are_replayed(source, replay):
    assert is_replay(source) is replay
