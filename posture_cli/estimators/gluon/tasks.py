"""The two networks that a user names, each for its own stage."""

from __future__ import annotations

from posture_cli.errors import EstimatorError
from posture_cli.estimators.models.catalogue import Weights
from posture_cli.estimators.models.store import Store


def both(detector: str, pose: str) -> tuple[Weights, Weights]:
    """Return the detector and the pose network of these names, of the zoo or of the user's own.

    Raises:
        EstimatorError: If `pose` is not a pose network or `detector` not a detector.
        ModelError: If a file is missing or damaged.
    """
    store = Store()
    for task, kind, name in (("pose", "pose network", pose), ("detector", "detector", detector)):
        check_task(store, name, task, kind)
    first, second = (Weights(store.model(name), store.require(name)) for name in (detector, pose))
    return first, second


def check_task(store: Store, name: str, task: str, kind: str) -> None:
    """Check that a network is for a stage; raises `EstimatorError` if it is not."""
    if name in store.own.names():
        store.model(name)  # raises an error if what is known of it is damaged
    names = [
        model.name for model in (*store.models.values(), *store.own.all()) if model.task == task
    ]
    if name not in names:
        raise EstimatorError(f"{name} is not a {kind}", hint=f"choose {', '.join(names)}")
