"""Cameras and their names: a hand-made list, and the real library over a made-up Linux.

There is no camera where these tests run. In a mount namespace, files of ours lie over /dev and
/sys/class; a kernel's answer to what a device can do is the only thing that is missing there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import click
import pytest

from posture_cli.cli.cameras import table
from posture_cli.cli.console.tables import table_lines
from posture_cli.cli.options.camera import camera_name, chosen
from posture_cli.errors import DependencyError
from posture_cli.inputs.video import cameras as connections
from posture_cli.inputs.video.cameras import CONNECT, Camera, matching

BUILT_IN = Camera(0, "Integrated Camera", "/dev/video0")
USB = Camera(2, "Logitech BRIO", "/dev/video2")
TWINS = (Camera(4, "USB Camera", "/dev/video4"), Camera(6, "USB Camera", "/dev/video6"))
MORE = Camera(8, "Logitech BRIO Pro", "/dev/video8")
THERE = (BUILT_IN, USB, *TWINS, MORE)
Run = Callable[..., "subprocess.CompletedProcess[str]"]

MADE_UP = """
mount -t tmpfs made_up /sys/class && mount -t tmpfs made_up /dev && ln -s /proc/self/fd /dev/fd
: > /dev/null; : > /dev/video; : > /dev/video-cam; mkdir /dev/v4l
while [ "$1" != -- ]; do
    mkdir -p "/sys/class/video4linux/video$1"
    : > "/dev/video$1"
    [ "$2" = nameless ] || printf '%s\\n' "$2" > "/sys/class/video4linux/video$1/name"
    ln -s "../video$1" "/dev/v4l/link$1"
    shift 2
done
shift
exec "$@"
"""


@cache
def namespaces() -> bool:
    """Whether this machine lets us put files over /dev for one process."""
    try:
        made = subprocess.run(["unshare", "-rm", "sh", "-c", MADE_UP, "sh", "--", "true"])
    except OSError:
        return False
    return made.returncode == 0


@pytest.fixture
def posture(tmp_path: Path) -> Run:
    """Return what runs `posture` on a Linux with these cameras: number, name, number, name."""
    if not sys.platform.startswith("linux") or not namespaces():
        pytest.skip("needs a Linux that allows mount namespaces (unshare -rm)")

    def run(*arguments: str | Path, there: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "posture_cli", *map(str, arguments)]
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", MADE_UP, "sh", *there, "--", *command],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect the cameras of the hand-made list."""
    monkeypatch.setattr(connections, "connected", lambda: THERE)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("integrated", (BUILT_IN,)),
        ("logitech brio", (USB,)),  # the whole name of one, and a part of another's
        (" Logitech  BRIO ", (USB,)),
        ("brio", (USB, MORE)),
        ("pro", (MORE,)),
        ("USB Camera", TWINS),
        ("/dev/video6", (TWINS[1],)),
        ("/dev/video60", ()),
        ("iPhone", ()),
    ],
)
def test_a_name_means_the_path_then_the_whole_name_then_a_part(name, meant):
    assert matching(name, THERE) == meant


def test_a_link_to_a_device_means_its_camera(tmp_path):
    link = tmp_path / "usb-046d_Logitech_BRIO-video-index0"
    try:
        link.symlink_to("/dev/video2")
    except OSError:
        pytest.skip("this system makes no links for us")
    paths = (Camera(0, "one", "/dev/video0"), Camera(2, "two", str(link.resolve())))
    assert matching(str(link), paths) == (paths[1],)


def test_capital_letters_of_every_script_are_small_ones():
    assert matching("STRASSE", (Camera(0, "Straße"),)) == (Camera(0, "Straße"),)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0", 0),
        (" 99 ", 99),
        (3, 3),
        ("Logitech", "Logitech"),
        ("4K", "4K"),
        ("1.5", "1.5"),
        ("²", "²"),
    ],
)
def test_digits_are_a_number_and_everything_else_a_name(written, read):
    assert camera_name(written) == read


@pytest.mark.parametrize("written", ["-1", "100", "700", "", "  ", "a\0b", "9" * 50])
def test_what_is_neither_a_number_nor_a_name_is_refused(written):
    with pytest.raises(click.BadParameter):
        camera_name(written)


