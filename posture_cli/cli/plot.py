"""`posture plot`: figures for papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.options import days as day_options
from posture_cli.cli.options.names import named
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.cli.plot_run import Kind

ANGLES = ("trunk", "neck", "head", "face", "slump", "thigh", "hip", "knee", "shank")
"""As in `Angles`, which is not read here: --help should not load numpy."""
USUAL_DAYS = 7


def _width(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """Turn a number of columns, or of centimetres, into centimetres."""
    from posture_cli.plot.paper import NARROWEST_CM, WIDEST_CM, WIDTHS_CM

    if value in WIDTHS_CM:
        return WIDTHS_CM[value]
    try:
        width_cm = float(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not one, two or a number of cm.") from None
    if not NARROWEST_CM <= width_cm <= WIDEST_CM:
        raise click.BadParameter(f"{value} cm is not between {NARROWEST_CM:g} and {WIDEST_CM:g}.")
    return width_cm


@click.command(short_help="Draw labels, a watch or a history as a figure for a paper.")
@click.argument("file", type=LocalPath(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path),
    required=True,
    metavar="OUT",
    help="The figure; the ending is the format: .svg, .pdf or .png. Only one of an earlier run is "
    "replaced.",
)
@click.option(
    "--angle",
    "angles",
    type=click.Choice(ANGLES),
    multiple=True,
    default=("slump", "thigh"),
    show_default=True,
    help="An angle to show; may be given several times.",
)
@click.option(
    "--kind",
    type=click.Choice(["time", "distribution"]),
    help="Over time, or how each angle is distributed by posture; by default over time if the file "
    "has times.",
)
@click.option(
    "--width",
    "width_cm",
    default="two",
    show_default=True,
    callback=_width,
    metavar="one|two|CM",
    help="As wide as one column of a paper, as two, or a number of centimetres.",
)
@click.option(
    "--track",
    "tracks",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="N",
    help="Only this person of a film; may be given several times.",
)
@click.option("--no-limits", is_flag=True, help="Leave out the limits of the default rules.")
@day_options.days
@click.pass_context
def plot(
    ctx: click.Context,
    file: Path,
    output: Path,
    angles: tuple[str, ...],
    kind: Kind | None,
    width_cm: float,
    tracks: tuple[int, ...],
    no_limits: bool,
    days: day_options.Days,
) -> None:
    """Draw a figure: angles over time with limits and postures, or angles by posture.

    \b
    posture label clip.mp4 -o labels.csv
    posture plot labels.csv -o figure.pdf
    posture plot labels.csv -o slump.svg --angle slump --width one
    posture plot labels.csv -o by_posture.png --kind distribution
    posture watch clip.mp4 --json > watch.jsonl
    posture plot watch.jsonl -o watch.svg

    FILE is what `posture label` wrote (CSV, JSON lines, Parquet), what `posture watch --json`
    printed, or a history (history.db), which has postures and no angles; the days are those of a
    history. Needs matplotlib: pip install 'posture-cli[plot]'.

    Exit codes: 0 done, 1 the file cannot be read or the figure not written, 2 wrong usage,
    130 interrupted.
    """
    from posture_cli.cli import plot_run  # heavy: only when there is work

    wanted = plot_run.Wanted(
        angles=tuple(f"{name}_deg" for name in dict.fromkeys(angles)),
        kind=kind,
        width_cm=width_cm,
        limits=not no_limits,
        tracks=tracks,
        days=days.range(USUAL_DAYS),
        of_labels=named(ctx, "angles"),
        of_history=(*([f"--{days.span}"] if days.span else []), *named(ctx, "first", "last")),
    )
    plot_run.plot(file, output, wanted, TERMINAL)
