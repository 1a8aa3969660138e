"""Every place of the command line where a person can put a text, and what is said about it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple, cast

import click
import pytest
import uvicorn

from posture_cli import cli
from posture_cli.cli.console.signals import Ending

VALUE = "VALUE"
"""Stands for the text."""
GIVEN = {"output": ["-o", "out.csv"], "label": ["--label", "sitting"]}
"""Options that have to be there."""


class Undisturbed:
    """An `Ending` that nobody asks for, and that leaves the signals of this process alone."""

    asked = False
    interrupts = staticmethod(nullcontext)


class Place(NamedTuple):
    """The words of a command line and the variables of the environment with `VALUE` in one."""

    words: tuple[str, ...]
    variables: Mapping[str, str] = {}
    settings: str = ""


def places() -> Iterator[Place]:
    """Yield every argument, option, variable and setting."""
    yield Place((VALUE,))
    yield Place((f"--{VALUE}",))
    yield Place(("--config", VALUE, "profiles"))
    yield Place(("profiles",), {"POSTURE_CONFIG": VALUE})
    yield Place(("models", "pull", "ssd_512_mobilenet1.0_coco"), {"MXNET_GLUON_REPO": VALUE})
    yield Place(("check", "a.jpg"), settings=f'[check]\n"{VALUE}" = 1\n')
    for path, command in _commands((), cli.posture):
        needed = [w for p in command.params if p.required for w in GIVEN.get(str(p.name), [])]
        inputs = [p for p in command.params if isinstance(p, click.Argument)]
        named = [w for p in inputs for w in ["no.jpg"] * max(p.nargs, 1)]
        if inputs:
            yield Place((*path, *needed, *[VALUE] * len(named)))
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_flag:
                yield from _of(option, path, (*needed, *named))


def _commands(
    path: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from _commands((*path, name), part)
    else:
        yield path, command


def _of(option: click.Option, path: tuple[str, ...], others: tuple[str, ...]) -> Iterator[Place]:
    values = [VALUE] if option.nargs == 1 else ["5s", VALUE]
    yield Place((*path, *others, option.opts[0], *values))
    if option.nargs == 1:
        name = "_".join((cli.PREFIX, *path, str(option.name))).replace("-", "_").upper()
        yield Place((*path, *others), {name: VALUE})
    setting = option.opts[-1].removeprefix("--")
    for value in (f'"{VALUE}"', f'["{VALUE}", 1]', f'{{ a = "{VALUE}" }}'):
        yield Place((*path, *others), settings=f"[{path[0]}]\n{setting} = {value}\n")


class _Tty(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def said(place: Place, value: str, folder: Path, *, terminal: bool = False) -> str:
    """Run a command line with a text in a place; return its standard output and error."""
    kind = _Tty if terminal else io.TextIOWrapper
    streams = [kind(io.BytesIO(), "utf-8", errors="backslashreplace") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(uvicorn.Server, "run", lambda *_, **__: None)  # `serve` would never end
        patch.setattr("posture_cli.terminal._draws", lambda stream: False)  # it needs a real one
        patch.setenv("TERM", "dumb")  # no bar of progress, which moves the cursor
        for name in [name for name in os.environ if name.startswith(cli.PREFIX)]:
            patch.delenv(name)
        for variable, text in place.variables.items():
            patch.setenv(variable, text.replace(VALUE, value))
        words = [word.replace(VALUE, value) for word in place.words]
        if place.settings:
            quoted = "".join(c if c.isalnum() else f"\\U{ord(c):08x}" for c in value)
            settings = place.settings.replace(VALUE, quoted)
            (folder / "settings.toml").write_text(settings, "utf-8")
            words = ["--config", "settings.toml", *words]
        patch.setattr(sys, "argv", ["posture", *words])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO())))
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        cli._run(cast(Ending, Undisturbed()))
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return "".join(texts)
