"""The decimal sign for Excel, by the language of the system."""

from __future__ import annotations

import locale

import pytest

from posture_cli.cli.options import excel


@pytest.mark.parametrize("sign", [",", "."])
def test_the_decimal_sign_is_that_of_the_system_and_the_process_keeps_its_own(sign, monkeypatch):
    before, asked = locale.setlocale(locale.LC_NUMERIC), []

    def conventions():
        asked.append(locale.setlocale(locale.LC_NUMERIC))
        return {"decimal_point": sign}

    monkeypatch.setattr(locale, "localeconv", conventions)
    assert excel.decimal_of_user() == sign
    assert asked and locale.setlocale(locale.LC_NUMERIC) == before


def test_a_language_that_is_not_installed_has_a_point(monkeypatch):
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    assert excel.decimal_of_user() == "."


@pytest.mark.parametrize(
    ("decimal", "system", "separator"),
    [(None, ",", ";"), (None, ".", ","), ("comma", ".", ";"), ("point", ",", ",")],
)
def test_an_option_counts_more_than_the_system(decimal, system, separator, monkeypatch):
    monkeypatch.setattr(excel, "decimal_of_user", lambda: system)
    assert excel._style(excel=True, decimal=decimal).separator == separator
