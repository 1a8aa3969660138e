from dataclasses import replace
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.time import alarm
from posture_cli.core.time.alarm import KINDS, Settings, State, lasted_s, left_s
from posture_cli.core.time.events import Alert, Away, Back, Recovered
from tests.days import HOUR, LOOKS, MINUTE, UNSEEN, day, line, look, told, watched

CLIP = (("sitting", 4), ("hunching", 5.5), ("sitting", 2.5), ("bending", 0.75), ("standing", 3.5))

# --- A day at a desk -----------------------------------------------------------------------------


def test_a_day_at_a_desk_has_few_alerts():
    a_day = day(
        ("sitting", 20 * MINUTE),
        ("hunching", 45),  # an alert after 30 seconds
        ("sitting", 25 * MINUTE),  # an alert after 45 minutes in all
        ("standing", 5 * MINUTE),
        ("sitting", 10 * MINUTE),
        ("bending", 4),  # something fell down
        ("sitting", 10 * MINUTE),
        ("gone", 30 * MINUTE),  # lunch
        ("sitting", 40 * MINUTE),
        ("unclear", 10 * MINUTE),  # turned to a visitor
        ("sitting", 4 * MINUTE),
        ("gone", 1 * MINUTE),
    )
    assert told(a_day) == [
        "20:30 hunching",
        "20:55 recovered from hunching",
        "45:00 sitting",
        "47:45 recovered from sitting",
        "70:59 away",
        "100:49 back",
        "154:59 away",
    ]


def test_the_desk_clip_has_one_alert_and_one_recovery():
    assert told(day(*CLIP, every_s=0.25), hunch_after_s=2.0) == [
        "0:06 hunching",
        "0:12 recovered from hunching",
    ]


def test_an_alert_says_since_when_and_for_how_long():
    _, events = watched(day(("sitting", 5), ("hunching", 30)), Settings())
    assert events == [Alert("hunching", 35.0, 5.0, "You have been hunching for 30 seconds.", 1)]


# --- Hunching ------------------------------------------------------------------------------------


def test_hunching_for_less_than_the_limit_gives_no_alert():
    assert told(day(("sitting", 60), ("hunching", 29), ("sitting", 600))) == []


def test_a_look_at_the_menu_bar_does_not_restart_the_hunching():
    assert told(day(("hunching", 20), ("sitting", 5), ("hunching", 15))) == ["0:35 hunching"]


def test_sitting_up_for_the_recovery_time_restarts_it():
    assert told(day(("hunching", 20), ("sitting", 11), ("hunching", 29))) == []


def test_short_bows_all_day_give_no_alert():
    assert told(day(*[("hunching", 2), ("sitting", 4)] * 60)) == []


def test_hunching_with_many_interruptions_is_one_episode():
    restless = day(("hunching", 60), *[("sitting", 8), ("hunching", 20)] * 5, ("sitting", 60))
    assert told(restless, escalate_s=None) == ["0:30 hunching", "3:30 recovered from hunching"]


def test_one_wrong_look_does_not_undo_a_recovery():
    up_again = day(("hunching", 31), ("sitting", 8), ("hunching", 1), ("sitting", 10))
    assert told(up_again) == ["0:30 hunching", "0:43 recovered from hunching"]


@pytest.mark.parametrize("posture", ["hunching", "bending", "hunching, legs hidden"])
def test_hunching_gives_an_alert_in_every_stance(posture):
    assert told(day((posture, 40))) == ["0:30 hunching"]


def test_unknown_neither_adds_to_hunching_nor_ends_it():
    assert told(day(("hunching", 20), ("unclear", 600), ("hunching", 15))) == ["10:30 hunching"]


def test_unknown_is_not_a_recovery():
    assert told(day(("hunching", 40), ("unclear", 600), ("hunching", 40))) == ["0:30 hunching"]


def test_a_person_who_is_upright_with_an_unknown_stance_does_not_hunch():
    upright = [replace(one, upright=True) for one in day(("unclear", 15))]
    moved = [replace(one, time_s=one.time_s + 40) for one in upright]
    _, events = watched([*day(("hunching", 40)), *moved], Settings())
    assert [type(event) for event in events] == [Alert, Recovered]


def test_leaving_ends_hunching():
    assert told(day(("hunching", 40), ("gone", 20), ("hunching", 20))) == [
        "0:30 hunching",
        "0:50 away",
        "0:50 recovered from hunching",
        "1:00 back",
    ]


