"""The work behind `posture collect`: put its parts together."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.countdown import count_down
from posture_cli.cli.console.messages import say
from posture_cli.core.observation import Observation
from posture_cli.dataset.collect import Collecting, Wanted
from posture_cli.dataset.samples import Samples
from posture_cli.estimators import Estimation
from posture_cli.judging import Judging
from posture_cli.sinks.text import Text


def run(
    source: int | str,
    folder: Path,
    wanted: Wanted,
    countdown_s: float,
    estimation: Estimation,
    judging: Judging,
    *,
    verbose: bool,
) -> int:
    """Collect samples and return the exit code.

    Raises:
        PostureError: If something fails at the start, or the samples cannot be written.
    """
    stem = f"{wanted.label}_{datetime.now(timezone.utc):%Y%m%dT%H%M%S}"
    samples = Samples(folder / wanted.label, stem, pictures=wanted.pictures)
    with closing(samples), Posture(estimation, judging) as posture:
        if verbose:
            say(f"estimator {posture.estimator}")
        for remark in posture.remarks():
            say(remark)
        text = Text(sys.stdout, posture.rule_set)

        def show(observation: Observation) -> None:
            text.write(observation, None)

        collecting = Collecting(posture, samples, wanted, TERMINAL, show)
        return collecting.run(source, partial(count_down, countdown_s))
