"""A drag over the window is a part of the picture, wherever in the window the picture is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.cli.options.estimation import part_of_picture
from posture_cli.watch.dragging import WHOLE, area, as_option

PICTURE = (320, 240)
CASES = {
    "in a window of its size": ((64, 0), (256, 120), PICTURE, (0.2, 0, 0.8, 0.5)),
    "from any corner": ((256, 0), (64, 120), PICTURE, (0.2, 0, 0.8, 0.5)),
    "in a window twice as large": ((128, 0), (512, 240), (640, 480), (0.2, 0, 0.8, 0.5)),
    "between black borders": ((40 + 64, 0), (40 + 256, 120), (400, 240), (0.2, 0, 0.8, 0.5)),
    "below a black border": ((64, 80), (256, 80 + 120), (320, 400), (0.2, 0, 0.8, 0.5)),
    "beyond the picture": ((-50, -9), (999, 120), PICTURE, (0, 0, 1, 0.5)),
    "over all of it": ((0, 0), (400, 400), (400, 400), WHOLE),
    "a click": ((100, 100), (103, 101), PICTURE, None),
    "along a line": ((10, 100), (300, 104), PICTURE, None),
    "in the border only": ((0, 10), (30, 200), (400, 240), None),
}


@pytest.mark.parametrize(("start", "end", "window", "wanted"), CASES.values(), ids=CASES)
def test_a_drag_is_a_part_of_the_picture(start, end, window, wanted):
    assert area(start, end, window, PICTURE) == wanted


SPOT = st.tuples(st.integers(-50, 2000), st.integers(-50, 2000))
SIZES = st.tuples(st.integers(1, 2000), st.integers(1, 2000))


@given(SPOT, SPOT, SIZES, SIZES)
def test_every_drag_gives_an_option_that_posture_takes(start, end, window, picture):
    if found := area(start, end, window, picture):
        option, value = as_option(found).split()
        assert (option, part_of_picture(value)) == ("--zone", found)
