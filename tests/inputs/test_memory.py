"""Threads share the bytes of decoded pixels, and never wait for each other in a circle."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from posture_cli.inputs.memory import Budget

LONG_S = 20.0


def together(budget: Budget, sizes: list[int]) -> int:
    """Return the most bytes that threads held at the same time, one thread per size."""
    lock, held, most = threading.Lock(), 0, 0

    def work(size: int) -> None:
        nonlocal held, most
        with budget.work():
            budget.take(size)
            with lock:
                held += size
                most = max(most, held)
            time.sleep(0.01)
            with lock:
                held -= size
            budget.give(size)

    with ThreadPoolExecutor(len(sizes)) as pool:
        list(pool.map(work, sizes, timeout=LONG_S))
    return most


def test_threads_hold_no_more_than_there_is() -> None:
    assert together(Budget(100), [40] * 8) <= 80


def test_what_is_larger_than_all_there_is_waits_until_it_is_alone() -> None:
    assert together(Budget(100), [250, 30, 250, 30, 250]) == 250


def test_whoever_holds_bytes_does_not_wait_for_others() -> None:
    budget, both = Budget(100), threading.Barrier(2, timeout=LONG_S)

    def work(_: int) -> None:
        with budget.work():
            budget.take(40)
            both.wait()
            budget.take(40)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2), timeout=LONG_S))


def test_what_is_held_at_the_end_of_the_work_is_given_back() -> None:
    budget = Budget(100)
    for _ in range(3):
        with budget.work():
            budget.take(90)
    assert together(budget, [90]) == 90


def test_outside_of_work_nobody_is_held_up() -> None:
    budget = Budget(100)
    for _ in range(3):
        budget.take(90)
    assert together(budget, [90]) == 90
