"""Tables are as wide as the terminal, and no number stands apart from its unit."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.cli.console.tables import table_lines
from posture_cli.core.table import Table, wrapped

MEANING = "answered rather than unknown, of 62 % of the pictures with a limit of 45 ° or more"
TABLE = Table("scores", ("score", "value", "meaning"), (("coverage", "0.98", MEANING),), "a note")


def one(table: Table) -> list[str]:
    return list(table_lines(Table(table.title, table.head, table.rows, table.note, ("meaning",))))


def test_without_a_terminal_a_row_is_one_line():
    assert one(TABLE) == [
        "  score     value  meaning",
        f"  coverage   0.98  {MEANING}",
        "  (a note)",
    ]


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_on_a_terminal_words_are_wrapped_in_their_column(columns):
    table = Table(TABLE.title, TABLE.head, TABLE.rows, TABLE.note, ("meaning",))
    lines = list(table_lines(table, columns))
    assert max(map(len, lines)) <= columns
    assert {len(line) - len(line.lstrip()) for line in lines[2:-1]} <= {19}
    assert " ".join(line[19:] for line in lines[1:-1]) == MEANING


def test_numbers_alone_are_never_wrapped():
    numbers = Table("n", ("a", "b"), (("1", "2" * 50),))
    assert list(table_lines(numbers, 20)) == list(table_lines(numbers))


@given(
    st.lists(st.sampled_from(["62 px", "5 % of", "12 ms", "84° > 60°", "word"])), st.integers(8, 40)
)
def test_a_line_never_begins_with_a_unit_or_a_limit(words, columns):
    for line in wrapped(" ".join(words), columns):
        assert not re.match(r"px|%|ms|>|60°(?! )", line)


def test_nothing_in_a_table_says_nothing():
    assert list(table_lines(Table("n", ("a", "b"), ()))) == []


def test_a_narrow_terminal_does_without_what_it_can_spare_and_says_so():
    days = Table(
        "days",
        ("day", "sitting", "unknown", "longest"),
        (("Tue", "2 h 55 min", "3 min", "45 min"),),
        spare=("unknown", "longest"),
    )
    assert list(table_lines(days, 40)) == list(table_lines(days))
    assert list(table_lines(days, 34)) == [
        "  day     sitting  longest",
        "  Tue  2 h 55 min   45 min",
        "  (a wider terminal also shows:",
        "  unknown)",
    ]
    assert list(table_lines(days, 10)) == [
        "  day     sitting",
        "  Tue  2 h 55 min",
        "  (a wider",
        "  terminal",
        "  also",
        "  shows:",
        "  unknown,",
        "  longest)",
    ]
