"""`posture demo` runs our own commands on what comes with it, and says what to do next here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from posture_cli import cli
from posture_cli.cli import demo_run
from posture_cli.errors import DependencyError
from posture_cli.inputs.video import cameras
from posture_cli.inputs.video.cameras import Camera


def test_it_labels_draws_watches_and_alerts(tmp_path):
    command = [sys.executable, "-m", "posture_cli", "demo", "-o", str(tmp_path / "drawn")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for name in demo_run.PICTURES:
        label = name.split("_")[0]
        assert any(name in line and f"  {label} " in line for line in done.stdout.splitlines())
        assert (tmp_path / "drawn" / name).stat().st_size > 10_000
        assert f"\n{name}  " in done.stdout  # no long path before it
    assert "alert: You have been hunching for 3 seconds." in done.stdout + done.stderr
    assert "\nNext:\n" in done.stdout


def test_a_step_that_fails_makes_it_fail_and_the_others_are_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo_run, "PICTURES", ("missing.jpg",))
    assert demo_run.run(cli.posture, tmp_path) == 1
    assert "Next:" in capsys.readouterr().out


def listed(monkeypatch, connected):
    monkeypatch.setattr(cameras, "connected", connected)
    return [line.split("  ")[1] for line in demo_run._next() if line.startswith("  ")]


def unlisted():
    raise DependencyError("cameras cannot be listed", hint="try again")


@pytest.mark.parametrize(
    ("connected", "commands"),
    [
        (lambda: (Camera(0, "Desk"),), ["posture calibrate", "posture watch --notify desktop"]),
        (lambda: (), ["posture doctor", "posture serve --open"]),
        (unlisted, ["posture doctor", "posture serve --open"]),
    ],
    ids=["camera", "none", "unknown"],
)
def test_what_to_do_next_depends_on_the_camera(monkeypatch, connected, commands):
    assert listed(monkeypatch, connected) == [*commands, "posture check photo.jpg --explain"]
