"""Which side a group is on: by its name and the seed alone."""

from __future__ import annotations

from collections import Counter

import pytest

from posture_cli.dataset.sides import counts, good_seed, is_test, lacking

PEOPLE = [f"person {number}" for number in range(2000)]


def test_about_as_many_are_for_testing_as_asked_for():
    for share in (0.1, 0.25, 0.5):
        tested = sum(is_test(name, share, 0) for name in PEOPLE)
        assert tested / len(PEOPLE) == pytest.approx(share, abs=0.03)


def test_another_seed_gives_another_split_and_the_same_the_same():
    first, again, other = ([is_test(n, 0.5, seed) for n in PEOPLE] for seed in (1, 1, 2))
    assert first == again
    assert 0.4 < sum(a != b for a, b in zip(first, other, strict=True)) / len(PEOPLE) < 0.6


def test_a_split_is_the_same_on_every_machine_and_in_every_version():
    tested = [name for name in PEOPLE[:12] if is_test(name, 0.25, 0)]
    assert tested == ["person 0", "person 3", "person 6"]  # by sha256sum


def test_who_is_for_testing_stays_so_when_the_share_grows():
    assert all(is_test(n, 0.3, 0) for n in PEOPLE if is_test(n, 0.2, 0))


def test_a_name_that_is_not_utf8_has_a_side_too():
    assert isinstance(is_test("a\udcff", 0.5, 0), bool)


def test_a_class_that_one_side_lacks_is_named_and_a_distractor_is_not():
    sides = (Counter(sitting=2, hunching=1, lying=1), Counter(sitting=1, squat=1))
    assert lacking(sides) == [(1, "hunching")]


def test_a_seed_that_has_every_label_on_both_sides_is_found():
    groups = {name: Counter([label]) for name in "ab" for label in ("sitting",)}
    seed = good_seed(groups, 0.5)
    assert seed is not None
    train, test = counts(groups, 0.5, seed)
    assert (train, test) == (Counter(sitting=1), Counter(sitting=1))


def test_with_one_group_there_is_no_such_seed():
    assert good_seed({"a": Counter(sitting=9)}, 0.5) is None
