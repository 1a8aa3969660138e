"""Who wants the camera: a terminal's device stands for it, and a folder for /proc."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has inotify and /proc", allow_module_level=True)

from posture_cli.watch.wanted import EVERY_S, FREE_S, CameraWanted, holders
from tests.notify.events import until

OTHER, SERVER = 17, 18


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Proc:
    """Processes and what they have open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for pid in (OTHER, SERVER, os.getpid()):
            (folder / str(pid) / "fd").mkdir(parents=True)
        (folder / "self").symlink_to(str(os.getpid()))
        (folder / "sys").mkdir()

    def opens(self, pid: int, device: Path) -> None:
        (self.folder / str(pid) / "fd" / "3").symlink_to(device)

    def closes(self, pid: int) -> None:
        (self.folder / str(pid) / "fd" / "3").unlink()


@pytest.fixture
def device():
    ours, theirs = os.openpty()
    yield Path(os.ttyname(theirs))
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def proc(tmp_path):
    return Proc(tmp_path / "proc")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def wanted(device, proc, clock):
    wanted = CameraWanted(device, proc.folder, clock)
    yield wanted
    wanted.close()


def touch(device: Path) -> None:
    """Open and close it at once, as programs that are refused do."""
    os.close(os.open(device, os.O_RDWR | os.O_NOCTTY))


def test_nobody_wants_it_at_first(wanted):
    assert not wanted()


def test_an_attempt_frees_it_for_a_while(wanted, device, clock):
    touch(device)
    assert wanted()
    clock.now_s += FREE_S - 0.1
    assert wanted()
    clock.now_s += 0.2
    assert not wanted()


def test_it_is_free_as_long_as_somebody_has_it_and_a_while_longer(wanted, device, proc, clock):
    proc.opens(OTHER, device)
    touch(device)
    for _ in range(int(3 * FREE_S / EVERY_S)):
        assert wanted()
        clock.now_s += EVERY_S
    proc.closes(OTHER)
    clock.now_s += EVERY_S
    assert wanted()
    clock.now_s += FREE_S
    assert not wanted()


def test_who_has_it_open_beside_us_does_not_use_it(device, proc, clock):
    proc.opens(SERVER, device)
    wanted = CameraWanted(device, proc.folder, clock)
    touch(device)
    assert wanted()
    clock.now_s += FREE_S
    assert not wanted()
    wanted.close()


def test_our_own_attempts_do_not_count(wanted, device, proc, clock):
    touch(device)
    wanted.tried(opened=True)
    assert not wanted()


def test_who_keeps_it_from_us_is_no_bystander(wanted, device, proc, clock):
    proc.opens(OTHER, device)
    wanted.tried(opened=False)
    touch(device)
    assert wanted()
    clock.now_s += FREE_S
    touch(device)
    clock.now_s += FREE_S - 1
    assert wanted()
    clock.now_s += FREE_S - 1
    assert wanted()


def test_a_camera_that_is_plugged_in_again_is_listened_to(tmp_path, proc, clock):
    device = tmp_path / "video0"
    device.touch()
    wanted = CameraWanted(device, proc.folder, clock)
    device.unlink()
    wanted.tried(opened=False)
    assert not wanted()  # that it is gone is no wish
    device.touch()
    wanted.tried(opened=True)
    assert not wanted()
    touch(device)
    assert wanted()
    wanted.close()


def test_without_a_camera_nothing_can_be_heard(tmp_path, proc):
    before = len([*Path("/proc/self/fd").iterdir()])
    with pytest.raises(OSError, match="No such file"):
        CameraWanted(tmp_path / "video0", proc.folder)
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_a_real_process_that_has_it_open_is_found(device):
    code = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(device)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
        assert until(lambda: holders(device, Path("/proc")) == {other.pid})
    assert holders(device, Path("/proc")) == set()
