"""How CSV files are written: for programs, or so that Excel opens them on a double click."""

from __future__ import annotations

import locale
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import group

if TYPE_CHECKING:
    from posture_cli.sinks.csv_rows import Style

COMMA = ","
SIGNS = {"point": ".", "comma": COMMA}


def _style(excel: bool, decimal: str | None) -> Style | None:
    """Return how Excel wants a table; None for all other programs.

    Raises:
        UsageError: If a decimal sign is asked for without --excel.
    """
    from posture_cli.sinks.csv_rows import for_excel  # heavy: only for work

    if not excel:
        if decimal:
            raise click.UsageError("--decimal goes with --excel.", click.get_current_context())
        return None
    return for_excel(comma=(SIGNS[decimal] if decimal else decimal_of_user()) == COMMA)


def decimal_of_user() -> str:
    """Return the decimal sign of the system's language settings; a point if they name none.

    The process itself goes on with the one that it had.
    """
    ours = locale.setlocale(locale.LC_NUMERIC)
    try:
        locale.setlocale(locale.LC_NUMERIC, "")
        return str(locale.localeconv()["decimal_point"])
    except locale.Error:  # a language that is not installed
        return "."
    finally:
        locale.setlocale(locale.LC_NUMERIC, ours)


excel = group(
    "style",
    _style,
    click.option(
        "--excel",
        is_flag=True,
        help="Write CSV that Excel opens on a double click, with the decimal sign of this system.",
    ),
    click.option(
        "--decimal",
        type=click.Choice(list(SIGNS)),
        help="The decimal sign for --excel; with a comma, semicolons separate the columns.",
    ),
)
"""Gives a command these options, and their values as `style`."""
