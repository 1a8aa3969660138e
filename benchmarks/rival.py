"""MediaPipe's own virtual environment, made when it is not given."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

MEDIAPIPE = "mediapipe==0.10.21"
NEWEST_PYTHON = (3, 12)
"""Source: the wheels of that release."""


def mediapipe_python(folder: Path) -> str | None:
    """Return the interpreter of an environment with MediaPipe, or None and print why not.

    Args:
        folder: Where the environment is, or is made.
    """
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return str(python)
    if (creator := _old_python()) is None:
        print("MediaPipe is left out: it needs Python 3.12 or older, and there is none")
        return None
    try:
        subprocess.run([creator, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", MEDIAPIPE], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"MediaPipe is left out: {error}")
        return None
    (folder / "complete").touch()
    return str(python)


def _old_python() -> str | None:
    """Return an interpreter that MediaPipe supports."""
    if sys.version_info[:2] <= NEWEST_PYTHON:
        return sys.executable
    found = (shutil.which(f"python3.{minor}") for minor in (12, 11, 10))
    return next((python for python in found if python), None)
