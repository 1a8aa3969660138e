"""Help that fits a terminal, with what people need first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from posture_cli.cli import posture
from posture_cli.cli.options import Advanced

COLUMNS = 80


def commands(group: click.Group, path: str = "posture") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


ALL = dict(commands(posture))


def helped(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path, terminal_width=COLUMNS)
    return command.get_help(context)


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_a_short_help_that_is_a_whole_sentence(path):
    short = ALL[path].get_short_help_str(COLUMNS - 15)
    assert ALL[path].short_help == short
    assert short.endswith(".") and not short.endswith("...")


@pytest.mark.parametrize("path", ALL)
def test_no_line_of_the_help_is_wider_than_a_terminal(path):
    assert max(map(len, helped(path, ALL[path]).splitlines())) <= COLUMNS


@pytest.mark.parametrize("name", ["check", "watch", "label", "evaluate", "train"])
def test_options_of_the_estimator_come_at_the_end_under_their_own_heading(name):
    text = helped(name, posture.commands[name])
    usual, _, advanced = text.partition("\nAdvanced:\n")
    for option in ("--estimator", "--engine", "--pose", "--detector", "--precision"):
        assert option in advanced and f"  {option} " not in usual
    assert "--rules" in usual or name == "train"
    assert any(isinstance(param, Advanced) for param in posture.commands[name].params)


def test_the_help_of_the_program_shows_every_command_once_in_a_section():
    shown = helped("posture", posture).partition("\nBegin:\n")[2]
    lines = [line for line in shown.splitlines() if line.startswith("  ")]
    assert sorted(line.split()[0] for line in lines) == sorted(posture.commands)
    columns = {len(line) - len(line[2:].split(maxsplit=1)[1]) for line in lines}
    assert len(columns) == 1, "not aligned"


def test_the_version_has_a_short_flag():
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli", "-V"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("posture, version 0.2")


def loaded_by(*words: str) -> set[str]:
    """Which modules a run of the program has imported at its end."""
    code = (
        "import atexit, sys, posture_cli.cli as c\n"
        f"sys.argv[1:] = {words!r}\n"
        "atexit.register(lambda: print(*sys.modules))\n"
        "c.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_of_the_program_loads_nothing_heavy():
    assert not loaded_by("--help") & {"numpy", "cv2", "openvino", "PIL", "rich", "jinja2"}


def test_a_command_loads_no_other():
    files = {f"posture_cli.cli.{name.replace('-', '_')}" for name in posture.commands}
    assert loaded_by("pause", "--help") & files == {"posture_cli.cli.pause"}


def test_without_a_command_there_is_the_help_in_lines():
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli"], capture_output=True, text=True, check=False
    )
    shown = (done.stdout + done.stderr).splitlines()
    assert shown[0].startswith("Usage: ")
    assert len(shown) > 5
