"""What the command line says and shows, and how it ends."""

from __future__ import annotations

from posture_cli.cli.console.messages import say, tell
from posture_cli.cli.console.progress import progress
from posture_cli.reporter import Reporter

TERMINAL = Reporter(tell, say, progress)
"""Reports on stderr."""
