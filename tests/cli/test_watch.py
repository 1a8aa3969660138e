"""`posture watch` as people run it: real processes, films, and a camera in the network."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests import desk
from tests.clips import write
from tests.mjpeg import Stream
from tests.people import SAMPLES

POSTURE = (sys.executable, "-m", "posture_cli")
CLIP = SAMPLES / "desk.mp4"
SOON = ("--hunch-after", "2s")
ORDER = ["sitting", "hunching", "sitting", "standing"]
PATIENCE_S = 60.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")


@pytest.fixture(scope="module", autouse=True)
def alone(tmp_path_factory):
    """Keep what is remembered out of the user's own folders, and FFmpeg off any proxy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1")
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, os.fspath(tmp_path_factory.mktemp(name)))
        yield


def watch(*arguments, **environment):
    done = subprocess.run(
        [*POSTURE, "watch", *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
        env={**os.environ, **environment},
        check=False,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr
    return done


def forms(text):
    return [json.loads(line) for line in text.splitlines()]


def events(done):
    return [form for form in forms(done.stdout) if "event" in form]


def postures(told):
    return [one for one in told if one["event"] == "posture"]


def others(told):
    """Return what is no interval, without sentences."""
    return [(one["event"], one.get("kind")) for one in told if one["event"] != "posture"]


def is_the_desk(told):
    """Check that these are the events of the desk clip, each boundary within a second."""
    first, second, third, last = spans = postures(told)
    assert [one["label"] for one in spans] == ORDER
    assert [one["to_s"] for one in spans[:-1]] == [one["from_s"] for one in spans[1:]]
    limits = ((first, desk.BENDS), (second, desk.STRAIGHTENS), (third, desk.RISES))
    for span, (early_s, late_s) in limits:
        assert early_s - 1 <= span["to_s"] <= late_s + 1
    assert (first["from_s"], last["to_s"]) == (0.0, desk.LAST_S)
    assert others(told) == [("alert", "hunching"), ("recovered", "hunching")]


class Watch:
    """A watch that goes on, with the lines that it has written so far."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [*POSTURE, "watch", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, **environment},
        )
        self.lines, self.complaints = [], []
        self._readers = [self._reads("stdout", self.lines), self._reads("stderr", self.complaints)]

    def _reads(self, name, into):
        stream = getattr(self.process, name)
        reader = threading.Thread(target=lambda: into.extend(iter(stream.readline, "")))
        reader.start()
        return reader

    def until(self, text, number=1):
        """Wait until something was written so often."""
        deadline_s = time.monotonic() + PATIENCE_S
        while sum(text in line for line in [*self.lines, *self.complaints]) < number:
            assert time.monotonic() < deadline_s, (self.lines[-5:], self.complaints)
            assert self.process.poll() is None, self.complaints
            time.sleep(0.02)
        return self

    def ends(self, how=signal.SIGINT):
        """Ask it to end, and return its exit code and how long it took, seconds."""
        began_s = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_S)
        took_s = time.monotonic() - began_s
        for reader in self._readers:
            reader.join(PATIENCE_S)
        assert "Traceback" not in "".join(self.complaints)
        return code, took_s

    def events(self):
        return [form for form in map(json.loads, self.lines) if "event" in form]


@contextlib.contextmanager
def watching(*arguments, **environment):
    running = Watch(*arguments, **environment)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        for reader in running._readers:
            reader.join()
        running.process.stdout.close()
        running.process.stderr.close()


@pytest.fixture
def camera(desk):
    with Stream(desk, fps=4) as stream:
        stream.address = f"http://{stream.place}/video"
        yield stream


@pytest.fixture
def home(tmp_path):
    return {"XDG_DATA_HOME": os.fspath(tmp_path / "data")}


def history(home):
    done = subprocess.run(
        [*POSTURE, "history", "--csv"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **home},
        check=True,
    )
    return list(csv.DictReader(io.StringIO(done.stdout)))


# The desk clip


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The desk clip as `--json` records it."""
    path = tmp_path_factory.mktemp("session") / "desk.jsonl"
    path.write_text(watch(CLIP, *SOON, "--json").stdout, "utf-8")
    return path


def test_a_film_of_a_desk():
    done = watch(CLIP, *SOON, "--events")
    is_the_desk(events(done))
    assert (done.returncode, done.stderr) == (0, "")


def test_somebody_who_walks_through_changes_nothing(tmp_path):
    frames = [desk.Walker().before(frame).rgb for frame in desk.frames()]
    is_the_desk(events(watch(write(tmp_path / "walk.avi", frames, 4), *SOON, "--events")))


def test_every_look_and_every_event_can_be_recorded_and_replayed(session):
    recorded = forms(session.read_text("utf-8"))
    assert sum("people" in form for form in recorded) == 66
    live, again = events(watch(CLIP, *SOON, "--events")), events(watch(session, *SOON, "--events"))
    assert [form for form in recorded if "event" in form] == live
    assert [one.pop("confidence", 1) for one in again] == pytest.approx(
        [one.pop("confidence", 1) for one in live], abs=0.01
    )
    assert again == live


def test_the_people_of_a_recording_can_stand_in_for_an_estimator(session):
    done = watch(CLIP, *SOON, "--events", "--estimator", f"replay:{session}")
    assert (done.returncode, done.stderr) == (0, "")
    is_the_desk(events(done))


def test_other_settings_can_be_tried_on_what_was_recorded(session):
    assert others(events(watch(session, "--events"))) == []
    told = events(watch(session, "--events", "--hunch-after", "off", "--sit-limit", "5s"))
    assert others(told) == [("alert", "sitting")]


@posix
def test_a_film_at_the_speed_of_life_tells_what_it_shows(tmp_path):
    told, began_s = tmp_path / "told.json", time.monotonic()
    command = shlex.join(["tee", os.fspath(told)])
    is_the_desk(events(watch(CLIP, *SOON, "--events", "--realtime", "--on-alert", command)))
    assert 16 < time.monotonic() - began_s < 25
    assert json.loads(told.read_text("utf-8"))["kind"] == "hunching"


def test_fewer_looks_tell_the_same():
    done = watch(CLIP, *SOON, "--json", "--fps", "2")
    assert sum("people" in form for form in forms(done.stdout)) == 33
    assert [one["label"] for one in postures(events(done))] == ORDER


def test_people_read_lines():
    done = watch(CLIP, *SOON)
    words = [line[9:].split()[0] for line in done.stdout.splitlines()[:-1]]
    assert words == ["watching", "sitting", "hunching", "alert:", "sitting", "standing"]
    assert done.stdout.splitlines()[-1] == "sitting 7 s, hunching 6 s, standing 3 s; alerts: 1"


def test_a_folder_of_pictures_is_watched_in_order(tmp_path):
    for number, name in enumerate(["sitting_01"] * 4 + ["standing_01"] * 4):
        (tmp_path / f"{number}.jpg").write_bytes((SAMPLES / f"{name}.jpg").read_bytes())
    told = postures(events(watch(tmp_path, "--events")))
    assert [one["label"] for one in told] == ["sitting", "standing"]
    assert told[-1]["to_s"] == 7.0


# What becomes of it


def test_a_record_a_second_in_the_form_of_the_tutorial(tmp_path):
    watch(CLIP, "--events", "--csv-every", "10s", tmp_path / "csv")
    texts = [path.read_text() for path in sorted((tmp_path / "csv").iterdir())]
    rows = [list(csv.DictReader(io.StringIO(text))) for text in texts]
    assert [len(part) for part in rows] == [
        10,
        6,
    ]  # what the last half of a window shows is not told
    every = [row for part in rows for row in part]
    apart = {
        datetime.fromisoformat(b["timestamp"]) - datetime.fromisoformat(a["timestamp"])
        for a, b in pairwise(every)
    }
    assert apart == {timedelta(seconds=1)}
    assert [row["hunching"] for row in every] == [str(int(4 <= n <= 9)) for n in range(16)]
    assert [row["standing"] for row in every] == [str(int(n >= 14)) for n in range(16)]


def test_a_film_is_kept_where_it_is_asked_for_and_said_aloud(tmp_path):
    path = tmp_path / "out.mp4"
    done = watch(CLIP, "--record", path, "--events")
    assert os.fspath(path) in done.stderr
    from posture_cli.inputs.video import opened, spaced

    with opened(os.fspath(path)) as film:
        frames = list(spaced(film, 0))
    assert frames[-1].time_s == pytest.approx(desk.LAST_S, abs=0.3)
    assert frames[0].size == desk.SIZE
    again = watch(CLIP, "--record", path)
    assert again.returncode == 1
    assert "--force" in again.stderr


@posix
@pytest.mark.parametrize("name", ["clip.mp4", "./clip.mp4", "link.mp4", "twin.mp4"])
def test_a_film_does_not_replace_what_is_watched(tmp_path, name):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP.read_bytes())
    (tmp_path / "link.mp4").symlink_to(clip)
    (tmp_path / "twin.mp4").hardlink_to(clip)
    done = watch(clip, "--record", f"{tmp_path}/{name}", "--force")
    assert (done.returncode, done.stdout) == (1, "")
    assert "would replace what is watched" in done.stderr
    assert clip.read_bytes() == CLIP.read_bytes()


@pytest.mark.parametrize("wanted", [("--show",), ("--record", "out.mp4")])
def test_a_recording_has_no_pictures_to_show_or_keep(session, tmp_path, wanted):
    done = watch(session, *wanted)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{wanted[0]} needs pictures" in done.stderr


def test_a_window_that_is_only_in_the_settings_steps_back(session):
    assert watch(session, "--events", POSTURE_WATCH_SHOW="1", DISPLAY="").returncode == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no folder for nobody's files")
def test_records_that_could_not_be_written_make_it_fail():
    done = watch(CLIP, "--csv-every", "5s", "/proc")
    assert done.returncode == 1
    assert "rows are kept in memory meanwhile" in done.stderr
    assert "16 rows are lost" in done.stderr


def test_without_a_display_no_film_is_begun(tmp_path):
    path = tmp_path / "out.mp4"
    done = watch(CLIP, "--show", "--record", path, DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert not path.exists()


# A camera


def test_what_a_camera_shows_is_remembered_and_ended_by_ctrl_c(camera, home, tmp_path):
    arguments = (camera.address, *SOON, "--events", "--csv-every", "5s", tmp_path / "csv")
    with watching(*arguments, "--record", tmp_path / "out.mp4", **home) as running:
        code, took_s = running.until("recovered").ends()
    assert (code, running.complaints[-1]) == (130, "posture: interrupted\n")
    assert took_s < 3
    told = running.events()
    assert [one["label"] for one in postures(told)] == ORDER[:3]
    assert others(told) == [("alert", "hunching"), ("recovered", "hunching")]
    rows = history(home)
    assert [row["posture"] for row in rows] == ORDER[:3]
    for row, one in zip(rows, postures(told), strict=True):
        assert float(row["seconds"]) == pytest.approx(one["to_s"] - one["from_s"], abs=0.01)
        apart = datetime.fromisoformat(row["to"]) - datetime.fromisoformat(one["at"])
        assert abs(apart.total_seconds()) < 0.1
    assert sum(1 for _ in (tmp_path / "csv").iterdir()) >= 2
    assert (tmp_path / "out.mp4").stat().st_size > 10_000


@posix
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_service_manager_ends_it_as_ctrl_c_does(camera, home, tmp_path, how):
    film = tmp_path / "out.mp4"
    with watching(camera.address, "--json", "--record", film, **home) as running:
        code, took_s = running.until('"people"', 8).ends(how)
    assert code == 130
    assert took_s < 3
    assert [one["label"] for one in postures(running.events())] == ["sitting"]
    assert [row["posture"] for row in history(home)] == ["sitting"]
    assert film.stat().st_size > 10_000


@posix
def test_kill_9_loses_ten_seconds_at_most(camera, home):
    with watching(camera.address, "--json", **home) as running:
        running.until('"people"', 60).ends(signal.SIGKILL)
    last_s = max(form["time_s"] for form in map(json.loads, running.lines) if "people" in form)
    rows = history(home)
    assert sum(float(row["seconds"]) for row in rows) > last_s - 12
    path = Path(home["XDG_DATA_HOME"]) / "posture" / "history.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_watch_is_told_who_holds_the_history(camera, home):
    with watching(camera.address, "--json", **home) as running:
        running.until('"people"')
        second = watch(camera.address, "--events", **home)
        assert second.returncode == 1
        assert f"process {running.process.pid} records already" in second.stderr
        with watching(camera.address, "--json", "--no-history", **home) as third:
            assert third.until('"people"').ends()[0] == 130
        assert running.ends()[0] == 130


def test_no_history_leaves_nothing_behind(camera, home, tmp_path):
    with watching(camera.address, "--json", "--no-history", **home) as running:
        running.until('"people"').ends()
    assert list(tmp_path.iterdir()) == []


def test_today_is_not_over_when_a_watch_is(camera, home):
    with watching(camera.address, "--json", **home) as running:
        running.until('"people"', 20).ends()
    seen_s = sum(float(row["seconds"]) for row in history(home))
    with watching(camera.address, **home) as again:
        again.until("sitting").ends()
    times = again.lines[-1].removeprefix("today: ").partition(";")[0]
    assert sum(int(time.split()[1]) for time in times.split(", ")) >= seen_s - 3  # each cut to 1 s


def test_films_are_not_remembered(home, tmp_path):
    watch(CLIP, "--events", **home)
    assert list(tmp_path.iterdir()) == []


def test_a_camera_that_breaks_off_or_sends_garbage_is_waited_for(camera):
    with watching(camera.address, "--json", "--fps", "4", "--no-history") as running:
        running.until('"people"', 8)
        camera.breaks_off()
        running.until("source_back").until('"people"', 20)
        good, camera.jpegs = camera.jpegs, [b"\xff\xd8 no picture" * 500, os.urandom(3000)]
        running.until("source_lost", 2)
        camera.jpegs = good
        running.until("source_back", 2).until('"people"', 30)
        camera.stop()
        running.until("source_lost", 3)
        code, took_s = running.ends()
    assert (code, took_s < 3) == (130, True)
    assert others(running.events()) == [("source_lost", None), ("source_back", None)] * 2 + [
        ("source_lost", None)
    ]
    assert sum("waiting for it" in line for line in running.complaints) == 3
    for one in postures(running.events()):
        looks = [
            form["time_s"]
            for form in map(json.loads, running.lines)
            if "people" in form and one["from_s"] <= form["time_s"] <= one["to_s"]
        ]
        assert max(np.diff(looks)) < 2  # the missing time is in no interval


def test_a_camera_that_falls_silent_is_lost_after_ten_seconds(camera):
    with watching(camera.address, "--json", "--no-history") as running:
        running.until('"people"', 8)
        camera.stalled.set()
        running.until("source_lost")
        camera.stalled.clear()
        running.until("source_back").ends()
    told = running.events()
    assert others(told) == [("source_lost", None), ("source_back", None)]
    lost_s, back_s = (one["time_s"] for one in told if one["event"] != "posture")
    assert postures(told)[0]["to_s"] == pytest.approx(lost_s - 10, abs=3)
    assert all(one["to_s"] < lost_s or one["from_s"] >= back_s for one in postures(told))


@posix
def test_a_machine_that_slept_was_looked_at_by_nobody(camera):
    with watching(camera.address, "--json", "--no-history") as running:
        running.until('"people"', 8)
        running.process.send_signal(signal.SIGSTOP)
        time.sleep(12)
        running.process.send_signal(signal.SIGCONT)
        running.until('"people"', 16).ends()
    spans = [(one["from_s"], one["to_s"]) for one in postures(running.events())]
    assert all(to_s - from_s < 11 for from_s, to_s in spans)
    assert spans[-1][0] - spans[0][1] > 10


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (("--camera", "97"), "camera 97"),
        (("http://127.0.0.1:9/video",), "refused"),
        (("gopher://127.0.0.1/",), "gopher"),
        (("none.mp4",), "none.mp4"),
        (("none.jsonl",), "none.jsonl"),
        (("",), "the name of the video is empty"),
        ((os.fspath(SAMPLES / "README.md"),), "README.md"),
    ],
)
def test_what_is_not_there_is_told_at_once(source, words):
    began_s = time.monotonic()
    done = watch(*source, "--events")
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert time.monotonic() - began_s < 8


