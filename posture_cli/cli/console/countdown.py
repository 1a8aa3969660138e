"""Time to sit down before a camera looks."""

from __future__ import annotations

import math
import sys
import time

import click


def count_down(seconds: float) -> None:
    """Wait, and say how long; on a terminal second by second."""
    whole = math.ceil(seconds)
    if not sys.stderr.isatty():
        if whole:
            click.echo(f"starting in {whole} s", err=True)
        time.sleep(seconds)
        return
    for left in range(whole, 0, -1):
        click.echo(f"\rstarting in {left} s \x1b[K", err=True, nl=False)
        time.sleep(min(1.0, seconds - (left - 1)) if left == whole else 1.0)
    click.echo("\r\x1b[K", err=True, nl=False)
