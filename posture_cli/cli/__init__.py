"""The command line: options in, parts wired, text out."""

from __future__ import annotations

import atexit
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import click

from posture_cli import __version__
from posture_cli.cli import train_sagemaker
from posture_cli.cli.console.messages import refuse, say, say_ended, tell
from posture_cli.cli.console.signals import Ending
from posture_cli.cli.options.names import as_written, from_environment, one_of_several
from posture_cli.cli.options.paths import LocalPath
from posture_cli.errors import OutputError, PostureError, RequestError
from posture_cli.settings import Settings, default_path, is_there, read

INTERRUPTED, UNHEARD = 130, 141
"""Ended by Ctrl-C or SIGTERM, and because the reader of the output went away, as in `| head -1`:
128 and the number of the signal (SIGINT, SIGPIPE), as shells and other programs have it."""
PREFIX = "POSTURE"
"""What variables of the environment begin with that set options."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("demo", "setup", "doctor"),
    "Pictures and films": ("check", "label", "plot"),
    "At the desk": (
        *("watch", "status", "pause", "snooze", "resume", "stop", "calibrate", "profiles"),
        *("cameras", "notify-test", "history", "report"),
    ),
    "Measure and train": ("evaluate", "train", "collect", "split", "gate", "init"),
    "Serve, and models": ("serve", "models"),
}
"""All commands, as the help shows them."""
NAMES = tuple(sorted(chain.from_iterable(SECTIONS.values())))
SETTABLE = (
    *("calibrate", "check", "collect", "evaluate", "gate", "label", "plot", "serve", "split"),
    *("train", "watch"),
)
"""Those that a file of settings may set options of."""


class UnheardError(Exception):
    """Whoever read our output went away."""


class Commands(click.Group):
    """All commands, in sections.

    Click alone would call an output without a reader a failure, and write an empty line after an
    interruption.
    """

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections, all aligned."""
        width = max(map(len, self.commands))
        for title, names in SECTIONS.items():
            said = [(name.ljust(width), str(self.commands[name].short_help)) for name in names]
            with formatter.section(title):
                formatter.write_dl(said)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise UnheardError from error
        except KeyboardInterrupt as error:
            raise click.Abort from error


class Imported(Mapping[str, click.Command]):
    """All commands by name; each is imported when it is asked for, from the file of its name."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in NAMES:
            raise KeyError(name)
        word = name.replace("-", "_")
        command: click.Command = getattr(import_module(f"posture_cli.cli.{word}"), word)
        from_environment(command, f"{PREFIX}_{word.upper()}")
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@click.group(
    cls=Commands,
    commands=Imported(),
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": PREFIX},
)
@click.version_option(__version__, "-V", "--version", prog_name="posture")
@click.option(
    "--config",
    type=LocalPath(path_type=Path),
    metavar="FILE",
    help="Settings, TOML; without this, config.toml in the user's config folder if it is there.",
)
@click.pass_context
def posture(ctx: click.Context, config: Path | None) -> None:
    """Find the person in a side-view picture and say: sitting, standing or hunching.

    Everything runs on this machine, and pictures are kept only where you name a place for them.
    Only `posture models pull` and the address of a stream or a store open a connection.
    """
    ctx.default_map = _defaults(config)


def _defaults(config: Path | None) -> Settings:
    """Return the defaults of options that a file sets; a file that was named has to be there."""
    path = config or default_path()
    if path is None or (config is None and not is_there(path)):
        return {}
    commands = {name: posture.commands[name] for name in SETTABLE}
    settings = read(path, {name: _settable(command) for name, command in commands.items()})
    for name, command in commands.items():
        _wrap(settings.get(name, {}), command)
    watching, known = settings.get("watch", {}), _settable(posture.commands["notify-test"])
    return {**settings, "notify-test": {n: v for n, v in watching.items() if n in known.values()}}


def _wrap(values: dict[str, Any], command: click.Command) -> None:
    """Let one text stand for a list of one, where an option may be given more than once."""
    for option in command.params:
        if getattr(option, "multiple", False) and isinstance(values.get(str(option.name)), str):
            values[str(option.name)] = [values[str(option.name)]]


def _settable(command: click.Command) -> dict[str, str]:
    """Return the options of a command that a file may set, as written, with Click's names.

    One of several flags, such as the forms of the output of `check`, is none of them.
    """
    options = [option for option in command.params if isinstance(option, click.Option)]
    return {as_written(each): str(each.name) for each in options if not one_of_several(each)}


def main(ended: str = "interrupted") -> None:
    """Run `posture` and leave with its exit code; after a signal, say how it ended."""
    ending = Ending()  # first: what follows takes a second, and may be asked to end meanwhile
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads wait in a busy loop
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # it need not know every letter of a file name
            stream.reconfigure(errors="backslashreplace")
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - closed by our starter
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    with train_sagemaker.failure(sys.argv[1:]) as codes:
        code = _run(ending, ended)
        codes.append(code)
    ending.ignore()
    _leave(INTERRUPTED if ending.asked else code)


def _leave(code: int) -> NoReturn:
    """Leave with this exit code at once: everything is written and closed by now.

    If Python ended as usual, it would take apart all networks and modules, which takes a tenth of a
    second. It would also end threads that are still in FFmpeg, which waits for a stream that
    stalls, or in a network after an interruption; inside of C++ that aborts the process (134).
    """
    atexit._run_exitfuncs()  # no public name: temporary folders go
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(ending: Ending, ended: str = "interrupted") -> int:
    try:
        return _code(ending)
    except click.ClickException as error:
        refuse(error)
        return error.exit_code
    except RequestError as error:
        refuse(click.UsageError(f"{error.message}; {error.hint}."))
        return click.UsageError.exit_code
    except PostureError as error:
        tell(error.message, error.hint)
        return 1
    except (KeyboardInterrupt, click.Abort) as error:
        _say_how(ended, error.__cause__ if ending.asked else error)
        return INTERRUPTED
    except MemoryError:
        tell("there is not enough memory", "close other programs, or give it smaller files")
        return 1
    except (UnheardError, BrokenPipeError):
        _silence()
        return UNHEARD
    except OSError as error:
        tell(f"the output cannot be written: {error.strerror}", "is the disk full?")
        _silence()
        return 1


def _say_how(ended: str, error: BaseException | None) -> None:
    """Say how it ended, and what a command says with its interruption: how to go on."""
    cause = error.__cause__ if isinstance(error, click.Abort) else error
    say_ended(f"posture: {ended}", asking=cause is None)  # None: Click's, of a question
    if isinstance(cause, KeyboardInterrupt) and cause.args:
        say(f"  {cause.args[0]}")


def _silence() -> None:
    """Let nothing be left to flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _code(ending: Ending) -> int:
    """Run the command and return its exit code.

    Raises:
        KeyboardInterrupt: After a signal, whatever it became on its way: modules in C turn it into
            an error of their own when it comes while they are imported.
    """
    try:
        with ending.interrupts():
            given = train_sagemaker.words(sys.argv[1:])
            code = int(posture.main(given, standalone_mode=False) or 0)
            sys.stdout.flush()
            return code
    except BaseException as error:
        if not ending.asked:
            raise
        if isinstance(error, OutputError):  # something could not be finished
            tell(error.message, error.hint)
        raise KeyboardInterrupt from error
