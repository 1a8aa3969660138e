"""`posture report`: the history as one page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from posture_cli import __version__
from posture_cli.cli.console.dates import dates_of_user
from posture_cli.cli.console.messages import say_written
from posture_cli.cli.options import days as day_options
from posture_cli.cli.options.paths import LocalPath

USUAL_DAYS = 12 * 7


@click.command(short_help="Write the history as one page.")
@day_options.days
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path),
    default="report.html",
    show_default=True,
    metavar="FILE.html",
    help="The page; only one of an earlier report is replaced.",
)
@day_options.file
def report(days: day_options.Days, output: Path, file: Path | None) -> None:
    """Write what `posture watch` recorded as one page: your week, day, hours and streaks.

    \b
    posture report -o report.html         # the last twelve weeks
    posture report --all

    The page has no scripts and loads nothing; it holds times and labels, no pictures. Dates are
    as your system writes them.

    Exit codes: 0 done, 1 the history cannot be read or the page not written, 2 wrong usage,
    130 interrupted.
    """
    if str(output) == "-":
        raise click.UsageError("-o needs the name of a file: the page is not written to stdout.")
    from posture_cli.history.opening import default_path  # heavy: only when there is work
    from posture_cli.history.past import read
    from posture_cli.report.history_page import MARK, page
    from posture_cli.report.target import check_page, write_page

    check_page(output, MARK)
    past = read(file or default_path(), *days.range(USUAL_DAYS))
    text = page(past, __version__, datetime.now().astimezone(), dates_of_user())
    write_page(output, text, MARK, private=True)
    say_written([output], "" if past.days() else f", without a day: {day_options.EMPTY}")
