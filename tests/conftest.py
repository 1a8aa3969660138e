"""What several tests share: the samples, what BlazePose sees in them, and a cache of our own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.people import SAMPLES
from tests.slow import pytest_collection_modifyitems  # noqa: F401 - pytest finds it here

# A shell starts what runs in the background with Ctrl-C ignored, nohup with SIGHUP, and processes
# inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
settings.register_profile("posture", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)  # `make test-fast`
settings.load_profile("posture")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep compiled networks out of the user's own cache folder."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.fspath(folder))
        yield folder


@pytest.fixture(autouse=True)
def signals_stay() -> Iterator[None]:
    """Let a test fail that leaves Ctrl-C ignored, and not all those behind it."""
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture(scope="session")
def samples() -> dict[str, np.ndarray]:
    """Every sample picture by its file name, RGB."""
    from posture_cli.vision import cv2

    paths = sorted(SAMPLES.glob("*.jpg"))
    return {path.name: cv2.imread(str(path))[:, :, ::-1].copy() for path in paths}


@pytest.fixture(scope="session")
def desk() -> list[np.ndarray]:
    """The frames of the sample clip, RGB."""
    from posture_cli.vision import cv2

    clip, frames = cv2.VideoCapture(str(SAMPLES / "desk.mp4")), []
    while True:
        there, bgr = clip.read()
        if not there:
            clip.release()
            return frames
        frames.append(bgr[:, :, ::-1].copy())


@pytest.fixture(scope="session")
def blazepose():
    """BlazePose for still pictures, ready for two threads."""
    from posture_cli.estimators import Estimation, Use, load

    estimator = load(Estimation("blazepose"), Use(streams=2))
    yield estimator
    estimator.close()


@pytest.fixture(scope="session")
def sample_readings(samples, blazepose) -> dict[str, tuple]:
    """What BlazePose and the default rules find in each sample picture."""
    from posture_cli.core.body.scene import Frame
    from posture_cli.core.judge import rules
    from tests.people import observe

    return {
        name: observe(Frame(rgb, name), blazepose, rules.judge).readings
        for name, rgb in samples.items()
    }
