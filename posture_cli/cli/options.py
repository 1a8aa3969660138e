"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

LABELS = ("sitting", "standing", "hunching", "unknown")
RULE_SETS = ("default", "deeplens")

estimator = click.option(
    "--estimator",
    default="blazepose",
    show_default=True,
    metavar="NAME",
    help="Who finds the keypoints: blazepose, or replay:FILE.jsonl for those of an earlier run.",
)
rules = click.option(
    "--rules",
    type=click.Choice(RULE_SETS),
    default="default",
    show_default=True,
    help="Who judges: our rules, or those of the DeepLens tutorial as published.",
)
max_people = click.option(
    "--max-people",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Most people to report per picture.",
)
annotate = click.option(
    "--annotate",
    type=click.Path(path_type=Path),
    metavar="DIR|FILE",
    help="Write the pictures with skeleton, box, label and angles drawn in.",
)
fail_on = click.option(
    "--fail-on",
    type=click.Choice(LABELS),
    multiple=True,
    help="Exit with 3 if somebody has this label; may be given more than once.",
)
verbose = click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is used.")
