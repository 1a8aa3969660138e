"""The request of `posture label`, checked: which files it writes, and what decides the rows."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from posture_cli import __version__, reading
from posture_cli.core.masking import masked
from posture_cli.errors import RequestError
from posture_cli.estimators import Estimation
from posture_cli.inputs.pictures import STDIN
from posture_cli.inputs.stores import addresses
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging
from posture_cli.judging.profiles import Profiles
from posture_cli.label import formats
from posture_cli.label.journal import place
from posture_cli.pipeline import Workers
from posture_cli.sinks.csv_rows import Style

SHORT = 200
"""Longest inputs that the journal has in full; of longer ones it has the SHA. Guess."""


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
    """Address of the Ray cluster to label on, `local` to start one; None for this process."""
    address: str | None = None
    """Where the output is uploaded at the end, if anywhere."""
    plot: Path | None = None
    """The figure that is made of the output, if any."""
    style: Style | None = None
    """How a CSV is written, if not plainly."""
    person: str | None = None
    """Whom to report: `largest`, `central`, `profile` or `track:N`; None for everybody."""
    smooth: bool = False
    """Whether the angles of films are smoothed over time."""
    summary: Path | None = None
    """Where one row per film and person goes, if anywhere."""
    of_videos: tuple[str, ...] = ()
    """Options that were asked for, and do nothing without a video."""


def results(request: LabelRequest) -> list[Path]:
    """Return the files and folders that the run writes; it must not label them."""
    files = [*formats.places(request.output), place(request.output)]
    others = (request.sort, request.annotate, request.plot, request.summary)
    return [*files, *(other for other in others if other)]


def without_results(request: LabelRequest) -> LabelRequest:
    """Return the request without inputs that are results: `*` includes them once they exist.

    Raises:
        RequestError: If nothing is left.
    """
    written = {os.path.realpath(path) for path in results(request)}
    left = tuple(name for name in request.inputs if _real_path(name) not in written)
    if not left:
        names = shlex.join(request.inputs)
        message = f"{names}: results are written there"
        raise RequestError(message, hint="name another place for them")
    return replace(request, inputs=left)


def _real_path(name: str) -> str | None:
    """Return the real path of an input; None if it is not a path."""
    try:
        return None if name == STDIN or addresses.is_address(name) else os.path.realpath(name)
    except ValueError:  # a NUL in the name: an error when it is read
        return None


def check_places(request: LabelRequest) -> None:
    """Check that no result lies in a folder that is made in one piece at the end.

    Raises:
        RequestError: If one does: such a run could never end.
    """
    out = "the journal of -o" if request.address else "-o"
    places = {
        out: request.output,
        "--sort": request.sort,
        "--annotate": request.annotate,
        "--plot": request.plot,
        "--summary": request.summary,
    }
    real = {name: Path(os.path.realpath(path)) for name, path in places.items() if path}
    for whole in real.keys() & {"-o", "--sort"}:
        for name in real.keys() - {whole}:
            if real[name].is_relative_to(real[whole]):
                why = f"lies in {places[whole]}, which {whole} makes in one piece at the end"
                raise RequestError(f"{name} {places[name]} {why}", hint="name another place")
    if real.get("--summary") in [Path(os.path.realpath(p)) for p in formats.places(request.output)]:
        message = f"-o and --summary are both {request.summary}"
        raise RequestError(message, hint="name another place for one of them")


def check_person(request: LabelRequest) -> None:
    """Check that whom to report can be known.

    Raises:
        RequestError: If that is the person of a profile, and there is no profile.
    """
    if request.person == "profile" and request.judging.profile is None:
        message = "--person profile needs to know which profile"
        raise RequestError(message, hint="add --profile NAME; posture profiles lists them")


def journal_options(request: LabelRequest, estimator: str) -> dict[str, str]:
    """Return the options that decide the rows: a run with other ones needs another journal."""
    judging = request.judging
    estimation = {f"--{k.replace('_', '-')}": v for k, v in asdict(request.estimation).items()}
    options = {
        "version": __version__,
        "folder": Path.cwd(),
        "INPUT": _short(shlex.join(map(masked, request.inputs))),
        **({"-o": request.address} if request.address else {}),
        **estimation,
        "--estimator": _with_file(request.estimation.estimator, estimator),
        "--rules": _with_content(judging.rules, judging.rules),
        "--profile": _with_content(_profile_file(judging.profile), judging.profile or ""),
        "--camera-roll": judging.roll_deg,
        "--every": request.every.nth if request.every.rate is None else "",
        "--rate": request.every.rate or "",
        "--pixel-aspect": request.every.pixel_aspect or "",
        "--annotate": request.annotate or "",
        "--sort": request.sort or "",
    }
    return {name: str(value) for name, value in options.items()}


def _short(text: str) -> str:
    if len(text) <= SHORT:
        return text
    return f"{text[:SHORT]}... (SHA {_sha(os.fsencode(text))})"


def _with_file(wanted: str, name: str) -> str:
    """Return the name of an estimator with the SHA of its file, or the folder that it reads."""
    file = os.path.expanduser(wanted.partition(":")[2])
    return f"{name} ({file})" if os.path.isdir(file) else _with_content(file, name)


def _profile_file(name: str | None) -> Path | None:
    return None if name is None else Profiles().path(name)


def _with_content(file: str | Path | None, name: str) -> str:
    """Return a name; for a file, with the SHA of its content."""
    try:
        return f"{name} (SHA {_sha_of(file)})" if file else name
    except (OSError, ValueError):
        return name


def _sha_of(file: str | Path) -> str:
    digest = sha256()
    with reading.opened(file) as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()[:12]


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]
