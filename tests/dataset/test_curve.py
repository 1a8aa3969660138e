"""Whether more samples would help."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from posture_cli.core.score.evaluation import NOBODY, Judged
from posture_cli.core.score.trials import scores
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.curve import SHARES, learning_curve, thinned
from posture_cli.dataset.fitting import out_of_fold
from tests.dataset.test_fitting import everybody

pytest.importorskip("sklearn")


def test_a_part_has_the_same_share_of_each_label():
    part = thinned(everybody(number=12, groups=4), 0.5)
    assert Counter(sample.label for sample in part) == {
        "sitting": 6,
        "standing": 6,
        "hunching": 6,
    }


def test_with_enough_groups_they_stay_whole():
    samples = everybody(number=24, groups=12)
    part = thinned(samples, 0.5)
    assert len({sample.group for sample in part}) == 6
    kept = {sample.group for sample in part}
    assert part == [sample for sample in samples if sample.group in kept]


@pytest.mark.parametrize("groups", [4, 12])
def test_parts_grow_into_all(groups):
    samples = everybody(number=12, groups=groups)
    parts = [thinned(samples, share) for share in SHARES]
    for small, large in pairwise(parts):
        assert set(map(id, small)) < set(map(id, large))
    assert parts[-1] == samples


def test_the_curve_ends_at_the_score_of_all_samples():
    samples = everybody(number=10, groups=5)
    judged = [Judged(str(n), one.label, {}, NOBODY) for n, one in enumerate(samples)]
    nobody = [Judged("empty", "sitting", {}, NOBODY)]
    steps = learning_curve(samples, judged, nobody, ())
    assert [step.samples for step in steps] == sorted(step.samples for step in steps)
    assert steps[-1].samples == 24  # four of five people
    verdicts = out_of_fold(samples)
    said = [Judged(str(n), s.label, {}, v) for n, (s, v) in enumerate(zip(samples, verdicts))]  # noqa: B905
    truth = scores([*said, *nobody], resampled, ()).overall["macro_f1"]
    assert steps[-1].macro_f1 == truth
    assert truth.value is not None and truth.value < 1  # the empty picture counts