def test_hunching_never_takes_longer_to_end_than_to_begin():
    assert told(day(("hunching", 3), ("sitting", 3)), hunch_after_s=2.0) == [
        "0:02 hunching",
        "0:05 recovered from hunching",
    ]


# --- Sitting -------------------------------------------------------------------------------------


def test_hunching_on_a_chair_is_sitting_too():
    assert told(day(*[("sitting", 20), ("hunching", 20)] * 3), sit_limit_s=90) == ["1:30 sitting"]


def test_hunching_with_hidden_legs_has_an_unknown_stance():
    hidden = day(("sitting", 50), ("hunching, legs hidden", 600), ("sitting", 50))
    assert told(hidden, sit_limit_s=100, hunch_after_s=None) == ["11:40 sitting"]


@pytest.mark.parametrize("break_from_sitting", ["standing", "gone", "bending"])
def test_a_break_is_standing_or_being_gone_for_two_minutes(break_from_sitting):
    short = day(("sitting", 40 * MINUTE), (break_from_sitting, 110), ("sitting", 6 * MINUTE))
    long = day(("sitting", 40 * MINUTE), (break_from_sitting, 121), ("sitting", 44 * MINUTE))
    assert [e for e in told(short, hunch_after_s=None) if "sitting" in e] == ["46:50 sitting"]
    assert [e for e in told(long, hunch_after_s=None) if "sitting" in e] == []


def test_standing_up_and_walking_off_is_one_break():
    walk = day(("sitting", 310), ("standing", 60), ("gone", 30), ("standing", 31))
    assert told(walk, sit_limit_s=300) == [
        "5:00 sitting",
        "6:20 away",
        "6:40 back",
        "7:10 recovered from sitting",
    ]


def test_one_wrong_look_does_not_undo_a_break():
    pause = day(("sitting", 310), ("standing", 100), ("sitting", 2), ("standing", 30))
    assert told(pause, sit_limit_s=300) == ["5:00 sitting", "7:14 recovered from sitting"]


def test_the_first_alert_about_a_hunch_is_not_lost_in_the_silence_after_one_about_sitting():
    both = day(("sitting", 90), ("hunching", 60), ("sitting", 120))
    assert told(both, hunch_after_s=30, sit_limit_s=100) == [
        "2:00 hunching",
        "2:40 recovered from hunching",
        "4:00 sitting",
    ]


def test_the_sitting_alert_waits_for_no_hunch_that_was_told_or_is_far_from_an_alert():
    slouch = day(("hunching", 400))
    assert told(slouch, hunch_after_s=30, sit_limit_s=300, escalate_s=270) == [
        "0:30 hunching",
        "5:00 sitting",
    ]
    assert told(day(("hunching", 200)), hunch_after_s=900, sit_limit_s=100) == ["1:40 sitting"]


def test_the_view_can_show_how_long_a_person_sits_and_may_still_sit():
    settings = Settings(sit_limit_s=100, escalate_s=50)
    state, _ = watched(day(("sitting", 70)), settings)
    assert (lasted_s(state, "sitting"), left_s(state, "sitting", settings)) == (70, 30)
    assert (lasted_s(state, "hunching"), left_s(state, "hunching", settings)) == (0, 30)
    state, _ = watched(day(("sitting", 110)), settings)
    assert left_s(state, "sitting", settings) == -10
    assert left_s(State(), "sitting", replace(settings, sit_limit_s=None)) is None


@pytest.mark.parametrize("state", [State(), alarm.snooze(State(), HOUR)])
def test_a_break_becomes_more_overdue_even_without_alerts(state):
    settings = Settings(sit_limit_s=40)
    for sat_s in (60, 200):
        after, _ = watched(day(("sitting", sat_s)), settings, state)
        assert left_s(after, "sitting", settings) == 40 - sat_s


# --- More alerts about the same episode ----------------------------------------------------------


def test_three_alerts_come_at_growing_distances_if_hunching_goes_on():
    assert told(day(("hunching", HOUR)), sit_limit_s=None) == [
        "0:30 hunching",
        "5:30 hunching 2",
        "15:30 hunching 3",
    ]


