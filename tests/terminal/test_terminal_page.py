from __future__ import annotations

from dataclasses import replace
from io import StringIO
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.labels import POSTURES
from posture_cli.core.wording import span
from posture_cli.terminal import ShownAlert, Status
from posture_cli.terminal.glyphs import ASCII, UNICODE, glyphs_for
from posture_cli.terminal.page import page
from tests import people
from tests.terminal.statuses import CLIP, DAY, RULES, status


def shown(now: Status, *args: object, **options: object) -> str:
    """Return the page as plain text, without blanks at the ends of lines."""
    lines = page(now, RULES, *args, **options)  # type: ignore[arg-type]
    return "\n".join(line.plain.rstrip() for line in lines) + "\n"


def text(block: str) -> str:
    return dedent(block).removeprefix("\n")


def test_a_page_of_eighty_columns():
    assert shown(DAY, 80, 24) == text("""
         HUNCHING   You have been leaning forward for 42 s; sit back a little
        break due in 31 min  98% sure

        trunk and head forward   91° ━━━━━━━━━━━━────●───  good < 60°
        trunk forward            20° ───━━━━━━━●━━━━━━───  good -25° to 60°
        thigh down                0° ━━━━●━━━━━──━━━━━━━━  sitting < 45°  standing > 60°
        hip                      70° ━━━━━━━●━━━━━━━─────  sitting < 135°
        knee                     95° ──────────●─━━━━━━━━  standing > 110°

        last hour  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄████▄▄▄▄▄▄▄▄▄▄▄······    ▀▀▀▀▀▀▀▀▀▀?▄▄▄▄▄▄▄▄██

        today
        sitting   2 h 14 min  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
        standing      31 min  ▀▀▀▀▀▀▀
        hunching      12 min  ███
        away            59 s  ·

        alerts 2
          09:12  you have hunched for 30 s
          11:05  time to stand up

        ● watching  camera:0  2.0 frames/s  5% of a core
        p pause  s snooze  c calibrate  q quit
        """)


def test_forty_columns_have_no_room_for_zones_in_words():
    assert shown(DAY, 40, 30, ("posture: the mail could not be delivered",)) == text("""
         HUNCHING   You have been leaning
        forward for 42 s; sit back a little
        break due in 31 min  98% sure

        trunk and head   91° ━━━━━━━━━━━────●───
        trunk            20° ───━━━━━━━●━━━━━━──
        thigh             0° ━━━●━━━━━──━━━━━━━━
        hip              70° ━━━━━━━●━━━━━━─────
        knee             95° ──────────●─━━━━━━━

        last hour  ▄▄▄▄█▄▄▄▄·· ▀▀▀▀▄▄▄█

        today
        sitting   2 h 14 min  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
        standing      31 min  ▀▀▀▀
        hunching      12 min  ██
        away            59 s  ·

        alerts 2
          09:12  you have hunched for 30 s
          11:05  time to stand up

        posture: the mail could not be delivered

        ● watching  camera:0
        2.0 frames/s  5% of a core
        p pause  s snooze  c calibrate  q quit
        """)


def test_a_small_terminal_keeps_what_matters_most():
    assert shown(DAY, 30, 8) == text("""
         HUNCHING   You have been
        leaning forward for 42 s; sit
        back a little
        break due in 31 min  98% sure
        trunk and head   91° ━━━━━──●─
        1 h ▄▄▄▄█▄▄▄▄·· ▀▀▀▀▄▄▄█
        alerts 2
        ● watching  camera:0
        """)
    with_message = shown(DAY, 30, 8, ("posture: a message",)).splitlines()
    assert with_message[-3:] == [
        "1 h ▄▄▄▄█▄▄▄▄·· ▀▀▀▀▄▄▄█",
        "posture: a message",
        "● watching  camera:0",
    ]
    assert shown(DAY, 12, 1) == " HUNCHING\n"


