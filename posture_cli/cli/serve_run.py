"""What `posture serve` does: put a server together and run it."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from posture_cli import reading
from posture_cli.api import Posture
from posture_cli.cli.console.messages import say, tell
from posture_cli.errors import ConfigError, DependencyError, RequestError
from posture_cli.estimators import Estimation
from posture_cli.judging import Judging
from posture_cli.serve.guard import Guard, hosts_of, is_loopback

try:
    from posture_cli.serve.app import MIB
    from posture_cli.serve.server import Serving, log_line, serve
except ImportError as error:  # they are an extra
    NEEDS = f"pip install 'posture-cli[serve]' ({error.name} cannot be imported)"
    raise DependencyError("an endpoint needs more packages", hint=NEEDS) from error

MODEL_RULES = Path("/opt/ml/model/judge.json")
"""Rules of `posture train`, where SageMaker unpacks a model; the file by its exact name, as other
files lie beside it. Source: SageMaker's container contract."""
MOST_TOKEN_BYTES = 4096
"""Our limit."""
LEAST_TOKEN_LETTERS = 16
"""As hex digits, 64 bits: what OWASP's cheat sheet on sessions wants, against guessing."""
EVERYWHERE = ("0.0.0.0", "::")
"""Hosts that are no address to go to."""
BATCH_MIB = "SAGEMAKER_MAX_PAYLOAD_IN_MB"
"""Variable of a batch of SageMaker: the largest body that it sends."""


def guard(host: str, allowed: tuple[str, ...], token: str | None, *, insecure: bool) -> Guard:
    """Return who may come in.

    Raises:
        RequestError: If others could reach a server without a token, and nobody said so.
    """
    if not is_loopback(host) and token is None and not insecure:
        message = f"at {host}, other machines can send pictures to this server"
        hint = "set a token (--token-file), or say --insecure if something else keeps them out"
        raise RequestError(message, hint=hint)
    return Guard(hosts_of(host, allowed), token)


def token_of(file: Path | None, variable: str | None) -> str | None:
    """Return the token: what a file says, else what the environment says.

    Raises:
        ConfigError: If the file cannot be read, or the token could be guessed.
    """
    if file is None:
        return _hard_to_guess(variable, "the token in the environment") if variable else None
    try:
        token = reading.content(file, MOST_TOKEN_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        message = f"the token file {file} cannot be read"
        raise ConfigError(message, hint="check its name and who may read it") from error
    return _hard_to_guess(token, f"the token in {file}")


def _hard_to_guess(token: str, where: str) -> str:
    """Return a token without spaces around it.

    Raises:
        ConfigError: If it is so short that it could be guessed.
    """
    token = token.strip()
    if len(token) < LEAST_TOKEN_LETTERS:
        message = f"{where} has {len(token)} characters, and needs at least {LEAST_TOKEN_LETTERS}"
        raise ConfigError(message, hint="make one with: openssl rand -hex 16")
    return token


def rules_for(judging: Judging, *, named: bool, model: Path = MODEL_RULES) -> Judging:
    """Return who judges: the rules beside a model if none were named and they are there."""
    return judging if named or not model.is_file() else replace(judging, rules=str(model))


def body_bytes(mib: int, environment: Mapping[str, str]) -> int:
    """Return the largest body: what a batch of SageMaker sends, if that is larger."""
    batch = environment.get(BATCH_MIB, "")
    return MIB * max(mib, int(batch) if batch.isascii() and batch.isdigit() else 0)


def run(
    serving: Serving,
    estimation: Estimation,
    judging: Judging,
    workers: int | Literal["auto"],
    log: str,
    *,
    opens: bool = False,
) -> None:
    """Serve until a signal.

    Args:
        serving: How to serve.
        estimation: How people are found.
        judging: How they are judged, where a request does not say otherwise.
        workers: Networks side by side.
        log: `none`, or the form of a line per request.
        opens: Whether to open the page in the browser.
    """

    def write(known: Mapping[str, Any]) -> None:
        if log != "none":
            say(log_line(known, as_json=log == "json"))

    def begun(address: str) -> None:
        say(f"serving at {address}, Ctrl-C ends it")
        if opens:  # some browsers only come back when they are closed
            page = page_of(address, serving)
            threading.Thread(target=open_page, args=(page,), daemon=True).start()

    posture = Posture(estimation, judging, workers=workers)
    for remark in posture.remarks():
        say(remark)
    for advice in posture.judging.unlike(posture.estimator):
        tell(*advice)
    serve(posture, serving, write, begun)


def page_of(address: str, serving: Serving) -> str:
    """Return where the browser of this machine finds the page."""
    if serving.host not in EVERYWHERE:
        return f"{address}/"
    scheme, port = address.partition(":")[0], address.rpartition(":")[2]
    names = serving.guard.hosts - {serving.host}
    return f"{scheme}://{min(names, default='127.0.0.1')}:{port}/"


def open_page(page: str) -> None:
    """Open an address in the browser, or say that it cannot be done."""
    if not webbrowser.open(page):
        tell("no browser could be opened", f"open {page} yourself")