def test_the_first_alert_is_the_only_one_without_escalation():
    assert told(day(("hunching", HOUR)), sit_limit_s=None, escalate_s=None) == ["0:30 hunching"]
    assert told(day(("hunching", HOUR)), sit_limit_s=None, levels=1) == ["0:30 hunching"]


def test_the_next_episode_begins_at_the_first_level():
    assert told(day(("hunching", 340), ("sitting", 120), ("hunching", 40))) == [
        "0:30 hunching",
        "5:30 hunching 2",
        "5:50 recovered from hunching",
        "8:10 hunching",
    ]


def test_an_alert_within_the_cooldown_of_another_waits_for_its_end():
    again = day(("hunching", 35), ("sitting", 15), ("hunching", 120))
    assert told(again) == ["0:30 hunching", "0:45 recovered from hunching", "2:30 hunching"]


def test_an_alert_that_is_no_longer_true_at_the_end_of_the_cooldown_is_dropped():
    again = day(("hunching", 35), ("sitting", 15), ("hunching", 60), ("sitting", 300))
    assert told(again) == ["0:30 hunching", "0:45 recovered from hunching"]


# --- Snooze, pause and quiet hours ---------------------------------------------------------------


def test_the_alert_comes_when_the_snooze_is_over():
    snoozed = alarm.snooze(State(), until_s=600.0)
    _, events = watched(day(("hunching", 700)), Settings(), snoozed)
    assert [line(event) for event in events] == ["10:00 hunching"]


def test_a_snooze_can_be_ended():
    awake = alarm.snooze(alarm.snooze(State(), until_s=600.0), until_s=0.0)
    _, events = watched(day(("hunching", 40)), Settings(), awake)
    assert [line(event) for event in events] == ["0:30 hunching"]


def test_quiet_hours_hold_alerts_back_and_nothing_else():
    state, glances = State(), day(("hunching", 40), ("gone", 20), ("hunching", 20))
    events = []
    for glance in glances:
        state, more = alarm.step(state, glance, Settings(), quiet=True)
        events += more
    assert [line(event) for event in events] == ["0:50 away", "1:00 back"]


def test_a_pause_of_the_alarm_does_not_count_as_sitting():
    state, _ = watched(day(("sitting", 60)), Settings())
    paused, events = watched(day(("hunching", 65), from_s=61), Settings(), alarm.pause(state))
    assert (events, lasted_s(paused, "sitting")) == ([], 60)
    resumed, _ = watched(day(("sitting", 10), from_s=126), Settings(), alarm.resume(paused))
    assert lasted_s(resumed, "sitting") == 70


def test_a_short_pause_does_not_count_as_sitting():
    state, _ = watched(day(("sitting", 60)), Settings())
    resumed, _ = watched(
        day(("sitting", 10), from_s=65), Settings(), alarm.resume(alarm.pause(state))
    )
    assert lasted_s(resumed, "sitting") == 70


def test_a_long_pause_is_a_break():
    state, _ = watched(day(("sitting", 60)), Settings())
    paused = alarm.pause(state)
    resumed, _ = watched(day(("sitting", 10), from_s=300), Settings(), alarm.resume(paused))
    assert lasted_s(resumed, "sitting") == 10


def test_an_alarm_can_be_paused_before_it_saw_anything():
    assert alarm.resume(alarm.pause(State())) == State()


# --- Gaps ----------------------------------------------------------------------------------------


def test_an_hour_of_sleep_does_not_count_as_sitting():
    night = day(("sitting", 44 * MINUTE), (UNSEEN, HOUR), ("sitting", 44 * MINUTE))
    assert told(night) == []


def test_half_a_minute_without_a_stream_is_neither_sitting_nor_a_break():
    lost = day(("sitting", 40), (UNSEEN, 30), ("sitting", 61))
    assert told(lost, sit_limit_s=100) == ["2:11 sitting"]  # the second before the loss is lost too


def test_hunching_before_sleep_is_over_after_it():
    sleep = day(("hunching", 40), (UNSEEN, HOUR), ("hunching", 40))
    assert told(sleep, hunch_after_s=30) == [
        "0:30 hunching",
        "60:40 recovered from hunching",
        "61:10 hunching",
    ]


