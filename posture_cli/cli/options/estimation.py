"""The options of `Estimation`: who finds the people, and how."""

from __future__ import annotations

from typing import Any

import click

from posture_cli.cli.options import Advanced, group
from posture_cli.cli.options.names import named
from posture_cli.estimators import DEFAULTS, ESTIMATORS, Area, Estimation, unknown

GLUONCV = "gluoncv"


def part_of_picture(value: object) -> Area:
    """Turn `0.2,0,0.8,1` into the left, top, right and bottom of an area."""
    if isinstance(value, tuple):
        return value
    try:
        left, top, right, bottom = (float(part) for part in str(value).split(","))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not four numbers, such as 0.2,0,0.8,1.") from error
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise click.BadParameter(
            f"{value} is not left,top,right,bottom in shares of the picture, from 0 to 1."
        )
    return left, top, right, bottom


def estimator_name(value: str) -> str:
    """Refuse a name that no estimator has; what follows its colon is looked at later."""
    if (kind := value.partition(":")[0]) not in (DEFAULTS.estimator, *ESTIMATORS):
        error = unknown(kind)
        raise click.BadParameter(f"{error.message}; {error.hint}.")
    return value


def _estimation(**given: Any) -> Estimation:
    """Return how people are found.

    Raises:
        UsageError: If the command line names networks of GluonCV for another estimator.
    """
    ctx, kind = click.get_current_context(), given["estimator"].partition(":")[0]
    if kind not in (DEFAULTS.estimator, GLUONCV):
        for option in named(ctx, "pose", "detector", "detector_size"):
            raise click.UsageError(f"{option} goes with --estimator {GLUONCV}, not {kind}.", ctx)
    return Estimation(**given)


estimation = group(
    "estimation",
    _estimation,
    click.option(
        "--max-people",
        type=click.IntRange(min=1),
        default=DEFAULTS.max_people,
        show_default=True,
        metavar="N",
        help="Most people to report per picture.",
    ),
    click.option(
        "--min-score",
        type=click.FloatRange(0, 1),
        default=DEFAULTS.min_score,
        show_default=True,
        metavar="X",
        help="Leave out people that are found with a lower score.",
    ),
    click.option(
        "--zone",
        type=part_of_picture,
        metavar="X1,Y1,X2,Y2",
        help="Leave out people outside this part of the picture: left, top, right and bottom, each "
        "from 0 to 1. The centre of a person's box decides.",
    ),
    click.option(
        "--ignore",
        type=part_of_picture,
        multiple=True,
        metavar="X1,Y1,X2,Y2",
        help="Leave out people inside this part of the picture; may be given more than once.",
    ),
    click.option(
        "--estimator",
        cls=Advanced,
        type=estimator_name,
        default=DEFAULTS.estimator,
        show_default=True,
        metavar="NAME",
        help="What finds the keypoints: blazepose, gluoncv, auto for gluoncv if its models are "
        "here and else blazepose, mediapipe:FILE.task or onnx:FILE for a network of your own, "
        "openpose:FOLDER for what OpenPose wrote, or replay:FILE.jsonl for those of an earlier "
        "run.",
    ),
    click.option(
        "--engine",
        cls=Advanced,
        type=click.Choice(["openvino", "mxnet"]),
        default=DEFAULTS.engine,
        show_default=True,
        help="What runs gluoncv: OpenVINO, or GluonCV's own code on MXNet to compare with.",
    ),
    click.option(
        "--pose",
        cls=Advanced,
        default=DEFAULTS.pose,
        show_default=True,
        metavar="MODEL",
        help="Which of `posture models` finds the joints for gluoncv.",
    ),
    click.option(
        "--detector",
        cls=Advanced,
        default=DEFAULTS.detector,
        show_default=True,
        metavar="MODEL",
        help="Which of `posture models` finds the people for gluoncv.",
    ),
    click.option(
        "--detector-size",
        cls=Advanced,
        type=click.IntRange(min=64, max=1024),
        default=DEFAULTS.detector_size,
        show_default=True,
        metavar="PIXELS",
        help="Short side of the picture as gluoncv sees it; larger is slower and finds smaller "
        "people.",
    ),
    click.option(
        "--precision",
        cls=Advanced,
        type=click.Choice(["fp32", "fp16", "bf16", "int8", "auto"]),
        default=DEFAULTS.precision,
        show_default=True,
        help="What the networks compute in. auto is the fastest here that was measured to be as "
        "right as fp32. blazepose: fp16 and bf16 where the processor has them; bf16 is the faster "
        "one, and changes more labels. gluoncv: bf16 is faster on processors with AMX and slower "
        "elsewhere, int8 needs `posture models quantise`.",
    ),
    click.option(
        "--decode",
        cls=Advanced,
        type=click.Choice(["enough", "full"]),
        default=DEFAULTS.decode,
        show_default=True,
        help="How much of large pictures is decoded for blazepose: enough for what it looks at, or "
        "all of it, which is slower.",
    ),
)
"""Gives a command these options, and their values as `estimation`."""
