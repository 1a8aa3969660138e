"""The captured screens of a watch are what the code draws now, also without tmux."""

import re

from docs.figures import watch_states

FRAMED = re.compile(
    r"^(?P<name>.+), (?P<width>\d+)x(?P<height>\d+)\n┌─+┐\n(?P<rows>(?:│.*│\n)+)└─+┘$", re.M
)


def test_each_moment_was_captured_at_each_size_as_it_is_drawn_now():
    text = watch_states.PLACE.read_text(encoding="utf-8")
    captured = {
        (each["name"], (int(each["width"]), int(each["height"]))): [
            row[1:-1].rstrip() for row in each["rows"].splitlines()
        ]
        for each in FRAMED.finditer(text)
    }
    drawn = {(name, size): lines for name, size, lines in watch_states.screens()}
    assert captured == drawn, "run `make pictures`"


def test_no_line_is_wider_and_no_page_higher_than_its_terminal():
    for _, (width, height), lines in watch_states.screens():
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
