"""The work behind `posture report`: read the history, write the page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from posture_cli import __version__
from posture_cli.cli.console.messages import say
from posture_cli.cli.options.days import Days
from posture_cli.errors import SourceError
from posture_cli.history.opening import default_path
from posture_cli.history.past import read
from posture_cli.report.history_page import MARK, page
from posture_cli.report.target import check_target, write_page

USUAL_DAYS = 12 * 7


def write(output: Path, file: Path | None, days: Days) -> None:
    """Write the page of some days.

    Raises:
        SourceError: If there is nothing to report, or it cannot be read.
        OutputError: If the page cannot be written, or something else is there.
    """
    check_target(output, MARK)
    past = read(file or default_path(), *days.range(USUAL_DAYS))
    if not past.days():
        raise SourceError("nothing was recorded then", hint="`posture watch` records", code="empty")
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z")
    write_page(output, page(past, __version__, now), MARK)
    say(f"{click.format_filename(output)} is written")
