"""A watch put together from its options, with the recording of a hand-made person."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.core.time import alarm
from posture_cli.errors import OutputError, SourceError
from posture_cli.estimators import Estimation
from posture_cli.judging import Judging
from posture_cli.reporter import Reporter, no_progress
from posture_cli.watch import start
from posture_cli.watch.looks import Look, VideoLooks
from posture_cli.watch.request import WatchRequest
from posture_cli.watch.start import started
from posture_cli.watch.watcher import Settings, Watcher
from tests.notify.events import Friend
from tests.people import HUNCHING, SIZE, someone


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep history and profiles in a folder of the test."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


@pytest.fixture
def request_(tmp_path: Path) -> WatchRequest:
    """Return the request to watch a recording: two seconds of hunching, an alert after one."""
    watcher, path = Watcher(Settings()), tmp_path / "session.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(40):
            look = Look("desk", number, number / 20, SIZE, (someone(HUNCHING),), "recorded")
            file.write(json.dumps(watcher.take(look).observation.to_json()) + "\n")
    return WatchRequest(
        source=str(path),
        fps=None,
        realtime=False,
        json=False,
        only_events=True,
        alarm=alarm.Settings(hunch_after_s=0.5),
        quiet=lambda at: False,
        notifiers=(),
        notify_recovered=False,
        show=False,
        film=None,
        replace_film=False,
        csv_every=None,
        history=True,
        judging=Judging(),
        estimation=Estimation(),
        verbose=False,
    )


class Reports:
    """Keeps what is reported."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.said: list[str] = []
        self.reporter = Reporter(self._tell, self.said.append, no_progress)

    def _tell(self, message: str, hint: str) -> None:
        self.problems.append(message)


def run(request: WatchRequest) -> tuple[int, list[str]]:
    """Watch to the end, and return the exit code and the problems."""
    reports = Reports()
    with started(request, reports.reporter) as session:
        code = session.run()
    return code, reports.problems


def test_alerts_of_a_recording_are_not_sent(request_, capsys):
    friend = Friend()
    code, problems = run(replace(request_, notifiers=(friend,)))
    assert (code, problems) == (0, ["alerts from a recorded source are not sent"])
    assert friend.received == []
    assert '"event": "alert"' in capsys.readouterr().out


def test_alerts_of_a_recording_are_sent_at_its_own_speed(request_):
    friend = Friend()
    code, problems = run(replace(request_, notifiers=(friend,), realtime=True))
    assert (code, problems) == (0, [])
    assert [event["event"] for event in friend.received] == ["alert"]
    assert friend.closed.is_set()


def test_a_recording_is_not_in_the_history(request_, home, capsys):
    run(request_)
    assert not (home / "XDG_DATA_HOME").exists()


def test_everything_or_only_events_are_written(request_, capsys):
    def lines() -> tuple[int, int]:
        forms = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return sum("people" in form for form in forms), sum("event" in form for form in forms)

    run(request_)
    assert lines() == (0, 2)
    run(replace(request_, json=True, only_events=False))
    assert lines() == (40, 2)


def test_a_film_that_would_replace_the_source_is_refused(request_):
    source = Path(str(request_.source))
    before = source.read_bytes()
    with (
        pytest.raises(OutputError, match="would replace what is watched"),
        started(replace(request_, film=source, replace_film=True), Reports().reporter),
    ):
        pass
    assert source.read_bytes() == before


def test_a_missing_recording_fails(request_, tmp_path):
    code, problems = run(replace(request_, source=str(tmp_path / "none.jsonl")))
    assert code == 1
    assert "cannot be read" in problems[0]


def test_a_missing_film_is_an_error_before_the_watch_begins(request_):
    with (
        pytest.raises(SourceError, match=r"none\.mp4"),
        started(replace(request_, source="none.mp4"), Reports().reporter),
    ):
        pass


class Others:
    """Others who want every camera."""

    def __init__(self, device: Path) -> None:
        self.device, self.closed = device, False

    def __call__(self) -> bool:
        return True

    def tried(self, *, opened: bool) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who opens a camera")
def test_only_a_camera_is_let_go_and_only_if_it_is_not_kept(request_, monkeypatch):
    monkeypatch.setattr(start, "CameraWanted", Others)
    looks, camera = VideoLooks.__new__(VideoLooks), replace(request_, source=2)
    with ExitStack() as parts:
        wanted = start._wanted(camera, looks, parts)
        assert wanted()
        assert wanted.device == Path("/dev/video2")
        assert looks.tried == wanted.tried
        assert not start._wanted(replace(camera, keep_camera=True), looks, parts)()
        assert not start._wanted(replace(camera, source="http://camera/"), looks, parts)()
    assert wanted.closed
