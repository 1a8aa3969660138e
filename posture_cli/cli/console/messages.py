"""What is said on stderr: news, and problems with what to do about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from posture_cli.cli.console.progress import clear
from posture_cli.errors import PostureError

Item = TypeVar("Item")


def tell(message: str, hint: str) -> None:
    """Say what is wrong and what to do."""
    clear()
    prefix = click.style("posture:", fg="red")
    colour = False if os.environ.get("NO_COLOR") else None
    click.echo(f"{prefix} {message}\n  {hint}", err=True, color=colour)


def say(text: str) -> None:
    """Say one line of news."""
    clear()
    click.echo(text, err=True)


def each(items: Iterable[Item], work: Callable[[Item], None]) -> int:
    """Do something for each, say what fails and go on; return the exit code."""
    failed = False
    for item in items:
        try:
            work(item)
        except PostureError as error:
            tell(error.message, error.hint)
            failed = True
    return int(failed)
