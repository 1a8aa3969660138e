"""Where source, estimator and judge meet."""

from __future__ import annotations

import threading
import time

import pytest

from posture_cli import pipeline
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import deeplens, rules
from posture_cli.core.observation import Observation
from posture_cli.inputs import memory
from posture_cli.inputs.memory import Budget
from posture_cli.pipeline import in_parallel
from tests.people import (
    HUNCHING,
    SITTING,
    SIZE,
    STANDING,
    Recorded,
    blank,
    codes,
    judged,
    measured,
    observe,
    read,
    someone,
)


def test_an_observation_has_one_reading_a_person_in_the_order_of_the_estimator():
    people = (someone(SITTING), someone(HUNCHING), someone(STANDING))
    frame = Frame(blank().rgb, "desk.mp4", index=12, time_s=0.48)
    seen = observe(frame, Recorded(people), rules.judge)
    facts = (seen.source, seen.frame, seen.time_s, seen.size, seen.estimator)
    assert facts == ("desk.mp4", 12, 0.48, SIZE, "recorded")
    assert tuple(reading.person for reading in seen.readings) == people
    assert [r.verdict.label for r in seen.readings] == ["sitting", "hunching", "standing"]


def test_nobody_is_an_observation_without_readings():
    seen = observe(blank(), Recorded(()), rules.judge)
    expected = Observation("blank.png", 0, None, SIZE, "recorded", ())
    assert seen.to_json() == expected.to_json()
    assert seen.readings == ()


def test_the_frame_is_looked_at_once():
    estimator = Recorded(())
    observe(blank(index=7), estimator, rules.judge)
    assert estimator.seen == [7]


def test_a_reading_holds_what_was_measured_and_what_was_judged():
    person = someone(HUNCHING)
    reading = read(person, SIZE, rules.judge)
    assert reading.person is person
    assert reading.measurement == measured(person)
    assert reading.verdict == judged(person, rules.judge)


def test_the_judge_can_be_changed():
    verdict = read(someone(STANDING), SIZE, deeplens.judge).verdict
    assert verdict.label == "hunching"
    assert codes(verdict) == tuple(deeplens.WORDS)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_come_in_the_order_of_the_items(workers):
    def slow_at_first(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number * number

    assert list(in_parallel(slow_at_first, range(20), workers)) == [n * n for n in range(20)]


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_to_do_gives_nothing(workers):
    assert list(in_parallel(str, [], workers)) == []


def test_several_threads_work_at_once():
    meeting = threading.Barrier(2, timeout=10)
    assert len(list(in_parallel(lambda _: meeting.wait(), range(2), 2))) == 2


@pytest.mark.parametrize(("workers", "at_most"), [(1, 1), (2, 5)])
def test_only_a_few_items_are_taken_before_they_are_needed(workers, at_most):
    taken = []

    def items():
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_parallel(lambda number: number, items(), workers)
    assert next(results) == 0
    assert len(taken) <= at_most
    results.close()
    assert len(taken) <= at_most


def test_heavy_items_are_fewer_at_a_time_but_always_one(monkeypatch):
    monkeypatch.setattr(pipeline, "MOST_BYTES", 100)
    taken = []

    def items():
        for size in (40, 40, 40, 500, 500, 1, 1):
            taken.append(size)
            yield size

    held = []
    for done, _ in enumerate(in_parallel(str, items(), 50, weight=int), start=1):
        held.append(taken[done:])
    assert held == [[40, 40], [40, 500], [500], [500], [1], [1], []]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_at_its_place_in_the_order(workers):
    def fail_at_3(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    results, seen = in_parallel(fail_at_3, range(10), workers), []
    with pytest.raises(ValueError, match="three"):
        seen.extend(iter_into(results, seen))
    assert seen == [0, 1, 2]


def iter_into(results, seen):
    """Note every result as it comes, so that those before an error are kept."""
    for result in results:
        seen.append(result)
    return ()


def test_what_nobody_will_read_is_not_started():
    started, go = [], threading.Event()

    def work(number: int) -> int:
        started.append(number)
        if number:
            go.wait(10)
        return number

    results = in_parallel(work, range(100), 2)
    assert next(results) == 0
    threading.Timer(0.05, go.set).start()
    results.close()
    assert len(started) < 5


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_source_is_passed_on(workers):
    def broken():
        yield 1
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        list(in_parallel(lambda number: number, broken(), workers))


def test_threads_share_the_bytes_of_decoded_pixels(monkeypatch):
    budget = Budget(100)
    monkeypatch.setattr(memory, "PIXELS", budget)
    lock, held, most = threading.Lock(), 0, 0

    def work(size):
        nonlocal held, most
        budget.take(size)
        with lock:
            held += size
            most = max(most, held)
        time.sleep(0.01)
        with lock:
            held -= size
        return size

    assert list(in_parallel(work, [60] * 6, 3)) == [60] * 6
    assert most == 60
