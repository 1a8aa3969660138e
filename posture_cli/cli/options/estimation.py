"""Options that several commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TypeVar, cast

import click

from posture_cli.core.judge.labels import LABELS
from posture_cli.errors import ConfigError

RULE_SETS = ("default", "literature", "deeplens")
MODEL = ".json"
"""The ending of a file of `posture train`; others are taken too if they are there."""
RAY = "ray"
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
    return _gathered(command, _ENGINE)


def estimation_or_ray(command: Command) -> Command:
    """Do the same, with one more engine."""
    return _gathered(command, _ENGINE_OR_RAY)


def _gathered(command: Command, engine: Callable[[Command], Command]) -> Command:
    @wraps(command)
    def gathered(*args: object, **given: object) -> None:
        mine = {field.name: given.pop(field.name) for field in fields(Estimation)}
        command(*args, estimation=Estimation(**mine), **given)  # type: ignore[arg-type]

    before, after = _ESTIMATION[:2], _ESTIMATION[2:]
    for option in reversed((*before, engine, *after)):
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
        type=click.Choice(["fp32", "fp16", "bf16", "int8", "auto"]),
        default="fp32",
        show_default=True,
        help="What the networks compute in. blazepose: fp16 is twice as fast where the processor "
        "has it, and half of the joints move by less than a thousandth of the torso. gluoncv: bf16 "
        "is faster on processors with AMX and slower elsewhere, int8 needs `posture models "
        "quantise`, auto is bf16 where that is faster and the joints stay.",
    ),
)
_ENGINE_HELP = "What runs gluoncv: OpenVINO, or GluonCV's own code on MXNet to compare with"
_ENGINE = click.option(
    "--engine",
    type=click.Choice(["openvino", "mxnet"]),
    default="openvino",
    show_default=True,
    help=f"{_ENGINE_HELP}.",
)
_ENGINE_OR_RAY = click.option(
    "--engine",
    type=click.Choice(["openvino", "mxnet", RAY]),
    default="openvino",
    show_default=True,
    help=f"{_ENGINE_HELP}; or OpenVINO, for any estimator, in the processes of a Ray cluster.",
)


# Older releases of Click take no argument there.
class RulesName(click.ParamType):  # type: ignore[type-arg]
    """The name of a set of rules, or of what could be a file; what is in it, is seen later."""

    name = "rules"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is neither, with the names that there are."""
        path = value.lower().endswith(MODEL) or {os.sep, os.altsep} & set(value)
        there = os.path.exists(value)  # noqa: PTH110 - Path raises for names that are too long
        if value not in RULE_SETS and not path and not there:
            names = ", ".join(RULE_SETS)
            self.fail(f"{value!r} is none of {names}, and no file of `posture train`.", param, ctx)
        return value


rules = click.option(
    "--rules",
    type=RulesName(),
    default="default",
    show_default=True,
    metavar="NAME|FILE",
    help="Who judges: default for our rules, literature for published limits alone, deeplens for "
    "the DeepLens tutorial's rules as published, or a file of `posture train`.",
)


# Older releases of Click take no argument there.
class ProfileName(click.ParamType):  # type: ignore[type-arg]
    """The name of a profile of `posture calibrate`."""

    name = "profile"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what cannot be a name, so that none leads out of its folder."""
        from posture_cli.profiles import checked

        try:
            return checked(value)
        except ConfigError as error:
            self.fail(f"{error.message}: {error.hint}.", param, ctx)


def profile(meaning: str, default: str | None = None) -> Callable[[Command], Command]:
    """Let a command have the option `--profile`, with what it means there."""
    return click.option(
        "--profile",
        type=ProfileName(),
        default=default,
        show_default=default is not None,
        metavar="NAME",
        help=meaning,
    )


def profile_with(ctx: click.Context, rules: str, profile: str | None) -> str | None:
    """Return the profile to use: only the default rules have one.

    Raises:
        UsageError: If other rules are asked for together with one; one that is only in the
            settings steps back.
    """
    if profile is None or rules == "default":
        return profile
    if ctx.get_parameter_source("profile") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError(f"--profile {profile} needs --rules default, not {rules}.")
    return None


own_profile = profile("Judge hunching by the change since `posture calibrate --profile NAME`.")


def _number(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """Refuse `nan`, which is in every range."""
    if math.isnan(value):
        raise click.BadParameter("nan is no number of degrees.")
    return value


camera_roll = click.option(
    "--camera-roll",
    type=click.FloatRange(-45, 45),
    callback=_number,
    default=0.0,
    show_default=True,
    metavar="DEGREES",
    help="How far upright things lean to the right in the picture, where the camera is not level.",
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
