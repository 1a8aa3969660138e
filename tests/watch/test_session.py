"""The loop of a watch: hand-made looks, keys typed at given times, and time that sleep moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from posture_cli.core.time.events import Paused, PostureInterval, Resumed
from posture_cli.errors import SourceError
from posture_cli.estimators import Estimation
from posture_cli.reporter import Reporter, no_progress
from posture_cli.terminal import Action, NoView, Status
from posture_cli.watch import session
from posture_cli.watch.film import Film
from posture_cli.watch.looks import Look
from posture_cli.watch.orders import Order
from posture_cli.watch.outputs import At, Output, WindowAndFilm
from posture_cli.watch.session import Session
from posture_cli.watch.watcher import Moment, Settings, Watcher
from tests.people import SITTING, SIZE, blank, someone


class Clock:
    """Seconds that pass only in sleep."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass
class HandMade:
    """A source of one sitting person.

    Attributes:
        clock: The clock of the watch.
        live: Whether it is a camera.
        broken: Whether it gives no picture at a time.
        asked_s: When it was asked for looks.
        not_before_s: From which time on it was asked for them.
        released_s: When it was released.
    """

    clock: Clock
    live: bool = True
    broken: Callable[[float], bool] = lambda time_s: False
    asked_s: list[float] = field(default_factory=list)
    not_before_s: list[float] = field(default_factory=list)
    released_s: list[float] = field(default_factory=list)
    name: str = "hand-made"
    failed: bool = False

    def look(self, not_before_s: float = 0.0) -> Look:
        now_s = self.clock()
        self.asked_s.append(now_s)
        self.not_before_s.append(not_before_s)
        if self.broken(now_s):
            raise SourceError("it broke off", hint="check the cable, then start again")
        time_s = now_s if self.live else not_before_s
        return Look("hand-made", 0, time_s, SIZE, (someone(SITTING),), "recorded", blank())

    def ready(self, wait_s: float) -> bool:
        return True

    def release(self) -> None:
        self.released_s.append(self.clock())


@dataclass
class Typist(NoView):
    """Types keys at given times, and keeps when each state was shown first."""

    clock: Clock
    keys_at_s: list[tuple[float, Action]]
    states: list[tuple[float, str]] = field(default_factory=list)

    def show(self, status: Status) -> None:
        if not self.states or self.states[-1][1] != status.state:
            self.states.append((self.clock(), status.state))

    def keys(self) -> tuple[Action, ...]:
        due = tuple(action for at_s, action in self.keys_at_s if at_s <= self.clock())
        self.keys_at_s = self.keys_at_s[len(due) :]
        return due


class Events(Output):
    """Keeps the events."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def take_events(self, events, at: At) -> None:
        self.events += events


class Watch:
    """A watch with one look per second, which ends when `q` is typed."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.events = clock, Events()
        self.problems: list[tuple[str, str]] = []

    def run(
        self,
        looks: HandMade,
        *keys_at_s: tuple[float, Action],
        locked: Callable[[], bool] = lambda: False,
        wanted: Callable[[], bool] = lambda: False,
        orders_at_s: tuple[tuple[float, Order], ...] = (),
        outputs: tuple[Output, ...] = (),
        profile: str | None = None,
    ) -> int:
        self.view = Typist(self.clock, list(keys_at_s))
        orders = list(orders_at_s)
        return Session(
            looks,
            Watcher(Settings()),
            [self.events, *outputs],
            self.view,
            self.clock,
            fps=1.0,
            realtime=not looks.live,
            quiet=lambda at: False,
            rest=lambda: "locked" if locked() else "wanted" if wanted() else None,
            ordered=lambda: orders.pop(0)[1] if orders and orders[0][0] <= self.clock() else None,
            profile=profile,
            reporter=Reporter(self.tell, lambda line: None, no_progress),
        ).run()

    def tell(self, message: str, hint: str) -> None:
        self.problems.append((message, hint))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(session.time, "sleep", clock.sleep)
    return clock


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


def gaps_s(times_s: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(times_s)]


def test_a_lost_camera_is_tried_less_and_less_often_and_after_a_look_soon_again(clock, watch):
    camera = HandMade(clock, broken=lambda now_s: now_s < 70 or now_s > 78.5)
    assert watch.run(camera, (82.5, "quit")) == 0
    tries_s = [1, 2, 5, 10, 30, 30, 1, 1, 2]  # lost, one look after 78 s, and lost again
    assert gaps_s(camera.asked_s) == pytest.approx(tries_s, abs=0.11)
    assert watch.problems == [("it broke off; waiting for it", "check the cable")] * 2


