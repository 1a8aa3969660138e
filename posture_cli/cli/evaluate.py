"""`posture evaluate`: how right the labels are, on pictures that somebody labelled."""

from __future__ import annotations

from pathlib import Path

import click

from posture_cli.cli.options import estimation as options


def _rules_each(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Return the names between the commas, each as --rules would take it."""
    names = [name for text in given for name in text.split(",") if name]
    return [options.RulesName().convert(name, param, ctx) for name in names]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="LABELS.csv|FOLDER...")
@options.rules
@click.option(
    "--compare",
    multiple=True,
    callback=_rules_each,
    metavar="NAME|FILE,...",
    help="Others to judge the same keypoints, with commas between.",
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Break the scores down by a column of the CSV; by default view, body, kind and source.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with a row per picture.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    help="Write a page with plots and the pictures that were judged wrong.",
)
@click.option(
    "--min-f1",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Exit with 3 if the macro-F1 of --rules is below this.",
)
@options.estimation
@options.verbose
@click.pass_context
def evaluate(
    ctx: click.Context,
    inputs: tuple[str, ...],
    rules: str,
    compare: list[str],
    by: tuple[str, ...],
    as_json: bool,
    report: Path | None,
    min_f1: float | None,
    estimation: options.Estimation,
    verbose: bool,
) -> None:
    """Say how right the labels are, on pictures whose label is known.

    \b
    posture evaluate labels.csv
    posture evaluate photos --compare deeplens --report report.html

    A CSV names a picture a line in the columns `file` (relative to the CSV) and `label`; a folder
    has a sub-folder per label. Labels are sitting, standing and hunching; anything else means that
    the right answer is unknown. In place of a picture there may be a .json file with keypoints.
    The subject of each picture is judged.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage,
    3 macro-F1 is below --min-f1, 130 interrupted.
    """
    from posture_cli.dataset.evaluate import Evaluating  # heavy: only when there is something to do

    evaluating = Evaluating((rules, *compare), by, as_json=as_json, report=report, min_f1=min_f1)
    ctx.exit(evaluating.run(inputs, estimation, verbose=verbose))
