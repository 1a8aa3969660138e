"""What a library raises that nobody expects: an error of one picture, and not the end of a run."""

from __future__ import annotations

from posture_cli.errors import SourceError
from posture_cli.inputs.names import written

CODE = "crashed"
HINT = "try it alone, with `posture check`"
LONGEST = 300
"""Letters of somebody else's message. Guess."""


def crashed(error: Exception) -> SourceError:
    """Return why a picture cannot be labelled: what was raised, in one line."""
    return SourceError(f"cannot be labelled: {told(error)}", hint=HINT, code=CODE)


def told(error: Exception) -> str:
    """Return in one line what was raised."""
    return written(" ".join(f"{type(error).__name__}: {error}".split())[:LONGEST])
