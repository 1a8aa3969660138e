"""`posture watch` with a camera that speaks RTSP: a real server, which dies and comes back."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from posture_cli.inputs.video.streams import is_paced
from tests.cli.test_watch import CLIP, watch, watching

PYTHON = "/usr/bin/python3"
"""The one that Debian's packages are for."""
SERVER = Path(__file__).parents[1] / "rtsp_server.py"
PASSWORD = "tell-nobody"


class Camera:
    """A server in a process of its own, which can be plugged in and out."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def is_plugged_in(self) -> str:
        """Start, at the same port as before; return what it says."""
        command = [PYTHON, *map(str, (SERVER, CLIP, self.port, "me", PASSWORD))]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        said = self._process.stdout.readline()
        if said.startswith("ready"):
            self.port = int(said.split()[1])
        return said

    def is_plugged_out(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()

    def address(self, password: str = PASSWORD) -> str:
        return f"rtsp://me:{password}@127.0.0.1:{self.port}/desk?token={password}"


@pytest.fixture
def camera():
    made = Camera()
    if not Path(PYTHON).exists():
        pytest.skip(f"there is no {PYTHON}")
    if not made.is_plugged_in().startswith("ready"):
        made.is_plugged_out()
        pytest.skip("there is no RTSP server of GStreamer, with its parts, for Python")
    yield made
    made.is_plugged_out()


def test_a_camera_that_is_plugged_out_and_in_is_waited_for(camera, tmp_path):
    home = {"XDG_DATA_HOME": os.fspath(tmp_path), "no_proxy": "127.0.0.1"}
    with watching(camera.address(), "--json", "--fps", "4", "--hunch-after", "2s", **home) as one:
        one.until('"alert"')
        camera.is_plugged_out()
        camera.is_plugged_in()
        one.until("source_lost").until("source_back")
        one.until('"people"', sum('"people"' in line for line in one.lines) + 8)
        code, took_s = one.ends()
    assert (code, took_s < 3) == (130, True)
    told = [event["event"] for event in one.events()]
    assert [name for name in told if name.startswith("source")] == ["source_lost", "source_back"]
    sources = {form["source"] for form in map(json.loads, one.lines) if "people" in form}
    assert sources == {f"rtsp://127.0.0.1:{camera.port}/desk"}
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 1
    assert not any(PASSWORD.encode() in each for each in files)
    assert PASSWORD not in "".join([*one.lines, *one.complaints])


def test_a_wrong_password_is_told_without_showing_it(camera):
    done = watch(camera.address("wrong-one"), "--events", no_proxy="127.0.0.1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "user name and password" in done.stderr
    assert "wrong-one" not in done.stderr


def test_only_rtsp_keeps_the_pace_itself():
    addresses = ("rtsp://camera/1", "RTSPS://camera/1", "http://camera/clip.mp4")
    assert [is_paced(address) for address in addresses] == [True, True, False]
