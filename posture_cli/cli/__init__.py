"""The command line: options in, parts wired, text out."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click

from posture_cli import __version__
from posture_cli.cli.check import check
from posture_cli.cli.messages import complain
from posture_cli.cli.models import models
from posture_cli.config import Settings, default_path, read
from posture_cli.errors import PostureError

INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "POSTURE"}
)
@click.version_option(__version__, prog_name="posture")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settings, TOML; without this, config.toml in the user's config folder if it is there.",
)
@click.pass_context
def posture(ctx: click.Context, config: Path | None) -> None:
    """Find the person in a side-view picture and say: sitting, standing or hunching.

    Everything runs on this machine and no picture is kept. Only `posture models pull` opens a
    connection.
    """
    ctx.default_map = _defaults(config)


def _defaults(config: Path | None) -> Settings:
    """Return the defaults of options that a file sets; a file that was named has to be there."""
    path = config or default_path()
    if path is None or (config is None and not path.is_file()):
        return {}
    names = [option.name for option in check.params if isinstance(option, click.Option)]
    return read(path, {"check": [name for name in names if name and name != "form"]})


posture.add_command(check)
posture.add_command(models)


def main() -> None:
    """Run `posture` and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # it need not know every letter of a file name
            stream.reconfigure(errors="backslashreplace")
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - closed by our starter
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    sys.exit(_run())


def _run() -> int:
    try:
        code = int(posture.main(standalone_mode=False) or 0)
        sys.stdout.flush()
        return code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except PostureError as error:
        complain(error.message, error.hint)
        return 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nposture: interrupted", err=True)
        return INTERRUPTED
    except OSError as error:
        complain(f"the output cannot be written: {error.strerror}", "is the disk full?")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush
        return 1
