"""The window on a display of the test, seen and typed into."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np
import pytest
from PIL import ImageColor, ImageGrab

from posture_cli.core.judge.labels import POSTURES
from posture_cli.errors import DependencyError, OutputError
from posture_cli.watch.window import GROUND, Window
from posture_cli.watch.window_words import WindowWords

WAIT_S = 60.0
SCREEN = (800, 600)
RED, GREEN = (200, 30, 30), (30, 160, 60)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Return the name of an empty display."""
    pytest.importorskip("tkinter")
    for program in ("Xvfb", "xdotool"):
        if not shutil.which(program):
            pytest.skip(f"needs {program}")
    screen = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        name = f":{int(server.stdout.readline())}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", name)
            yield name
        server.terminate()


def picture(width: int, height: int) -> np.ndarray:
    """Return a picture that is red on the left and green on the right."""
    rgb = np.full((height, width, 3), RED, np.uint8)
    rgb[:, width // 2 :] = GREEN
    return rgb


def until(window: Window, done: Callable[[], object]) -> None:
    """Update the window until a condition holds."""
    deadline_s = time.monotonic() + WAIT_S
    while not done():
        assert time.monotonic() < deadline_s
        window.keys()
        time.sleep(0.02)


def grabbed(display: str) -> np.ndarray:
    return np.asarray(ImageGrab.grab(xdisplay=display))


def xdotool(*command: str) -> str:
    found = ["search", "--sync", "--onlyvisible", "--name", "^posture$"]
    return subprocess.run(
        ["xdotool", *found, *command], check=True, capture_output=True, text=True
    ).stdout


def test_a_picture_is_shown_in_its_own_size(display):
    rgb = picture(320, 240)
    with closing(Window("posture")) as window:
        window.show(rgb)
        until(window, lambda: (grabbed(display)[:240, :320] == rgb).all())
        assert not grabbed(display)[240:].any()
        window.show(rgb[:, ::-1].copy())
        until(window, lambda: (grabbed(display)[:240, :320] == rgb[:, ::-1]).all())


def test_a_picture_larger_than_the_screen_is_made_smaller(display):
    with closing(Window("posture")) as window:
        window.show(picture(1600, 900))
        until(window, lambda: tuple(grabbed(display)[180, 600]) == GREEN)
        assert tuple(grabbed(display)[180, 30]) == RED
        assert not grabbed(display)[365:].any()
        assert not grabbed(display)[:, 645:].any()


def test_a_window_of_another_shape_gets_black_borders(display):
    with closing(Window("posture")) as window:
        window.show(picture(320, 240))
        window.keys()
        xdotool("windowsize", "400", "400")
        until(window, lambda: tuple(grabbed(display)[200, 390]) == GREEN)
        assert tuple(grabbed(display)[200, 10]) == RED
        assert not grabbed(display)[:45].any()
        assert not grabbed(display)[355:].any()


def test_it_says_what_is_going_on_below_the_picture(display):
    rgb, blue = picture(320, 240), "#56b4e9"
    with closing(Window("posture")) as window:
        window.tell(WindowWords("sitting for 3 min", blue, "break due in 44 min"))
        window.show(rgb)
        until(window, lambda: (grabbed(display)[:240, :320] == rgb).all())
        strip = grabbed(display)[240:264, :320]
        assert tuple(strip[12, 1]) == ImageColor.getrgb(blue)
        assert bright(strip[:, 10:150]) > 50
        assert bright(strip[:, 170:]) > 50
        xdotool("windowsize", "150", "200")  # too narrow for both
        until(window, lambda: not grabbed(display)[:, 160:].any())
        until(window, lambda: bright(grabbed(display)[175:200, 10:150]) > 50)


def test_a_picture_that_is_old_goes_away_until_a_new_one_comes(display):
    rgb = picture(320, 240)
    with closing(Window("posture")) as window:
        window.tell(WindowWords("sitting"))
        window.show(rgb)
        until(window, lambda: (grabbed(display)[:240, :320] == rgb).all())
        dark = WindowWords(dark="no picture since 12:04", hint="camera 0 is gone")
        window.tell(dark)
        until(window, lambda: tuple(grabbed(display)[10, 10]) == (0, 0, 0))
        seen = grabbed(display)[:240, :320]
        assert not ((seen == RED).all(axis=2) | (seen == GREEN).all(axis=2)).any()
        assert bright(seen) > 200  # the words
        xdotool("windowsize", "400", "400")
        until(window, lambda: bright(grabbed(display)[100:250, :400]) > 100)
        assert not grabbed(display)[300:400, :400].any()  # nothing goes on: no strip
        assert tuple(grabbed(display)[20, 20]) == (0, 0, 0)
        window.tell(WindowWords("sitting"))  # it looks again, and there is no picture yet
        until(window, lambda: bright(grabbed(display)[100:250, :400]) > 100)
        assert tuple(grabbed(display)[20, 20]) == (0, 0, 0)
        window.show(rgb)
        until(window, lambda: tuple(grabbed(display)[200, 10]) == RED)


def test_an_alert_is_a_band_over_the_bottom_of_the_picture(display):
    rgb = picture(320, 240)
    with closing(Window("posture")) as window:
        window.tell(WindowWords("hunching", alert="You have been hunching for 2 minutes."))
        window.show(rgb)
        colour = ImageColor.getrgb(POSTURES["hunching"].dark)
        until(window, lambda: tuple(grabbed(display)[238, 2]) == colour)
        assert tuple(grabbed(display)[150, 2]) == RED
        assert (grabbed(display)[210:240, :320] != colour).any(axis=2).sum() > 100  # the words
        window.tell(WindowWords("sitting"))
        until(window, lambda: tuple(grabbed(display)[238, 2]) == RED)


def test_advice_has_room_for_all_its_words_in_a_narrow_window(display):
    advice = "Put the camera at your side, within about 20°."
    with closing(Window("posture")) as window:
        window.tell(WindowWords("unknown for 1 min", later="break due in 36 min", advice=advice))
        window.show(picture(160, 240))
        until(window, lambda: tuple(grabbed(display)[238, 2]) == ImageColor.getrgb(GROUND))
        assert tuple(grabbed(display)[150, 2]) == RED
        assert bright(grabbed(display)[170:240, :160]) > 200


def bright(part: np.ndarray) -> int:
    """Return how many pixels could be of words."""
    return int((part.min(axis=2) > 130).sum())


def test_keys_do_the_same_as_in_the_terminal(display):
    asked: list[str] = []
    with closing(Window("posture")) as window:
        window.show(picture(320, 240))
        xdotool("windowfocus", "key", "p", "x", "F1", "S", "c", "q")
        until(window, lambda: asked.extend(window.keys()) or len(asked) > 3)
    assert asked == ["pause", "snooze", "calibrate", "quit"]


def test_a_part_of_the_picture_can_be_dragged_over(display):
    with closing(Window("posture")) as window:
        window.show(picture(320, 240))
        until(window, lambda: (grabbed(display)[:240, :320] == picture(320, 240)).all())
        xdotool("mousemove", "--window", "%1", "64", "48", "mousedown", "1")
        xdotool("mousemove", "--window", "%1", "250", "118")
        xdotool("mousemove", "--window", "%1", "256", "120")
        until(window, lambda: tuple(grabbed(display)[48, 100]) == (255, 255, 255))
        assert window.dragged() is None  # it is not over
        xdotool("mouseup", "1")
        dragged = []
        until(window, lambda: dragged.append(window.dragged()) or dragged[-1])
        assert dragged[-1] == (0.2, 0.2, 0.8, 0.5)
        assert window.dragged() is None
        assert tuple(grabbed(display)[48, 100]) != (255, 255, 255)


def test_closing_the_window_quits(display):
    window = Window("posture")
    assert window.keys() == ()
    window.show(picture(320, 240))
    window.close()
    window.close()
    window.show(picture(320, 240))
    assert window.keys() == ("quit",)


def test_destroying_the_window_quits(display):
    window = Window("posture")
    window.show(picture(320, 240))
    window.keys()
    window._root.destroy()
    window.show(picture(320, 240))
    assert window.keys() == ("quit",)


@pytest.mark.skipif(
    not (shutil.which("openbox") and shutil.which("wmctrl")), reason="needs openbox and wmctrl"
)
def test_the_button_of_the_window_manager_closes_it(display, tmp_path):
    # One that is still starting may lose a window that opens meanwhile; --startup is its last step.
    command = ["openbox", "--startup", f"touch {shlex.quote(str(tmp_path / 'ready'))}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as manager:
        try:
            window = Window("posture")
            until(window, (tmp_path / "ready").exists)
            window.show(picture(320, 240))
            until(window, lambda: _listed("posture"))
            subprocess.run(["wmctrl", "-c", "posture"], check=True)
            until(window, lambda: window.keys() == ("quit",))
            until(window, lambda: not _listed("posture"))
        finally:
            manager.terminate()


def _listed(title: str) -> bool:
    known = subprocess.run(["wmctrl", "-l"], capture_output=True, text=True, check=False).stdout
    return any(line.endswith(title) for line in known.splitlines())


def test_ctrl_c_in_the_middle_of_the_window_is_not_lost(display):
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), closing(Window("posture")) as window:
        window._root.after(1, interrupt)
        until(window, lambda: False)


def test_without_a_display_it_says_what_to_do(monkeypatch):
    pytest.importorskip("tkinter")
    if sys.platform in ("win32", "darwin"):
        pytest.skip("there is always a display")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(OutputError, match="no window can be opened: no display name") as error:
        Window("posture")
    assert "--show" in error.value.hint
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(OutputError, match="couldn't connect"):
        Window("posture")


@pytest.mark.parametrize(
    ("platform", "hint"),
    [("linux", "apt-get install python3-tk"), ("darwin", "brew"), ("win32", "installer")],
)
def test_without_tkinter_it_says_where_to_get_it(monkeypatch, platform, hint):
    monkeypatch.setitem(sys.modules, "tkinter", None)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(DependencyError, match="no tkinter") as error:
        Window("posture")
    assert hint in error.value.hint
