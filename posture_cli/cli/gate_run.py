"""The work behind `posture gate`: decide, say why, and write it down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.messages import out, say, say_written
from posture_cli.core.masking import one_line
from posture_cli.core.score.gate import SCHEMA, Decision
from posture_cli.core.score.tables import both
from posture_cli.dataset.gate import Gating
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging
from posture_cli.report.target import check_target
from posture_cli.storage.whole import write_whole

FAILED, CLOSED = 1, 3
MARK = f'"schema": "{SCHEMA}"'


def run(
    new: str,
    champion: str,
    pictures: tuple[str, ...],
    judging: Judging,
    every: Every,
    estimation: Estimation,
    *,
    min_f1: float | None,
    output: Path | None,
    verbose: bool,
) -> int:
    """Decide and return the exit code; what cannot be read decides nothing."""
    if output:
        check_target(output, MARK)
    decision = Gating(judging, TERMINAL).run(
        new, champion, pictures, estimation, every=every, min_f1=min_f1, verbose=verbose
    )
    if decision is None:
        return FAILED
    if output:
        text = json.dumps(decision.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        write_whole(output, f"{text}\n".encode())
        say_written([output])
    for line in lines(decision):
        out(line)
    if decision.champion is None:
        say(f"no champion: {champion} is not there")
    return 0 if decision.passed else CLOSED


def lines(decision: Decision) -> Iterator[str]:
    """Yield what a terminal shows of a decision."""
    trials = [("new", decision.new), ("champion", decision.champion)]
    yield f"{len(decision.new.judged)} pictures"
    for word, trial in ((word, trial) for word, trial in trials if trial):
        score = both(trial.scores.overall["macro_f1"])
        yield f"{word:<8}  macro-F1 {score}  {one_line(trial.rules)}"
    if decision.champion:
        ours, theirs = decision.only_right
        yield f"only the new one is right on {ours}, only the champion on {theirs}"
    yield f"{'passed' if decision.passed else 'not passed'}: {decision.reason}"
