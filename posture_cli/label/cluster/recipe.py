"""From a request to the recipe that the processes of a cluster get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.estimators import chosen
from posture_cli.label.cluster.worker import Recipe
from posture_cli.label.engine import Save
from posture_cli.label.request import LabelRequest


def recipe(request: LabelRequest, posture: Posture, save: Save | None) -> Recipe:
    """Return all that decides the rows: another machine may have other models and profiles.

    It creates the folders that pictures are written to, so that a machine that does not share them
    is refused before the work.
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
        save=save,
        folder=Path.cwd(),
        folders=tuple(folder.absolute() for folder in folders),
    )
