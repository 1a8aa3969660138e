"""`posture doctor` says what works and what to do; it only fails if nothing can be labelled."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from posture_cli.cli import doctor_run
from posture_cli.cli.doctor_run import Finding
from posture_cli.errors import ModelError, SourceError
from posture_cli.inputs.video import cameras
from posture_cli.inputs.video.cameras import Camera

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def broken(message="no such thing", hint="get one"):
    def look():
        raise ModelError(message, hint=hint)

    return look


def test_what_fails_is_a_finding_with_advice():
    assert doctor_run.looked("thing", lambda: "a thing") == Finding("thing", True, "a thing")
    missing = Finding("thing", False, "no such thing", "get one")
    assert doctor_run.looked("thing", broken()) == missing


@pytest.mark.parametrize(("name", "code"), [("networks", 1), ("cameras", 0)])
def test_only_what_every_label_needs_makes_it_fail(monkeypatch, capsys, name, code):
    monkeypatch.setattr(doctor_run, "LOOKS", {"versions": lambda: "1", name: broken()})
    assert doctor_run.run(as_json=False) == code
    assert re.search(rf"no +{name} +no such thing: get one", capsys.readouterr().out)


def test_its_json_has_the_same(monkeypatch, capsys):
    monkeypatch.setattr(doctor_run, "LOOKS", {"versions": lambda: "1", "cameras": broken()})
    assert doctor_run.run(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "posture-doctor/1",
        "checks": [
            {"name": "versions", "ok": True, "found": "1", "hint": None},
            {"name": "cameras", "ok": False, "found": "no such thing", "hint": "get one"},
        ],
    }


def test_the_networks_run_here():
    assert doctor_run.LOOKS["networks"]() == "blazepose: they run"


def test_cameras_that_may_not_be_opened_are_no_cameras(monkeypatch, tmp_path):
    look, path = doctor_run.LOOKS["cameras"], tmp_path / "video0"
    monkeypatch.setattr(cameras, "connected", lambda: (Camera(0, "Desk", str(path)),))
    with pytest.raises(SourceError, match="may not open") as error:
        look()
    assert "usermod" in error.value.hint
    path.touch()
    assert look() == "0 Desk"
    monkeypatch.setattr(cameras, "connected", lambda: ())
    with pytest.raises(SourceError, match="no camera"):
        look()


def test_every_extra_is_looked_for():
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(doctor_run.EXTRAS) == set(extras) - {"dev"}


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    finding = doctor_run.looked("history", doctor_run.LOOKS["history"])
    assert not finding.ok
    assert "cannot be written" in finding.found
