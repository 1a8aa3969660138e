"""The option that says whom to report if there are several people."""

from __future__ import annotations

import re

import click

TRACK = re.compile(r"track:([1-9]\d{0,8})", re.ASCII)
NAMES = ("largest", "central", "profile")
METAVAR = "largest|central|track:N|profile"


class Person(click.ParamType):  # type: ignore[type-arg]  # generic only since Click 8.2
    """Takes the name of a choice, or `track:N`."""

    name = "person"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        text = str(value).strip().lower()
        if text not in NAMES and not TRACK.fullmatch(text):
            self.fail(
                f"{value!r} is none of {METAVAR.replace('|', ', ')}; N is 1 or more.", param, ctx
            )
        return text
