"""What is written for people: news and problems on stderr, text on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click

from posture_cli.cli.console.progress import clear, is_terminal
from posture_cli.core.masking import masked, one_line
from posture_cli.errors import PostureError

Item = TypeVar("Item")


def tell(message: str, hint: str) -> None:
    """Say what is wrong and what to do."""
    clear()
    prefix = click.style("posture:", fg="red")
    colour = False if os.environ.get("NO_COLOR") else None
    click.echo(f"{prefix} {plain(message)}\n  {plain(hint)}", err=True, color=colour)


def say(text: str) -> None:
    """Say one line of news."""
    clear()
    click.echo(plain(text), err=True)


def say_ended(text: str, *, asking: bool = False) -> None:
    """Say one line after Ctrl-C, in place of the `^C` that a terminal shows where the cursor is.

    Args:
        text: The line.
        asking: Whether a question stands on the line of the cursor, which is to stay.
    """
    if is_terminal() and not asking:
        click.echo("\r\x1b[K", err=True, nl=False)
    elif sys.stderr.isatty():
        click.echo(err=True)
    say(text)


def say_written(paths: Iterable[Path], more: str = "") -> None:
    """Say that files or folders are there which were asked for."""
    for path in paths:
        say(f"{click.format_filename(path)} is written{more}")


def out(text: str) -> None:
    """Write lines of text to standard output; a terminal gets no control character of others."""
    if sys.stdout.isatty():
        text = "\n".join(map(one_line, text.split("\n")))
    click.echo(text)


def refuse(error: click.ClickException) -> None:
    """Say what is wrong with a command line; of one without a command, the help."""
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):  # since Click 8.2
        error.show()
        return
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):  # Click cuts it at a `=`, and a password with it
        scheme, found, _ = error.option_name.partition("://")
        message = message.replace(error.option_name, f"{scheme}{found}")
    if not isinstance(error, click.MissingParameter):  # it has several lines, all of them ours
        message = plain(message)
    if isinstance(error, click.UsageError):
        click.UsageError(message, error.ctx).show()
    else:
        click.ClickException(message).show()


def plain(text: str) -> str:
    """Return a message in one line, without control characters and without secrets."""
    return one_line(masked(text))


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
