"""What options are called in the settings and in the environment: what the command line calls them.

Click calls some otherwise, because `break` and `from` are words of Python.
"""

from __future__ import annotations

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from posture_cli.cli.options import Option


def as_written(option: click.Option) -> str:
    """Return what an option is called on the command line, with underscores."""
    flags = (*option.opts, *option.secondary_opts)
    return next(flag for flag in flags if flag.startswith("--"))[2:].replace("-", "_")


def named(ctx: click.Context, *names: str) -> tuple[str, ...]:
    """Return which of these options are on the command line, such as `--keep-camera`.

    What is only in the settings or the environment is for other uses too, and steps back in
    silence.

    Args:
        ctx: Of the command.
        names: What Click calls them.
    """
    return tuple(
        f"--{as_written(option).replace('_', '-')}"
        for option in ctx.command.params
        if isinstance(option, click.Option)
        and option.name in names
        and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    )


def one_of_several(option: click.Option) -> bool:
    """Whether this is one of the flags that share a value, such as the forms of the output."""
    return option.is_flag and not option.is_bool_flag


def from_environment(command: click.Command, prefix: str) -> None:
    """Let options come from the environment by the names that people know, as all others do.

    Args:
        command: The command; those in a group are included.
        prefix: What its variables begin with, without the last underscore.
    """
    for option in command.params:
        if not isinstance(option, click.Option) or one_of_several(option):
            continue
        if (name := as_written(option)) != option.name:
            option.envvar = f"{prefix}_{name.upper()}"
    for name, part in getattr(command, "commands", {}).items():
        from_environment(part, f"{prefix}_{name.replace('-', '_').upper()}")


def complete_files(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Let the shell complete the name of a file or a folder."""
    return [CompletionItem(incomplete, type="file")]


def inputs(metavar: str) -> Option:
    """Return the argument of the commands that read any number of files, at least one."""
    return click.argument(
        "inputs", nargs=-1, required=True, metavar=metavar, shell_complete=complete_files
    )
