"""Films of a watch, written and played again."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from posture_cli.errors import OutputError
from posture_cli.inputs.video import opened
from posture_cli.watch.film import CODECS, Film

WIDTH, HEIGHT = 64, 48


def grey(level: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def levels(path: Path) -> list[int]:
    """Return the mean grey of each frame of a film, rounded to tens."""
    found = []
    with opened(os.fspath(path)) as film:
        while frame := film.frame():
            found.append(round(float(frame.rgb.mean()), -1))
    return [int(level) for level in found]


@pytest.mark.parametrize("ending", CODECS)
def test_a_picture_stays_in_the_film_until_the_next_one_comes(tmp_path, ending):
    path = tmp_path / f"film{ending}"
    with closing(Film(path, rate=5)) as recording:
        for level, time_s in ((50, 7.0), (100, 7.4), (150, 8.4), (200, 8.6)):
            recording.write(grey(level), time_s)
    assert levels(path) == [50, 50, 100, 100, 100, 100, 100, 150, 200]
    with opened(os.fspath(path)) as film:
        assert [film.frame().time_s for _ in range(3)] == pytest.approx([0, 0.2, 0.4], abs=0.01)


def test_pictures_that_come_faster_than_the_film_runs_are_left_out(tmp_path):
    path = tmp_path / "film.mkv"
    with closing(Film(path, rate=2)) as recording:
        for number in range(21):
            recording.write(grey(10 * number), number / 10)
    assert levels(path) == [20, 70, 120, 170, 200]


def test_a_gap_of_the_source_is_left_out_and_a_clock_may_jump(tmp_path):
    path = tmp_path / "film.mkv"
    with closing(Film(path, rate=1)) as recording:
        for level, time_s in ((50, 0.0), (60, 3600.0), (70, 3602.0), (80, 5.0)):
            recording.write(grey(level), time_s)
    assert levels(path) == [50, 60, 60, 70, 80]


def test_a_source_that_changes_its_size_keeps_the_first_one(tmp_path):
    path = tmp_path / "film.mkv"
    with closing(Film(path, rate=1)) as recording:
        recording.write(grey(50), 0.0)
        recording.write(grey(100, 200, 100), 1.0)
    assert levels(path) == [50, 100]


def test_an_odd_size_is_no_trouble(tmp_path):
    path = tmp_path / "film.mp4"
    with closing(Film(path)) as recording:
        recording.write(grey(50, 641, 479), 0.0)
    assert levels(path) == [50]


def test_a_film_whose_first_bytes_are_refused_asks_about_the_disk_first(tmp_path):
    path = tmp_path / "film.mp4"
    recording = Film(path)
    path.unlink()
    path.mkdir()  # FFmpeg cannot write there either
    with pytest.raises(OutputError) as caught:
        recording.write(grey(50), 0.0)
    assert caught.value.message == f"{path} could not be begun"
    assert caught.value.hint.startswith("is the disk full?")
    recording.write(grey(50), 1.0)  # the watch goes on without it
    recording.close()


def test_only_its_owner_can_read_a_film(tmp_path):
    path = tmp_path / "new" / "film.mp4"
    with closing(Film(path)) as recording:
        recording.write(grey(50), 0.0)
    assert sys.platform == "win32" or path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_a_film_without_pictures(tmp_path):
    Film(tmp_path / "film.mp4").close()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_only_replaced_on_demand(tmp_path):
    path = tmp_path / "film.mkv"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="already exists") as error:
        Film(path)
    assert "--force" in error.value.hint
    assert path.read_bytes() == b"mine"
    with closing(Film(path, replace=True)) as recording:
        recording.write(grey(50), 0.0)
    assert levels(path) == [50]


@pytest.mark.parametrize("name", ["film.gif", "film", "film.mp4.txt"])
def test_only_films_are_written(tmp_path, name):
    with pytest.raises(OutputError, match="does not have the ending of a film") as error:
        Film(tmp_path / name)
    assert error.value.hint == "use one of .mp4, .mkv, .avi"


@pytest.mark.parametrize("replace", [False, True])
def test_a_file_that_cannot_be_written_is_an_error_at_once(tmp_path, replace):
    (tmp_path / "file").touch()
    (tmp_path / "folder.mp4").mkdir()
    for path in (tmp_path / "file" / "film.mp4", tmp_path / "folder.mp4", Path("a\0b.mp4")):
        with pytest.raises(OutputError):
            Film(path, replace=replace)


def test_a_film_ends_before_the_disk_is_full_and_can_be_played(tmp_path):
    path = tmp_path / "film.mp4"
    recording = Film(path, rate=1)
    for number in range(5):
        recording.write(grey(50 + number), number)
    recording._reserve_bytes = 1 << 60
    with pytest.raises(OutputError, match="the disk is nearly full; it has 4 s"):
        recording.write(grey(90), 5.0)
    recording.write(grey(90), 6.0)
    recording.close()
    assert levels(path) == [50] * 5


@pytest.mark.skipif(
    not os.path.ismount("/dev/shm") or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="a small disk can only be mounted by root",
)
@pytest.mark.parametrize("reserve", [1 << 20, 0], ids=["with a reserve", "to the last byte"])
def test_on_a_small_disk_a_film_is_complete_or_there_is_an_error(tmp_path, reserve):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk], check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        path, noise = disk / "film.mp4", np.random.default_rng(0)
        recording = Film(path, reserve_bytes=reserve)
        with pytest.raises(OutputError) as error:
            for number in range(500):
                picture = noise.integers(0, 255, (240, 320, 3), np.uint8)
                recording.write(picture, number / 10)
            recording.close()
        if reserve:
            assert "the disk is nearly full" in error.value.message
            assert len(levels(path)) > 20
        else:
            assert error.value.message.endswith(
                ("could not be finished", "nearly full; it has 50 s")
            )
    finally:
        subprocess.run(["umount", disk], check=True)


INTERRUPTED = """
import sys, time
from contextlib import closing
import numpy as np
from pathlib import Path
from posture_cli.watch.film import Film

with closing(Film(Path(sys.argv[1]))) as recording:
    for number in range(10**6):
        recording.write(np.full((48, 64, 3), 100, np.uint8), number / 10)
        if number == 30:
            print("running", flush=True)
        if number > 30:
            time.sleep(.01)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_finishes_the_film(tmp_path):
    import signal

    path = tmp_path / "film.mp4"
    command = [sys.executable, "-c", INTERRUPTED, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert len(levels(path)) > 30
