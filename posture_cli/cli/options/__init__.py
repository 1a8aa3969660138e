"""Options that several commands share: a group, one decorator and one frozen value per file.

    estimation = group("estimation", Estimation, click.option("--estimator", ...), ...)

    @estimation
    def check(estimation: Estimation) -> None: ...

Options that few people need are `Advanced`: `--help` shows them at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., None])
Option = Callable[[Callable[..., None]], Callable[..., None]]


def group(
    name: str, value: Callable[..., object], *options: Option
) -> Callable[[Command], Command]:
    """Return a decorator that gives a command some options, and their values as one.

    Args:
        name: The parameter of the command that gets the value.
        value: A frozen dataclass, or what makes one: called with the options by their names.
        options: Made by `click.option`, in the order of the help.
    """
    names = _names(options)

    def decorated(command: Command) -> Command:
        @wraps(command)
        def gathered(*args: object, **given: object) -> None:
            mine = {name: given.pop(name) for name in names}
            command(*args, **{name: value(**mine)}, **given)

        made: Callable[..., None] = gathered
        for option in reversed(options):
            made = option(made)
        return cast(Command, made)

    return decorated


def _names(options: Iterable[Option]) -> list[str]:
    """Return what Click calls the values of options."""

    def probe() -> None:
        """Collect options as a command does."""

    for option in options:
        option(probe)
    params = probe.__click_params__  # type: ignore[attr-defined]
    return list(dict.fromkeys(str(param.name) for param in params))


class Advanced(click.Option):
    """An option that few people need."""


class SectionedCommand(click.Command):
    """A command whose help shows advanced options at the end, under a heading of their own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in two sections."""
        usual: list[tuple[str, str]] = []
        advanced: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record:
                (advanced if isinstance(param, Advanced) else usual).append(record)
        for title, records in (("Options", usual), ("Advanced", advanced)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


verbose = click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is used.")
