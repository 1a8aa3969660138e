"""What a training says in one sentence, and how it was tested."""

from __future__ import annotations

import pytest

from posture_cli.core.score.evaluation import Score
from posture_cli.core.score.learned_card import Data, conclusion


@pytest.mark.parametrize(
    ("difference", "folds", "words"),
    [
        (Score(0.2, 0.1, 0.3), 5, "training paid: macro-F1 +0.200 (+0.100 to +0.300)"),
        (Score(-0.2, -0.3, -0.1), 5, "training did not pay: macro-F1 -0.200"),
        (Score(0.0, -0.1, 0.1), 5, "no clear difference to the default rules"),
        (Score(0.0), 5, "no difference between the learned judge and the default rules"),
        (Score(None), 5, "no difference between the learned judge and the default rules"),
        (Score(-1.0), 5, "macro-F1 -1.000 against the default rules, without an interval"),
        (Score(-1.0), 1, "the learned judge could not be tested: all pictures are of one film"),
    ],
)
def test_the_conclusion_is_no_better_than_the_test(difference, folds, words):
    assert conclusion(difference, folds).startswith(words)


def test_frames_of_one_film_cannot_be_split():
    one = Data(["film.csv"], {}, {}, {}, 0, 0, None, groups=1, folds=1)
    assert one.split == "not possible: all pictures are of one film"
