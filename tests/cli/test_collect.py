"""`posture collect` as people run it: real processes, small clips, a camera in the network."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from posture_cli.cli.options.durations import Duration
from posture_cli.core.body.scene import Frame, FrameSize
from posture_cli.core.judge import rules
from posture_cli.core.observation import Observation
from posture_cli.dataset.gather import gather
from posture_cli.dataset.labelled import pictures
from tests.clips import grey, write
from tests.mjpeg import Stream
from tests.people import SAMPLES, SITTING, read, someone

POSTURE = [sys.executable, "-m", "posture_cli", "collect"]
SIZE = FrameSize(320, 240)
FPS = 2


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let FFmpeg ask this machine and no proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def collect(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def saved(folder: Path) -> list[dict]:
    """Return what the keypoint files of a folder say, by name."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def told(place: str, source: str, frames: Collection[int], there: Collection[int]) -> str:
    """Write down who is in which frame, and return the estimator that knows it."""
    person = someone(SITTING, torso_px=60, hip=(160, 130))
    reading = read(person, SIZE, rules.judge)
    lines = [
        Observation(source, n, None, SIZE, "handmade", (reading,) * (n in there)).to_json()
        for n in frames
    ]
    Path(place).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return f"replay:{place}"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Eight seconds, two frames a second."""
    return write(tmp_path / "clip.avi", [grey(15 * n, SIZE) for n in range(16)], FPS)


@pytest.fixture
def somebody(tmp_path: Path, clip: Path) -> str:
    """The estimator that sees somebody in every frame of the clip but 4 to 7."""
    there = {*range(4), *range(8, 16)}
    return told(str(tmp_path / "seen.jsonl"), str(clip), range(16), there)


def test_pictures_and_keypoints_go_into_a_folder_named_by_the_label(
    clip: Path, somebody: str, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    done = collect(clip, "--label", "sitting", "-n", "3", "--estimator", somebody, mine)
    assert done.returncode == 0
    stems = [path.stem for path in sorted((mine / "sitting").glob("*.jpg"))]
    assert [path.stem for path in sorted((mine / "sitting").glob("*.json"))] == stems
    assert [re.fullmatch(r"sitting_\d{8}T\d{6}_(\d{3})", stem)[1] for stem in stems] == [
        "001",
        "002",
        "003",
    ]
    assert [(one["frame"], one["time_s"]) for one in saved(mine / "sitting")] == [
        (0, 0.0),
        (8, 4.0),
        (12, 6.0),
    ]
    assert {one["source"] for one in saved(mine / "sitting")} == {str(clip)}
    with Image.open(mine / "sitting" / f"{stems[1]}.jpg") as picture:
        assert abs(np.asarray(picture).mean() - 15 * 8) < 3
    assert done.stdout.startswith(f"{mine / 'sitting' / stems[0]}.jpg  sitting ")
    assert done.stdout.count("\n") == 3
    assert done.stderr.splitlines() == [
        f"pictures and keypoints are kept in {mine / 'sitting'}",
        "nobody at 2.0 s: left out",
        f"3 of 3 samples saved in {mine / 'sitting'}; frames without a person: 1 left out",
    ]
    sources = gather([str(mine)], lambda *problem: pytest.fail(str(problem)))
    assert [one.labelled.label for one in pictures(sources)] == ["sitting"] * 3


def test_a_second_run_adds_to_the_first(clip: Path, somebody: str, tmp_path: Path) -> None:
    for _ in range(2):
        collect(clip, "--label", "sitting", "-n", "2", "--every", "500ms", "--estimator", somebody,
                tmp_path)  # fmt: skip
    assert len(saved(tmp_path / "sitting")) == 4


def test_the_real_estimator_sees_the_person(tmp_path: Path) -> None:
    rgb = np.asarray(Image.open(SAMPLES / "sitting_05.jpg").convert("RGB"))
    path = write(tmp_path / "clip.avi", [rgb, rgb * 0, rgb], FPS)
    done = collect(path, "--label", "sitting", "--every", "500ms", "-v", tmp_path)
    assert done.returncode == 0
    assert [one["people"][0]["label"] for one in saved(tmp_path / "sitting")] == ["sitting"] * 2
    assert "estimator " in done.stderr
    assert f"{path} has no more: it ended" in done.stderr
    assert "2 of 20 samples" in done.stderr


def test_keypoints_only_keeps_no_picture(clip: Path, somebody: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    done = collect(
        clip, "--label", "other", "-n", "2", "--keypoints-only", "--estimator", somebody, mine
    )
    assert done.returncode == 0
    assert {path.suffix for path in (mine / "other").iterdir()} == {".json"}
    assert done.stderr.splitlines()[:2] == [
        f"only keypoints are kept in {mine / 'other'}",
        "'other' is none of sitting, standing, hunching: the right answer for it is unknown",
    ]


def test_a_clip_without_anybody_fails_and_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    nobody = told(str(tmp_path / "seen.jsonl"), str(clip), range(16), ())
    done = collect(clip, "--label", "sitting", "--estimator", nobody, tmp_path / "mine")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"nobody is seen in {clip}" in done.stderr
    assert not (tmp_path / "mine").exists()


def test_labels_are_read_in_small_letters(clip: Path, somebody: str, tmp_path: Path) -> None:
    collect(clip, "--label", "Sitting", "-n", "1", "--estimator", somebody, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["sitting"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["-n", "0"],
        ["--every", "0"],
        ["--every", "2"],
        ["--every", "-1s"],
        ["--every", "99h"],
        ["--countdown", "soon"],
        ["--label", "../up"],
        ["--label", "a/b"],
        ["--label", "a\\b"],
        ["--label", ".hidden"],
        ["--label", ".."],
        ["--label", ""],
        ["--label", "nul"],
        ["--camera", "0"],
        ["--camera", "-1"],
        ["another_place"],
    ],
)
def test_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    done = collect("clip.avi", "--label", "sitting", mine, *arguments)
    assert done.returncode == 2
    assert not mine.exists()


@pytest.mark.parametrize("arguments", [["mine", "--label", "sitting"], ["clip.avi", "mine"], []])
def test_too_little_is_wrong_usage(arguments: list[str]) -> None:
    assert collect(*arguments).returncode == 2


def test_bad_sources_are_told_in_two_lines(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "empty.mp4").touch()
    for source in ("text.mp4", "empty.mp4", "missing.mp4", ".", "ftp://host/a"):
        mine = tmp_path / "mine"
        name = source if "://" in source else tmp_path / source
        done = collect(name, "--label", "sitting", mine)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 2, done.stderr  # and nothing of OpenCV's
        assert not mine.exists()


def test_a_missing_camera_is_told(tmp_path: Path) -> None:
    done = collect("--camera", "97", "--label", "sitting", tmp_path / "mine")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
    assert "camera 97" in done.stderr


def test_a_place_that_cannot_be_written_is_told_before_anything_else(
    clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = collect("missing.mp4", "--label", "sitting", tmp_path / "file")
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr


def test_settings_have_a_table(clip: Path, somebody: str, tmp_path: Path) -> None:
    text = 'label = "standing"\nevery = "500ms"\nnumber = 2\ncamera = 97\nkeypoints-only = true\n'
    (tmp_path / "settings.toml").write_text(f"[collect]\n{text}")
    mine = tmp_path / "mine"
    settings = {"POSTURE_CONFIG": str(tmp_path / "settings.toml")}
    done = collect(clip, "--estimator", somebody, mine, **settings)  # the source counts more
    assert (done.returncode, len(list((mine / "standing").iterdir()))) == (0, 2)
    assert "camera 97" in collect(mine, **settings).stderr


def test_a_stream_is_collected_and_its_end_is_told(tmp_path: Path) -> None:
    rgb = np.asarray(Image.open(SAMPLES / "sitting_05.jpg").convert("RGB"))
    with Stream([rgb], fps=10) as stream:
        address = f"http://me:secret@{stream.place}/video"
        common = ("--label", "sitting", "--every", "200ms", "--countdown", "200ms")
        done = collect(address, *common, "-n", "2", tmp_path)
        assert (done.returncode, "starting in 1 s" in done.stderr) == (0, True)
        first, second = saved(tmp_path / "sitting")
        assert second["time_s"] - first["time_s"] > 0.1
        assert first["source"] == f"http://{stream.place}/video"
        command = [*POSTURE, address, *common, "-n", "900", str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            stream.stop()
            _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"gives no pictures any more" in err
    assert b"of 900 samples saved" in err
    assert b"secret" not in err


class EmptyRoom:
    """A camera made by hand that sees nobody, and the estimator that says so."""

    name, live = "camera:0", True

    def __init__(self) -> None:
        self.now_s = 0.0

    def frame(self, not_before_s: float = 0.0) -> Frame:
        self.now_s = max(self.now_s, not_before_s)
        return Frame(grey(0), self.name, time_s=self.now_s)

    def observe(self, frame: Frame) -> Observation:
        return Observation(self.name, 0, frame.time_s, frame.size, "by hand", ())

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("every_s", "patience_s"), [(2, 60), (600, 6000)])
def test_a_camera_that_sees_nobody_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], every_s: float, patience_s: float
) -> None:
    from posture_cli.cli.console import TERMINAL
    from posture_cli.dataset.collect import Collecting, Wanted
    from posture_cli.dataset.samples import Samples

    room, samples = EmptyRoom(), Samples(tmp_path, "s", pictures=True)
    collecting = Collecting(room, samples, Wanted("sitting", 20, every_s, True), TERMINAL, print)
    assert collecting._take(room)
    assert room.now_s == patience_s + every_s
    told = capsys.readouterr().err
    assert told.count("nobody at") == 1
    assert f"nobody was seen for {room.now_s:.0f} s" in told


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c_keeps_what_is_there_and_says_how_many(tmp_path: Path) -> None:
    rgb = np.asarray(Image.open(SAMPLES / "sitting_05.jpg").convert("RGB"))
    with Stream([rgb], fps=10) as stream:
        address = f"http://{stream.place}/video"
        command = [*POSTURE, address, "--label", "sitting", "--countdown", "0", "--every", "1h"]
        command.append(str(tmp_path))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            asked_s = time.monotonic()
            _, err = process.communicate(timeout=60)
    assert time.monotonic() - asked_s < 10
    assert process.returncode == 130
    assert b"1 of 20 samples saved" in err
    assert b"Traceback" not in err
    assert len(list((tmp_path / "sitting").iterdir())) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_a_terminal_counts_down(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with Stream(fps=10) as stream:
        command = [*POSTURE, f"http://{stream.place}/video", "--label", "a", "--countdown", "2s"]
        with subprocess.Popen([*command, str(tmp_path)], stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while b"nobody" not in shown:
                shown += os.read(ours, 4096)
            process.terminate()
    os.close(ours)
    assert re.search(rb"starting in 2 s.*starting in 1 s", shown, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("2s", 2), ("1.5m", 90), ("1h", 3600), ("0", 0), ("0s", 0), (" 3 S ", 3)],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "2", "s", "-2s", "1e3s", "2 seconds", "1h30m", "٢s", "25h"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Duration().convert(text, None, None)
