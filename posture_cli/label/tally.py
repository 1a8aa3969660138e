"""Counts of what was labelled, for the summary at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from posture_cli.core.judge.labels import LABELS, NOBODY

MOST_REASONS = 5
"""How many reasons of `unknown` are named. Guess."""


@dataclass(slots=True)
class Tally:
    """Counts of lines of the journal.

    Attributes:
        pictures: Pictures and frames, the unreadable ones too.
        frames: Frames of videos.
        labels: People by label; a picture that shows nobody counts as `nobody`.
        unknown: People whose label is `unknown`, by the code of the first reason.
        errors: Pictures that could not be read, by code.
        troubles: Pictures that were labelled, but could not be drawn or kept for sorting.
    """

    pictures: int = 0
    frames: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    troubles: int = 0

    @property
    def people(self) -> int:
        """How many people were found, each as often as in pictures."""
        return self.labels.total() - self.labels[NOBODY]

    @property
    def failed(self) -> int:
        """How many pictures failed, in this run or those before it."""
        return self.errors.total() + self.troubles

    def counted(self, lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the same lines, and count each."""
        for line in lines:
            self.count(line)
            yield line

    def count(self, line: Mapping[str, Any]) -> None:
        """Count one line of the journal."""
        self.pictures += 1
        self.frames += line.get("time_s") is not None
        self.troubles += "trouble" in line
        if "error" in line:
            self.errors[line["error"]["code"]] += 1
            return
        if not line["people"]:
            self.labels[NOBODY] += 1
        for person in line["people"]:
            self.labels[person["label"]] += 1
            if person["label"] == "unknown" and person["reasons"]:
                self.unknown[person["reasons"][0]["code"]] += 1

    def summary(self, now: int, seconds: float) -> Iterator[str]:
        """Yield the summary, line by line; of failures see `problems`.

        Args:
            now: How many pictures this run labelled; the others are from earlier runs.
            seconds: How long it took.
        """
        number = "1 picture" if self.pictures == 1 else f"{self.pictures:,} pictures"
        of_these = f", {now:,} of them now" if now < self.pictures else ""
        speed = f"{now / max(seconds, 1e-3):.1f} per second"
        yield f"{number}{of_these} in {timedelta(seconds=round(seconds))}, {speed}"
        yield ", ".join(f"{self.labels[label]:,} {label}" for label in (*LABELS, NOBODY))
        if self.unknown:
            yield f"unknown: {_most(self.unknown)}"

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield how many pictures something went wrong with, and where to see which."""
        if self.errors:
            number = f"{self.errors.total():,} could not be read: {_most(self.errors)}"
            yield number, "their rows in the output say why"
        if self.troubles:
            number = f"{self.troubles:,} could not be drawn or sorted"
            yield number, "they are labelled all the same"


def _most(counts: Counter[str]) -> str:
    shown = [f"{number:,} {code}" for code, number in counts.most_common(MOST_REASONS)]
    rest = counts.total() - sum(number for _, number in counts.most_common(MOST_REASONS))
    return ", ".join([*shown, f"{rest:,} others"] if rest else shown)
