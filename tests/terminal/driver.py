"""A small watch for tests: shows hand-made moments in a real terminal and does what keys say.

python -m tests.terminal.driver [--data]
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from dataclasses import replace

import click

from posture_cli.terminal import view
from tests.terminal.statuses import DAY, RULES


def main() -> None:
    status = DAY
    with view(RULES, data="--data" in sys.argv) as seen:
        for number in itertools.count():
            seen.show(replace(status, fps=float(number)))
            if number == 3:
                click.secho("posture: a message", fg="red", err=True)
                sys.stderr.write("\a")
            for action in (*seen.keys(),):
                if action == "quit":
                    return
                if action == "calibrate":
                    raise RuntimeError("as asked for")
                state = "paused" if action == "pause" else "snoozed"
                status = DAY if status.state == state else replace(DAY, state=state)  # type: ignore[arg-type]
            time.sleep(0.02)


if __name__ == "__main__":
    if hasattr(os, "ttyname") and sys.stdin.isatty():
        os.close(os.open(os.ttyname(0), os.O_RDWR))  # the first one that a session opens is its own
    main()
