"""What `posture label` is asked for, and what of it decides the rows."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from posture_cli import __version__
from posture_cli.api import Workers
from posture_cli.errors import RequestError
from posture_cli.estimators import Estimation
from posture_cli.inputs.pictures import STDIN
from posture_cli.inputs.stores import addresses
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging
from posture_cli.label import formats
from posture_cli.label.journal import place
from posture_cli.profiles import Profiles

SHORT = 200
"""Letters of inputs that are written out in the journal; longer ones by their SHA. Guess."""
REPLAY = "replay:"


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """The inputs and options of `posture label`."""

    inputs: tuple[str, ...]
    output: Path
    sort: Path | None
    annotate: Path | None
    every: Every
    coco_annotations: Path | None
    workers: Workers
    restart: bool
    force: bool
    estimation: Estimation
    judging: Judging
    cluster: str | None = None
    """The Ray cluster that does the work, `local` for one of our own; None for this process."""
    address: str | None = None
    """Where the output is put when it is done, if it does not stay on this machine."""


def results(request: LabelRequest) -> list[Path]:
    """Return what is written: none of it is to be labelled."""
    files = [*formats.places(request.output), place(request.output)]
    return [*files, *(folder for folder in (request.sort, request.annotate) if folder)]


def without_results(request: LabelRequest) -> tuple[str, ...]:
    """Return the inputs but for results: `*` means them too, as soon as they are there.

    Raises:
        RequestError: If nothing is left.
    """
    ours = {os.path.realpath(path) for path in results(request)}
    left = tuple(name for name in request.inputs if _place(name) not in ours)
    if not left:
        names = shlex.join(request.inputs)
        message = f"{names}: results are written there"
        raise RequestError(message, hint="name another place for them")
    return left


def _place(name: str) -> str | None:
    """Return where an input really is; None if that is no place."""
    try:
        return None if name == STDIN or addresses.is_address(name) else os.path.realpath(name)
    except ValueError:  # a NUL in it: told when it is read
        return None


def check_places(request: LabelRequest) -> None:
    """See that nothing is to be put into what is made in one piece when all is done.

    Raises:
        RequestError: If so: such a run could never end.
    """
    out = "the journal of -o" if request.address else "-o"
    places = {out: request.output, "--sort": request.sort, "--annotate": request.annotate}
    real = {name: Path(os.path.realpath(path)) for name, path in places.items() if path}
    for whole in real.keys() & {"-o", "--sort"}:
        for name in real.keys() - {whole}:
            if real[name].is_relative_to(real[whole]):
                why = f"lies in {places[whole]}, which {whole} makes in one piece at the end"
                raise RequestError(f"{name} {places[name]} {why}", hint="name another place")


def decisive(request: LabelRequest, estimator: str) -> dict[str, str]:
    """Return what decides the rows, by the names of options: another of it, another journal."""
    judging = request.judging
    estimation = {f"--{k.replace('_', '-')}": v for k, v in asdict(request.estimation).items()}
    all_of_it = {
        "version": __version__,
        "folder": Path.cwd(),
        "INPUT": _short(shlex.join(map(addresses.shown, request.inputs))),
        **({"-o": request.address} if request.address else {}),
        **estimation,
        "--estimator": _with_content(request.estimation.estimator.removeprefix(REPLAY), estimator),
        "--rules": _with_content(judging.rules, judging.rules),
        "--profile": _with_content(_profile_file(judging.profile), judging.profile or ""),
        "--camera-roll": judging.roll_deg,
        "--every": request.every.nth if request.every.rate is None else "",
        "--rate": request.every.rate or "",
        "--annotate": request.annotate or "",
        "--sort": request.sort or "",
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