def test_a_folder_without_pictures_fails(tmp_path):
    done = watch(tmp_path, "--events")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}: there is no picture in this folder" in done.stderr


def test_a_broken_picture_is_named_and_the_others_are_watched(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"none")
    for name in ("b", "c"):
        (tmp_path / f"{name}.jpg").write_bytes((SAMPLES / "sitting_01.jpg").read_bytes())
    done = watch(tmp_path, "--json")
    assert f"{tmp_path / 'a.jpg'}: is not a picture" in done.stderr
    assert sum("people" in form for form in forms(done.stdout)) == 2
    assert done.returncode == 1


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", '{"event": "away", "time_s": 1.0}'])
def test_a_recording_of_nothing_says_how_to_record(tmp_path, text):
    path = tmp_path / "session.jsonl"
    path.write_text(text, "utf-8")
    done = watch(path, "--events")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{path} has no observation" in done.stderr
    assert "record it with `posture watch --json`" in done.stderr


# Quiet


@pytest.mark.parametrize(
    "hours", [("00:00-12:00", "12:00-00:00"), ("00:00-12:00", "12:00-24:00"), ("00:00-24:00",)]
)
def test_in_quiet_hours_there_is_no_alert(session, hours):
    quiet = [word for each in hours for word in ("--quiet-hours", each)]
    assert others(events(watch(session, *SOON, "--events", *quiet))) == []


