"""The queues: nothing blocks, failures are retried, and complaints come once."""

from __future__ import annotations

import threading
import time

import pytest

from posture_cli.notify.channel import Timing
from posture_cli.notify.delivery import Delivery
from tests.notify.events import ALERT, BACK, LOST, RECOVERED, SECOND, Friend, Notes, until

QUICK = Timing(first_wait_s=0.02, longest_wait_s=0.05, lost_s=0.2, leave_s=0.5)


def delivered(friend: Friend, *events, notes: Notes | None = None, **options) -> list:
    """Return what a notifier was sent of some events by the end."""
    delivery = Delivery([friend], notes or Notes(), timing=QUICK, **options)
    for event in events:
        delivery.take(event)
    delivery.close()
    return friend.received


def test_alerts_of_every_level_are_sent_in_their_order():
    assert delivered(Friend(), ALERT, SECOND, ALERT) == [ALERT, SECOND, ALERT]


def test_recoveries_are_sent_only_on_request():
    assert delivered(Friend(), ALERT, RECOVERED) == [ALERT]
    assert delivered(Friend(), ALERT, RECOVERED, recovered=True) == [ALERT, RECOVERED]


@pytest.mark.parametrize("name", ["posture", "away", "back", "nap"])
def test_other_events_are_not_sent(name):
    assert delivered(Friend(), {"schema": "posture/1", "event": name}) == []


def test_a_picture_that_is_back_soon_was_never_lost():
    friend = Friend()
    assert delivered(friend, LOST, BACK, ALERT) == [ALERT]
    assert delivered(Friend(), LOST) == []  # nor one that is lost as everything ends


def test_a_lost_picture_is_reported_after_a_while_and_so_is_its_return():
    friend = Friend()
    delivery = Delivery([friend], Notes(), timing=QUICK)
    delivery.take(LOST)
    delivery.take(ALERT)
    assert until(lambda: friend.received == [ALERT, LOST])
    delivery.take(BACK)
    delivery.close()
    assert friend.received == [ALERT, LOST, BACK]


def test_a_failure_is_retried_and_reported_once_and_so_is_the_recovery():
    friend, notes = Friend(failures=4), Notes()
    delivery = Delivery([friend], notes, timing=QUICK)
    delivery.take(ALERT)
    assert until(lambda: friend.received == [ALERT])
    delivery.close()
    assert friend.tries == 5
    assert notes.said == [
        ("friend is out", "wait; posture keeps trying for a while"),
        ("friend works again", "no message was lost"),
    ]


def test_retries_take_longer_and_longer_up_to_a_limit():
    friend = Friend(failures=100)
    timing = Timing(first_wait_s=0.1, longest_wait_s=0.4, leave_s=0.5)
    delivery = Delivery([friend], Notes(), timing=timing)
    delivery.take(ALERT)
    time.sleep(1.2)  # tries at 0, .1, .3, .7 and 1.1 s
    assert 3 <= friend.tries <= 5
    delivery.close()


def test_what_others_wait_for_stays_in_order_behind_a_failure():
    friend = Friend(failures=3)
    delivery = Delivery([friend], Notes(), timing=QUICK)
    for event in (ALERT, SECOND):
        delivery.take(event)
    assert until(lambda: len(friend.received) == 2)
    delivery.close()
    assert friend.received == [ALERT, SECOND]


def test_what_is_too_old_is_dropped_and_counted():
    friend, notes = Friend(failures=6), Notes()
    timing = Timing(first_wait_s=0.05, longest_wait_s=0.05, late_s=0.1)
    delivery = Delivery([friend], notes, timing=timing)
    delivery.take(ALERT)
    time.sleep(0.4)
    tried = friend.tries
    time.sleep(0.2)
    assert friend.tries == tried <= 4
    friend.failures = 0
    delivery.take(SECOND)
    assert until(lambda: friend.received)
    delivery.close()
    assert friend.received == [SECOND]
    assert notes.said[1:] == [("friend works again", "1 message lost meanwhile")]


def test_an_unexpected_error_does_not_end_the_thread():
    friend, notes = Friend(failures=1), Notes()
    friend.error = RuntimeError("password 1234 refused")
    delivery = Delivery([friend], notes, timing=QUICK)
    delivery.take(ALERT)
    assert until(lambda: friend.received == [ALERT])
    delivery.close()
    assert notes.said[0][0] == "friend does not work: RuntimeError"
    assert "1234" not in str(notes.said)


def test_one_that_hangs_holds_up_neither_the_loop_nor_the_others_nor_the_end():
    stuck, friend, notes = Friend("stuck", hangs=True), Friend(), Notes()
    start_s = time.monotonic()
    delivery = Delivery([stuck, friend], notes, timing=QUICK)
    for _ in range(20):
        delivery.take(ALERT)
    assert time.monotonic() - start_s < 0.2
    assert until(lambda: len(friend.received) == 20)
    leaving_s = time.monotonic()
    delivery.close()
    assert QUICK.leave_s <= time.monotonic() - leaving_s < QUICK.leave_s + 0.5
    assert stuck.closed.is_set()
    hint = "try it with posture notify-test"
    assert notes.said == [("stuck: 20 messages not delivered", hint)]


def test_a_full_queue_drops_the_oldest_and_says_so_once():
    stuck, notes = Friend("stuck", hangs=True), Notes()
    delivery = Delivery([stuck], notes, timing=Timing(most=3, leave_s=0.05))
    delivery.take(ALERT)
    assert until(lambda: stuck.tries)
    for number in range(5):
        delivery.take({**ALERT, "level": number})
    assert notes.said == [("stuck is too slow", "the oldest messages are dropped")]
    stuck.freed.set()
    assert until(lambda: len(stuck.received) == 4)
    delivery.close()
    assert [event["level"] for event in stuck.received] == [1, 2, 3, 4]
    assert notes.said[1:] == [("stuck works again", "2 messages lost meanwhile")]


def test_at_the_end_everything_is_tried_once_more_and_then_counted():
    friend, notes = Friend(failures=100), Notes()
    delivery = Delivery([friend], notes, timing=Timing(first_wait_s=30, leave_s=5))
    for _ in range(3):
        delivery.take(ALERT)
    assert until(lambda: friend.tries == 1)
    start_s = time.monotonic()
    delivery.close()
    assert time.monotonic() - start_s < 1
    assert friend.tries == 4
    assert [message for message, _ in notes.said] == [
        "friend is out",
        "friend: 3 messages not delivered",
    ]


def test_closing_twice_is_fine_and_nothing_is_taken_afterwards():
    friend, notes = Friend(), Notes()
    delivery = Delivery([friend], notes, timing=QUICK)
    delivery.close()
    delivery.take(ALERT)
    delivery.close()
    assert (friend.received, notes.said) == ([], [])


def test_no_notifier_needs_no_thread():
    before = threading.active_count()
    delivery = Delivery([], Notes())
    delivery.take(ALERT)
    assert threading.active_count() == before
    delivery.close()


def test_a_closed_stderr_does_not_end_the_thread():
    def gone(message: str, hint: str) -> None:
        raise BrokenPipeError

    friend = Friend(failures=1)
    delivery = Delivery([friend], gone, timing=QUICK)
    delivery.take(ALERT)
    assert until(lambda: friend.received == [ALERT])
    delivery.close()
