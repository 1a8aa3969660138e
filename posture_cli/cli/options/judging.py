"""The options of `Judging`: who judges, and how the camera is held."""

from __future__ import annotations

import math
import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from posture_cli.cli.options import group
from posture_cli.cli.options.names import named
from posture_cli.errors import ConfigError

if TYPE_CHECKING:
    from posture_cli.judging import Judging

RULE_SETS = ("default", "rules", "strict", "literature", "deeplens")
MODEL = ".json"
"""The ending of a file of `posture train`; others are taken too if they are there."""


def rules_name(value: str) -> str:
    """Refuse what is no set of rules and cannot be a file; its content is read later."""
    path = value.lower().endswith(MODEL) or {os.sep, os.altsep} & set(value)
    there = os.path.exists(value)  # noqa: PTH110 - Path raises for names that are too long
    if value not in RULE_SETS and not path and not there:
        names = ", ".join(RULE_SETS)
        near = get_close_matches(value.lower(), RULE_SETS, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise click.BadParameter(
            f"{value!r} is not one of {names}, and not a file from `posture train`.{meant}"
        )
    return value


def profile_name(value: str) -> str:
    """Refuse what cannot be a name of a profile, so that none leads out of its folder."""
    from posture_cli.judging.profiles import checked

    try:
        return checked(value)
    except ConfigError as error:
        raise click.BadParameter(f"{error.message}: {error.hint}.") from error


def _number(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """Refuse `nan`, which is in every range."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number of degrees.")
    return value


def _profile(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the profile to use: only the default rules have one.

    Raises:
        UsageError: If other rules are asked for together with one; one that is only in the
            settings steps back.
    """
    rules = ctx.params.get("rules", RULE_SETS[0])  # it is an eager option: it is there already
    if value is None or rules == RULE_SETS[0]:
        return value
    if named(ctx, "profile"):
        raise click.UsageError(f"--profile {value} needs --rules default, not {rules}.", ctx)
    return None


rules = click.option(
    "--rules",
    type=rules_name,
    is_eager=True,
    default=RULE_SETS[0],
    show_default=True,
    metavar="NAME|FILE",
    help="Who judges: default for our rules and a network for what they cannot see; rules for the "
    "rules alone; strict for the whole body in profile, else unknown; literature for published "
    "limits alone; deeplens for the DeepLens tutorial's rules; or a file of `posture train`.",
)
own_profile = click.option(
    "--profile",
    type=profile_name,
    callback=_profile,
    metavar="NAME",
    help="Judge hunching by the change since `posture calibrate --profile NAME`.",
)
roll = click.option(
    "--camera-roll",
    "roll_deg",
    type=click.FloatRange(-45, 45),
    callback=_number,
    default=0.0,
    show_default=True,
    metavar="DEGREES",
    help="How far upright things lean to the right in the picture, where the camera is not level.",
)


def _judging(**given: Any) -> Judging:
    from posture_cli.judging import Judging  # heavy: only when there is work

    return Judging(**given)


judging = group("judging", _judging, rules, own_profile, roll)
"""Gives a command these options, and their values as `judging`."""
rules_and_roll = group("judging", _judging, rules, roll)
"""The same for commands that judge many people."""
camera_roll = group("judging", _judging, roll)
"""The same for commands that always judge by the default rules."""
