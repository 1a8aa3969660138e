"""Durations as arguments, which may look like options."""

from __future__ import annotations

import click
import pytest

from posture_cli.cli.pause import pause
from posture_cli.cli.snooze import snooze


def refusal(command, *words):
    with pytest.raises(click.UsageError) as refused:
        command.make_context(command.name, list(words))
    return refused.value.format_message()


@pytest.mark.parametrize("command", [pause, snooze])
@pytest.mark.parametrize("word", ["-5m", "-5h", "-.5m", "-5", "5", "soon"])
def test_what_is_no_duration_is_refused_as_one_even_with_a_minus(command, word):
    assert f"'{word}' is not a duration: write 500ms" in refusal(command, word)
    assert f"'{word}' is not a duration: write 500ms" in refusal(command, "--", word)


def test_an_unknown_option_is_refused_as_an_option():
    assert "No such option" in refusal(pause, "-x")
    assert "No such option" in refusal(pause, "--for")


def test_a_duration_is_taken_in_seconds():
    assert pause.make_context("pause", ["1.5m"]).params == {"time": 90.0}