def test_a_lost_recording_ends_the_watch_with_a_failure(clock, watch):
    film = HandMade(clock, live=False, broken=lambda now_s: now_s > 2)
    assert watch.run(film) == 1
    assert watch.problems == [("it broke off", "check the cable, then start again")]


def test_a_snooze_lasts_ten_minutes(clock, watch):
    watch.run(HandMade(clock), (2.5, "snooze"), (610, "quit"))
    times_s, states = zip(*watch.view.states, strict=True)
    assert states == ("watching", "snoozed", "watching")
    assert times_s == pytest.approx([0, 2.5, 2.5 + 600], abs=1)


def test_a_second_s_ends_the_snooze(clock, watch):
    watch.run(HandMade(clock), (2.5, "snooze"), (5.5, "snooze"), (7, "quit"))
    assert [state for _, state in watch.view.states] == ["watching", "snoozed", "watching"]


def test_a_pause_releases_the_camera_until_p_is_typed_again(clock, watch):
    camera = HandMade(clock)
    watch.run(camera, (2.5, "pause"), (6.5, "pause"), (8.2, "quit"))
    assert camera.asked_s == pytest.approx([0, 1, 2, 6.5, 7.5], abs=0.6)
    assert not [at_s for at_s in camera.asked_s if 2.5 <= at_s < 6.5]
    assert camera.released_s == pytest.approx([2.5, 8.2], abs=0.11)
    kinds = [type(event) for event in watch.events.events]
    assert kinds == [PostureInterval, Paused, Resumed, PostureInterval]


def test_a_locked_screen_releases_the_camera_until_it_is_unlocked(clock, watch):
    camera = HandMade(clock)
    watch.run(camera, (8.2, "quit"), locked=lambda: 2.5 <= clock() < 6.5)
    assert [state for _, state in watch.view.states] == ["watching", "locked", "watching"]
    assert not [at_s for at_s in camera.asked_s if 2.5 <= at_s < 6.5]


def test_a_camera_that_others_want_is_released_until_they_do_not(clock, watch):
    camera = HandMade(clock)
    watch.run(camera, (8.2, "quit"), wanted=lambda: 2.5 <= clock() < 6.5)
    assert [state for _, state in watch.view.states] == ["watching", "wanted", "watching"]
    assert camera.asked_s == pytest.approx([0, 1, 2, 6.5, 7.5], abs=0.6)
    assert camera.released_s == pytest.approx([2.5, 8.2], abs=0.11)
    kinds = [type(event) for event in watch.events.events]
    assert kinds == [PostureInterval, Paused, Resumed, PostureInterval]


def test_p_pauses_and_goes_on_whoever_wants_the_camera(clock, watch):
    camera = HandMade(clock)
    keys = (3, "pause"), (8.5, "pause"), (10, "quit")
    watch.run(camera, *keys, wanted=lambda: 1.5 <= clock() < 5)
    states = [state for _, state in watch.view.states]
    assert states == ["watching", "wanted", "paused", "watching"]
    assert not [at_s for at_s in camera.asked_s if 1.5 <= at_s < 8.5]


def test_behind_a_locked_screen_it_does_not_matter_who_wants_the_camera(clock, watch):
    camera = HandMade(clock)
    watch.run(
        camera, (9, "quit"), locked=lambda: 2.5 <= clock() < 5, wanted=lambda: 4 <= clock() < 7
    )
    states = [state for _, state in watch.view.states]
    assert states == ["watching", "locked", "wanted", "watching"]
    assert sum(isinstance(event, Paused) for event in watch.events.events) == 1


def test_an_unlocked_screen_does_not_end_a_pause(clock, watch):
    camera = HandMade(clock)
    keys = (1.5, "pause"), (8.5, "pause"), (10, "quit")
    watch.run(camera, *keys, locked=lambda: 3 <= clock() < 5)
    assert [state for _, state in watch.view.states] == ["watching", "paused", "watching"]
    assert not [at_s for at_s in camera.asked_s if 1.5 <= at_s < 8.5]


def order(wish, for_s=None):
    return Order("1", 1, wish, for_s)


def test_a_pause_that_another_process_orders_releases_the_camera_until_its_time(clock, watch):
    camera = HandMade(clock)
    watch.run(camera, (9, "quit"), orders_at_s=((2.5, order("pause", 4.0)),))
    assert [state for _, state in watch.view.states] == ["watching", "paused", "watching"]
    assert camera.asked_s == pytest.approx([0, 1, 2, 6.5, 7.5, 8.5], abs=0.6)
    assert not [at_s for at_s in camera.asked_s if 2.5 <= at_s < 6.5]
    assert camera.released_s == pytest.approx([2.5, 9], abs=0.11)


