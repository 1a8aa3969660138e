"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TypeVar, cast

import click

LABELS = ("sitting", "standing", "hunching", "unknown")
RULE_SETS = ("default", "deeplens")
Command = TypeVar("Command", bound=Callable[..., None])


@dataclass(frozen=True)
class Estimation:
    """Who finds the keypoints, and how: what `estimation` asks for."""

    estimator: str
    max_people: int
    engine: str
    pose: str
    detector: str
    detector_size: int
    precision: str


def estimation(command: Command) -> Command:
    """Let a command have the options of `Estimation`, and give it their values as one."""

    @wraps(command)
    def gathered(*args: object, **given: object) -> None:
        mine = {field.name: given.pop(field.name) for field in fields(Estimation)}
        command(*args, estimation=Estimation(**mine), **given)  # type: ignore[arg-type]

    for option in reversed(_ESTIMATION):
        gathered = option(gathered)
    return cast(Command, gathered)


_ESTIMATION = (
    click.option(
        "--estimator",
        default="auto",
        show_default=True,
        metavar="NAME",
        help="Who finds the keypoints: blazepose, gluoncv, auto for gluoncv if its models are here "
        "and else blazepose, or replay:FILE.jsonl for those of an earlier run.",
    ),
    click.option(
        "--max-people",
        type=click.IntRange(min=1),
        default=5,
        show_default=True,
        help="Most people to report per picture.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["openvino", "mxnet"]),
        default="openvino",
        show_default=True,
        help="What runs gluoncv: OpenVINO, or GluonCV's own code on MXNet to compare with.",
    ),
    click.option(
        "--pose",
        default="simple_pose_resnet18_v1b",
        show_default=True,
        metavar="MODEL",
        help="Which of `posture models` finds the joints for gluoncv.",
    ),
    click.option(
        "--detector",
        default="yolo3_mobilenet1.0_coco",
        show_default=True,
        metavar="MODEL",
        help="Which of `posture models` finds the people for gluoncv.",
    ),
    click.option(
        "--detector-size",
        type=click.IntRange(min=64, max=1024),
        default=256,
        show_default=True,
        metavar="PIXELS",
        help="Short side of the picture as gluoncv sees it; larger is slower and finds smaller "
        "people.",
    ),
    click.option(
        "--precision",
        type=click.Choice(["fp32", "bf16", "int8", "auto"]),
        default="fp32",
        show_default=True,
        help="Of gluoncv's networks; bf16 is faster on processors with AMX and slower elsewhere, "
        "int8 needs `posture models quantise`, auto is bf16 where that is faster and the joints "
        "stay.",
    ),
)


rules = click.option(
    "--rules",
    type=click.Choice(RULE_SETS),
    default="default",
    show_default=True,
    help="Who judges: our rules, or those of the DeepLens tutorial as published.",
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
