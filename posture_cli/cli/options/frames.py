"""The options that say which frames of a video to look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from posture_cli.cli.options import Advanced, group
from posture_cli.cli.options.names import named

if TYPE_CHECKING:
    from posture_cli.inputs.video.frames import Every

A_SECOND = 1.0
"""Frames per second, as `frames.ONE_A_SECOND` says."""
ASPECT = re.compile(r"(\d{1,5}(?:\.\d+)?):(\d{1,5}(?:\.\d+)?)", re.ASCII)
STRENGTH = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
)


LARGEST_ASPECT = 4
"""As what a video says is believed: see `vision.MOST_ASPECT`."""


def _aspect(value: object) -> float:
    """Turn `64:45` into a number."""
    if isinstance(value, float):  # Click converts what is converted already
        return value
    match = ASPECT.fullmatch(str(value).strip())
    number = float(match[1]) / float(match[2]) if match and float(match[2]) else 0.0
    if not 1 / LARGEST_ASPECT <= number <= LARGEST_ASPECT:
        raise click.BadParameter(f"{value!r} is not like 64:45, between 1:4 and 4:1.")
    return number


def _every(every: int | None, rate: float | None, pixel_aspect: float | None) -> Every:
    """Return which frames to look at: the command line counts more than the environment, and that
    more than the settings.

    Raises:
        UsageError: If one place asks for both.
    """
    from posture_cli.inputs.video.frames import Every  # heavy: only for work

    ctx = click.get_current_context()
    if every is not None and rate is not None:
        first, second = (STRENGTH.index(_source(ctx, name)) for name in ("every", "rate"))
        if first == second:
            raise click.UsageError("--every and --rate exclude each other.", ctx)
        every, rate = (every, None) if first < second else (None, rate)
    asked = named(ctx, "every", "rate", "pixel_aspect")
    if every is not None:
        return Every(every, pixel_aspect=pixel_aspect, asked=asked)
    return Every(rate=A_SECOND if rate is None else rate, pixel_aspect=pixel_aspect, asked=asked)


def _source(ctx: click.Context, name: str) -> ParameterSource:
    return ctx.get_parameter_source(name) or ParameterSource.DEFAULT


pixel_aspect = click.option(
    "--pixel-aspect",
    cls=Advanced,
    type=_aspect,
    metavar="W:H",
    help="Width and height of a pixel, such as 64:45, where a video or camera does not say it, or "
    "says it wrong.",
)
frames = group(
    "every",
    _every,
    click.option(
        "--every", type=click.IntRange(min=1), metavar="N", help="Of a video, take each N-th frame."
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0, min_open=True, max=1000),
        metavar="N",
        help="Of a video, take N frames per second; 1 if neither is given.",
    ),
    pixel_aspect,
)
"""Gives a command these options, and their values as `every`."""
