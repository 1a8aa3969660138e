"""Finds the person in a side-view picture and says: sitting, standing or hunching.

For Python programs: `from posture_cli import Posture`; `posture_cli/api.py` says how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posture_cli.api import Posture as Posture
    from posture_cli.core.observation import Failure as Failure
    from posture_cli.core.observation import Observation as Observation
    from posture_cli.errors import PostureError as PostureError
    from posture_cli.estimators import Estimation as Estimation
    from posture_cli.judging import Judging as Judging
    from posture_cli.report.data_frame import to_frame as to_frame

__version__ = "0.2.0"
__all__ = [
    "Estimation",
    "Failure",
    "Judging",
    "Observation",
    "Posture",
    "PostureError",
    "__version__",
    "to_frame",
]

_HOMES = {
    "Failure": "posture_cli.core.observation",
    "Observation": "posture_cli.core.observation",
    "Estimation": "posture_cli.estimators",
    "Judging": "posture_cli.judging",
    "Posture": "posture_cli.api",
    "PostureError": "posture_cli.errors",
    "to_frame": "posture_cli.report.data_frame",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: `posture --help` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
