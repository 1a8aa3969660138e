"""Divide labelled pictures into some to learn from and some to test with, by person or source."""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posture_cli.core.masking import one_line
from posture_cli.core.score.trials import UNITS
from posture_cli.dataset import sides
from posture_cli.dataset.gather import gathered
from posture_cli.dataset.groups import columns_of, group_column
from posture_cli.dataset.labelled import Labelled, Loadable, pictures
from posture_cli.dataset.recorded import Recorded
from posture_cli.errors import PostureError, SourceError
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs.stores.addresses import is_address
from posture_cli.inputs.video.frames import Every
from posture_cli.pipeline import in_parallel
from posture_cli.reporter import Reporter
from posture_cli.storage.whole import check_folder, whole_folder

TRAIN, TEST = "train.csv", "test.csv"
ENDING = ".csv"
SIDES = ("training", "testing")
MOST_NAMED = 10
"""Pictures or people on both sides that are named."""


class Picture(NamedTuple):
    """A labelled picture: as a CSV in the folder of the result names it, its group, its pixels."""

    labelled: Labelled
    file: str
    group: str
    digest: str


@dataclass(frozen=True, slots=True)
class Split:
    """Two sides: pictures for training and pictures for testing.

    Attributes:
        sides: Both.
        column: What divides them; None for picture by picture, or video by video.
    """

    sides: tuple[tuple[Picture, ...], tuple[Picture, ...]]
    column: str | None

    @property
    def groups(self) -> tuple[int, int]:
        """How many groups are on each side."""
        train, test = (len({one.group for one in side}) for side in self.sides)
        return train, test

    @property
    def alone(self) -> int:
        """How many pictures have no value in the column: each is a group by itself."""
        if self.column is None:
            return 0
        return sum(not one.labelled.about.get(self.column) for side in self.sides for one in side)

    def twins(self) -> list[tuple[str, str]]:
        """Return the files of pictures that are on both sides, to the pixel."""
        there = {one.digest: one.file for one in self.sides[0]}
        pairs = ((there.get(one.digest), one.file) for one in self.sides[1])
        return [(first, second) for first, second in pairs if first is not None]

    def shared(self) -> dict[str, list[str]]:
        """Return the people or sources that are on both sides, by column."""
        found = {
            column: sorted(set.intersection(*({*_values(side, column)} for side in self.sides)))
            for column in dict.fromkeys((*UNITS, *([self.column] if self.column else [])))
        }
        return {column: values for column, values in found.items() if values}


class Splitting:
    """One split.

    Attributes:
        failed: Whether something could not be read; the rest is divided all the same.
    """

    def __init__(self, folder: Path, group: str | None, reporter: Reporter) -> None:
        """Prepare it.

        Args:
            folder: Where both lists go.
            group: The column whose pictures stay together; None for person, else source.
            reporter: Hears what cannot be read, and how far the work is.
        """
        self._folder, self._group, self._reporter = folder, group, reporter
        self.failed = False

    def run(self, inputs: tuple[str, ...], every: Every, share: float, seed: int) -> Split | None:
        """Divide the pictures and return both sides; None if there is no picture.

        Raises:
            RequestError: If there is no column to group by as asked.
            SourceError: If one side would lack a label, or there is only one group.
            OutputError: If the lists may not be written.
        """
        check_folder(self._folder, ENDING)
        found, skipped = gathered(inputs, self._fail, every, self._reporter.tell)
        sources = [source for source in found if source.noted is None]
        if gone := len(found) - len(sources):
            hint = "`posture train` takes the .jsonl itself, and its scores keep sources apart"
            self._fail(f"{gone} of {len(found)} not here: a list can only name pictures", hint)
        columns = columns_of(sources)
        column = group_column(columns, self._group)
        if self._group and column is None:
            raise _one_group(self._group, columns[self._group.casefold()])
        read = list(self._read(pictures(sources, skipped.add), column))
        if left_out := skipped.summary():
            self._fail(*left_out)
        if not read:
            return None
        groups = _groups(read)
        if missing := sides.lacking(sides.counts(groups, share, seed)):
            raise _lacking(missing[0], groups, share, column or "picture")
        testing = {group for group in groups if sides.is_test(group, share, seed)}
        train, test = ([one for one in read if (one.group in testing) is t] for t in (False, True))
        return Split((tuple(train), tuple(test)), column)

    def write(self, split: Split) -> None:
        """Write both lists, whole or not at all; earlier ones are replaced.

        Raises:
            OutputError: If they cannot be written.
        """
        with whole_folder(self._folder, ENDING) as place:
            for name, side in zip((TRAIN, TEST), split.sides, strict=True):
                _write(place / name, side)

    def _read(self, found: Iterable[Loadable], column: str | None) -> Iterator[Picture]:
        work = in_parallel(_digest, found, available_cores(), weight=lambda one: one.carried)
        with self._reporter.progress() as step:
            for labelled, digest in work:
                step()
                if isinstance(digest, PostureError):
                    self._fail(one_line(f"{labelled.name}: {digest.message}"), digest.hint)
                    continue
                file = _beside(labelled.file, self._folder)
                yield Picture(labelled, file, _group(labelled, column, file), digest)

    def _fail(self, message: str, hint: str) -> None:
        self.failed = True
        self._reporter.tell(message, hint)