def test_a_clock_that_is_set_back_by_an_hour_changes_nothing():
    state, before = watched(day(("hunching", 100), from_s=2 * HOUR), Settings(cooldown_s=300))
    snoozed = alarm.snooze(state, until_s=2 * HOUR + 200)
    glances = day(("hunching", 30), ("sitting", 15), from_s=HOUR)
    state, after = watched(glances, Settings(cooldown_s=300), snoozed)
    assert [line(event) for event in before + after] == [
        "120:30 hunching",
        "60:40 recovered from hunching",
    ]
    assert lasted_s(state, "sitting") == 145
    assert state.snoozed_until_s == HOUR + 100
    assert state.alerted_s == HOUR - 70


def test_a_clock_that_jumps_ahead_by_a_year_is_a_break():
    ahead = day(("sitting", 40 * MINUTE), (UNSEEN, 365 * 24 * HOUR), ("sitting", 40 * MINUTE))
    assert told(ahead) == []


def test_glances_every_two_seconds_are_enough():
    assert told(day(("hunching", 40), every_s=2.0)) == ["0:30 hunching"]


# --- Away ----------------------------------------------------------------------------------------


def test_a_person_who_is_gone_for_some_seconds_is_away_until_they_are_back():
    assert told(day(("sitting", 5), ("gone", 15), ("unclear", 5))) == ["0:15 away", "0:20 back"]


def test_a_detector_that_misses_a_person_for_a_moment_is_not_an_absence():
    assert told(day(*[("sitting", 5), ("gone", 9)] * 5)) == []


def test_a_day_may_begin_with_nobody_there():
    assert told(day(("gone", 20), ("sitting", 5))) == ["0:10 away", "0:20 back"]


# --- Settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Settings.__slots__)
@pytest.mark.parametrize("value", [-1.0, nan, inf])
def test_impossible_times_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        Settings(**{name: value})


@pytest.mark.parametrize("name", ["hunch_after_s", "sit_limit_s", "break_s", "away_s", "gap_s"])
def test_zero_is_refused_where_it_makes_no_sense(name):
    with pytest.raises(ValueError, match=name):
        Settings(**{name: 0.0})


def test_zero_means_at_once_for_recovery_and_cooldown():
    restless = day(*[("hunching", 31), ("sitting", 1)] * 2)
    assert told(restless, recover_s=0.0, cooldown_s=0.0) == [
        "0:30 hunching",
        "0:31 recovered from hunching",
        "1:02 hunching",
        "1:03 recovered from hunching",
    ]


# --- Whatever people do --------------------------------------------------------------------------

whole = st.integers(1, 30).map(float)
maybe = st.none() | whole
settings_of = st.builds(
    Settings,
    hunch_after_s=maybe,
    sit_limit_s=maybe,
    recover_s=whole,
    break_s=whole,
    cooldown_s=whole,
    escalate_s=maybe,
    levels=st.integers(1, 4),
    away_s=whole,
)
doings = st.sampled_from([*sorted(LOOKS), UNSEEN])
busy = st.lists(st.tuples(doings, st.integers(1, 40)), min_size=1, max_size=15).filter(
    lambda parts: parts[-1][0] != UNSEEN
)


@given(busy, settings_of)
def test_first_alerts_alternate_with_recoveries(parts, settings):
    _, events = watched(day(*parts), settings)
    for kind in KINDS:
        kept = [
            e
            for e in events
            if isinstance(e, Alert | Recovered) and e.kind == kind and getattr(e, "level", 1) == 1
        ]
        assert all(isinstance(e, Alert) == (n % 2 == 0) for n, e in enumerate(kept))


@given(busy, settings_of)
def test_levels_rise_by_one_until_the_recovery(parts, settings):
    _, events = watched(day(*parts), settings)
    level = dict.fromkeys(KINDS, 0)
    for event in events:
        if isinstance(event, Alert):
            assert event.level == level[event.kind] + 1 <= settings.levels
            level[event.kind] = event.level
        elif isinstance(event, Recovered):
            level[event.kind] = 0


@given(busy, settings_of)
def test_no_alert_is_within_the_cooldown_of_another(parts, settings):
    _, events = watched(day(*parts), settings)
    alerts = [event.time_s for event in events if isinstance(event, Alert)]
    assert all(later - sooner >= settings.cooldown_s for sooner, later in pairwise(alerts))


@given(busy, settings_of)
def test_every_alert_is_true_when_it_is_sent(parts, settings):
    glances = day(*parts)
    at = {glance.time_s: glance for glance in glances}
    for event in watched(glances, settings)[1]:
        if isinstance(event, Alert):
            glance = at[event.time_s]
            assert event.kind in (glance.label, glance.stance)
            assert event.since_s < event.time_s


