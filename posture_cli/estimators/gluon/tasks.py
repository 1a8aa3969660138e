"""Which of the two stages a network of the zoo is for."""

from __future__ import annotations

from posture_cli.errors import EstimatorError
from posture_cli.estimators.models.catalogue import MODELS


def check_tasks(pose: str, detector: str) -> None:
    """Refuse a name that is not in the zoo, or is a network for the other stage.

    Raises:
        EstimatorError: If `pose` is no pose network or `detector` no detector.
    """
    for task, kind, name in (("pose", "pose network", pose), ("detector", "detector", detector)):
        names = [model.name for model in MODELS.values() if model.task == task]
        if name not in names:
            raise EstimatorError(f"{name} is not a {kind}", hint=f"choose {', '.join(names)}")
