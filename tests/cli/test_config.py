"""Settings from a file: less than the environment, less than the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from posture_cli import cli
from posture_cli import settings as config
from posture_cli.cli import PREFIX
from posture_cli.cli import posture as group
from posture_cli.errors import ConfigError
from tests.people import SAMPLES
from tests.powerless import needs_permissions, powerless

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
        ("[check", "not valid TOML"),
        ("[gossip]\n", "there is no table 'gossip'"),
        ("check = 3\n", "there is no table 'check'"),
        ("[check]\nestimater = 1\n", "has no 'estimater'"),
        ("[check]\ninputs = 1\n", "has no 'inputs'"),
        ("[check]\nmax-people = [1]\n", "max_people cannot be [1]"),
        ("[check]\nmax-people = 1.7\n", "max_people cannot be 1.7"),
        ("[check]\nannotate = 1979-05-27\n", "annotate cannot be"),
        ('[label]\nplot = "a\\u0000b.svg"\n', "no text may have the character NUL"),
        ("[check]\nform = 'json'\n", "has no 'form'"),
        ("[watch]\nbreak- = '1m'\n", "there are away-after, background, bell, break,"),
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


def test_a_link_that_leads_nowhere_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").symlink_to(tmp_path / "gone.toml")
    assert not config.is_there(tmp_path / "config.toml")
    assert not config.is_there(tmp_path / "config.toml" / "more.toml")


@needs_permissions
def test_a_file_in_a_folder_that_may_not_be_read_is_told_as_such(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "default_path", lambda: settings)
    settings.parent.chmod(0)
    try:
        with powerless(), pytest.raises(ConfigError) as caught:
            cli._defaults(None)
    finally:
        settings.parent.chmod(0o755)
    assert caught.value.message == f"the settings {settings} cannot be read: Permission denied"
    assert "permissions" in caught.value.hint


def test_binary_rubbish_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        config.read(tmp_path / "a.toml", {"check": {"estimator": "estimator"}})


def options(
    command: click.Command, prefix: str
) -> Iterator[tuple[click.Command, str, click.Option]]:
    """Yield each option of a command and those in it, with what its variables begin with."""
    for option in command.params:
        if isinstance(option, click.Option) and not (option.is_flag and not option.is_bool_flag):
            yield command, prefix, option
    for name, part in getattr(command, "commands", {}).items():
        yield from options(part, f"{prefix}_{name.replace('-', '_').upper()}")


def test_every_option_has_a_variable_that_is_called_like_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = []
    for command, prefix, option in options(group, PREFIX):
        flag = next(flag for flag in option.opts if flag.startswith("--"))
        variables.append(f"{prefix}_{flag[2:].replace('-', '_').upper()}")
        monkeypatch.setenv(variables[-1], "this")
        context = click.Context(command, auto_envvar_prefix=prefix)
        assert (variables[-1], option.resolve_envvar_value(context)) == (variables[-1], "this")
    assert {"POSTURE_WATCH_BREAK", "POSTURE_WATCH_JSON", "POSTURE_HISTORY_FROM"} <= {*variables}


def test_an_option_that_python_cannot_name_is_set_by_a_file_and_a_variable(settings: Path) -> None:
    settings.write_text('[watch]\nbreak = "soon"\n', encoding="utf-8")
    for environment in ({"POSTURE_CONFIG": str(settings)}, {"POSTURE_WATCH_BREAK": "soon"}):
        done = posture("watch", "none.mp4", **environment)
        assert (done.returncode, "'soon' is not a duration" in done.stderr) == (2, True)


def test_everything_that_watch_takes_can_stand_in_its_table(settings: Path) -> None:
    settings.write_text(
        """
[watch]
break = "3m"
json = true
events = true
csv-every = ["60s", "out"]
quiet-hours = ["00:00-24:00"]
no-history = true
""",
        encoding="utf-8",
    )
    done = posture("--config", str(settings), "watch", "none.mp4")
    assert (done.returncode, "there is no file none.mp4" in done.stderr) == (1, True)
