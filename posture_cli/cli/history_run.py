"""The work behind `posture history`: read, show, and delete."""

from __future__ import annotations

import csv
import json
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from posture_cli.cli.console.messages import out, say
from posture_cli.cli.console.tables import table_lines, terminal_columns
from posture_cli.cli.options.days import EMPTY, Days
from posture_cli.history import forms
from posture_cli.history.opening import default_path, files_of
from posture_cli.history.past import Past, delete, read
from posture_cli.history.words import days_table
from posture_cli.sinks.csv_rows import Style, table_text

USUAL_DAYS = 7


def show(file: Path | None, days: Days, form: str | None, style: Style | None) -> None:
    """Print some days of the history, as a table or in a form for programs."""
    past = read(file or default_path(), *days.range(USUAL_DAYS))
    if style:
        text = table_text(forms.table(past.intervals), style)
        click.echo(text.encode(), nl=False)  # whatever letters the terminal has
    elif form is not None:
        FORMS[form](past)
    elif found := past.days():
        out("\n".join(table_lines(days_table(found), terminal_columns())))
    else:
        say(EMPTY)


def remove(file: Path | None, before: date | None, *, yes: bool) -> None:
    """Delete what was before a day, or all, if the user means it."""
    path = file or default_path()
    what = f"what was recorded before {before}" if before else "all that was recorded"
    if not files_of(path):
        say(f"there is no history: {click.format_filename(path)}")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("--delete needs --yes where nobody can be asked.")
        click.confirm(f"Delete {what} in {click.format_filename(path)}?", abort=True, err=True)
    delete(path, before, datetime.now().astimezone())
    say(f"deleted {what}")


def _json(past: Past) -> None:
    out(json.dumps(forms.to_json(past), ensure_ascii=False, allow_nan=False))


def _events(past: Past) -> None:
    """Print what ActivityWatch imports; its buckets are named after the computer."""
    buckets = forms.activitywatch(past, platform.node() or "unknown")
    out(json.dumps(buckets, ensure_ascii=False, allow_nan=False))


def _csv(past: Past) -> None:
    csv.writer(sys.stdout, lineterminator="\n").writerows(forms.table(past.intervals))


FORMS: Mapping[str, Callable[[Past], None]] = {"json": _json, "events": _events, "csv": _csv}
