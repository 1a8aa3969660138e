"""Counts of what was labelled."""

from __future__ import annotations

from posture_cli.label.tally import Tally
from tests.label.lines import as_journalled, failed, seen, some
from tests.people import LYING, SITTING, someone


def tally_of(*lines: dict) -> Tally:
    tally = Tally()
    assert list(tally.counted(lines)) == list(lines)
    return tally


def test_people_are_counted_by_label_and_pictures_without_people_as_nobody() -> None:
    tally = tally_of(*some(), seen("b.jpg", someone(LYING), someone(SITTING)))
    assert tally.labels == {
        "sitting": 2,
        "hunching": 2,
        "unknown": 1,
        "nobody": 1,
    }
    assert tally.unknown == {"lying": 1}
    assert (tally.pictures, tally.errors, tally.failed) == (5, {"unreadable": 1}, 1)


def test_a_picture_that_could_not_be_drawn_counts_as_labelled_and_as_failed() -> None:
    line = as_journalled("a", {**seen("a.jpg", someone(SITTING)), "trouble": {"code": "output"}})
    tally = tally_of(line, failed())
    assert (tally.labels["sitting"], tally.troubles, tally.failed) == (1, 1, 2)


def test_the_five_most_frequent_reasons_are_named_and_the_others_counted() -> None:
    tally = tally_of(seen("a.jpg", someone(SITTING)))
    tally.unknown.update({f"reason_{number}": number for number in range(1, 8)})
    (line,) = (line for line in tally.summary(1, 1.0) if line.startswith("unknown"))
    assert line == ("unknown: 7 reason_7, 6 reason_6, 5 reason_5, 4 reason_4, 3 reason_3, 3 others")
