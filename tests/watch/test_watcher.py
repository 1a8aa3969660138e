"""What follows from looks at hand-made people."""

from __future__ import annotations

import pytest

from posture_cli.core.judge.baseline import baseline, glimpse
from posture_cli.core.judge.own import rule_set
from posture_cli.core.time import alarm, steadying
from posture_cli.core.time.events import (
    Alert,
    Away,
    Back,
    Paused,
    PostureInterval,
    Recovered,
    Resumed,
    SourceBack,
    SourceLost,
)
from posture_cli.judging import LoadedJudging, rulesets
from posture_cli.watch.looks import Look
from posture_cli.watch.watcher import Settings, Watcher
from tests.people import (
    HUNCHING,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    before_the_camera,
    measured,
    shifted,
    someone,
)

SETTINGS = Settings(alarm=alarm.Settings(hunch_after_s=5.0, recover_s=2.0, away_s=3.0))
STEP_S = 0.5


class Day:
    """A watcher, and its events so far."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self.watcher, self.now_s, self.events = Watcher(settings), 0.0, []

    def sees(self, pose, for_s, *, quiet=False):
        """Look twice per second at one person, or at nobody."""
        person = someone(pose) if isinstance(pose, Pose) else pose
        people = () if person is None else (person,)
        for _ in range(round(for_s / STEP_S)):
            look = Look("hand-made", 0, self.now_s, SIZE, people, "recorded")
            self.moment = self.watcher.take(look, quiet=quiet)
            self.events += self.moment.events
            self.now_s += STEP_S
        return self

    def ends(self):
        self.events += self.watcher.finish()
        return self.events


def kinds(events):
    return [type(event) for event in events if not isinstance(event, PostureInterval)]


def labels(events):
    return [event.label for event in events if isinstance(event, PostureInterval)]


def observed_s(events):
    return sum(event.to_s - event.from_s for event in events if isinstance(event, PostureInterval))


def test_one_slouch_is_one_alert_and_one_recovery():
    events = Day().sees(SITTING, 5).sees(HUNCHING, 20).sees(SITTING, 5).sees(STANDING, 5).ends()
    assert labels(events) == ["sitting", "hunching", "sitting", "standing"]
    assert kinds(events) == [Alert, Recovered]


def test_intervals_follow_each_other_and_cover_all_observed_time():
    events = Day().sees(SITTING, 5).sees(HUNCHING, 4).sees(None, 8).sees(STANDING, 5).ends()
    spans = [(one.from_s, one.to_s) for one in events if isinstance(one, PostureInterval)]
    assert [end for _, end in spans[:-1]] == [begin for begin, _ in spans[1:]]
    assert (spans[0][0], spans[-1][1]) == (0.0, 22 - STEP_S)


def test_a_person_who_leaves_is_away_and_then_back():
    events = Day().sees(SITTING, 5).sees(None, 10).sees(SITTING, 5).ends()
    assert labels(events) == ["sitting", "away", "sitting"]
    assert kinds(events) == [Away, Back]


def test_there_is_no_alert_in_quiet_hours():
    assert kinds(Day().sees(HUNCHING, 30, quiet=True).ends()) == []


def test_a_snooze_delays_the_alert():
    day = Day()
    day.watcher.snooze(20.0)
    day.sees(HUNCHING, 30)
    assert [event.time_s for event in day.events if isinstance(event, Alert)] == [
        pytest.approx(20, abs=STEP_S)
    ]


def test_a_lost_source_ends_the_interval_and_is_one_event_and_so_is_its_return():
    day = Day().sees(SITTING, 5)
    first = day.watcher.lost(14.5, "gone")
    assert first == (*first[:-1], SourceLost(14.5, "gone"))
    assert labels(first) == ["sitting"]
    assert day.watcher.lost(20.0, "gone") == ()
    day.now_s = 30.0
    day.sees(SITTING, 5)
    assert [event for event in day.events if isinstance(event, SourceBack)] == [SourceBack(30.0)]
    assert observed_s([*first, *day.ends()]) == 2 * (5 - STEP_S)


def test_a_source_that_is_lost_before_the_first_look_has_no_intervals():
    assert Watcher(SETTINGS).lost(10.0, "dark") == (SourceLost(10.0, "dark"),)


def test_time_without_a_look_counts_for_no_posture():
    day = Day().sees(SITTING, 10)
    day.now_s += 8 * 3600  # the machine slept
    events = day.sees(SITTING, 10).ends()
    assert observed_s(events) <= 2 * (10 - STEP_S)
    assert kinds(events) == []


def test_a_pause_ends_the_interval_and_has_no_events():
    day = Day().sees(SITTING, 4)
    events = day.watcher.pause(4.0)
    assert labels(events) == ["sitting"]
    assert events[-1] == Paused(4.0)
    assert day.watcher.pause(5.0) == ()
    day.now_s += 60
    resumed, ended = day.sees(SITTING, 4).ends()
    assert resumed == Resumed(64.0)
    assert (ended.from_s, ended.to_s) == (64.0, 67.5)


def test_a_pause_as_long_as_a_break_is_a_break():
    day = Day().sees(SITTING, 60)
    day.watcher.pause(day.now_s)
    day.now_s += 130
    day.sees(SITTING, 10)
    assert day.watcher.next_break_s > 45 * 60 - 10


def test_finishing_twice_gives_no_event_twice():
    day = Day().sees(SITTING, 5)
    assert labels(day.ends()) == ["sitting"]
    assert day.watcher.finish() == ()


def test_totals_include_the_ongoing_interval():
    day = Day().sees(SITTING, 10).sees(STANDING, 10)
    totals = day.watcher.totals_s
    assert set(totals) == {"sitting", "standing"}
    assert sum(totals.values()) == day.moment.glance.time_s


def test_a_new_day_starts_at_zero_even_if_the_person_sits_through_midnight():
    day = Day().sees(SITTING, 60)
    day.watcher.new_day()
    assert day.watcher.totals_s["sitting"] == 0
    day.sees(SITTING, 5)
    assert day.watcher.totals_s["sitting"] == 5
    day.sees(STANDING, 10)
    assert day.watcher.totals_s["sitting"] == pytest.approx(5, abs=1.5)


def test_the_next_break_comes_nearer_while_the_person_sits():
    day = Day().sees(SITTING, 60)
    assert day.watcher.next_break_s == 45 * 60 - day.moment.glance.time_s


def test_an_observation_has_the_joints_as_they_were_found():
    day = Day().sees(SITTING, 2)
    trembles = shifted(someone(SITTING), 3, 3)
    moment = day.watcher.take(Look("hand-made", 0, day.now_s, SIZE, (trembles,), "recorded"))
    found, smooth = moment.observation.readings[0], moment.reading
    assert (found.person.keypoints.xy == trembles.keypoints.xy).all()
    assert (smooth.person.keypoints.xy != trembles.keypoints.xy).all()
    assert found.verdict == smooth.verdict


def test_an_observation_of_nobody_has_no_readings():
    assert Day().sees(None, 1).moment.observation.readings == ()


def before_a_laptop(profile: bool = True) -> Settings:
    """Return the settings of somebody whom the camera sees from the front, legs hidden."""
    own = baseline([glimpse(measured(before_the_camera(0.6)), SIZE)] * 5, "recorded")
    general = rulesets.load("default")
    judging = LoadedJudging(rule_set(own, general), own=own) if profile else LoadedJudging(general)
    attention = steadying.Settings(judges=judging.over_time())
    return Settings(attention, SETTINGS.alarm)


def test_a_slouch_before_the_laptop_is_one_alert_and_one_recovery():
    upright, slouched = before_the_camera(0.6), before_the_camera(0.48)
    day = Day(before_a_laptop()).sees(upright, 10).sees(slouched, 10).sees(upright, 10)
    events = day.ends()
    assert kinds(events) == [Alert, Recovered]
    assert labels(events) == ["unknown", "hunching", "unknown"]


def test_who_comes_up_only_a_little_before_the_laptop_still_hunches():
    almost = before_the_camera(0.6 * 0.935)  # between the two limits
    day = Day(before_a_laptop()).sees(before_the_camera(0.48), 10).sees(almost, 10)
    assert kinds(day.ends()) == [Alert]
    assert labels(day.events) == ["hunching"]
    assert kinds(Day(before_a_laptop()).sees(almost, 20).ends()) == []


def test_without_a_profile_a_slouch_before_the_laptop_is_not_seen():
    day = Day(before_a_laptop(profile=False)).sees(before_the_camera(0.48), 20)
    assert kinds(day.ends()) == []


def test_a_turned_head_before_the_laptop_is_no_hunch():
    aside = before_the_camera(0.45, turn=0.4)
    day = Day(before_a_laptop()).sees(before_the_camera(0.6), 5).sees(aside, 20)
    assert kinds(day.ends()) == []
