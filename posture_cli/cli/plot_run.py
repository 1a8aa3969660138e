"""The work behind `posture plot`: read, choose what fits, draw, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import click

from posture_cli.errors import RequestError
from posture_cli.plot import distribution, files, over_time, paper
from posture_cli.plot.recorded import Recording
from posture_cli.reporter import Reporter, Tell

Kind = Literal["time", "distribution"]
DECIDING = ("slump_deg", "thigh_deg")
"""What decides hunching, and sitting or standing: shown if nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the figure is to show.

    Attributes:
        angles: Their names, such as `slump_deg`.
        kind: Over time, or distributions; None for the first of them that the file allows.
        width_cm: Of the figure.
        limits: Whether the limits of the default rules are drawn.
        tracks: Only these people, if any.
        days: The first and the last day of a history; None for all.
        of_labels, of_history: Options that were asked for, and that only those have.
    """

    angles: Sequence[str] = DECIDING
    kind: Kind | None = None
    width_cm: float = paper.WIDTHS_CM["two"]
    limits: bool = True
    tracks: Sequence[int] = ()
    days: tuple[date, date] | None = None
    of_labels: Sequence[str] = ()
    of_history: Sequence[str] = ()


def plot(source: Path, output: Path, wanted: Wanted, reporter: Reporter) -> None:
    """Draw a file of labels, a watch or a history into a figure.

    Raises:
        OutputError: If the figure cannot be written there.
        DependencyError: If matplotlib, or pyarrow for Parquet, cannot be imported.
        SourceError: If the file cannot be read.
        RequestError: If it does not have what is wanted.
    """
    paper.check(output)
    recording = files.read(source, wanted.angles, wanted.days, wanted.tracks)
    for remark in recording.remarks:
        reporter.tell(*remark)
    _check_options(source, recording, wanted)
    kind = _kind(source, recording, wanted.kind)
    with paper.style():
        if kind == "time":
            figure = over_time.draw(
                _fitting(recording, wanted, reporter.tell),
                wanted.angles,
                wanted.width_cm,
                limits=wanted.limits,
            )
        elif recording.samples is not None:
            figure = distribution.draw(
                recording.samples, wanted.angles, wanted.width_cm, limits=wanted.limits
            )
        paper.write(output, figure)
    words = _WORDS[kind] if recording.samples is not None else "postures of each day"
    reporter.say(f"{click.format_filename(output)} is written: {words}")


_WORDS = {"time": "angles and postures over time", "distribution": "angles by posture"}


def _check_options(source: Path, recording: Recording, wanted: Wanted) -> None:
    """Refuse options that would do nothing.

    Raises:
        RequestError: If there is one.
    """
    history = recording.samples is None
    if options := wanted.of_labels if history else wanted.of_history:
        why = "is a history, which has no angles" if history else "is no history, and has no days"
        raise RequestError(f"{source} {why}", hint=f"leave out {' and '.join(options)}")


def _kind(source: Path, recording: Recording, kind: Kind | None) -> Kind:
    """Return what is drawn.

    Raises:
        RequestError: If the file does not have what that needs.
    """
    if kind == "distribution" and recording.samples is None:
        hint = "leave out --kind distribution to see the postures of its days"
        raise RequestError(f"{source} is a history, which has no angles", hint=hint)
    if kind == "time" and not recording.people:
        hint = "--kind distribution shows their angles by posture"
        raise RequestError(f"{source} has no times: its rows are pictures", hint=hint)
    return kind or ("time" if recording.people else "distribution")


def _fitting(recording: Recording, wanted: Wanted, tell: Tell) -> Recording:
    """Return a recording with as many people or days as a page has room for."""
    people = recording.people
    most = over_time.most_people(recording, wanted.angles, wanted.width_cm)
    if len(people) <= most:
        return recording
    if recording.samples is None:
        kept, which, hint = people[-most:], "latest days", "choose others with --from and --to"
    else:
        longest = sorted(people, key=lambda one: -one.seen_s)[:most]
        kept = [one for one in people if one in longest]
        which, hint = "people who are seen longest", "choose others with --track"
    tell(f"there are {len(people):,}; the figure shows the {most} {which}", hint)
    return replace(recording, people=kept)
