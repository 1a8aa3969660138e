"""Samples for training: whole, never in place of another, and read again by their folder."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import rules
from posture_cli.core.observation import Observation
from posture_cli.dataset import samples
from posture_cli.dataset.gather import gather
from posture_cli.dataset.labelled import pictures
from posture_cli.dataset.recorded import recorded
from posture_cli.dataset.samples import Samples
from posture_cli.errors import OutputError
from posture_cli.storage.whole import write_whole
from tests.people import SITTING, SIZE, read, someone

RGB = np.full((SIZE.height, SIZE.width, 3), 120, np.uint8)
FRAME = Frame(RGB, "camera:0", index=7, time_s=1.5)
SEEN = Observation(
    "camera:0", 7, 1.5, SIZE, "handmade", (read(someone(SITTING), SIZE, rules.judge),)
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_sample_is_a_picture_and_what_was_seen_in_it(tmp_path: Path) -> None:
    path = Samples(tmp_path / "sitting", "sitting_x", pictures=True).add(SEEN, FRAME)
    assert path == tmp_path / "sitting" / "sitting_x_001.jpg"
    assert names(path.parent) == ["sitting_x_001.jpg", "sitting_x_001.json"]
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (SIZE.width, SIZE.height))
        assert dict(picture.getexif()) == {}
        assert abs(np.asarray(picture).astype(int) - RGB).max() <= 2
    assert json.loads(path.with_suffix(".json").read_text()) == SEEN.to_json()


def test_without_pictures_there_are_only_keypoints(tmp_path: Path) -> None:
    path = Samples(tmp_path / "sitting", "s", pictures=False).add(SEEN, FRAME)
    assert names(tmp_path / "sitting") == ["s_001.json"]
    told = recorded(str(path))
    assert (told.size, told.estimator, len(told.people)) == (SIZE, "handmade", 1)


def test_labels_reads_what_was_written(tmp_path: Path) -> None:
    picture = Samples(tmp_path / "sitting", "a", pictures=True).add(SEEN, FRAME)
    points = Samples(tmp_path / "other", "b", pictures=False).add(SEEN, FRAME)
    found = [one.labelled for one in pictures(gather([str(tmp_path)], _never))]
    assert {(Path(one.name), one.label) for one in found} == {
        (picture, "sitting"),
        (points, "other"),
    }


def _never(message: str, hint: str) -> None:
    raise AssertionError(message)


def test_what_is_there_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "s_001.jpg").write_text("mine")
    (tmp_path / "s_002.json").write_text("mine")
    (tmp_path / ".s_003.part").write_text("somebody is writing this")
    mine = Samples(tmp_path, "s", pictures=True)
    assert [mine.add(SEEN, FRAME).name for _ in range(2)] == ["s_004.jpg", "s_005.jpg"]
    assert (tmp_path / "s_001.jpg").read_text() == (tmp_path / "s_002.json").read_text() == "mine"


def test_several_at_once_do_not_take_each_others_names(tmp_path: Path) -> None:
    def add(_: int) -> Path:
        return Samples(tmp_path, "s", pictures=False).add(SEEN, FRAME)

    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(add, range(80)))
    assert len(set(paths)) == 80
    assert names(tmp_path) == sorted(path.name for path in paths)


@pytest.mark.parametrize("full", [".jpg", ".json"])
def test_of_a_sample_that_cannot_be_written_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    def write(path: Path, data: bytes) -> None:
        if path.suffix == full:
            raise OutputError(f"{path} cannot be written", hint="make room")
        write_whole(path, data)

    monkeypatch.setattr(samples, "write_whole", write)
    mine = Samples(tmp_path / "sitting", "s", pictures=True)
    with pytest.raises(OutputError, match=f"s_001{full} cannot be written"):
        mine.add(SEEN, FRAME)
    assert names(tmp_path / "sitting") == []


def test_where_nothing_can_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written to"):
        Samples(tmp_path / "file" / "sitting", "s", pictures=True)


def test_a_folder_that_may_not_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(OutputError, match="Permission denied"):
        Samples(tmp_path / "sitting", "s", pictures=True)


def test_folders_that_stayed_empty_are_taken_away_if_we_made_them(tmp_path: Path) -> None:
    Samples(tmp_path / "new" / "sitting", "s", pictures=True).close()
    assert names(tmp_path) == []
    (tmp_path / "old").mkdir()
    Samples(tmp_path / "old", "s", pictures=True).close()
    assert names(tmp_path) == ["old"]
    used = Samples(tmp_path / "new" / "sitting", "s", pictures=False)
    used.add(SEEN, FRAME)
    used.close()
    assert names(tmp_path / "new" / "sitting") == ["s_001.json"]
