"""Cards are beside people, and never over a head, wherever people are and whatever the size."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from posture_cli.core.body.outline import body_of, head_of, parts_of
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.core.body.sight import HEAD
from posture_cli.core.placing import Place, Wish, places
from tests.people import HUNCHING, SITTING, STANDING, facings, poses, someone

GAP = 8.0
LARGE = FrameSize(1000, 800)


def wish(person: Person, *forms: tuple[int, int], before: BBox | None = None) -> Wish:
    return Wish(forms, body_of(person), parts_of(person), head_of(person), before)


def over(one: BBox, other: BBox) -> bool:
    return one.x1 < other.x2 and other.x1 < one.x2 and one.y1 < other.y2 and other.y1 < one.y2


def only(found: tuple[Place | None, ...]) -> Place:
    (place,) = found
    assert place is not None
    return place


@st.composite
def scenes(draw: st.DrawFn) -> tuple[FrameSize, list[Person], tuple[tuple[int, int], ...]]:
    """A picture, some people in it or half outside, and the forms of a card that scale with it."""
    size = FrameSize(draw(st.integers(160, 8000)), draw(st.integers(120, 5000)))
    share = st.floats(-0.1, 1.1)
    people = [
        someone(
            draw(poses),
            facing=draw(facings),
            torso_px=draw(st.floats(0.03, 1.5)) * min(size),
            hip=(draw(share) * size.width, draw(share) * size.height),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    unit = max(12, int(min(size) / 20))
    return size, people, ((10 * unit, 6 * unit), (8 * unit, 2 * unit), (5 * unit, unit))


@settings(max_examples=300)
@given(scenes())
def test_no_card_is_over_a_head_or_another_card_or_outside(scene):
    size, people, forms = scene
    found = places([wish(person, *forms) for person in people], size, GAP)
    cards = [place.box for place in found if place]
    for box in cards:
        assert 0 <= box.x1 <= box.x2 <= size.width
        assert 0 <= box.y1 <= box.y2 <= size.height
        assert [v for v in box if v != round(v)] == []
        for person in people:
            head = head_of(person)
            assert head and not over(box, head)
            (x, y) = person.keypoints.xy[HEAD].T
            assert not ((box.x1 < x) & (x < box.x2) & (box.y1 < y) & (y < box.y2)).any()
    assert not [pair for pair in combinations(cards, 2) if over(*pair)]


@given(
    st.integers(20, 60),
    st.integers(20, 60),
    st.lists(st.tuples(*(st.floats(-5, 60) for _ in range(4))), min_size=1, max_size=3),
    st.integers(5, 30),
    st.integers(5, 30),
)
def test_a_card_is_left_out_only_if_there_is_no_place_for_it(width, height, corners, wide, high):
    heads = [BBox(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    wishes = [Wish([(wide, high)], head, [head], head) for head in heads]
    found = places(wishes, FrameSize(width, height), 2.0)
    if found[0] is None:
        for x in range(width - wide + 1):
            for y in range(height - high + 1):
                assert any(over(BBox(x, y, x + wide, y + high), head) for head in heads)


def test_where_there_is_room_a_card_covers_nothing_of_its_person():
    for pose in (SITTING, STANDING, HUNCHING):
        for x in (60, 500, 940):
            person = someone(pose, hip=(x, 450))
            place = only(places([wish(person, (200, 90))], LARGE, GAP))
            assert not [part for part in parts_of(person) if over(place.box, part)]
            middle = np.mean([place.box[:2], place.box[2:]], axis=0)
            assert np.hypot(*(middle - head_of(person).centre)) < 300  # and is near the head


def test_a_card_is_shorter_where_the_long_one_would_cover_the_body():
    close = someone(STANDING, torso_px=330, hip=(150, 500))
    small = FrameSize(300, 800)
    assert only(places([wish(close, (140, 500), (90, 60))], small, GAP)).form == 1
    assert only(places([wish(close, (140, 500))], small, GAP)).form == 0  # better than none


def test_a_head_that_fills_the_picture_leaves_no_room():
    face = someone(SITTING, torso_px=4000, hip=(-600, 5600))
    assert BBox(0, 0, 500, 400) == head_of(face).within(FrameSize(500, 400))
    assert places([wish(face, (200, 90), (60, 20))], FrameSize(500, 400), GAP) == (None,)


def test_in_a_film_a_card_stays_until_a_head_comes_there():
    forms = [(200, 90)]
    before = only(places([wish(someone(SITTING, hip=(500, 450)), *forms)], LARGE, GAP)).box
    for step in range(12):
        person = someone(SITTING, hip=(500 + step, 450))
        assert only(places([wish(person, *forms, before=before)], LARGE, GAP)).box == before
    there = someone(SITTING, hip=(before.centre[0], before.centre[1] + 200))
    assert only(places([wish(there, *forms, before=before)], LARGE, GAP)).box != before
