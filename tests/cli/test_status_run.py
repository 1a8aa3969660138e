"""What `posture status` says, for what a watch wrote."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from posture_cli.cli.status_run import lines, short
from posture_cli.terminal import Status
from posture_cli.watch.published import form
from posture_cli.watch.running import Running

NOW = datetime.now().astimezone()
SOON = NOW + timedelta(minutes=30)


def running(**status):
    return Running(1, NOW, form(Status("camera:0", **status), NOW))


def test_a_pause_and_a_snooze_are_both_said():
    told = running(state="paused", note="until 14:32", snoozed_until=SOON)
    both = ["paused until 14:32", f"no alerts until {SOON:%H:%M}"]
    assert list(lines(told))[1] == "; ".join(both)
    assert short(told) == ", ".join(both)


@pytest.mark.parametrize("until", [None, NOW - timedelta(minutes=1)], ids=["none", "over"])
def test_a_pause_without_a_snooze_or_after_it_is_only_a_pause(until):
    told = running(state="paused", snoozed_until=until)
    assert (list(lines(told))[1], short(told)) == ("paused", "paused")


def test_while_it_looks_a_snooze_is_said_once():
    told = running(state="snoozed", note="until 14:32", snoozed_until=SOON)
    assert short(told).count("14:32") == 1
    assert "no alerts" not in short(told)
