"""Judge the pictures of a labels file and show what is right and what is wrong.

    python benchmarks/evaluate_labels.py FOLDER/labels.csv [--rules default|deeplens]

The file has a header and at least the columns `file` (relative to it) and `label`: standing,
sitting, hunching, or other for what should get no label. The first person found is judged.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from posture_cli import estimators
from posture_cli.core.judges import RULE_SETS
from posture_cli.core.scoring import confusion, f1, macro_f1
from posture_cli.core.verdict import Judge, Verdict, unknown
from posture_cli.engine import available_cores
from posture_cli.pipeline import in_parallel, observe
from posture_cli.sources import Picture, load

CLASSES = ("standing", "sitting", "hunching")
ROWS = (*CLASSES, "other")
COLUMNS = (*CLASSES, "unknown")


@dataclass(frozen=True)
class Example:
    """A labelled picture."""

    path: Path
    label: str


@dataclass(frozen=True)
class Answer:
    """A labelled picture with the verdict on its subject."""

    example: Example
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the verdict is the label; for `other`, whether it is unknown."""
        label = self.example.label
        return self.verdict.label == ("unknown" if label == "other" else label)


def examples(labels: Path) -> list[Example]:
    """Return the pictures that a labels file names."""
    with labels.open(encoding="utf-8", newline="") as file:
        return [Example(labels.parent / row["file"], row["label"]) for row in csv.DictReader(file)]


def answer(example: Example, estimator: estimators.PoseEstimator, judge: Judge) -> Answer:
    """Judge one picture; nobody in it is unknown."""
    readings = observe(load(Picture(str(example.path))), estimator, judge).readings
    return Answer(example, readings[0].verdict if readings else unknown())


def report(answers: Sequence[Answer]) -> str:
    """Return the confusion matrix, the scores and what is wrong, as Markdown."""
    counts = confusion((a.example.label, a.verdict.label) for a in answers)
    wrong = [_wrong(a) for a in answers if not a.right]
    return "\n".join([*_matrix(counts), "", *_scores(counts), "", f"Wrong ({len(wrong)}):", *wrong])


def _matrix(counts: Counter[tuple[str, str]]) -> list[str]:
    head = [f"| label \\ verdict | {' | '.join(COLUMNS)} |", "|---|" + "---:|" * len(COLUMNS)]
    return head + [f"| {r} | {' | '.join(str(counts[r, c]) for c in COLUMNS)} |" for r in ROWS]


def _scores(counts: Counter[tuple[str, str]]) -> list[str]:
    """Score the three classes; what is labelled `other` only counts against precision."""
    labelled = sum(n for (label, _), n in counts.items() if label in CLASSES)
    right = sum(counts[c, c] for c in CLASSES)
    silent = sum(counts[c, "unknown"] for c in CLASSES)
    others = sum(counts["other", c] for c in COLUMNS)
    each = ", ".join(f"{c} {f1(counts, c):.3f}" for c in CLASSES)
    return [
        f"accuracy {right / max(1, labelled):.3f} ({right} of {labelled}, unknown is a miss)",
        f"macro-F1 {macro_f1(counts, CLASSES):.3f} ({each})",
        f"coverage {1 - silent / max(1, labelled):.3f} (answered, of the three classes)",
        f"other left unlabelled: {counts['other', 'unknown']} of {others}",
    ]


def _wrong(answer: Answer) -> str:
    reasons = [
        r.code if r.measured is None else f"{r.code} {r.measured:.1f} {r.unit}".rstrip()
        for r in answer.verdict.reasons
    ]
    example, verdict = answer.example, answer.verdict
    why = ", ".join(reasons) or "nobody found"
    return f"- {example.path.name}: {example.label}, answered {verdict.label} ({why})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--rules", choices=RULE_SETS, default="default")
    arguments = parser.parse_args()
    cores = available_cores()
    estimator = estimators.load("blazepose", estimators.Options(streams=cores))
    work = partial(answer, estimator=estimator, judge=RULE_SETS[arguments.rules].judge)
    print(report(list(in_parallel(work, examples(arguments.labels), cores))))


if __name__ == "__main__":
    main()
