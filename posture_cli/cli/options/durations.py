"""Durations on the command line: a number with its unit."""

from __future__ import annotations

import re

import click

UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)", re.ASCII | re.IGNORECASE)
ZERO = "0"
"""The only one that needs no unit."""
LONGEST_S = 24 * 3600.0
NEGATIVE = re.compile(r"-[\d.]", re.ASCII)


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic only since Click 8.2
    """Turns `500ms`, `2s`, `1.5m` or `1h` into seconds."""

    name = "duration"

    def __init__(self, *, least_s: float = 0.0) -> None:
        """Set what is allowed.

        Args:
            least_s: The shortest duration that makes sense, seconds.
        """
        self._least_s = least_s

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):  # Click converts defaults that are converted already
            return value
        seconds = self._seconds(str(value).strip(), param, ctx)
        if not self._least_s <= seconds <= LONGEST_S:
            least = f"{self._least_s:g}s" if self._least_s else ZERO
            self.fail(f"{value} is not between {least} and 24h.", param, ctx)
        return seconds

    def _seconds(
        self, text: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if text == ZERO:
            return 0.0
        if not (match := DURATION.fullmatch(text)):
            self.fail(f"{text!r} is not a duration: write 500ms, 2s, 1.5m or 1h.", param, ctx)
        return float(match[1]) * UNITS_S[match[2].lower()]


class DurationCommand(click.Command):
    """A command with a duration as its argument: `-5m` is refused as one, not as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        negative = [each for each in args if NEGATIVE.match(each)]
        if negative and "--" not in args:
            args = [*(each for each in args if each not in negative), "--", *negative]
        return super().parse_args(ctx, args)