def test_a_terminal_without_these_letters_gets_others():
    assert shown(DAY, 80, 16, (), ASCII, keys=False) == text("""
         HUNCHING   You have been leaning forward for 42 s; sit back a little
        break due in 31 min  98% sure
        trunk and head forward    91 =============----O----  good < 60
        trunk forward             20 ----=======O=======---  good -25 to 60
        thigh down                 0 ====O======--=========  sitting < 45  standing > 60
        hip                       70 ========O=======------  sitting < 135
        knee                      95 -----------O-=========  standing > 110
        last hour  ______________####___________......    ||||||||||?________##
        sitting   2 h 14 min  ______________________________
        standing      31 min  |||||||
        hunching      12 min  ###
        away            59 s  .
        alerts 2
          09:12  you have hunched for 30 s
          11:05  time to stand up
        * watching  camera:0  2.0 frames/s  5% of a core
        """)
    assert shown(DAY, 72, 99, (), ASCII).isascii()


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_postures_are_told_apart_without_colours(glyphs):
    assert glyphs.postures.keys() == POSTURES.keys()
    signs = [*glyphs.postures.values(), " "]
    assert len({*signs}) == len(signs)
    assert {Text(sign).cell_len for sign in signs} == {1}


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [("utf-8", UNICODE), ("UTF8", UNICODE), ("ascii", ASCII), ("cp1252", ASCII), (None, ASCII)],
)
def test_an_encoding_chooses_the_letters(encoding, glyphs):
    assert glyphs_for(encoding) is glyphs


@pytest.mark.parametrize(
    ("now", "head"),
    [
        (Status("camera:0"), ["Taking the first look"]),
        (replace(DAY, state="paused"), ["Paused, the camera is off; press p to go on"]),
        (
            replace(DAY, state="paused", note="until 14:32"),
            ["Paused until 14:32, the camera is off; press p to go on"],
        ),
        (
            replace(DAY, state="call"),
            ["Paused: a call is on, the camera is off; it goes on when the call is over"],
        ),
        (
            replace(DAY, state="presentation"),
            ["Paused: a presentation or film is on, the camera is off; it goes on afterwards"],
        ),
        (
            replace(DAY, state="locked"),
            ["The screen is locked, the camera is off; it goes on when the screen is unlocked"],
        ),
        (
            replace(DAY, state="wanted"),
            ["Another program wants the camera; it goes on when it has been free for a while"],
        ),
        (
            replace(DAY, state="lost", note="camera:0 has given no picture for 10 s"),
            ["No picture since 12:00; camera:0 has given no picture for 10 s"],
        ),
        (
            replace(DAY, state="calibrating", note="12 of 25 looks"),
            ["Sit up straight; 12 of 25 looks"],
        ),
        (status(None, held_s=700), ["Nobody has been there for 11 min"]),
        (
            status(people.SITTING, held_s=700),
            [" SITTING   You have been sitting upright for 11 min", "98% sure"],
        ),
        (
            status(people.STANDING, held_s=700),
            [" STANDING   You have been standing upright for 11 min", "98% sure"],
        ),
        (
            status(people.HUNCHING_UPRIGHT, held_s=4),
            [
                " HUNCHING   You have been leaning forward for 4 s; straighten up a little",
                "98% sure",
            ],
        ),
        (
            replace(DAY, next_break_s=-200.0),
            [
                " HUNCHING   You have been leaning forward for 42 s; sit back a little",
                "break overdue by 3 min  98% sure",
            ],
        ),
        (
            replace(DAY, next_break_s=-200.0, silence="no alert for another 90 s"),
            [
                " HUNCHING   You have been leaning forward for 42 s; sit back a little",
                "break overdue by 3 min; no alert for another 90 s  98% sure",
            ],
        ),
        (
            status(people.before_the_camera(), held_s=7.0),
            [
                " UNKNOWN   Cannot tell for 7 s: shoulder or hip is not clearly visible",
                "Get more light, and nothing in front of shoulder and hip.",
            ],
        ),
        (
            status(people.LYING, held_s=7.0),
            [
                " UNKNOWN   Cannot tell for 7 s: lying: trunk and legs are level (80° > 60°)",
            ],
        ),
    ],
    ids=lambda value: value.state if isinstance(value, Status) else "",
)
def test_the_page_begins_with_a_sentence(now, head):
    assert shown(now, 80, 30).split("\n\n")[0].splitlines() == head


@pytest.mark.parametrize(
    ("now", "foot"),
    [
        (DAY, "● watching  camera:0"),
        (replace(DAY, state="paused"), "○ paused  camera:0"),
        (replace(DAY, state="locked"), "○ screen is locked, not looking  camera:0"),
        (replace(DAY, state="lost", note="it broke off"), "○ source lost  camera:0"),
        (replace(DAY, state="snoozed", note="until 12:10"), "○ snoozed until 12:10  camera:0"),
        (replace(DAY, state="calibrating", note="12 of 25"), "● calibrating  camera:0"),
        (replace(DAY, recording="out.mp4"), "● watching  ● recording  camera:0"),
        (status(None), "○ nobody there  camera:0"),
    ],
    ids=lambda value: value.state if isinstance(value, Status) else "",
)
def test_the_foot_says_what_the_watch_does(now, foot):
    still = replace(now, fps=None, cpu=None)
    assert shown(still, 80, 30, keys=False).splitlines()[-1] == foot


