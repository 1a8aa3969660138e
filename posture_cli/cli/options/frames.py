"""The options that say which frames of a video to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from posture_cli.cli.options import group

if TYPE_CHECKING:
    from posture_cli.inputs.video.frames import Every

STRENGTH = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
)


def _every(every: int | None, rate: float | None) -> Every:
    """Return which frames to look at: the command line counts more than the environment, and that
    more than the settings.

    Raises:
        UsageError: If one place asks for both.
    """
    from posture_cli.inputs.video.frames import ONE_A_SECOND, Every  # heavy: only for work

    if every is not None and rate is not None:
        ctx = click.get_current_context()
        first, second = (STRENGTH.index(_source(ctx, name)) for name in ("every", "rate"))
        if first == second:
            raise click.UsageError("--every and --rate exclude each other.", ctx)
        every, rate = (every, None) if first < second else (None, rate)
    if rate is not None:
        return Every(rate=rate)
    return Every(every) if every is not None else ONE_A_SECOND


def _source(ctx: click.Context, name: str) -> ParameterSource:
    return ctx.get_parameter_source(name) or ParameterSource.DEFAULT


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
)
"""Gives a command these options, and their values as `every`."""
