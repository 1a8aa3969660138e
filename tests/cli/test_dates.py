"""How the user writes dates, asked of the system."""

from __future__ import annotations

import locale

import pytest

from posture_cli.cli.console.dates import dates_of_user
from posture_cli.history.dates import ISO, Dates


@pytest.mark.parametrize("language", ["C", "POSIX", "xx_NONE.UTF-8"])
def test_who_has_no_language_gets_the_iso_form(monkeypatch, language):
    monkeypatch.setenv("LC_ALL", language)
    before = locale.setlocale(locale.LC_TIME)
    assert dates_of_user() == ISO
    assert locale.setlocale(locale.LC_TIME) == before


def test_a_language_is_asked_and_then_left_again(monkeypatch):
    asked = []

    def setlocale(category, name=None):
        assert category == locale.LC_TIME
        asked.append(name)
        return "C" if name is None else "en_US.UTF-8"

    monkeypatch.setattr(locale, "setlocale", setlocale)
    # Without any language, Python writes 11/22/01 and 15:00:00.
    assert dates_of_user() == Dates("mdy")
    assert asked == [None, "", "C"]