def test_quiet_hours_of_no_length_say_how_to_have_the_whole_day(session):
    done = watch(session, "--quiet-hours", "07:00-07:00")
    assert done.returncode == 2
    assert "write 00:00-24:00 for the whole day" in done.stderr


# Settings


def test_a_file_and_the_environment_set_how_patient_it_is(session, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[watch]\nhunch-after = "2s"\nquiet-hours = []\nnotify-recovered = true\n')
    command = ("--config", os.fspath(path), "watch", os.fspath(session), "--events")

    def alerts(*more, **environment):
        done = subprocess.run(
            [*POSTURE, *command, *more],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **environment},
            check=True,
        )
        return others(events(done))

    assert alerts() == [("alert", "hunching"), ("recovered", "hunching")]
    assert alerts(POSTURE_WATCH_HUNCH_AFTER="1m") == []
    assert alerts("--hunch-after", "1m") == []
    assert alerts(POSTURE_WATCH_QUIET_HOURS="00:00-12:00 12:00-00:00") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--hunch-after", "soon"),
        ("--hunch-after", "0s"),
        ("--hunch-after", "-3s"),
        ("--hunch-after", "inf"),
        ("--hunch-after", "nan"),
        ("--recover-after", "off"),
        ("--sit-limit", ""),
        ("--quiet-hours", "22-7"),
        ("--quiet-hours", "24:00-07:00"),
        ("--quiet-hours", "22:00-24:30"),
        ("--quiet-hours", "00:00-00:00"),
        ("--fps", "0"),
        ("--fps", "nan"),
        ("--fps", "fast"),
        ("--csv-every", "0s", "out"),
        ("--csv-every", "60s"),
        ("--camera", "0"),
        ("--profile", "../me"),
        ("--rules", "mine"),
        ("--notify", "nonsense"),
    ],
)
def test_wrong_usage_is_told_as_such(arguments):
    done = watch(CLIP, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error:" in done.stderr


# Where it writes


@posix
def test_who_listens_no_longer_ends_it():
    with subprocess.Popen(
        [*POSTURE, "watch", os.fspath(CLIP), "--realtime", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(10) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("form", [(), ("--events",), ("--json",)])
def test_a_full_disk_is_told(form):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*POSTURE, "watch", os.fspath(CLIP), *form],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_thread_that_is_stuck_in_a_driver_does_not_hold_up_or_abort_the_end():
    code = """
import threading, time
from posture_cli.cli import _leave
threading.Thread(target=time.sleep, args=(50,), name="posture http://camera/video").start()
print("written", end="")
_leave(130)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=40, check=False, encoding="utf-8"
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "written", "")
