"""What is sent to the processes of a cluster, wherever they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.estimators import chosen
from posture_cli.label.cluster.worker import Recipe
from posture_cli.label.engine import Keep
from posture_cli.label.request import LabelRequest


def recipe(request: LabelRequest, posture: Posture, keep: Keep | None) -> Recipe:
    """Return how to label, decided here: another machine may have other models and profiles.

    Each process has one core. The folders that pictures are written to are made here, so that a
    machine that does not share them is found out before the work.
    """
    folders = (
        *([request.annotate] if request.annotate else []),
        *([request.sort.parent] if request.sort else []),
    )
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return Recipe(
        estimation=replace(request.estimation, estimator=chosen(request.estimation)),
        name=posture.estimator,
        judging=posture.judging,
        every=request.every,
        keep=keep,
        folder=Path.cwd(),
        folders=tuple(folder.absolute() for folder in folders),
    )
