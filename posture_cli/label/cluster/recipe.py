"""What `posture label --engine ray` sends to its processes, wherever they are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.cli.options.estimation import Estimation
from posture_cli.estimators import Options, chosen
from posture_cli.inputs.video.frames import Every
from posture_cli.label.cluster.worker import Recipe
from posture_cli.label.engine import Keep


def recipe(
    estimation: Estimation,
    posture: Posture,
    *,
    roll_deg: float,
    every: Every,
    keep: Keep | None,
    sort: Path | None,
    annotate: Path | None,
) -> Recipe:
    """Return how to label, decided here: another machine may have other models and profiles.

    Each process has one core. The folders that pictures are written to are made here, so that a
    machine that does not share them is found out before the work.
    """
    how = asdict(estimation)
    options = Options(**{name: how[name] for name in how if name != "estimator"}, thrifty=True)
    folders = (*([annotate] if annotate else []), *([sort.parent] if sort else []))
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return Recipe(
        estimator=chosen(options) if estimation.estimator == "auto" else estimation.estimator,
        name=posture.estimator,
        options=options,
        judge=posture.rule_set.judge,
        roll_deg=roll_deg,
        every=every,
        keep=keep,
        folder=Path.cwd(),
        folders=tuple(folder.absolute() for folder in folders),
    )
