"""The list of slow tests names what is there, and marks it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.slow import FAST, PLACES, SERVER, TESTS, why

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("place", [*PLACES, *TESTS])
def test_every_place_is_there(place):
    assert (ROOT / place).exists()


@pytest.mark.parametrize(("file", "test"), [(file, test) for file in TESTS for test in TESTS[file]])
def test_every_test_is_there(file, test):
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {test}\(", source, re.MULTILINE)


def test_no_line_says_what_is_so_without_it():
    without = {f"{file}::{test}": why(f"{file}::") for file in TESTS for test in TESTS[file]}
    assert [name for name, reason in without.items() if reason == why(name)] == []


def test_a_file_is_as_slow_as_its_folder_and_a_test_as_its_file():
    assert why("tests/cli/test_new.py::test_any[a/b::c]") == PLACES["tests/cli"]
    assert why("tests/cli/test_config.py::test_any") == FAST
    assert why("tests/inputs/stores/test_s3.py::test_any") == SERVER
    assert why("tests/core/test_words.py::test_any") == FAST


def test_what_is_slow_is_marked(request):
    marked = {item.nodeid for item in request.session.items if item.get_closest_marker("slow")}
    assert marked == {item.nodeid for item in request.session.items if why(item.nodeid)}
