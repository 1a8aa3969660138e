"""Any name of a file can be written as text, and found again."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.inputs.names import natural, on_disk, written


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "a b.jpg",
        'a"b.jpg',
        "a\nb.jpg",
        "日本.jpg",
        "😀.jpg",
        r"C:\photos\a.jpg",
        r"a\b.jpg",
    ],
)
def test_nearly_every_name_is_written_as_it_is(name: str) -> None:
    assert written(name) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("caf\udce9.jpg", r"caf\xe9.jpg"),
        ("\udcff\\a.jpg", r"\xff\x5ca.jpg"),
        (r"caf\xe9.jpg", r"caf\x5cxe9.jpg"),
        ("\ud83d.jpg", r"\ud83d.jpg"),
    ],
)
def test_what_is_no_text_is_spelled_and_what_looks_so_is_told_apart(name: str, text: str) -> None:
    assert (written(name), on_disk(text)) == (text, name)


@given(st.text(st.sampled_from("\\xue9d8f5c\udce9\ud83d/a日")))
def test_no_two_names_are_written_alike(name: str) -> None:
    assert on_disk(written(name)) == name
    assert json.loads(json.dumps(written(name), ensure_ascii=False).encode()) == written(name)


@given(st.binary().filter(lambda data: b"\0" not in data))
def test_any_bytes_are_found_again(data: bytes) -> None:
    assert os.fsencode(on_disk(written(os.fsdecode(data)))) == data


def test_numbers_in_names_are_ordered_by_their_value() -> None:
    names = ["b", "a", "a_10.png", "a_9.png", "a_010.png", "a_1_2.png", "a_1_10.png", "7", "12"]
    expected = ["7", "12", "a", "a_1_2.png", "a_1_10.png", "a_9.png", "a_10.png", "a_010.png", "b"]
    assert sorted(names, key=natural) == expected


@given(st.text("012ab"), st.text("012ab"))
def test_different_names_have_different_places(one: str, other: str) -> None:
    assert (natural(one) == natural(other)) == (one == other)


def test_a_number_may_have_any_length() -> None:
    longer, shorter = "9" * 6000, "9" * 5000
    assert sorted([longer, shorter], key=natural) == [shorter, longer]
