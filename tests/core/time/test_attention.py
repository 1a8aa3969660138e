from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.time import attention
from posture_cli.core.time.attention import Attended, State
from tests import desk
from tests.people import SITTING, SIZE, STANDING, mirrored, person_of, someone

Look = tuple[float, tuple[Person, ...]]
Boundary = tuple[str | None, float]
DESK = ["sitting", "hunching", "sitting", "standing"]


def attended(looks: Iterable[Look], size: FrameSize = desk.SIZE) -> list[Attended]:
    state, seen = State(), []
    for time_s, people in looks:
        state, one = attention.step(state, people, size, time_s)
        seen.append(one)
    return seen


def boundaries(seen: list[Attended]) -> list[Boundary]:
    """Return the labels over time, and when each begins."""
    found: list[Boundary] = []
    for glance in (one.steady.glance for one in seen):
        if not found or found[-1][0] != glance.label:
            found.append((glance.label, glance.time_s))
    return found


def clip(fps: float, noise_px: float = 0.5) -> list[Look]:
    return [(time_s, (desk.person(time_s, noise_px),)) for time_s in desk.times(fps)]


def late_s(seen: list[Attended]) -> float:
    """Return how far boundaries are from the transitions of the desk clip."""
    assert [label for label, _ in boundaries(seen)] == DESK
    moves = (desk.BENDS, desk.STRAIGHTENS, desk.RISES)
    found = [time_s for _, time_s in boundaries(seen)[1:]]
    return max(max(a - t, t - b, 0) for (a, b), t in zip(moves, found, strict=True))


@pytest.mark.parametrize(("fps", "within_s"), [(1, 1), (2, 0.5), (4, 0.1), (12, 0.1), (30, 0.1)])
def test_the_desk_clip_is_told_in_order_and_in_time(fps, within_s):
    assert late_s(attended(clip(fps))) <= within_s


@settings(max_examples=12)
@given(fps=st.floats(3, 15), noise_px=st.floats(0, 1.5))
def test_the_desk_clip_is_told_at_any_rate(fps, noise_px):
    assert late_s(attended(clip(fps, noise_px))) <= 0.5


@settings(max_examples=5)
@given(factor=st.floats(0.4, 3), shift_s=st.integers(-100, 10_000))
def test_size_side_and_time_of_day_make_no_difference(factor, shift_s):
    looks = clip(8)
    seen = boundaries(attended(looks))
    large = FrameSize(round(640 * factor), round(480 * factor))

    def scaled(person: Person) -> Person:
        return person_of(person.keypoints.xy * factor, person.keypoints.score)

    later = [(time_s + shift_s, people) for time_s, people in looks]
    other = [(time_s, tuple(mirrored(p, desk.SIZE) for p in people)) for time_s, people in looks]
    larger = [(time_s, tuple(map(scaled, people))) for time_s, people in looks]
    assert [(one, t - shift_s) for one, t in boundaries(attended(later))] == seen
    assert boundaries(attended(other)) == seen
    assert boundaries(attended(larger, large)) == seen


def test_a_new_subject_starts_without_smoothing_and_label():
    first, second = someone(SITTING, hip=(250, 400)), someone(STANDING, hip=(750, 400))
    looks = [(n / 4, (first,)) for n in range(16)] + [(4 + n / 4, (second,)) for n in range(20)]
    seen = attended(looks, SIZE)
    assert [one.subject.number for one in seen] == [1] * 27 + [2] * 9
    anew = seen[27]
    assert anew.smoothed is not None and not anew.smoothed.speed.any()
    assert boundaries(seen) == [("sitting", 0.0), ("unknown", 6.0), ("standing", 6.75)]


def test_while_the_subject_is_hidden_there_is_no_reading_and_the_belief_stays():
    looks = [(n / 4, (someone(SITTING),) if n < 8 else ()) for n in range(16)]
    seen = attended(looks, SIZE)
    hidden = seen[10]
    assert (hidden.smoothed, hidden.steady.reading, hidden.subject.gone) == (None, None, False)
    assert hidden.steady.glance.label == "sitting"


def test_at_the_end_the_belief_is_of_the_latest_look():
    assert attention.finish(State()) is None
    state, _ = attention.step(State(), (someone(SITTING),), SIZE, 3.0)
    state, seen = attention.step(state, (someone(SITTING),), SIZE, 3.2)
    glance = attention.finish(state)
    assert glance is not None
    assert (glance.time_s, glance.label) == (3.2, seen.steady.glance.label)