def test_a_number_needs_no_list(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2_enumerate_cameras", None)
    assert chosen(7) == 7


def test_the_address_of_a_stream_stays_as_it_is():
    address = "rtsp://me:secret@192.168.0.7/live"
    assert chosen(camera_name(address)) == address


@pytest.mark.parametrize(("name", "number"), [("BRIO pro", 8), ("/dev/video4", 4)])
def test_a_name_is_turned_into_a_number(there, name, number):
    assert chosen(name) == number


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "brio",
            "'brio' can mean several; write the number: 2 (Logitech BRIO), 8 (Logitech BRIO Pro).",
        ),
        (
            "usb",
            "'usb' can mean several; write the number: 4 (USB Camera, /dev/video4), "
            "6 (USB Camera, /dev/video6).",
        ),
        (
            "iPhone",
            "no camera is called 'iPhone'; there is 0 (Integrated Camera), 2 (Logitech BRIO), "
            "4 (USB Camera, /dev/video4), 6 (USB Camera, /dev/video6), 8 (Logitech BRIO Pro).",
        ),
    ],
)
def test_a_name_of_none_or_of_several_is_refused_with_those_there_are(there, name, problem):
    with pytest.raises(click.BadParameter) as refused:
        chosen(name)
    assert refused.value.message == problem


def test_without_the_library_names_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2_enumerate_cameras", None)
    with pytest.raises(DependencyError) as missing:
        chosen("Logitech")
    assert missing.value.message.startswith("cameras cannot be listed: ")
    assert "still be given by number" in missing.value.hint
    assert "pip install --force-reinstall cv2-enumerate-cameras" in missing.value.hint


def test_the_table_has_one_line_per_camera():
    assert list(table_lines(table((BUILT_IN, Camera(12, "Ü"))))) == [
        "  number  name               path",
        "  0       Integrated Camera  /dev/video0",
        "  12      Ü",
    ]


def test_the_library_lists_the_cameras_of_a_linux_by_number(posture):
    there = ("10", "USB Camera: USB Camera", "2", "Logitech BRIO", "0", "nameless")
    done = posture("cameras", there=there)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "  number  name                    path",
        "  0       video0                  /dev/video0",
        "  2       Logitech BRIO           /dev/video2",
        "  10      USB Camera: USB Camera  /dev/video10",
    ]
    assert json.loads(posture("cameras", "--json", there=there).stdout) == [
        {"number": 0, "name": "video0", "path": "/dev/video0"},
        {"number": 2, "name": "Logitech BRIO", "path": "/dev/video2"},
        {"number": 10, "name": "USB Camera: USB Camera", "path": "/dev/video10"},
    ]


def test_names_that_do_not_fit_into_a_line_are_made_to(posture):
    done = posture("cameras", "--json", there=("0", "evil\x1b[2J \t camera", "1", " "))
    names = [camera["name"] for camera in json.loads(done.stdout)]
    assert names == ["evil?[2J camera", "camera 1"]


def test_no_camera_is_no_error_but_said(posture):
    done = posture("cameras")
    said = f"there is no camera; {CONNECT}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", said)
    done = posture("cameras", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", said)


@pytest.mark.parametrize(
    "command",
    [
        ("watch", "--no-history", "--camera"),
        ("calibrate", "--countdown", "0", "--camera"),
        ("collect", "mine", "--label", "sitting", "--countdown", "0", "--camera"),
    ],
    ids=lambda words: words[0],
)
def test_commands_take_a_name(posture, command, tmp_path):
    command = [tmp_path / word if word == "mine" else word for word in command]
    there = ("0", "Integrated Camera", "2", "Logitech BRIO")
    for name in ("brio", "/dev/v4l/link2"):
        done = posture(*command, name, there=there)  # it is only a file, which gives no pictures
        assert (done.returncode, "camera 2 cannot be opened" in done.stderr) == (1, True)
    done = posture(*command, "iPhone", there=there)
    listed = "there is 0 (Integrated Camera), 2 (Logitech BRIO)."
    assert (done.returncode, listed in done.stderr) == (2, True)
    done = posture(*command, "iPhone")
    assert (done.returncode, "there is none; connect one" in done.stderr) == (2, True)


def test_a_camera_of_the_settings_is_not_looked_for_where_a_source_is_named(posture, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('[watch]\ncamera = "iPhone"\n', "utf-8")
    done = posture("--config", settings, "watch", "--no-history", tmp_path / "missing.mp4")
    assert (done.returncode, "there is no file" in done.stderr) == (1, True)
    done = posture("--config", settings, "watch", "--no-history")
    assert (done.returncode, "no camera is called 'iPhone'" in done.stderr) == (2, True)
