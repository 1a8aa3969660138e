"""The script that scores profiles from the front, with hand-made people in place of pictures."""

from __future__ import annotations

import numpy as np
import pytest

from posture_cli.core.judge.baseline import glimpse
from tests.benchmarks.imported import imported
from tests.people import SIZE, before_the_camera, measured


@pytest.fixture(scope="module")
def script():
    with imported("front_scores") as found:
        yield found.front_scores


def looks(script, *people):
    """Return pictures of one scene: label, and who is seen."""
    return [
        script.Look("anna", "desk", label, person, SIZE, glimpse(measured(person), SIZE))
        for label, person in people
    ]


SCENE = (
    *(("upright", before_the_camera(height)) for height in (0.6, 0.61, 0.59, 0.6)),
    ("slouched", before_the_camera(0.48)),
    ("slouched", before_the_camera(0.6)),
    ("leaning_to_camera", before_the_camera(0.4)),
    ("turned", before_the_camera(0.48, turn=0.4)),
    ("other", before_the_camera(0.3)),
)


def test_every_choice_of_three_counts_once_as_a_whole(script):
    scene = looks(script, *SCENE)
    said = list(script.answers(scene, 20, np.random.default_rng(0)))
    assert len(said) == 4 * (1 + 5)  # one of four is left out each time
    assert script.counted(said) == {
        "leaning_to_camera": {"hunching": 1.0, "not": 0.0, "null": 0.0},
        "other": {"hunching": 1.0, "not": 0.0, "null": 0.0},
        "slouched": {"hunching": 1.0, "not": 1.0, "null": 0.0},
        "turned": {"hunching": 0.0, "not": 0.0, "null": 1.0},
        "upright": {"hunching": 0.0, "not": 1.0, "null": 0.0},
    }
    assert script.scores(said) == {
        "found": pytest.approx(2 / 3),
        "upright called hunching": 0.0,
        "balanced accuracy": pytest.approx(5 / 6),
        "leaning, turned, other called hunching": 0.5,
        "not calibrated": 0,
    }


def test_so_many_choices_and_all_different(script):
    drawn = script.drawn(range(8), 20, np.random.default_rng(0))
    assert len(set(drawn)) == 20
    assert script.drawn([1, 2], 20, np.random.default_rng(0)) == [(1, 2)]


def test_a_profile_of_who_moves_judges_nobody(script):
    restless = [("upright", before_the_camera(height)) for height in (0.45, 0.6, 0.75)]
    scene = looks(script, *restless, ("slouched", before_the_camera(0.48)))
    (said,) = script.answers(scene, 20, np.random.default_rng(0))
    assert (said.calibrated, said.verdict) == (False, None)
    assert script.scores([said])["not calibrated"] == 1


def test_without_a_profile_nobody_is_called_hunching(script):
    assert script.without_profile(looks(script, *SCENE)) == 0
