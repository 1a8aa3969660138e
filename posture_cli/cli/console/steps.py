"""Commands of ours as steps of a guide: shown, then run."""

from __future__ import annotations

import shlex

import click

from posture_cli.cli.console.messages import out
from posture_cli.core.masking import masked, one_line


def step(posture: click.Command, *words: str) -> bool:
    """Show a command and run it; return whether it did all that it should.

    Args:
        posture: Our whole command line.
        words: The command and its options.
    """
    out(f"$ posture {one_line(masked(shlex.join(words)))}")
    return posture.main(list(words), standalone_mode=False) in (0, None)
