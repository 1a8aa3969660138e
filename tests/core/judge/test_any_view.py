from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import Joint, Keypoints, mirror
from posture_cli.core.judge.any_view import (
    FEATURES,
    LAYERS,
    OUTPUTS,
    Network,
    Odds,
    both_ways,
    network,
)
from tests.people import HUNCHING, SITTING, someone

WIDTH = 1024
GRID_PX = 1 / 64
"""Places that 32-bit numbers hold exactly, mirrored too."""


def drawn(seed=3, hidden=(24, 12)):
    """Return a network with random numbers."""
    rng = np.random.default_rng(seed)
    sizes = [FEATURES, *hidden, len(OUTPUTS)]
    arrays = {"mean": rng.normal(size=FEATURES), "scale": rng.uniform(0.5, 2, FEATURES)}
    arrays["temperature"] = np.array(1.2)
    for number, (before, after) in enumerate(pairwise(sizes)):
        arrays[f"weights_{number}"] = rng.normal(size=(before, after)) / np.sqrt(before)
        arrays[f"bias_{number}"] = rng.normal(size=after)
    return network({name: array.astype(np.float32) for name, array in arrays.items()})


places = st.integers(0, WIDTH * 64 - 64).map(lambda number: number * GRID_PX)
bodies = st.lists(st.tuples(places, places), min_size=len(Joint), max_size=len(Joint))
scores = st.lists(st.floats(0, 1, width=32), min_size=len(Joint), max_size=len(Joint))


@given(body=bodies, score=scores)
def test_a_mirrored_person_gets_the_same_numbers_to_the_last_bit(body, score):
    keypoints = Keypoints(np.array(body, np.float32), np.array(score, np.float32))
    assert drawn().odds(mirror(keypoints, WIDTH)) == drawn().odds(keypoints)


@given(body=bodies, score=scores)
def test_what_somebody_does_is_certain_altogether(body, score):
    odds = drawn().odds(Keypoints(np.array(body, np.float32), np.array(score, np.float32)))
    assert sum(odds) == pytest.approx(1)
    assert min(odds) >= 0


def test_neither_place_nor_size_in_the_picture_counts():
    here = drawn().odds(someone(SITTING, torso_px=100, hip=(300, 300)).keypoints)
    there = drawn().odds(someone(SITTING, torso_px=200, hip=(500, 400)).keypoints)
    assert there == pytest.approx(here, abs=1e-4)


def test_the_roll_of_the_camera_is_taken_out():
    keypoints = someone(HUNCHING).keypoints
    turn = np.radians(10)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    leaning = Keypoints((keypoints.xy @ spin.T).astype(np.float32), keypoints.score)
    assert drawn().odds(leaning, 10) == pytest.approx(drawn().odds(keypoints), abs=1e-4)
    assert drawn().odds(leaning) != pytest.approx(drawn().odds(keypoints), abs=1e-4)


def test_points_that_are_all_in_one_place_are_no_error():
    keypoints = Keypoints(np.zeros((17, 2), np.float32), np.zeros(17, np.float32))
    assert np.isfinite(both_ways(keypoints)).all()


def test_a_joint_gone_astray_is_pulled_back():
    keypoints = someone(SITTING).keypoints
    far = keypoints.xy.copy()
    far[Joint.LEFT_WRIST] = (1e5, -1e5)
    assert np.abs(both_ways(Keypoints(far, keypoints.score))).max() == 4


def test_hunching_and_stance_are_sums():
    odds = Odds(0.1, 0.2, 0.3, 0.15, 0.25)
    assert (odds.hunching, odds.seated) == pytest.approx((0.45, 0.4))
    assert odds.on_feet == pytest.approx(0.35)


def test_a_network_is_the_same_after_it_was_written_as_arrays():
    one = drawn()
    again, keypoints = network(one.arrays()), someone(SITTING).keypoints
    assert again.odds(keypoints) == one.odds(keypoints)


def test_higher_temperatures_make_less_sure():
    one, keypoints = drawn(), someone(SITTING).keypoints
    warm = Network(one.mean, one.scale, one.layers, 5.0)
    assert max(warm.odds(keypoints)) < max(one.odds(keypoints))


@pytest.mark.parametrize("name", ["mean", "temperature", f"bias_{LAYERS - 1}"])
def test_a_missing_array_is_an_error(name):
    arrays = drawn().arrays()
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        network(arrays)


def test_layers_that_do_not_fit_are_an_error():
    arrays = drawn().arrays()
    with pytest.raises(ValueError, match="do not go from"):
        network({**arrays, "weights_1": arrays["weights_1"].T})
