"""The work behind `posture collect`: now and then a frame, kept if somebody is in it."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import click

from posture_cli.cli.console.countdown import count_down
from posture_cli.cli.console.messages import complain
from posture_cli.cli.estimating import start
from posture_cli.cli.options.estimation import Estimation
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.wording import one_line
from posture_cli.dataset.samples import Samples
from posture_cli.errors import SourceError
from posture_cli.estimators import PoseEstimator
from posture_cli.inputs.video import Video, opened, spaced
from posture_cli.pipeline import observe
from posture_cli.sinks.text import Text

FAILED = 1
RULES = RULE_SETS["default"]
"""Who says what a sample looks like, so that people see at once if something is wrong."""
PATIENCE_S = 60.0
"""After so long without a person, and PATIENCE frames, a camera is given up. Guess."""
PATIENCE = 10
STAND = "show the camera a whole person from the side, in good light"


class Collecting:
    """One run of `posture collect`."""

    def __init__(
        self, label: str, number: int, every_s: float, countdown_s: float, *, pictures: bool
    ) -> None:
        self._label = label
        self._number = number
        self._every_s = every_s
        self._countdown_s = countdown_s
        self._pictures = pictures
        self._text = Text(sys.stdout, RULES)
        self._saved = self._empty = 0
        self._alone_from_s = math.inf

    def run(self, source: int | str, folder: Path, estimation: Estimation, *, verbose: bool) -> int:
        """Collect, and return the exit code.

        Raises:
            PostureError: If something fails at the start, or the samples cannot be written.
        """
        target = folder / self._label
        stem = f"{self._label}_{datetime.now(timezone.utc):%Y%m%dT%H%M%S}"
        samples = Samples(target, stem, pictures=self._pictures)
        try:
            estimator, _ = start(estimation, several=False)
            if verbose:
                click.echo(f"estimator {estimator.name}", err=True)
            try:
                return self._collect(source, samples, estimator, one_line(str(target)))
            finally:
                estimator.close()
        finally:
            samples.close()

    def _collect(
        self, source: int | str, samples: Samples, estimator: PoseEstimator, target: str
    ) -> int:
        with opened(source) as video:
            self._announce(target)
            if video.live:
                count_down(self._countdown_s)
            try:
                failed = self._take(video, samples, estimator)
            finally:  # after Ctrl-C and on a full disk too
                self._sum_up(target)
        return FAILED if failed or not self._saved else 0

    def _take(self, video: Video, samples: Samples, estimator: PoseEstimator) -> bool:
        """Save samples until there are enough or no more; return whether something failed."""
        try:
            for frame in spaced(video, self._every_s):
                self._keep(frame, samples, estimator)
                if self._saved == self._number:
                    return False
                alone_s = _time_s(frame) - self._alone_from_s
                if video.live and alone_s > max(PATIENCE_S, PATIENCE * self._every_s):
                    complain(f"nobody was to be seen for {alone_s:.0f} s", STAND)
                    return True
        except SourceError as error:
            complain(one_line(error.message), error.hint)
            return True
        if self._saved:
            click.echo(f"{one_line(video.name)} has no more: it ended", err=True)
        else:
            complain(f"nobody is to be seen in {one_line(video.name)}", STAND)
        return False

    def _keep(self, frame: Frame, samples: Samples, estimator: PoseEstimator) -> None:
        """Save a frame if somebody is in it, and say what was seen."""
        observation = observe(frame, estimator, RULES.judge)
        if observation.readings:
            path = samples.add(observation, frame)
            self._saved += 1
            self._alone_from_s = math.inf
            self._text.write(replace(observation, source=str(path)), None)
            return
        self._empty += 1
        if math.isinf(self._alone_from_s):  # told once, and not for every frame
            self._alone_from_s = _time_s(frame)
            click.echo(f"nobody at {self._alone_from_s:.1f} s: left out", err=True)

    def _announce(self, target: str) -> None:
        """Say what is kept and where: these are pictures of people."""
        what = "pictures and keypoints are" if self._pictures else "only keypoints are"
        click.echo(f"{what} kept in {target}", err=True)
        if self._label not in CLASSES:
            named = ", ".join(CLASSES)
            click.echo(
                f"{self._label!r} is none of {named}: the right answer for it is unknown", err=True
            )

    def _sum_up(self, target: str) -> None:
        empty = f"; frames without a person: {self._empty} left out" if self._empty else ""
        click.echo(f"{self._saved} of {self._number} samples saved in {target}{empty}", err=True)


def _time_s(frame: Frame) -> float:
    return frame.time_s or 0.0
