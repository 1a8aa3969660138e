"""What `posture label` was asked for, and what of it decides the rows."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import click

from posture_cli import __version__
from posture_cli.api import Workers
from posture_cli.cli.options.estimation import Estimation
from posture_cli.inputs.pictures import STDIN
from posture_cli.inputs.stores import addresses
from posture_cli.label import formats
from posture_cli.label.journal import place
from posture_cli.profiles import Profiles

SHORT = 200
"""Letters of inputs that are written out in the journal; longer ones by their SHA. Guess."""
REPLAY = "replay:"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `posture label`, as they were given."""

    inputs: tuple[str, ...]
    output: Path
    sort: Path | None
    annotate: Path | None
    every: int | None
    rate: float | None
    coco_annotations: Path | None
    workers: Workers
    restart: bool
    force: bool
    quiet: bool
    estimation: Estimation
    rules: str
    profile: str | None
    camera_roll: float
    cluster: str | None = None
    """The Ray cluster that does the work, `local` for one of our own; None for this process."""
    address: str | None = None
    """Where the output is put when it is done, if it does not stay on this machine."""


def results(asked: Asked) -> list[Path]:
    """Return what is written: none of it is to be labelled."""
    files = [*formats.places(asked.output), place(asked.output)]
    return [*files, *(folder for folder in (asked.sort, asked.annotate) if folder)]


def without_results(asked: Asked) -> tuple[str, ...]:
    """Return the inputs but for results: `*` means them too, as soon as they are there.

    Raises:
        UsageError: If nothing is left.
    """
    ours = {os.path.realpath(path) for path in results(asked)}
    left = tuple(name for name in asked.inputs if _place(name) not in ours)
    if not left:
        names = shlex.join(asked.inputs)
        raise click.UsageError(f"{names}: results are written there; name another place for them.")
    return left


def _place(name: str) -> str | None:
    """Return where an input really is; None if that is no place."""
    try:
        return None if name == STDIN or addresses.is_address(name) else os.path.realpath(name)
    except ValueError:  # a NUL in it: told when it is read
        return None


def check_places(asked: Asked) -> None:
    """See that nothing is to be put into what is made in one piece when all is done.

    Raises:
        UsageError: If so: such a run could never end.
    """
    out = "the journal of -o" if asked.address else "-o"
    places = {out: asked.output, "--sort": asked.sort, "--annotate": asked.annotate}
    real = {name: Path(os.path.realpath(path)) for name, path in places.items() if path}
    for whole in real.keys() & {"-o", "--sort"}:
        for name in real.keys() - {whole}:
            if real[name].is_relative_to(real[whole]):
                why = f"lies in {places[whole]}, which {whole} makes in one piece at the end"
                raise click.UsageError(f"{name} {places[name]} {why}; name another place.")


def decisive(asked: Asked, estimator: str) -> dict[str, str]:
    """Return what decides the rows, by names that people know: another of it, another journal."""
    estimation = {f"--{k.replace('_', '-')}": v for k, v in asdict(asked.estimation).items()}
    all_of_it = {
        "version": __version__,
        "folder": Path.cwd(),
        "INPUT": _short(shlex.join(map(addresses.shown, asked.inputs))),
        **({"-o": asked.address} if asked.address else {}),
        **estimation,
        "--estimator": _with_content(asked.estimation.estimator.removeprefix(REPLAY), estimator),
        "--rules": _with_content(asked.rules, asked.rules),
        "--profile": _with_content(_profile_file(asked.profile), asked.profile or ""),
        "--camera-roll": asked.camera_roll,
        "--every": asked.every or "",
        "--rate": asked.rate or "",
        "--annotate": asked.annotate or "",
        "--sort": asked.sort or "",
    }
    return {name: str(value) for name, value in all_of_it.items()}


def _short(text: str) -> str:
    if len(text) <= SHORT:
        return text
    return f"{text[:SHORT]}... (SHA {_sha(os.fsencode(text))})"


def _profile_file(name: str | None) -> Path | None:
    return None if name is None else Profiles().path(name)


def _with_content(file: str | Path | None, name: str) -> str:
    """Return a name; with the SHA of its content, where it is a file."""
    try:
        return f"{name} (SHA {_sha(Path(file).read_bytes())})" if file else name
    except (OSError, ValueError):
        return name


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]
