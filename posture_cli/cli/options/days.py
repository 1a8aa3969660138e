"""The options that say which days of the history to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from posture_cli.cli.options import group
from posture_cli.cli.options.paths import LocalPath

ALL, TODAY, WEEK = "all", "today", "week"
EMPTY = (
    "nothing was recorded in these days; `posture watch` records what a camera or a stream shows"
)
"""Said where there are no such days."""


def day(value: object) -> date:
    """Turn `2026-11-21` into a date."""
    if isinstance(value, date):
        return value
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-21.") from error


@dataclass(frozen=True)
class Days:
    """The days that were asked for.

    Attributes:
        span: all, today or week, or None.
        first: The first of them, or None.
        last: The last of them, or None.
    """

    span: str | None
    first: date | None
    last: date | None

    def range(self, usual_days: int) -> tuple[date, date]:
        """Return the first and the last day; without any option so many that end today.

        Raises:
            UsageError: If the options exclude each other.
        """
        given = self.first or self.last
        if self.span and given:
            raise click.UsageError(f"--{self.span} and --from or --to exclude each other.")
        if self.span == ALL:
            return date.min, date.max
        today = date.today()
        if given:
            first, last = self.first or date.min, self.last or today
            if first > last:
                raise click.UsageError(f"--from {first} is after {last}.")
            return first, last
        number = {TODAY: 1, WEEK: 7}.get(self.span or "", usual_days)
        return today - timedelta(days=number - 1), today


days = group(
    "days",
    Days,
    click.option("--today", "span", flag_value=TODAY, help="Today."),
    click.option("--week", "span", flag_value=WEEK, help="Today and the six days before."),
    click.option("--all", "span", flag_value=ALL, help="Every day."),
    click.option("--from", "first", type=day, metavar="DATE", help="From this day on."),
    click.option("--to", "last", type=day, metavar="DATE", help="Up to this day."),
)
file = click.option(
    "--file",
    type=LocalPath(path_type=Path),
    metavar="FILE",
    help="The history; by default history.db in the user's data folder.",
)
