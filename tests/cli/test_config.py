"""Settings from a file: less than the environment, less than the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from posture_cli import config
from posture_cli.errors import ConfigError
from tests.people import SAMPLES

SITTING = str(SAMPLES / "sitting_05.jpg")


def posture(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "posture_cli", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "posture" / "config.toml"
    path.parent.mkdir()
    path.write_text('[check]\nestimator = "blazepose"\nfail-on = ["sitting"]\n', encoding="utf-8")
    return path


def test_a_file_that_is_named_sets_defaults(settings: Path) -> None:
    assert posture("--config", str(settings), "check", SITTING).returncode == 3
    assert posture("check", SITTING, POSTURE_CONFIG=str(settings)).returncode == 3


@pytest.mark.skipif(sys.platform != "linux", reason="the folder has another name there")
def test_the_file_in_the_config_folder_is_found(settings: Path, tmp_path: Path) -> None:
    assert posture("check", SITTING, XDG_CONFIG_HOME=str(tmp_path)).returncode == 3


def test_the_environment_and_the_command_line_count_more(settings: Path) -> None:
    named = ("--config", str(settings), "check", SITTING)
    assert posture(*named, POSTURE_CHECK_FAIL_ON="hunching").returncode == 0
    assert posture(*named, "--fail-on", "hunching").returncode == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[check", "no TOML"),
        ("[gossip]\n", "there is no table 'gossip'"),
        ("check = 3\n", "there is no table 'check'"),
        ("[check]\nestimater = 1\n", "has no 'estimater'"),
        ("[check]\ninputs = 1\n", "has no 'inputs'"),
        ("[check]\nmax-people = [1]\n", "max_people cannot be [1]"),
        ("[check]\nmax-people = 1.7\n", "max_people cannot be 1.7"),
        ("[check]\nannotate = 1979-05-27\n", "annotate cannot be"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(settings: Path, text: str, says: str) -> None:
    settings.write_text(text, encoding="utf-8")
    done = posture("--config", str(settings), "check", SITTING)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert says in done.stderr


def test_a_value_of_the_wrong_kind_is_wrong_usage(settings: Path) -> None:
    settings.write_text('[check]\nmax-people = "many"\n', encoding="utf-8")
    assert posture("--config", str(settings), "check", SITTING).returncode == 2


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    done = posture("--config", "nowhere.toml", "check", SITTING)
    assert (done.returncode, "cannot be read" in done.stderr) == (1, True)


def test_binary_rubbish_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="no TOML"):
        config.read(tmp_path / "a.toml", {"check": ["estimator"]})