@given(busy, settings_of)
def test_there_is_no_alert_while_away_and_away_alternates_with_back(parts, settings):
    away = False
    for event in watched(day(*parts), settings)[1]:
        assert not (away and isinstance(event, Alert | Away))
        assert away or not isinstance(event, Back)
        away = isinstance(event, Away) or (away and not isinstance(event, Back))


@given(busy, settings_of, st.integers(0, 600))
def test_there_is_no_alert_during_a_snooze(parts, settings, until_s):
    _, events = watched(day(*parts), settings, alarm.snooze(State(), until_s))
    assert all(event.time_s >= until_s for event in events if isinstance(event, Alert))


@given(busy, settings_of)
def test_there_is_no_alert_in_quiet_hours_or_a_pause(parts, settings):
    paused = alarm.pause(State())
    state = State()
    for glance in day(*parts):
        state, events = alarm.step(state, glance, settings, quiet=True)
        assert not any(isinstance(event, Alert) for event in events)
        assert alarm.step(paused, glance, settings) == (paused, ())


@given(busy, settings_of)
def test_no_alert_is_about_more_than_was_seen(parts, settings):
    seen_s = sum(
        lasts_s
        for does, lasts_s in parts
        # looks so near to each other are one: what the first one saw goes on
        if does not in ("gone", "unclear") and (does != UNSEEN or lasts_s <= settings.gap_s)
    )
    state, events = watched(day(*parts), settings)
    assert max(lasted_s(state, kind) for kind in KINDS) <= seen_s
    for event in events:
        if isinstance(event, Alert) and event.level == 1:
            limit_s = settings.limits()[event.kind].after_s
            assert event.time_s - event.since_s >= limit_s <= seen_s


@given(busy, settings_of)
def test_replay_gives_the_same_events_as_live(parts, settings):
    glances = day(*parts)
    half = len(glances) // 2
    state, morning = watched(glances[:half], settings)
    state, evening = watched(glances[half:], settings, state)
    assert (state, morning + evening) == watched(glances, settings)


@given(busy, settings_of, st.integers(1, 10**6))
def test_when_a_day_begins_changes_nothing(parts, settings, from_s):
    _, events = watched(day(*parts), settings)
    _, later = watched(day(*parts, from_s=from_s), settings)
    assert [line(replace(e, time_s=e.time_s - from_s)) for e in later] == [line(e) for e in events]


@given(busy, settings_of, st.sampled_from([0.5, 0.25]))
def test_finer_glances_give_the_same_events_in_whole_seconds(parts, settings, every_s):
    seen = [part for part in parts if part[0] != UNSEEN] or [("sitting", 60)]
    coarse, fine = (watched(day(*seen, every_s=s), settings)[1] for s in (1.0, every_s))
    assert fine == coarse


@given(busy, settings_of, st.sampled_from([0.3, 0.7, 1.9]))
def test_coarser_glances_give_the_first_alert_at_most_a_glance_later(parts, settings, every_s):
    hunch_s = settings.hunch_after_s or 10.0
    for kind, before in (("hunching", "standing"), ("sitting", "standing")):
        hunch = [(before, 3 * every_s), (kind, 60 * every_s)]
        alerts = watched(
            day(*hunch, every_s=every_s),
            replace(settings, hunch_after_s=hunch_s, sit_limit_s=hunch_s),
        )[1]
        if 60 * every_s > hunch_s + every_s:
            assert 0 <= alerts[0].time_s - 3 * every_s - hunch_s < every_s + 1e-6


@given(
    st.lists(st.tuples(st.sampled_from(sorted(LOOKS)), st.floats(-1e4, 1e4)), max_size=60),
    settings_of,
)
def test_no_clock_change_adds_time_that_was_not_seen(jumps, settings):
    now_s, state, alerts = 0.0, State(), 0
    for does, jump_s in jumps:
        now_s += jump_s
        state, events = alarm.step(state, look(does, now_s), settings)
        alerts += sum(isinstance(event, Alert) for event in events)
    seen_s = sum(step_s for _, step_s in jumps[1:] if 0 <= step_s <= settings.gap_s)
    assert max(lasted_s(state, kind) for kind in KINDS) <= seen_s + 1e-6
    assert alerts == 0 or seen_s > 0
