"""Check that networks are for the stage that they are used in."""

from __future__ import annotations

from posture_cli.errors import EstimatorError
from posture_cli.estimators.models.catalogue import MODELS


def check_tasks(pose: str, detector: str) -> None:
    """Check that both names are in the zoo, each for its own stage.

    Raises:
        EstimatorError: If `pose` is not a pose network or `detector` not a detector.
    """
    for task, kind, name in (("pose", "pose network", pose), ("detector", "detector", detector)):
        names = [model.name for model in MODELS.values() if model.task == task]
        if name not in names:
            raise EstimatorError(f"{name} is not a {kind}", hint=f"choose {', '.join(names)}")
