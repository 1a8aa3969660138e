"""`posture check`: label the people in pictures."""

from __future__ import annotations

from functools import wraps
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from posture_cli.cli.options import Command, SectionedCommand, verbose
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.judging import judging
from posture_cli.cli.options.names import inputs
from posture_cli.cli.options.paths import LocalPath
from posture_cli.core.judge.labels import LABELS
from posture_cli.estimators import begin

if TYPE_CHECKING:
    from concurrent.futures import Future

    from posture_cli.estimators import Estimation, PoseEstimator
    from posture_cli.inputs.video.frames import Every
    from posture_cli.judging import Judging

PHOTOS = (".jpg", ".jpeg", ".png")
"""Endings of nearly all pictures: one of them alone is answered sooner."""


def begun(command: Command) -> Command:
    """Give a command what `begin` returns for one photo, before what other options import."""

    @wraps(command)
    def beginning(
        *args: object, inputs: tuple[str, ...], estimation: Estimation, **given: object
    ) -> None:
        one = len(inputs) == 1 and _is_photo(inputs[0])
        loading = begin(estimation) if one else None
        command(*args, inputs=inputs, estimation=estimation, begun=loading, **given)

    return cast(Command, beginning)


@click.command(cls=SectionedCommand, short_help="Label the people in pictures.")
@inputs("INPUT...")
@click.option("--json", "form", flag_value="json", help="One JSON object per picture and line.")
@click.option("--explain", "form", flag_value="explain", help="Every angle with its limit.")
@click.option("--keypoints", "form", flag_value="keypoints", help="The 17 points as a table.")
@click.option(
    "--annotate",
    type=LocalPath(path_type=Path),
    metavar="DIR|FILE",
    help="Write the pictures with skeleton, box, label and angles drawn in.",
)
@click.option(
    "--fail-on",
    type=click.Choice(LABELS),
    multiple=True,
    help="Exit with 3 if a person has this label; may be given more than once.",
)
@estimation
@begun
@judging
@frames
@verbose
@click.pass_context
def check(
    ctx: click.Context,
    inputs: tuple[str, ...],
    form: str | None,
    annotate: Path | None,
    fail_on: tuple[str, ...],
    judging: Judging,
    every: Every,
    estimation: Estimation,
    begun: Future[PoseEstimator] | None,
    verbose: bool,
) -> None:
    """Label the people in pictures: files, folders, patterns, lists (@list.txt or -), videos, ZIP
    and TAR files.

    \b
    posture check photo.jpg
    posture check samples --annotate annotated
    find . -name '*.jpg' | posture check - --json > labels.jsonl

    Of --json, --explain and --keypoints the last one counts.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage,
    3 a label of --fail-on was found, 130 interrupted.
    """
    from posture_cli.cli.check_run import CheckRun  # heavy: networks load meanwhile

    run = CheckRun(form, annotate, fail_on)
    ctx.exit(run.run(inputs, every, estimation, judging, verbose=verbose, begun=begun))


def _is_photo(name: str) -> bool:
    """Whether a name is surely that of one picture."""
    return name.lower().endswith(PHOTOS) and isfile(name)  # noqa: PTH113 - Path's raises if long
