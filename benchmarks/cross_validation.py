"""Compare the judges on labelled pictures, each judged by what was fitted without its source.

    python benchmarks/cross_validation.py LABELS.csv [--json FILE]

Published rules are taken as they are. Of the default rules the limit of `slumped` was fitted to
these pictures: here it is fitted again to all other sources. The learned judge is trained anew
on them (extra `train`). Limits that lie half way between what was measured of a posture and of its
neighbour (`reclined`, `feet_up`, `hip_bent`, `knee_straight`) are not fitted again: few sources
have both, so the share of distractors left unknown is in-sample.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import erf
from pathlib import Path
from typing import Any

import numpy as np
from tables import table, write_json

from posture_cli import estimators
from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.noise import copies
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import look
from posture_cli.core.judge import gates, limits, rules
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.score.evaluation import NOBODY, Judged, Trial
from posture_cli.core.score.trials import trial
from posture_cli.dataset import fitting
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.gather import gather
from posture_cli.dataset.labelled import Labelled, Loadable, pictures
from posture_cli.errors import DependencyError
from posture_cli.estimators.runtime import available_cores
from posture_cli.pipeline import in_parallel

PUBLISHED = ("deeplens", "literature")
LIMITS_DEG = np.arange(30.0, 90.0, 0.25)
"""Where the limit of `slumped` is looked for."""
SURE = 0.9
SHOWN = ("macro_f1", "macro_f1_with_distractors", "coverage", "accuracy_at_coverage")


@dataclass(frozen=True)
class Subject:
    """The subject of a labelled picture; nobody was found where `person` is None."""

    labelled: Labelled
    size: FrameSize
    person: Person | None

    @property
    def source(self) -> str:
        return self.labelled.about.get("source", "")

    @property
    def measurement(self) -> Measurement | None:
        return measure(self.person.keypoints, self.size) if self.person else None


Fit = Callable[[Sequence[Subject]], Judge | None]
"""From the subjects of other sources to a judge; None if they are too few."""


def subject(one: Loadable, estimator: estimators.PoseEstimator) -> Subject:
    frame = one.load()
    return Subject(one.labelled, frame.size, next(iter(estimator.estimate(frame)), None))


def fitted_rules(known: Sequence[Subject]) -> Judge | None:
    """Return the default rules with the limit that makes these labels most likely."""
    rows = [row for one in known if (row := slump(one))]
    if not rows:
        return None
    slumps, spreads, hunching = np.array(rows).T
    sigma = np.hypot(spreads, limits.SLUMPED.softness)
    away = (slumps - LIMITS_DEG[:, None]) / sigma * np.where(hunching, 1.0, -1.0)
    likely = np.log(np.clip(normal_cdf(away), 1e-4, None)).sum(axis=1)
    return rules.Rules(replace(limits.SLUMPED, above=float(LIMITS_DEG[likely.argmax()])))


def slump(one: Subject) -> tuple[float, float, bool] | None:
    """Return slump, its spread among noisy copies and the truth; None for who is not judged."""
    found, label = one.measurement, one.labelled.label
    if label not in CLASSES or one.person is None or found is None:
        return None
    if gates.whole_person(found) or rules.other_posture(found) or found.angles.slump_deg is None:
        return None
    keypoints, sight = one.person.keypoints, look(one.person.keypoints, one.size)
    noisy = Quantities(copies(keypoints, sight, found.torso_px), sight)
    return found.angles.slump_deg, float(noisy.slump_deg.std()), label == "hunching"


def normal_cdf(z: np.ndarray) -> np.ndarray:
    return np.vectorize(lambda x: (1 + erf(x / 2**0.5)) / 2)(z)


def learned(known: Sequence[Subject]) -> Judge | None:
    """Return a judge that is trained on these pictures."""
    samples = [
        fitting.Sample(s.labelled.label, s.source, s.person, s.measurement, s.size)
        for s in known
        if s.person and s.measurement
    ]
    return fitting.learn(samples, ()).judge


def held_out(subjects: Sequence[Subject], fit: Fit) -> list[Judged]:
    """Judge the subjects of each source by what was fitted to all others."""
    answers = []
    for source in sorted({one.source for one in subjects}):
        judge = fit([one for one in subjects if one.source != source])
        if judge is None:
            raise SystemExit(f"nothing can be fitted without {source}")
        if isinstance(judge, rules.Rules):
            print(f"without {source}: hunching beyond {judge.hunched.limit:.2f} degrees")
        answers += [answer(one, judge) for one in subjects if one.source == source]
    return answers


def answer(one: Subject, judge: Judge) -> Judged:
    found = one.measurement
    verdict = judge(one.person, found, one.size) if one.person and found else NOBODY
    return Judged(Path(one.labelled.name).name, one.labelled.label, one.labelled.about, verdict)


def compared(subjects: Sequence[Subject]) -> Iterable[Trial]:
    """Yield how each judge does."""
    for name in PUBLISHED:
        judge = RULE_SETS[name].judge
        yield trial(name, [answer(one, judge) for one in subjects], (), resampled)
    default = [answer(one, rules.judge) for one in subjects]
    yield trial("default as it is (in-sample)", default, (), resampled)
    yield trial("default, held-out source", held_out(subjects, fitted_rules), (), resampled)
    try:
        yield trial("learned, held-out source", held_out(subjects, learned), (), resampled)
    except DependencyError as error:
        print(f"learned: skipped, {error.message}; {error.hint}")


def line(found: Trial) -> dict[str, Any]:
    """Return the scores of one judge, with the coverage of whole people in profile."""
    scores = found.scores.overall
    whole = [j for j in found.judged if j.truth in CLASSES and in_profile(j)]
    return {
        **{name: scores[name].value for name in SHOWN},
        "macro_f1_low": scores["macro_f1"].low,
        "macro_f1_high": scores["macro_f1"].high,
        "coverage_profile_full": sum(j.answered for j in whole) / max(1, len(whole)),
        "distractors_unknown": scores["distractors_unknown"].value,
        **{f"f1_{label}": row["f1"].value for label, row in found.scores.classes.items()},
        **sure(found.judged),
    }


def sure(judged: Sequence[Judged]) -> dict[str, int]:
    """Count answers with a confidence of .9 and more, and below, and how many of each are right;
    an answered distractor is wrong."""
    answered = [one for one in judged if one.answered]
    high = [one.right for one in answered if one.verdict.confidence >= SURE]
    low = [one.right for one in answered if one.verdict.confidence < SURE]
    counts = {"sure": high, "unsure": low}
    return {
        **{name: len(rights) for name, rights in counts.items()},
        **{f"{name}_right": sum(rights) for name, rights in counts.items()},
    }


def in_profile(judged: Judged) -> bool:
    return (judged.about.get("view"), judged.about.get("body")) == ("profile", "full")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    cores = available_cores()
    estimator = estimators.load(estimators.Estimation("blazepose"), estimators.Use(streams=cores))
    work = partial(subject, estimator=estimator)
    sources = gather([str(arguments.labels)], lambda message, hint: sys.exit(message))
    subjects = list(in_parallel(work, pictures(sources), cores))
    rows = {found.rules: line(found) for found in compared(subjects)}
    print(table("judge", rows))
    if arguments.json:
        write_json(arguments.json, rows)


if __name__ == "__main__":
    main()
