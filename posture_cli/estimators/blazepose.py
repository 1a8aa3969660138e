"""BlazePose (full) in OpenVINO: the estimator that the package contains."""

from __future__ import annotations

from posture_cli.errors import EstimatorError
from posture_cli.estimators import Estimation, Use
from posture_cli.estimators.blaze.people import BlazePose


def load(argument: str, estimation: Estimation, use: Use) -> BlazePose:
    """Start the estimator.

    Raises:
        EstimatorError: If there is an argument, or the processor lacks the precision.
    """
    if argument:
        raise EstimatorError(
            f"blazepose takes no {argument!r}", hint="leave out the colon and what follows it"
        )
    return BlazePose(
        estimation.max_people,
        video=use.video,
        streams=use.streams,
        thrifty=use.thrifty,
        precision=estimation.precision,
    )
