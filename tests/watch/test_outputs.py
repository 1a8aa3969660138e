"""What the outputs of a watch write, for hand-made people and events."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta, timezone

import pytest

from posture_cli.core.judge.baseline import baseline, glimpse
from posture_cli.core.judge.own import rule_set
from posture_cli.core.time.events import Away, PostureInterval
from posture_cli.estimators import Estimation
from posture_cli.history import past
from posture_cli.history.recorder import History
from posture_cli.judging import LoadedJudging
from posture_cli.terminal import Status
from posture_cli.watch.looks import Look
from posture_cli.watch.outputs import (
    SETTLED,
    HistoryOutput,
    JsonOutput,
    Output,
    ProfileOutput,
    WindowAndFilm,
)
from posture_cli.watch.watcher import Settings, Watcher
from tests.people import SITTING, SIZE, before_the_camera, blank, measured, someone

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
SAT = PostureInterval("sitting", 5.0, 20.0, 0.9)


def at(time_s: float) -> datetime:
    return NOON + timedelta(seconds=time_s)


def test_an_interval_of_a_camera_is_stamped_with_its_end():
    stream = io.StringIO()
    JsonOutput(stream, only_events=True, live=True).take_events([SAT, Away(31.5)], at)
    stamps = [json.loads(line)["at"] for line in stream.getvalue().splitlines()]
    assert stamps == ["2026-03-02T12:00:20.000+00:00", "2026-03-02T12:00:31.500+00:00"]


def test_events_of_a_recording_have_no_stamp():
    stream = io.StringIO()
    JsonOutput(stream, only_events=True, live=False).take_events([SAT], at)
    assert json.loads(stream.getvalue()) == SAT.to_json()


@pytest.mark.parametrize(("only_events", "observations"), [(False, 1), (True, 0)])
def test_json_has_the_observation_before_the_events_of_a_look(only_events, observations):
    watcher, stream = Watcher(Settings()), io.StringIO()
    watcher.pause(0.0)
    moment = watcher.take(Look("hand-made", 0, 1.0, SIZE, (someone(SITTING),), "recorded"))
    JsonOutput(stream, only_events=only_events, live=False).take(moment, (), at)
    forms = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert ["people" in form for form in forms] == [True] * observations + [False]
    assert forms[-1]["event"] == "resumed"


def test_the_history_has_what_is_over_and_what_is_ongoing(tmp_path):
    watcher, path = Watcher(Settings()), tmp_path / "history.db"
    output = HistoryOutput(History.open(path, NOON, lambda message, hint: None))
    output.take_events([SAT], at)
    moment = watcher.take(Look("hand-made", 0, 21.0, SIZE, (someone(SITTING),), "recorded"))
    output.take(moment, (PostureInterval("standing", 20.0, 21.0, 0.8),), at)
    output.close()
    found = past.read(path, NOON.date(), NOON.date()).intervals
    assert [(one.label, one.started, one.lasted_s) for one in found] == [
        ("sitting", at(5.0), 15.0),
        ("standing", at(20.0), 1.0),
    ]


def test_an_output_uses_the_events_of_a_look_unless_it_does_more():
    seen = []

    class OnlyEvents(Output):
        def take_events(self, events, at) -> None:
            seen.extend(events)

    watcher = Watcher(Settings())
    watcher.pause(0.0)
    moment = watcher.take(Look("hand-made", 0, 1.0, SIZE, (), "recorded"))
    OnlyEvents().take(moment, (), at)
    assert [event.event for event in seen] == ["resumed"]


class Dragged:
    """A window in which parts of the picture are dragged over, one after the other."""

    def __init__(self, *areas):
        self._areas, self.shown, self.said = list(areas), [], []

    def show(self, rgb):
        self.shown.append(rgb)

    def tell(self, words):
        self.said.append(words)

    def keys(self):
        return ("pause",)

    def dragged(self):
        return self._areas.pop(0) if self._areas else None


def test_what_is_dragged_over_is_watched_drawn_and_told():
    window, told, zones = Dragged(None, (0.2, 0, 0.8, 1.0), (0.0, 0, 1.0, 1.0)), [], []
    tell = lambda *words: told.append(words)  # noqa: E731
    output = WindowAndFilm(window, None, tell, Estimation(), zones.append)
    look = Look("hand-made", 0, 1.0, SIZE, (), "recorded", blank())
    moment = Watcher(Settings()).take(look)
    for _ in range(3):
        assert output.keys() == ("pause",)
        output.take(moment, (), at)
    before, during, after = (rgb[400, 200].tolist() for rgb in window.shown)
    assert (zones, before == after, before == during) == ([(0.2, 0, 0.8, 1.0), None], True, False)
    assert ["--zone 0.2,0,0.8,1 does it from the start" in hint for _, hint in told] == [
        True,
        False,
    ]
    assert "the whole picture" in told[1][0]


def test_the_window_says_what_the_watch_does():
    window = Dragged()
    output = WindowAndFilm(window, None, lambda *words: None, Estimation(), lambda zone: None)
    output.show(Status("camera:0", "paused", at=NOON))
    assert [words.dark for words in window.said] == ["", "paused, the camera is off"]
    WindowAndFilm(None, None, lambda *words: None, Estimation(), lambda zone: None).show(
        Status("camera:0")
    )


@pytest.mark.parametrize(("now", "times"), [(someone(SITTING), 1), (before_the_camera(0.6), 0)])
def test_a_profile_of_another_view_is_told_once(now, times):
    own = baseline([glimpse(measured(before_the_camera(0.6)), SIZE)], "recorded")
    said: list[str] = []
    output = ProfileOutput(
        LoadedJudging(rule_set(own), profile="me", own=own), lambda *advice: said.extend(advice)
    )
    watcher = Watcher(Settings())
    for number in range(3 * SETTLED):
        look = Look("hand-made", number, number / 10, SIZE, (now,), "recorded")
        output.take(watcher.take(look), (), at)
    assert len(said) == 2 * times
    if said:
        assert said[0].startswith("profile me was made from the front, and you are seen from the s")
        assert "posture calibrate --profile NAME" in said[1]
