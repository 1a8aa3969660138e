"""`posture history`: what `posture watch` recorded, as a table or for programs; and deleting it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import days as day_options
from posture_cli.cli.options.excel import excel

if TYPE_CHECKING:
    from posture_cli.sinks.csv_rows import Style


@click.command(short_help="Show or delete what `posture watch` recorded.")
@day_options.days
@click.option("--csv", "form", flag_value="csv", help="A row per interval.")
@excel
@click.option("--json", "form", flag_value="json", help="One JSON object: days, intervals, alerts.")
@click.option("--events", "form", flag_value="events", help="Buckets of events for ActivityWatch.")
@click.option("--delete", is_flag=True, help="Delete, with --before or --all.")
@click.option(
    "--before", type=day_options.day, metavar="DATE", help="Delete what was before this day."
)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@day_options.file
@click.pass_context
def history(
    ctx: click.Context,
    days: day_options.Days,
    form: str | None,
    delete: bool,
    before: date | None,
    yes: bool,
    file: Path | None,
    style: Style | None,
) -> None:
    """Show what `posture watch` recorded: time in each posture, sittings, breaks, alerts.

    \b
    posture history                       # this day and the six before
    posture history --today --json
    posture history --from 2026-11-01 --csv > november.csv
    posture history --delete --before 2026-01-01

    Days are those of the wall clock of then and there. A sitting lasts until a break of two
    minutes; hunched is the share of hunching in the time sitting, standing and hunching. Of --csv,
    --json and --events the last one counts.

    Exit codes: 0 done, 1 the history cannot be read or deleted, 2 wrong usage, 130 interrupted.
    """
    from posture_cli.cli.history_run import remove, show  # heavy: only when it is needed

    if not delete:
        if before or yes:
            raise click.UsageError("--before and --yes belong to --delete.")
        if style and form != "csv":
            raise click.UsageError("--excel goes with --csv.")
        show(file, days, form, style)
        return
    if form or style or days.first or days.last or days.span not in (None, day_options.ALL):
        raise click.UsageError("--delete goes with --before DATE or --all only.")
    if (before is None) == (days.span is None):
        raise click.UsageError("--delete needs --before DATE or --all, and not both.")
    remove(file, before, yes=yes)
