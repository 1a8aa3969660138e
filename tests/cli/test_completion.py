"""The shell completes commands, options, and the names of files."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def completed(words: str) -> list[str]:
    """Return what bash is offered for the last of some words."""
    asked = {
        "_POSTURE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    code = "import sys; sys.argv[0] = 'posture'; from posture_cli.cli import posture; posture()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked},
    )
    return done.stdout.splitlines()


def test_commands_and_options_are_offered():
    assert "plain,calibrate" in completed("posture cal")
    assert "plain,--min-score" in completed("posture check --min")


@pytest.mark.parametrize(
    "command", ["check", "label", "evaluate", "train", "watch", "calibrate", "collect"]
)
def test_names_of_files_are_left_to_the_shell(command):
    assert completed(f"posture {command} sam") == ["file,sam"]
