"""How many networks run side by side."""

from __future__ import annotations

from typing import Literal

import click

MOST_WORKERS = 64


def side_by_side(value: object) -> int | Literal["auto"]:
    """Turn digits into a number from 1, and refuse what is neither that nor `auto`."""
    text = str(value)
    if text == "auto":
        return "auto"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_WORKERS:
        raise click.BadParameter(f"{text!r} is neither auto nor a number from 1 to {MOST_WORKERS}.")
    return int(text)
