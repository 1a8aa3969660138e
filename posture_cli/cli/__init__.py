"""The command line: options in, parts wired, text out."""

from __future__ import annotations


def main() -> None:
    """Run `posture`."""
    raise SystemExit("posture: not built yet")
