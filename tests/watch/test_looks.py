"""Where looks come from: replays, folders, films and streams."""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

import pytest

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.time.events import Paused, PostureInterval
from posture_cli.errors import SourceError
from posture_cli.estimators import Estimation
from posture_cli.watch import clock
from posture_cli.watch.clock import Stopwatch
from posture_cli.watch.looks import FolderLooks, Look, VideoLooks
from posture_cli.watch.replay import ReplayLooks
from posture_cli.watch.watcher import Settings, Watcher
from tests import desk
from tests.clips import grey, ramp
from tests.mjpeg import Stream
from tests.people import HUNCHING, SAMPLES, SITTING, SIZE, Recorded, someone


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    """Keep FFmpeg off any proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def every(looks):
    return list(iter(looks.look, None))


def failure(looks):
    """Return the error that ends these looks, and the looks before it."""
    seen = []
    with pytest.raises(SourceError) as caught:
        while look := looks.look():
            seen.append(look)
    return caught.value, seen


def events(looks):
    watcher = Watcher(Settings())
    moments = [watcher.take(look) for look in looks]
    last = [event for moment in moments for event in moment.events]
    return [event.to_json() for event in (*last, *watcher.finish())], moments


# Recordings


@pytest.fixture
def form():
    look = Look("camera:0", 0, 0.0, SIZE, (someone(SITTING),), "blazepose-full")
    return Watcher(Settings()).take(look).observation.to_json()


@pytest.fixture
def recording(tmp_path):
    def written(*lines):
        path = tmp_path / "session.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts) + "\n", "utf-8")
        return ReplayLooks(path)

    return written


def test_a_recording_is_replayed(recording, form):
    (look,) = every(recording(form))
    assert (look.source, look.index, look.time_s, look.size) == ("camera:0", 0, 0.0, SIZE)
    assert look.estimator == "blazepose-full"
    assert look.people[0].keypoints.xy == pytest.approx(someone(SITTING).keypoints.xy, abs=0.006)


def test_people_of_a_recording_count_only_where_people_are_to_count(recording, form):
    (x, y), path = someone(SITTING).bbox.centre, Path(recording(form).name)
    here = (x / SIZE.width - 0.1, y / SIZE.height - 0.1, x / SIZE.width + 0.1, 1.0)
    elsewhere = (0.0, 0.0, x / SIZE.width - 0.1, 1.0)
    asked = [{"zone": here}, {"zone": elsewhere}, {"ignore": (elsewhere, here)}, {}]
    found = [every(ReplayLooks(path, Estimation(**one))) for one in asked]
    assert [len(look.people) for (look,) in found] == [1, 0, 0, 1]


def test_other_events_between_the_looks_are_left_out(recording, form):
    event = {"schema": "posture/1", "event": "away", "time_s": 1.0}
    assert len(every(recording(form, event, form))) == 2


def test_looks_before_a_time_are_left_out(recording, form):
    looks = recording(*({**form, "time_s": time_s} for time_s in range(5)))
    assert looks.look(2.5).time_s == 3


def test_the_desk_clip_recorded_and_replayed_gives_the_same_events(recording):
    seen = [
        Look("desk", n, time_s, desk.SIZE, (desk.person(time_s, 2.0),), "truth")
        for n, time_s in enumerate(desk.times(4))
    ]
    live, moments = events(seen)
    again, _ = events(every(recording(*(moment.observation.to_json() for moment in moments))))
    assert [one.pop("confidence") for one in again] == pytest.approx(
        [one.pop("confidence") for one in live], abs=0.01
    )
    assert again == live


def lost(watcher, time_s):
    return watcher.lost(time_s, "it broke off")


@pytest.mark.parametrize("for_s", [5, 15])
@pytest.mark.parametrize("unseen", [lost, Watcher.pause], ids=["lost", "paused"])
def test_time_in_which_nothing_was_seen_is_replayed_too(recording, unseen, for_s):
    watcher, lines, live = Watcher(Settings()), [], []

    def record(*events):
        lines.extend(event.to_json() for event in events)
        live.extend(events)

    for n in range(120):
        time_s = n / 2 + 1 / 8 + (for_s if n >= 60 else 0)
        if n == 60:
            record(*unseen(watcher, 30.0))
        look = Look("hand-made", n, time_s, SIZE, (someone(HUNCHING),), "recorded")
        moment = watcher.take(look)
        lines.append(moment.observation.to_json())
        record(*moment.events)
    record(*watcher.finish())
    again = replayed(recording(*lines))
    assert [event.to_json() for event in again] == [event.to_json() for event in live]
    assert sum(isinstance(event, PostureInterval) for event in again) == 2


def replayed(looks):
    watcher, again = Watcher(Settings()), []
    for one in every(looks):
        again += watcher.take(one).events if isinstance(one, Look) else watcher.unseen(one)
    return [*again, *watcher.finish()]


def test_an_interruption_stays_when_the_looks_around_it_are_left_out(recording, form):
    paused = Paused(1.5)
    looks = recording(form, {**form, "time_s": 1}, paused.to_json(), {**form, "time_s": 9})
    assert [looks.look(5), looks.look(5).time_s] == [paused, 9]


@pytest.mark.parametrize("time_s", ["null", "NaN", "1e300", '"1"'])
def test_an_interruption_needs_a_time(recording, time_s):
    line = json.dumps(Paused(7.5).to_json()).replace("7.5", time_s)
    error, _ = failure(recording(line))
    assert "line 1, is not an observation" in error.message


@pytest.mark.parametrize(
    "broken",
    [
        "no JSON",
        "5",
        '{"people": []}',
        '{"schema": "posture/2", "people": []}',
        "[" * 100_000,
    ],
)
def test_lines_before_one_that_is_not_an_observation_are_used(recording, form, broken):
    error, seen = failure(recording(form, broken, form))
    assert "line 2, is not an observation" in error.message
    assert len(seen) == 1


@pytest.mark.parametrize("time_s", ["null", '"1"', "NaN", "Infinity", "1e300", "-1e300"])
def test_an_observation_needs_a_time(recording, form, time_s):
    error, _ = failure(recording(json.dumps({**form, "time_s": 7.5}).replace("7.5", time_s)))
    assert "line 1, is not an observation" in error.message


@pytest.mark.parametrize("size", [{"width": 0}, {"height": -4}, {"width": "640"}, {"frame": None}])
def test_an_observation_needs_a_size_and_a_number(recording, form, size):
    error, _ = failure(recording({**form, **size}))
    assert "line 1, is not an observation" in error.message


def test_a_recording_that_is_missing_or_not_text_cannot_be_read(tmp_path):
    (tmp_path / "torn.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("none.jsonl", "torn.jsonl", "", "a\0b.jsonl"):
        error, _ = failure(ReplayLooks(tmp_path / name))
        assert "cannot be read" in error.message


# Folders


def test_pictures_of_a_folder_are_a_second_apart(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.jpg").write_bytes((SAMPLES / "sitting_01.jpg").read_bytes())
    (tmp_path / "c.jpg").write_bytes(b"none")
    problems = []
    looks = every(
        FolderLooks(str(tmp_path), Recorded(()), 1.0, lambda *problem: problems.append(problem))
    )
    assert [(look.source[-5:], look.time_s) for look in looks] == [("a.jpg", 0.0), ("b.jpg", 1.0)]
    assert [message for message, _ in problems] == [
        f"{tmp_path / 'c.jpg'}: is not a picture of a known format"
    ]


def test_what_a_folder_has_that_is_not_read_is_said_at_the_end(tmp_path):
    (tmp_path / "a.jpg").write_bytes((SAMPLES / "sitting_01.jpg").read_bytes())
    (tmp_path / "b.psd").write_bytes(b"8BPS")
    problems = []
    looks = FolderLooks(str(tmp_path), Recorded(()), 1.0, lambda *problem: problems.append(problem))
    assert (len(every(looks)), looks.look(), looks.failed) == (1, None, False)
    ((message, _),) = problems
    assert message == f"1 file is left out, not read: 1 .psd ({tmp_path / 'b.psd'})"


# Films and streams


def test_a_film_gives_every_frame_with_its_own_time(tmp_path):
    looks = VideoLooks(str(ramp(tmp_path / "a.avi", 5)), Recorded(()), Stopwatch())
    assert not looks.live
    assert [look.time_s for look in every(looks)] == [0, 0.2, 0.4, 0.6, 0.8]


def test_a_film_can_be_looked_at_from_a_time_on(tmp_path):
    looks = VideoLooks(str(ramp(tmp_path / "a.avi", 5)), Recorded(()), Stopwatch())
    assert looks.look(0.4).index == 2


def test_a_stream_has_the_times_of_the_clock_also_after_a_pause():
    clock = count(5.0).__next__
    with Stream([grey(100)]) as camera:
        looks = VideoLooks(f"http://{camera.place}/video", Recorded(()), clock)
        first = looks.look()
        looks.release()
        looks.release()
        second = looks.look()
        looks.release()
    assert looks.live
    assert looks.name == f"http://{camera.place}/video"
    assert [(look.index, look.time_s) for look in (first, second)] == [(0, 5.0), (1, 6.0)]
    assert first.size == FrameSize(64, 48)


def test_every_attempt_to_open_a_camera_is_told():
    with Stream([grey(100)]) as camera:
        looks = VideoLooks(f"http://{camera.place}/video", Recorded(()), Stopwatch())
        told = []
        looks.tried = lambda *, opened: told.append(opened)
        assert looks.look()
        looks.release()
        assert looks.look()
        looks.release()
    with pytest.raises(SourceError):
        looks.look()
    assert told == [True, False]


def test_a_stream_that_breaks_off_can_be_opened_again():
    with Stream([grey(100)]) as camera:
        looks = VideoLooks(f"http://{camera.place}/video", Recorded(()), Stopwatch())
        assert looks.look()
        camera.breaks_off()
        error, _ = failure(looks)
        looks.release()
        assert looks.look()
        looks.release()
    assert error.code == "lost"


def test_a_missing_source_is_an_error_at_once(tmp_path):
    with pytest.raises(SourceError, match=r"none\.mp4"):
        VideoLooks(str(tmp_path / "none.mp4"), Recorded(()), Stopwatch())


# Clocks


def test_a_stopwatch_starts_at_the_first_call(monkeypatch):
    times = iter([100.0, 101.5, 200.0])
    monkeypatch.setattr(clock, "uptime_s", lambda: next(times))
    stopwatch = Stopwatch()
    assert [stopwatch() for _ in range(3)] == [0.0, 1.5, 100.0]


@pytest.mark.skipif(sys.platform != "linux", reason="the clock that counts sleep has another name")
def test_uptime_includes_sleep():
    import time

    apart_s = clock.uptime_s() - time.clock_gettime(time.CLOCK_BOOTTIME)
    assert apart_s == pytest.approx(0, abs=0.1)
