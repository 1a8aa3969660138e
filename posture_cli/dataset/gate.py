"""Put a new judge beside the one in use: judges or evaluations, on the same pictures."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from posture_cli import reading
from posture_cli.core.score import evaluation_form
from posture_cli.core.score.evaluation import Judged, Trial
from posture_cli.core.score.gate import Decision, decide
from posture_cli.core.score.trials import trial
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.evaluate import Evaluating
from posture_cli.errors import RequestError, SourceError
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging, load_judging
from posture_cli.judging.rulesets import NAMES
from posture_cli.reporter import Reporter

MOST_BYTES = 1 << 28
"""Of an evaluation: a million pictures. Our limit."""
AGAIN = "write it again with `posture evaluate --output FILE.json`"


class Gating:
    """One gate.

    Attributes:
        failed: Whether a picture could not be read: then nothing is decided.
    """

    def __init__(self, judging: Judging, reporter: Reporter) -> None:
        """Prepare it.

        Args:
            judging: How the camera is held, for judges.
            reporter: Hears what fails, and how far the work is.
        """
        self._judging, self._reporter = judging, reporter
        self.failed = False

    def run(
        self,
        new: str,
        champion: str,
        pictures: tuple[str, ...],
        estimation: Estimation,
        *,
        every: Every,
        min_f1: float | None,
        verbose: bool,
    ) -> Decision | None:
        """Decide; None if some pictures could not be used.

        Args:
            new: A judge (rules by name, or a file of `posture train`) or an evaluation.
            champion: The same for the one in use; a file that is not there is no champion yet.
            pictures: Labelled pictures for judges; evaluations have theirs.
            estimation: How people are found in them.
            every: Which frames of a video.
            min_f1: The floor of macro-F1.
            verbose: Whether to say who finds the people.
        Raises:
            RequestError: If judges have no pictures, or evaluations have some more, or there is not
                even a folder for the champion.
            PostureError: If one of them cannot be read, or they are of different pictures.
        """
        _check_champion(champion)
        names = [new, *([champion] if champion in NAMES or os.path.lexists(champion) else [])]
        read = {name: found for name in names if (found := _evaluation(name))}
        judges = [name for name in dict.fromkeys(names) if name not in read]
        _check_pictures(judges, pictures)
        if judges:
            rules = {name: load_judging(replace(self._judging, rules=name)) for name in judges}
            evaluating = Evaluating(rules, (), self._reporter)
            evaluated = evaluating.run(pictures, estimation, every=every, verbose=verbose)
            self.failed = evaluated is None or evaluating.failed
            if evaluated is None or evaluating.failed:
                return None
            read |= {one.rules: one for one in evaluated.evaluation.trials}
        ours, *theirs = (_sorted(read[name]) for name in names)
        if theirs:
            _check_same(ours, theirs[0])
        return decide(ours, theirs[0] if theirs else None, resampled, min_f1)


def _check_champion(name: str) -> None:
    """Refuse a path whose folder is missing: a typo in it would let everything pass."""
    if name not in NAMES and not Path(name).absolute().parent.is_dir():
        hint = "check the path; without a champion yet, its folder is there and empty"
        raise RequestError(f"there is no folder for the champion {name!r}", hint=hint)


def _evaluation(name: str) -> Trial | None:
    """Return the evaluation in a file; None for a judge, or what `load_judging` shall refuse."""
    form = None if name in NAMES else _json(Path(name))
    if form is None or not str(form.get("schema")).startswith(evaluation_form.FAMILY):
        return None
    try:
        _, judged = evaluation_form.from_json(form)
    except ValueError as error:
        raise SourceError(f"{name} is damaged: {error}", hint=AGAIN, code="damaged") from error
    return trial(name, judged, (), resampled)


def _json(path: Path) -> Mapping[str, Any] | None:
    try:
        form = json.loads(reading.content(path, MOST_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return form if isinstance(form, dict) else None


def _check_pictures(judges: list[str], pictures: tuple[str, ...]) -> None:
    if judges and not pictures:
        hint = "name labelled pictures: --on LABELS.csv"
        raise RequestError(f"{judges[0]} is a judge and not an evaluation", hint=hint)
    if pictures and not judges:
        hint = "leave --on out, or name judges"
        raise RequestError("evaluations already have their pictures", hint=hint)


def _sorted(one: Trial) -> Trial:
    return replace(one, judged=tuple(sorted(one.judged, key=_known_by)))


def _known_by(judged: Judged) -> tuple[str, str]:
    return judged.name, judged.truth


def _check_same(new: Trial, champion: Trial) -> None:
    """Refuse to compare what was measured on different pictures: one list may be the easier one."""
    ours, theirs = (Counter(map(_known_by, one.judged)) for one in (new, champion))
    if ours != theirs:
        more, less = (ours - theirs).total(), (theirs - ours).total()
        raise SourceError(
            f"{new.rules} and {champion.rules} are of different pictures or labels: "
            f"{more} are only in the first, {less} only in the second",
            hint="evaluate both on the same list, or name two judges and --on LABELS.csv",
        )
