from itertools import permutations
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.time.pairing import paired

ALONE = 2.0
COSTS = st.integers(0, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.floats(0, 5) | st.just(inf), min_size=width, max_size=width), max_size=4
    )
)


def total(costs, found):
    pairs = zip(costs, found, strict=True)
    return sum(ALONE if column is None else row[column] for row, column in pairs)


@given(COSTS)
def test_no_other_choice_costs_less(costs):
    found = paired(costs, ALONE)
    width = len(costs[0]) if costs else 0
    columns = [*range(width), *(None for _ in costs)]
    least = min(total(costs, choice) for choice in permutations(columns, len(costs)))
    assert abs(total(costs, found) - least) < 1e-9


@given(COSTS)
def test_nobody_is_two_people(costs):
    given_away = [column for column in paired(costs, ALONE) if column is not None]
    assert len(given_away) == len(set(given_away))


def test_the_nearest_is_left_to_somebody_who_has_no_other():
    assert paired([[0.1, 0.5], [0.2, inf]], ALONE) == [1, 0]
