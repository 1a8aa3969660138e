"""What is said on stderr: news, and problems with what to do about them."""

from __future__ import annotations

import os

import click

from posture_cli.cli.console.progress import clear


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
