"""`posture serve`: an HTTP endpoint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.core import ParameterSource

from posture_cli.cli.options import Advanced, SectionedCommand
from posture_cli.cli.options.durations import Duration
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.judging import judging
from posture_cli.cli.options.names import named as on_command_line
from posture_cli.cli.options.paths import LocalPath
from posture_cli.cli.options.workers import side_by_side

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.judging import Judging

TOKEN = "POSTURE_SERVE_TOKEN"
"""Variable with the token; an option would show it to everybody who lists processes."""


@click.command(cls=SectionedCommand, short_help="Answer over HTTP: an endpoint and a page.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Where to listen; 0 for any free port.",
)
@click.option("--open", "opens", is_flag=True, help="Open its page in the browser.")
@click.option(
    "--token-file",
    type=LocalPath(path_type=Path),
    metavar="FILE",
    help=f"File with the token that clients have to send; or set {TOKEN}.",
)
@click.option("--insecure", is_flag=True, help="Let other machines ask without a token.")
@click.option(
    "--certificate", type=LocalPath(path_type=Path), metavar="FILE", help="For https, PEM."
)
@click.option("--key", type=LocalPath(path_type=Path), metavar="FILE", help="Its key, PEM.")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="Also answer to this name; may be given more than once.",
)
@click.option(
    "--max-body",
    "body_mib",
    type=click.IntRange(1, 1024),
    default=6,
    show_default=True,
    metavar="MIB",
    help="Largest body of a request.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=Duration(least_s=1.0),
    default="60s",
    show_default=True,
    help="Longest time for a request.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=0),
    default=32,
    show_default=True,
    metavar="N",
    help="Requests that may wait; others get 503.",
)
@click.option(
    "--workers",
    cls=Advanced,
    type=side_by_side,
    default="auto",
    show_default=True,
    metavar="N",
    help="Networks side by side; auto by the number of cores.",
)
@click.option(
    "--log",
    type=click.Choice(["none", "text", "json"]),
    default="text",
    show_default=True,
    help="One line per request on stderr.",
)
@judging
@estimation
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    opens: bool,
    token_file: Path | None,
    insecure: bool,
    certificate: Path | None,
    key: Path | None,
    allowed: tuple[str, ...],
    body_mib: int,
    timeout_s: float,
    queue: int,
    workers: int | Literal["auto"],
    log: str,
    judging: Judging,
    estimation: Estimation,
) -> None:
    """Answer over HTTP: pictures in, labels out, for programs, platforms and people.

    \b
    posture serve --open
    curl --data-binary @photo.jpg http://127.0.0.1:8080/invocations

    The page at / takes pictures and the camera. docs/serve.md lists all addresses. Nothing is
    kept. It ends with Ctrl-C or SIGTERM, after what was accepted is answered.

    Exit codes: 1 it cannot start, 2 wrong usage, 130 ended by Ctrl-C or SIGTERM.
    """
    from posture_cli.cli import serve_run as serving  # heavy, and an extra
    from posture_cli.serve.app import Limits
    from posture_cli.serve.guard import is_loopback
    from posture_cli.serve.server import Serving

    if insecure and is_loopback(host) and on_command_line(ctx, "insecure"):
        raise click.UsageError(f"--insecure goes with --host: nobody else can reach {host}.")
    token = serving.token_of(token_file, os.environ.get(TOKEN))
    named = ctx.get_parameter_source("rules") is not ParameterSource.DEFAULT
    serving.run(
        Serving(
            host,
            port,
            serving.guard(host, allowed, token, insecure=insecure),
            Limits(serving.body_bytes(body_mib, os.environ), timeout_s),
            queue,
            certificate,
            key,
        ),
        estimation,
        serving.rules_for(judging, named=named),
        workers,
        log,
        opens=opens,
    )
