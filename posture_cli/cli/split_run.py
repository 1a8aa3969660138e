"""The work behind `posture split`: divide, show what leaks, and write both lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.messages import out, tell
from posture_cli.cli.console.tables import table_lines, terminal_columns
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.masking import one_line
from posture_cli.core.score.tables import shown
from posture_cli.core.table import Table
from posture_cli.dataset.split import MOST_NAMED, TEST, TRAIN, Split, Splitting
from posture_cli.inputs.video.frames import Every

FAILED, LEAKS = 1, 3


def run(
    inputs: tuple[str, ...],
    folder: Path,
    group: str | None,
    every: Every,
    *,
    share: float,
    seed: int,
) -> int:
    """Divide all inputs and return the exit code."""
    splitting = Splitting(folder, group, TERMINAL)
    split = splitting.run(inputs, every, share, seed)
    if split is None:
        return FAILED
    for line in lines(split):
        out(line)
    if twins := split.twins():
        _tell_twins(twins, split.column or "person")
        return LEAKS
    _tell_shared(split)
    splitting.write(split)
    return FAILED if splitting.failed else 0


def lines(split: Split) -> Iterator[str]:
    """Yield what a terminal shows of a split."""
    train, test = (Counter(one.labelled.label for one in side) for side in split.sides)
    labels = [*CLASSES, *sorted({*train, *test} - {*CLASSES})]
    rows = [(shown(each), str(train[each]), str(test[each])) for each in labels]
    rows.append(("pictures", str(train.total()), str(test.total())))
    if split.column:
        train_groups, test_groups = split.groups
        rows.append((f"{one_line(split.column)}s", str(train_groups), str(test_groups)))
    table = Table("split", ("label", TRAIN, TEST), tuple(rows))
    yield from table_lines(table, terminal_columns())


def _tell_twins(twins: list[tuple[str, str]], column: str) -> None:
    for first, second in twins[:MOST_NAMED]:
        hint = f"nothing is written; remove one, or give both the same {column}"
        tell(f"the same picture is on both sides: {one_line(first)} and {one_line(second)}", hint)
    if len(twins) > MOST_NAMED:
        tell(f"so are {len(twins) - MOST_NAMED} more pictures", "remove one of each")


def _tell_shared(split: Split) -> None:
    """Say what may make the scores look better than they are."""
    if split.column is None and not split.shared():
        hint = "frames of one person on both sides flatter the scores; add a column `person`"
        tell("no column says which pictures show the same person", hint)
    if split.alone:
        hint = "fill it in: each of them counts as somebody else"
        tell(f"{split.alone} pictures have no {one_line(split.column or '')}", hint)
    for column, values in split.shared().items():
        named = one_line(", ".join(values[:MOST_NAMED]))
        more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
        hint = f"if their pictures are alike, scores are too good: --group {one_line(column)}"
        tell(f"on both sides there is the same {one_line(column)}: {named}{more}", hint)
