"""Frames of files, cameras and streams: each once or the newest, with their times, or an error."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.scene import FrameSize
from posture_cli.core.masking import masked
from posture_cli.errors import SourceError
from posture_cli.inputs.video import live, opened, refusals, spaced, streams
from posture_cli.inputs.video.file import Recorded
from posture_cli.inputs.video.live import Live
from posture_cli.vision import CaptureError
from tests.clips import grey, levels, ramp, turned, wide, write
from tests.mjpeg import Stream


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let FFmpeg ask this machine and no proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def told(where: int | str) -> SourceError:
    """Return what is told when this is opened and read to the end."""
    with pytest.raises(SourceError) as caught, opened(where) as video:
        list(spaced(video, 0))
    return caught.value


# Files


def test_a_file_gives_every_frame_once_with_its_time(tmp_path: Path) -> None:
    path = str(ramp(tmp_path / "a.avi"))
    with opened(path) as video:
        frames = list(spaced(video, 0))
    assert levels(frames) == list(range(12))
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == [round(0.2 * n, 3) for n in range(12)]
    assert {(frame.source, frame.size) for frame in frames} == {(path, FrameSize(64, 48))}


def test_frames_are_red_first(tmp_path: Path) -> None:
    red = np.zeros((48, 64, 3), np.uint8)
    red[:, :, 0] = 255
    with opened(str(write(tmp_path / "a.avi", [red] * 3))) as video:
        frame = video.frame()
    assert frame is not None
    assert frame.rgb[24, 32].argmax() == 0


def test_behind_the_last_frame_there_is_none_as_often_as_one_asks(tmp_path: Path) -> None:
    with opened(str(ramp(tmp_path / "a.avi", 1))) as video:
        assert video.frame() is not None
        assert (video.frame(), video.frame()) == (None, None)


@pytest.mark.parametrize(
    ("fps", "every_s", "taken"),
    [
        (5, 1.0, [0, 5, 10]),
        (5, 0.2, list(range(12))),
        (5, 0.5, [0, 3, 5, 8, 10]),  # 0, .6, 1.0, 1.6, 2.0: nothing adds up
        (5, 60.0, [0]),
        (1, 0.3, list(range(12))),  # slower than asked for
        (29.97, 0.1, [0, 3, 6, 9]),
    ],
)
def test_spaced_frames_stay_on_a_grid(
    tmp_path: Path, fps: float, every_s: float, taken: list[int]
) -> None:
    with opened(str(ramp(tmp_path / "a.avi", fps=fps))) as video:
        assert [frame.index for frame in spaced(video, every_s)] == taken


def test_a_film_of_an_upright_telephone_is_turned(tmp_path: Path) -> None:
    half = grey(0)
    half[:, :32] = 255  # bright on the left, which is up once it is turned
    path = turned(write(tmp_path / "a.mp4", [half] * 3))
    with opened(str(path)) as video:
        frame = video.frame()
    assert frame is not None
    assert frame.size == FrameSize(48, 64)
    assert frame.rgb[8].mean() > 200
    assert frame.rgb[-8].mean() < 50


@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        (2, FrameSize(128, 48)),
        (64 / 45, FrameSize(91, 48)),
        (0.5, FrameSize(64, 96)),
        (9, FrameSize(64, 48)),  # no camera has such pixels
    ],
)
def test_frames_have_square_pixels_whatever_those_of_the_file_are(
    tmp_path: Path, aspect: float, size: FrameSize
) -> None:
    with opened(str(wide(ramp(tmp_path / "a.mp4"), aspect))) as video:
        assert {frame.size for frame in spaced(video, 0)} == {size}


def test_of_a_turned_film_the_pixels_are_turned_too(tmp_path: Path) -> None:
    with opened(str(turned(ramp(tmp_path / "a.mp4"), aspect=2))) as video:
        frame = video.frame()
    assert frame is not None
    assert frame.size == FrameSize(96, 64)


@pytest.mark.parametrize("stated", [1, 2])
def test_what_the_user_says_of_pixels_counts_more_than_the_file(
    tmp_path: Path, stated: float
) -> None:
    with opened(str(wide(ramp(tmp_path / "a.mp4"), stated)), pixel_aspect=1.5) as video:
        frame = video.frame()
    assert frame is not None
    assert frame.size == FrameSize(96, 48)


@pytest.mark.parametrize("name", ["a:b.avi", "%03d.avi", "clip 01.avi", "日本.avi"])
def test_any_name_of_a_file_will_do(tmp_path: Path, name: str, monkeypatch) -> None:
    try:
        ramp(tmp_path / "plain.avi").rename(tmp_path / name)
    except OSError:
        pytest.skip("this system has no such names")
    monkeypatch.chdir(tmp_path)
    with opened(name) as video:
        assert len(list(spaced(video, 0))) == 12


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video at all\n")
    (tmp_path / "film.txt").write_text("FFmpeg would take this for a film of a terminal\n" * 50)
    (tmp_path / "empty.mp4").touch()
    whole = ramp(tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "head.mp4").write_bytes(whole[:40])
    cases = {name: str(tmp_path / name) for name in ("text.mp4", "film.txt", "head.mp4")}
    for path in cases.values():
        error = told(path)
        assert (error.message, error.code) == (
            f"{path} is not a video that can be read",
            "unreadable",
        )
        assert "ffmpeg" in error.hint
    assert told(str(tmp_path / "empty.mp4")).code == "empty"
    assert told(str(tmp_path)).message.endswith("is a folder")
    assert told(str(tmp_path / "none.mp4")).code == "not_found"
    assert told("").message == "the name of the video is empty"
    assert "null" in told("a\0b").message


def test_a_bare_number_is_taken_for_a_camera_that_was_meant() -> None:
    assert told("0").hint == "write --camera 0"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert told(str(tmp_path / "pipe")).message.endswith("is a device or a pipe")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = ramp(tmp_path / "secret.avi")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert "Permission denied" in told(str(path)).message


def test_a_torn_file_gives_what_it_has_and_says_where_it_ends(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    path = write(tmp_path / "a.avi", [noise] * 12)  # long enough to be torn in its pictures
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found: list[int] = []
    with pytest.raises(SourceError) as caught, opened(str(path)) as video:
        found.extend(frame.index for frame in spaced(video, 0))
    assert found == list(range(len(found)))
    assert 3 < len(found) < 9
    assert caught.value.code == "truncated"
    end = f"breaks off after {0.2 * (len(found) - 1):.1f} s, and claims 2.4 s"
    assert caught.value.message == f"{path} {end}"


class Tape:
    """A capture made by hand: frames with these timestamps, of which the last ones may be bad."""

    def __init__(self, stamps_s: list[float], frames_per_s: float = 10.0, frames: int = 0) -> None:
        self._stamps_s = iter(stamps_s)
        self.frames_per_s, self.frames, self.position_s = frames_per_s, frames, 0.0

    def grab(self) -> bool:
        self.position_s = next(self._stamps_s, np.nan)
        return not np.isnan(self.position_s)

    def retrieve(self, room: np.ndarray | None = None) -> np.ndarray:
        return grey(0)

    def release(self) -> None:
        pass


@pytest.mark.parametrize(
    ("stamps_s", "times_s"),
    [
        ([0, 0.1, 0.5, 2.0], [0, 0.1, 0.5, 2.0]),  # a variable rate
        ([1.4, 1.5, 1.9], [0, 0.1, 0.5]),  # does not begin at 0
        ([0, 0, 0], [0, 0.1, 0.2]),  # has none: the rate has to do
        ([-3.7e17, -3.7e17], [0, 0.1]),  # OpenCV 4.10, where there is none
        ([0, 0.2, 0.1, 0.4], [0, 0.2, 0.3, 0.4]),  # out of order
    ],
)
def test_times_come_from_the_file_and_never_go_back(
    stamps_s: list[float], times_s: list[float]
) -> None:
    frames = spaced(Recorded(Tape(stamps_s), "tape"), 0)
    assert [frame.time_s for frame in frames] == times_s


def test_without_a_rate_there_is_a_usual_one() -> None:
    frames = spaced(Recorded(Tape([0, 0, 0], frames_per_s=0), "tape"), 0)
    assert [frame.time_s for frame in frames] == [0, 0.04, 0.08]


def test_a_file_without_any_frame_is_told() -> None:
    with pytest.raises(SourceError, match="no frame that can be decoded"):
        Recorded(Tape([]), "tape").frame()


LARGE = FrameSize(1280, 800)


class Reading(Tape):
    """A tape that says what was done with it, and holds on where a test wants it to."""

    def __init__(self, bad: int = -1, hold: int = -1, size: FrameSize = LARGE) -> None:
        super().__init__([0.1 * number for number in range(9)])
        self._size = size
        self.done: list[str] = []
        self.grabbed, self._bad, self._hold = -1, bad, hold
        self.held, self.let_go = threading.Event(), threading.Event()

    def grab(self) -> bool:
        self.grabbed += 1
        if self.grabbed == self._hold:
            self.held.set()
            assert self.let_go.wait(10)
        return super().grab()

    def retrieve(self, room: np.ndarray | None = None) -> np.ndarray:
        if self.grabbed == self._bad:
            raise CaptureError("a broken frame")
        self.done.append(f"{self.grabbed}")
        return grey(20 * self.grabbed, self._size)

    def release(self) -> None:
        self.done.append("released")


def until(there: Callable[[], bool]) -> None:
    """Wait until this is so."""
    deadline_s = time.monotonic() + 10
    while not there():
        assert time.monotonic() < deadline_s
        time.sleep(0.001)


def test_the_next_frame_is_read_while_one_is_looked_at() -> None:
    tape = Reading()
    with closing(Recorded(tape, "tape")) as video:
        assert levels([video.frame(), video.frame()]) == [0, 1]
        until(lambda: tape.done == ["0", "1", "2"])
        assert levels([video.frame()]) == [2]


def test_a_small_frame_is_read_when_it_is_asked_for() -> None:
    tape = Reading(hold=2, size=FrameSize(64, 48))
    with closing(Recorded(tape, "tape")) as video:
        assert levels([video.frame(), video.frame()]) == [0, 1]
        assert not tape.held.wait(0.05)


def test_who_skips_frames_has_none_decoded_that_are_not_wanted() -> None:
    tape = Reading()
    with closing(Recorded(tape, "tape")) as video:
        assert levels(spaced(video, 0.3)) == [0, 3, 6]
    assert tape.done == ["0", "3", "6", "released"]


def test_a_frame_that_was_read_and_is_too_early_is_left_out() -> None:
    with closing(Recorded(Reading(), "tape")) as video:
        assert levels(video.frame(at_s) for at_s in (0, 0.1, 0.2, 0.6, 0, 0)) == [0, 1, 2, 6, 7, 8]
        assert video.frame() is None


def test_a_frame_that_cannot_be_decoded_is_told_in_its_place() -> None:
    with closing(Recorded(Reading(bad=2), "tape")) as video:
        assert levels([video.frame(), video.frame()]) == [0, 1]
        with pytest.raises(SourceError, match=r"after 0\.2 s: a broken frame"):
            video.frame()


def test_a_file_is_closed_when_the_frame_that_is_being_read_is_there() -> None:
    tape = Reading(hold=2)
    video = Recorded(tape, "tape")
    assert levels([video.frame(), video.frame()]) == [0, 1]
    assert tape.held.wait(10)
    closing_it = threading.Thread(target=video.close)
    closing_it.start()
    tape.let_go.set()
    closing_it.join(10)
    assert tape.done == ["0", "1", "2", "released"]


# Cameras


class Camera:
    """A camera made by hand: `period_s` between two frames, and some trouble on demand."""

    frames = 0

    def __init__(self, period_s: float = 0.01, fails: Callable[[int], bool] = bool) -> None:
        self._period_s = period_s
        self._fails = fails
        self.grabbed = self.retrieved = 0
        self.users: set[int] = set()
        self.hold = threading.Event()
        self.released = False

    def grab(self) -> bool:
        assert not self.released
        self.users.add(threading.get_ident())
        while self.hold.is_set():
            time.sleep(0.01)
        time.sleep(self._period_s)
        self.grabbed += 1
        return not self._fails(self.grabbed)

    def retrieve(self) -> np.ndarray:
        self.retrieved += 1
        return grey(self.grabbed % 256)

    def release(self) -> None:
        self.users.add(threading.get_ident())
        self.released = True


def works(grabbed: int) -> bool:
    """Fail never."""
    return False


@pytest.fixture
def camera() -> Iterator[Camera]:
    made = Camera(fails=works)
    yield made
    made.hold.clear()


def test_a_slow_listener_gets_the_newest_frame(camera: Camera) -> None:
    with closing(Live(camera, "camera:0")) as video:
        for _ in range(3):
            time.sleep(0.1)
            before = camera.grabbed
            assert video.frame().index >= before  # counted from 0: it came after the call


def test_it_says_when_a_frame_is_ready_and_waits_for_it_no_longer_than_asked(
    camera: Camera,
) -> None:
    with closing(Live(camera, "camera:0", silence_s=0.5)) as video:
        assert video.ready(5)
        first = video.frame()
        camera.hold.set()
        time.sleep(0.1)
        began_s = time.monotonic()
        assert not video.ready(0.1)
        assert time.monotonic() - began_s < 0.3
        camera.hold.clear()
        assert video.ready(5)
        assert video.frame().index > first.index
        camera.hold.set()
        time.sleep(0.6)
        assert video.ready(5)  # to tell that it is lost
        with pytest.raises(SourceError):
            video.frame()
        camera.hold.clear()


def test_only_frames_that_somebody_wants_become_pixels(camera: Camera) -> None:
    with closing(Live(camera, "camera:0")) as video:
        taken = [frame.time_s for frame in itertools.islice(spaced(video, 0.1), 4)]
    assert camera.retrieved == 4
    assert camera.grabbed > 10
    assert all(time_s >= taken[0] + 0.1 * number - 0.01 for number, time_s in enumerate(taken))


def test_the_first_frame_after_a_pause_does_not_hurry_the_next(camera: Camera) -> None:
    with closing(Live(camera, "camera:0")) as video:
        time.sleep(0.15)
        one, two = itertools.islice(spaced(video, 0.2), 2)
    assert two.time_s - one.time_s > 0.19


def test_a_silent_camera_is_noticed(camera: Camera) -> None:
    with closing(Live(camera, "camera:0", silence_s=0.3)) as video:
        video.frame()
        camera.hold.set()
        with pytest.raises(SourceError, match="camera:0 has given no picture for 0 s") as caught:
            video.frame(not_before_s=60)  # while it is waited for, too
        camera.hold.clear()
    assert caught.value.code == "lost"


def test_what_comes_after_a_long_silence_is_not_believed(camera: Camera) -> None:
    with closing(Live(camera, "camera:0", silence_s=0.3)) as video:
        video.frame()
        camera.hold.set()
        time.sleep(0.5)
        camera.hold.clear()
        time.sleep(0.1)
        with pytest.raises(SourceError):
            video.frame()
        assert camera.released


def test_a_camera_that_was_unplugged_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RETRY_S", 0.1)
    broken = Camera(fails=lambda grabbed: grabbed > 5)
    with closing(Live(broken, "camera:0")) as video, pytest.raises(SourceError) as caught:
        list(spaced(video, 0))
    assert (caught.value.message, caught.value.code) == (
        "camera:0 gives no pictures any more",
        "lost",
    )
    assert broken.released


def test_a_camera_that_stutters_is_waited_for() -> None:
    with closing(Live(Camera(fails=lambda grabbed: grabbed < 4), "camera:0")) as video:
        assert video.frame().index == 0


def test_a_driver_that_raises_is_told(camera: Camera) -> None:
    def broken() -> np.ndarray:
        raise MemoryError("no room for a frame")

    camera.retrieve = broken
    told = pytest.raises(SourceError, match=r"cannot be read \(no room for a frame\)")
    with closing(Live(camera, "camera:0")) as video, told:
        video.frame()


def test_the_camera_is_free_at_once_and_only_its_thread_touches_it(camera: Camera) -> None:
    video = Live(camera, "camera:0")
    video.frame()
    video.close()
    video.close()
    assert camera.released
    assert len(camera.users) == 1
    assert threading.get_ident() not in camera.users


def test_a_camera_that_is_not_there_is_told() -> None:
    assert "camera 97" in told(97).message


def test_on_linux_it_is_told_why_a_camera_cannot_be_opened(tmp_path: Path) -> None:
    none = refusals.camera_of(0, tmp_path)
    assert (none.message, none.code) == ("there is no camera 0", "not_found")
    assert "container" in none.hint
    assert "posture doctor" in none.hint and "posture watch clip.mp4" in none.hint
    for name in ("video2", "video10", "video_box", "audio0"):
        (tmp_path / name).touch()
    assert refusals.camera_of(0, tmp_path).hint == "there is --camera 2 or --camera 10"
    busy = refusals.camera_of(2, tmp_path)
    assert busy.message == "camera 2 cannot be opened"
    assert busy.hint.startswith("close other programs")
    assert "--camera 10" in busy.hint
    (tmp_path / "video2").chmod(0)
    if not os.access(tmp_path / "video2", os.R_OK):
        assert "usermod" in refusals.camera_of(2, tmp_path).hint


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_the_privacy_settings_are_named(system: str, monkeypatch) -> None:
    monkeypatch.setattr(refusals.sys, "platform", system)
    assert "Camera" in refusals.camera(0).hint


# Streams


def test_a_stream_gives_the_newest_frame_and_says_when_it_ends(monkeypatch) -> None:
    monkeypatch.setattr(live, "RETRY_S", 0.2)
    stream = Stream(fps=20)
    with stream, opened(f"http://me:secret@{stream.place}/video?token=1") as video:
        first = video.frame()
        time.sleep(0.5)
        second = video.frame()
        stream.stop()
        with pytest.raises(SourceError, match="gives no pictures any more"):
            list(spaced(video, 0))
    assert video.live
    assert first is not None and second is not None
    assert second.index - first.index >= 5
    assert second.time_s - first.time_s >= 0.5
    assert first.source == f"http://{stream.place}/video"


def test_a_file_on_a_server_is_read_like_a_file(tmp_path: Path) -> None:
    stream = Stream(clip=ramp(tmp_path / "a.mp4"))
    with stream, opened(f"http://{stream.place}/clip.mp4") as video:
        frames = list(spaced(video, 1.0))
    assert not video.live
    assert [frame.index for frame in frames] == [0, 5, 10]


def test_an_address_that_gives_no_video_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "TIMEOUT_S", 1.0)
    with Stream() as stream:
        for path in ("nothing", "text", "hang"):
            error = told(f"http://{stream.place}/{path}")
            assert error.message == f"http://{stream.place}/{path} gives no video"
            assert error.hint.startswith("127.0.0.1 answers")
        place = stream.place
    gone = told(f"rtsp://me:secret@{place}/")
    assert gone.code == "unreachable"
    assert gone.message.startswith(f"rtsp://{place}/ cannot be reached")


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 70}.example"])
def test_a_host_whose_name_cannot_be_looked_up_cannot_be_reached(host: str) -> None:
    gone = refusals.stream(f"http://{host}/a", host, 80)
    assert gone.code == "unreachable"
    assert gone.message.startswith(f"http://{host}/a cannot be reached: ")


@pytest.mark.parametrize(
    "address", ["ftp://me:secret@host/a", "http:///a", "http://[::1/a", "rtsp://host:99999/a"]
)
def test_an_address_that_makes_no_sense_is_told(address: str) -> None:
    error = told(address)
    assert (error.code, "rtsp://" in error.hint) == ("url", True)
    assert "secret" not in error.message


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://me:pass@word@192.168.0.7:554/live", "rtsp://192.168.0.7:554/live"),
        ("http://cam/video?token=1#top", "http://cam/video"),
        ("rtsp://cam/user=me&password=secret", "rtsp://cam/user"),
    ],
)
def test_what_may_be_secret_is_not_shown(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text there")
def test_a_film_whose_name_is_no_utf8_is_refused(tmp_path):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.avi")
    Path(odd).write_bytes(b"RIFF")
    with pytest.raises(SourceError) as told, opened(odd):
        pass
    assert "\\udce9" in told.value.message
    assert "UTF-8" in told.value.hint
