"""`posture check`: label the people in pictures."""

from __future__ import annotations

from pathlib import Path

import click

from posture_cli.cli.options import estimation as options


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--json", "form", flag_value="json", help="One JSON object per picture and line.")
@click.option("--explain", "form", flag_value="explain", help="Every angle with its limit.")
@click.option("--keypoints", "form", flag_value="keypoints", help="The 17 points as a table.")
@options.annotate
@options.estimation
@options.rules
@options.own_profile
@options.camera_roll
@options.fail_on
@options.verbose
@click.pass_context
def check(
    ctx: click.Context,
    inputs: tuple[str, ...],
    form: str | None,
    annotate: Path | None,
    estimation: options.Estimation,
    rules: str,
    profile: str | None,
    camera_roll: float,
    fail_on: tuple[str, ...],
    verbose: bool,
) -> None:
    """Label the people in pictures: files, folders, patterns, or - for standard input.

    \b
    posture check photo.jpg
    posture check samples --annotate annotated
    find . -name '*.jpg' | posture check - --json > labels.jsonl

    Of --json, --explain and --keypoints the last one counts.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage,
    3 a label of --fail-on was found, 130 interrupted.
    """
    profile = options.profile_with(ctx, rules, profile)

    from posture_cli.cli.check_run import Checking  # heavy: only when there is something to do

    checking = Checking(rules, profile, camera_roll, form, annotate, fail_on)
    ctx.exit(checking.run(inputs, estimation, verbose=verbose))