def _digest(one: Loadable) -> tuple[Labelled, str | PostureError]:
    """Return the same text for the same picture, whatever its file is called and says beside it."""
    try:
        loaded = one.load()
        rgb = None if isinstance(loaded, Recorded) else loaded.rgb
    except PostureError as error:
        return one.labelled, error
    if isinstance(loaded, Recorded):  # without anybody it is like no other
        seen = repr(loaded.people) if loaded.people else one.labelled.key
        return one.labelled, hashlib.sha256(seen.encode(errors="surrogateescape")).hexdigest()
    assert rgb is not None
    digest = hashlib.sha256(repr(rgb.shape).encode())
    digest.update(rgb.data)
    return one.labelled, digest.hexdigest()


def _group(labelled: Labelled, column: str | None, file: str) -> str:
    """Return the group of a picture, the same on every machine: a path from the results."""
    return (column and labelled.about.get(column)) or file


def _groups(found: Iterable[Picture]) -> dict[str, Counter[str]]:
    groups: dict[str, Counter[str]] = {}
    for one in found:
        groups.setdefault(one.group, Counter())[one.labelled.label] += 1
    return groups


def _values(side: Iterable[Picture], column: str) -> Iterator[str]:
    return (value for one in side if (value := one.labelled.about.get(column)))


def _beside(file: str, folder: Path) -> str:
    """Return a file as a CSV in a folder names it."""
    return file if is_address(file) else Path(os.path.relpath(file, folder)).as_posix()


def _write(path: Path, side: Sequence[Picture]) -> None:
    columns = list(dict.fromkeys(column for one in side for column in one.labelled.about))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ["file", "label", "frame", *columns], lineterminator="\n")
        rows.writeheader()
        rows.writerows(_row(one) for one in side)


def _row(one: Picture) -> Mapping[str, object]:
    frame = "" if one.labelled.frame is None else one.labelled.frame
    return {"file": one.file, "label": one.labelled.label, "frame": frame, **one.labelled.about}


def _one_group(column: str, values: set[str]) -> SourceError:
    named = ", ".join(map(repr, values - {""}))
    one = f"all pictures are of one {column}, {named}" if named else f"no picture has a {column}"
    return SourceError(
        f"{one}: nothing would be left to test with",
        hint=f"add pictures of another {column}, or divide by another column with --group",
        code="lacking",
    )


def _lacking(
    missing: tuple[int, str], groups: Mapping[str, Counter[str]], share: float, unit: str
) -> SourceError:
    side, label = SIDES[missing[0]], missing[1]
    having = sum(1 for labels in groups.values() if labels[label])
    message = (
        f"{side} would have no picture of {label}, which {having} of {len(groups)} {unit}s show"
    )
    seed = sides.good_seed(groups, share)
    hint = f"add another {unit} with {label}, or change the share with --test"
    if seed is not None:
        hint = f"--seed {seed} has every label on both sides; better, add {unit}s with {label}"
    return SourceError(message, hint=hint, code="lacking")