def test_a_pause_without_a_time_lasts_until_resume(clock, watch):
    camera = HandMade(clock)
    orders = (2.5, order("pause", 1.0)), (3, order("pause")), (6.5, order("resume"))
    watch.run(camera, (8, "quit"), orders_at_s=orders)
    assert [state for _, state in watch.view.states] == ["watching", "paused", "watching"]
    assert not [at_s for at_s in camera.asked_s if 2.5 <= at_s < 6.5]


def test_a_pause_that_is_over_behind_a_locked_screen_is_no_reason_to_look(clock, watch):
    camera = HandMade(clock)
    orders = ((1.5, order("pause", 2.0)),)
    watch.run(camera, (9, "quit"), locked=lambda: clock() < 6 and clock() > 2, orders_at_s=orders)
    assert not [at_s for at_s in camera.asked_s if 1.5 <= at_s < 6]
    states = [state for _, state in watch.view.states]
    assert (states[1], states[-2:]) == ("paused", ["locked", "watching"])


def test_a_snooze_can_have_another_time_and_be_ended(clock, watch):
    orders = (1.5, order("snooze", 3.0)), (7.5, order("snooze", 60.0)), (9.5, order("resume"))
    watch.run(HandMade(clock), (12, "quit"), orders_at_s=orders)
    times_s, states = zip(*watch.view.states, strict=True)
    assert states == ("watching", "snoozed", "watching", "snoozed", "watching")
    assert times_s == pytest.approx([0, 1.5, 5, 7.5, 9.5], abs=0.6)


def test_a_snooze_during_a_pause_is_shown_and_counts_afterwards(clock, watch):
    orders = (1.5, order("pause", 3.0)), (2, order("snooze", 60.0))
    watch.run(HandMade(clock), (8, "quit"), orders_at_s=orders)
    states = [state for _, state in watch.view.states]
    assert (states[:2], states[-1]) == (["watching", "paused"], "snoozed")


def test_a_paused_film_continues_at_the_time_of_the_clock(clock, watch):
    film = HandMade(clock, live=False)
    watch.run(film, (2.5, "pause"), (6.5, "pause"), (9, "quit"))
    before_s, after_s = film.not_before_s[:3], film.not_before_s[3:]
    assert before_s == pytest.approx([0, 1, 2], abs=0.06)
    assert after_s[0] == pytest.approx(6.5, abs=0.11)
    assert film.released_s == [clock()]


def test_while_paused_only_p_and_q_do_anything(clock, watch):
    keys = (1.5, "pause"), (2, "snooze"), (3, "calibrate"), (4, "pause"), (6, "quit")
    watch.run(HandMade(clock), *keys, profile="me")
    assert [state for _, state in watch.view.states] == ["watching", "paused", "watching"]


def test_c_needs_rules_that_use_a_profile(clock, watch):
    watch.run(HandMade(clock), (1.5, "calibrate"), (3, "quit"))
    hint = "leave out --rules to calibrate"
    assert watch.problems == [("only the default rules use a profile", hint)]


def test_a_film_that_ends_early_fails_the_watch_which_goes_on(clock, watch, tmp_path):
    film = Film(tmp_path / "out.mp4", reserve_bytes=1 << 60)
    output = WindowAndFilm(None, film, watch.tell, Estimation(), lambda zone: None)
    camera = HandMade(clock)
    assert watch.run(camera, (5.5, "quit"), outputs=(output,)) == 1
    ((message, _),) = watch.problems
    assert message == f"recording {film.path} ended: the disk is nearly full"
    assert len(camera.asked_s) == 6
    assert output.film is None


def test_events_without_a_look_reach_all_outputs_at_the_end(clock, watch):
    second = Events()
    watch.run(HandMade(clock), (4.5, "quit"), outputs=(second,))
    (interval,) = watch.events.events
    assert (interval.label, interval.from_s) == ("sitting", 0.0)
    assert second.events == watch.events.events


class Interrupted(Events):
    """Raises Ctrl-C at the third look."""

    looks = 0

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        self.looks += 1
        if self.looks == 3:
            raise KeyboardInterrupt


def test_ctrl_c_ends_the_interval_and_releases_the_camera(clock, watch):
    camera = HandMade(clock)
    with pytest.raises(KeyboardInterrupt):
        watch.run(camera, outputs=(Interrupted(),))
    assert [event.label for event in watch.events.events] == ["sitting"]
    assert camera.released_s == [clock()]
