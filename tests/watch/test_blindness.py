"""A frozen or covered camera is an error: it shows neither a person nor an empty place."""

from __future__ import annotations

import numpy as np
import pytest

from posture_cli.errors import SourceError
from posture_cli.watch.blindness import BLACK_S, FROZEN_S, is_black
from posture_cli.watch.looks import VideoLooks
from tests.clips import grey
from tests.mjpeg import Stream, jpeg
from tests.people import SAMPLES, Recorded


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    """Keep FFmpeg off any proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def noisy(level):
    random = np.random.default_rng(level)
    return [random.integers(level, level + 4, (48, 64, 3)).astype(np.uint8) for _ in range(9)]


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def seen(looks, clock, for_s):
    """Look once per second, as a watch does that opens a lost source again."""
    found = []
    for _ in range(for_s):
        try:
            looks.look()
            found.append("seen")
        except SourceError as error:
            looks.release()
            found.append(error.code)
        clock.now_s += 1
    looks.release()
    return found


@pytest.mark.parametrize(
    ("pictures", "code", "after_s"),
    [
        ([grey(100)], "frozen", FROZEN_S),
        ([grey(0)], "black", BLACK_S),
        (noisy(0), "black", BLACK_S),
    ],
)
def test_a_camera_that_shows_nothing_is_lost_until_it_does(pictures, code, after_s):
    clock = Clock()
    with Stream(pictures) as camera:
        looks = VideoLooks(f"http://{camera.place}/video", Recorded(()), clock)
        assert seen(looks, clock, 15) == ["seen"] * int(after_s) + [code] * (15 - int(after_s))
        camera.jpegs[:] = map(jpeg, noisy(90))
        assert seen(looks, clock, 15)[2:] == ["seen"] * 13


def test_a_camera_with_noise_is_never_frozen_nor_one_that_nobody_looked_at():
    clock = Clock()
    with Stream(noisy(90)) as camera:
        looks = VideoLooks(f"http://{camera.place}/video", Recorded(()), clock)
        assert seen(looks, clock, 30) == ["seen"] * 30
        camera.jpegs[:] = [jpeg(grey(100))]
        seen(looks, clock, 3)
        clock.now_s += 60
        assert seen(looks, clock, 3) == ["seen"] * 3


def test_dark_rooms_are_not_black():
    dark = grey(2)
    dark[:24] = 60
    assert is_black(grey(3))
    assert not is_black(dark)
    assert not is_black(grey(40))


def test_no_sample_is_black():
    from PIL import Image

    assert not any(is_black(np.asarray(Image.open(one))) for one in SAMPLES.glob("*.jpg"))