def test_what_looks_cost_is_only_shown_while_it_looks():
    assert "2.0 frames/s" in shown(DAY, 80, 30)
    assert "frames/s" not in shown(replace(DAY, state="paused"), 80, 30)
    assert "frames/s" not in shown(replace(DAY, state="lost"), 80, 30)


def test_where_there_is_room_for_one_alert_it_is_the_latest():
    lines = shown(DAY, 80, 11).splitlines()
    assert [line for line in lines if ":" in line[:6]] == ["  11:05  time to stand up"]


def test_no_angle_is_shown_of_a_person_who_is_not_visible_now():
    for now in (replace(DAY, state="paused"), replace(DAY, state="locked"), status(None)):
        assert "trunk and head forward     - ━━" in shown(now, 80, 30)
        assert "sure" not in shown(now, 80, 30)


def test_a_recorded_source_has_no_today():
    assert "\nso far\n" in shown(CLIP, 80, 30)


def test_a_judge_without_limits_gets_bars_without_zones():
    lines = page(DAY, RULE_SETS["deeplens"], 80, 30)
    assert lines[3].plain == "trunk and head forward   91° " + "─" * 25 + "●" + "─" * 6


def test_an_angle_beyond_the_scale_is_at_the_end_of_the_bar():
    assert "trunk and head -113° ●━" in shown(status(people.LYING), 40, 30)


def test_only_an_angle_outside_its_good_zone_warns():
    def value(now: Status, row: int) -> str:
        line = page(now, RULES, 80, 30)[row]
        at = line.plain.index("●")
        return str(next(span.style for span in line.spans if span.start == at))

    upright = status(people.SITTING, next_break_s=9.0)
    assert value(replace(DAY, alerts=()), 3) == "bold yellow"
    assert value(upright, 3) == value(DAY, 4) == value(DAY, 5) == "bold"


def test_only_the_latest_alerts_are_shown():
    alerts = tuple(ShownAlert(f"1{n}:00", f"alert number {n}") for n in range(5))
    told = [
        line for line in shown(replace(DAY, alerts=alerts), 80, 99).splitlines() if "0  al" in line
    ]
    assert told == ["  12:00  alert number 2", "  13:00  alert number 3", "  14:00  alert number 4"]


def test_a_message_keeps_its_reason_however_many_hints_follow():
    messages = ["posture: first", "  try", "posture: refused", "  sit up", "posture: x", "  y"]
    everything = shown(DAY, 80, 30, ("posture: older", "  do", *messages))
    assert "older" not in everything
    assert [line for line in everything.splitlines() if line in messages] == messages
    low = shown(DAY, 80, 8, messages).splitlines()
    assert [line for line in low if line in messages] == messages[::2]


def test_a_snooze_can_be_ended():
    assert "s end snooze  c calibrate" in shown(replace(DAY, state="snoozed"), 80, 30)


def test_nothing_that_is_shown_can_move_the_cursor():
    evil = "\x1b[2J\r\n\x07"
    now = replace(DAY, source=evil, note=evil, state="snoozed", alerts=(ShownAlert("09:12", evil),))
    assert all(line.plain.isprintable() for line in page(now, RULES, 80, 30, (evil,)))


@given(st.integers(1, 200), st.integers(1, 60), st.sampled_from([DAY, CLIP, Status("x" * 300)]))
def test_a_page_is_never_larger_than_its_terminal(width, height, now):
    lines = page(now, RULES, width, height, ("姿勢" * 30,))
    assert len(lines) <= height
    assert max(line.cell_len for line in lines) <= width


def test_colours_say_nothing_that_words_do_not(monkeypatch):
    def printed(**environment: str) -> str:
        console = Console(file=StringIO(), force_terminal=True, _environ=environment, width=80)
        console.print(Text("\n").join(page(DAY, RULES, 80, 30)), soft_wrap=True)
        return console.file.getvalue()

    assert "\x1b[30;43m HUNCHING" in printed(TERM="xterm-256color")
    assert "\x1b[3" not in printed(TERM="xterm-256color", NO_COLOR="1")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00 min")],
)
def test_durations_in_words(seconds, words):
    assert span(seconds) == words


def test_an_unknown_stance_says_that_nobody_hunches():
    upright = shown(status(people.PERCHING), 100, 24)
    assert "You are not hunching; cannot tell more: neither clearly sitting nor clearly" in upright
    assert "not hunching" not in shown(status(people.LYING), 100, 24)
