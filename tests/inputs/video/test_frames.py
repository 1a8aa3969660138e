"""Of a video each n-th frame is taken, or so many a second."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posture_cli.errors import SourceError
from posture_cli.inputs.items import items
from posture_cli.inputs.video.frames import ONE_A_SECOND, Every, frames
from posture_cli.vision import Capture
from tests.clips import levels, ramp


@pytest.mark.parametrize(
    ("every", "taken"),
    [
        (Every(), list(range(12))),
        (Every(nth=5), [0, 5, 10]),
        (Every(nth=100), [0]),
        (ONE_A_SECOND, [0, 5, 10]),
        (Every(rate=2.5), [0, 2, 4, 6, 8, 10]),
        (Every(rate=50), list(range(12))),
        (Every(rate=0.1), [0]),
    ],
)
def test_frames_are_taken_by_number_or_by_time(
    tmp_path: Path, every: Every, taken: list[int]
) -> None:
    path = str(ramp(tmp_path / "a.avi"))  # 12 frames, 5 a second
    found = list(frames(path, every))
    assert [frame.index for frame in found] == levels(found) == taken
    assert {frame.source for frame in found} == {path}
    assert [frame.time_s for frame in found] == [round(number / 5, 3) for number in taken]


@pytest.mark.parametrize(
    "values",
    [
        {"nth": 0},
        {"nth": -1},
        {"rate": 0.0},
        {"rate": -1.0},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"nth": 2, "rate": 1.0},
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sense"):
        Every(**values)


def test_a_name_that_is_no_text_is_refused_because_opencv_would_crash(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.avi")
    ramp(tmp_path / "a.avi").rename(path)
    with pytest.raises(SourceError, match="not UTF-8"):
        list(frames(path, Every()))


def test_what_opencv_raises_comes_behind_the_last_frame_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retrieve = Capture.retrieve
    left = iter(range(3))

    def stumble(capture: Capture, room: object = None) -> object:
        if next(left, None) is None:
            raise RuntimeError("(-215)\n in function")
        return retrieve(capture)

    monkeypatch.setattr(Capture, "retrieve", stumble)
    path = ramp(tmp_path / "a.avi")
    *found, last = items([str(path)], every=Every())
    assert [item.frame for item in found] == [0, 1, 2]
    with pytest.raises(SourceError, match=r"RuntimeError: \(-215\) in function") as caught:
        last.load()
    assert caught.value.code == "crashed"
