"""What the dashboard shows, for hand-made people and a hand-made history."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval
from posture_cli.terminal import ShownAlert
from posture_cli.watch.dashboard import Dashboard
from posture_cli.watch.looks import Look
from posture_cli.watch.watcher import Settings, Watcher
from tests.people import HUNCHING, SITTING, SIZE, STANDING, someone

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
MORNING = NOON.replace(hour=9)
EARLIER = Past(
    TODAY,
    TODAY,
    (
        Interval("sitting", MORNING, 600.0, 0.9),
        Interval("hunching", MORNING + timedelta(minutes=10), 60.0, 0.9),
        Interval("sitting", MORNING + timedelta(minutes=11), 100.0, 0.9),
    ),
    (Alert("hunching", MORNING + timedelta(minutes=11), 30.0, 1, "sit up"),),
)


class Desk:
    """A live watch that began at noon and looks twice per second."""

    def __init__(self, earlier: Past | None = None) -> None:
        self.watcher, self.now_s = Watcher(Settings()), 0.0
        self.dashboard = Dashboard("camera:0", self.watcher, live=True, earlier=earlier)

    def sees(self, pose, for_s):
        for _ in range(round(for_s * 2)):
            look = Look("camera:0", 0, self.now_s, SIZE, (someone(pose),), "recorded")
            self.dashboard.take(self.watcher.take(look), NOON + timedelta(seconds=self.now_s))
            self.now_s += 0.5
        return self.dashboard.status()


def test_today_continues_from_the_history():
    desk = Desk(EARLIER)
    assert desk.dashboard.status().today == {"sitting": 700.0, "hunching": 60.0}
    now = desk.sees(SITTING, 20)
    assert now.today == {"sitting": pytest.approx(720, abs=1.5), "hunching": 60.0}
    assert now.alerts == (ShownAlert("09:11", "sit up"),)


def test_a_new_day_starts_at_zero_whatever_the_history_has():
    desk = Desk(EARLIER)
    desk.sees(SITTING, 5)
    desk.now_s += 12 * 3600
    now = desk.sees(SITTING, 20)
    assert now.today["sitting"] == pytest.approx(20, abs=1.5)
    assert sum(now.today.values()) == now.today["sitting"]
    assert now.alerts == ()


def test_the_last_hour_begins_in_the_history_and_goes_on_with_what_is_seen():
    morning = NOON - timedelta(minutes=70)
    earlier = Past(
        TODAY,
        TODAY,
        (
            Interval("standing", morning, 300.0, 0.9),  # over for more than an hour
            Interval("sitting", morning + timedelta(minutes=5), 600.0, 0.9),
            Interval("hunching", morning + timedelta(minutes=15), 60.0, 0.9),
        ),
    )
    desk = Desk(earlier)
    assert desk.dashboard.status().hour == ()  # the time of day is not known before a look
    desk.sees(SITTING, 60)
    hour = desk.sees(HUNCHING, 60).hour
    assert [(one.posture, round(one.began_s, -1), round(one.ended_s, -1)) for one in hour] == [
        ("sitting", 4020, 3420),
        ("hunching", 3420, 3360),
        ("sitting", 120, 60),
        ("hunching", 60, 0),
    ]


def test_the_last_hour_of_a_recording_begins_with_it():
    desk = Desk()
    now = desk.sees(SITTING, 90)
    assert now.glance.time_s - now.hour[0].began_s == 0.0
    assert now.hour[-1].ended_s == 0.0


def test_what_was_more_than_an_hour_ago_leaves_the_strip():
    desk = Desk(EARLIER)
    desk.sees(STANDING, 20)
    desk.watcher.pause(desk.now_s)
    desk.now_s += 3590
    assert [one.posture for one in desk.sees(SITTING, 5).hour] == ["standing", "sitting"]
    assert [one.posture for one in desk.sees(SITTING, 30).hour] == ["sitting"]


def test_without_a_history_today_is_only_this_watch():
    assert sum(Desk().sees(SITTING, 20).today.values()) == pytest.approx(20, abs=1.5)


def pause(watcher, time_s):
    return watcher.pause(time_s)


def lose(watcher, time_s):
    return watcher.lost(time_s, "it broke off")


@pytest.mark.parametrize("look_away", [pause, lose])
def test_a_label_holds_only_while_the_watch_looks(look_away):
    desk = Desk()
    assert desk.sees(HUNCHING, 20).held_s == pytest.approx(19.5)
    look_away(desk.watcher, desk.now_s)
    desk.now_s += 8
    assert desk.sees(HUNCHING, 4).held_s == pytest.approx(3.5)


def test_a_snooze_ends_at_its_time_or_when_the_user_ends_it():
    desk = Desk()
    desk.sees(SITTING, 2)
    desk.dashboard.snoozed(600.0, NOON + timedelta(minutes=10))
    assert (desk.dashboard.status().state, desk.dashboard.status().note) == (
        "snoozed",
        "until 12:10",
    )
    desk.dashboard.snoozed(desk.dashboard.time_s, NOON)
    assert (desk.dashboard.status().state, desk.dashboard.is_snoozed) == ("watching", False)


def test_a_snooze_is_known_while_the_watch_is_paused():
    desk = Desk()
    desk.sees(SITTING, 2)
    desk.dashboard.state("paused", "until 12:05")
    assert desk.dashboard.status().snoozed_until is None
    desk.dashboard.snoozed(600.0, NOON + timedelta(minutes=10))
    now = desk.dashboard.status()
    assert (now.state, now.note) == ("paused", "until 12:05")
    assert now.snoozed_until == NOON + timedelta(minutes=10)
    desk.dashboard.snoozed(desk.dashboard.time_s, NOON)
    assert desk.dashboard.status().snoozed_until is None


def test_why_there_is_no_alert_now_is_said():
    desk = Desk()
    assert desk.sees(HUNCHING, 20).silence == ""
    desk.sees(HUNCHING, 15)  # an alert after 30 s
    assert desk.sees(HUNCHING, 5).silence == "no alert for another 1 min"
    desk.watcher.snooze(desk.now_s + 600)
    desk.dashboard.snoozed(desk.now_s + 600, NOON)
    assert desk.sees(HUNCHING, 1).silence == "alerts are snoozed"


def test_quiet_hours_are_a_reason_for_no_alert():
    desk = Desk()
    look = Look("camera:0", 0, 0.0, SIZE, (someone(SITTING),), "recorded")
    desk.dashboard.take(desk.watcher.take(look, quiet=True), NOON, quiet=True)
    assert desk.dashboard.status().silence == "no alerts in quiet hours"
