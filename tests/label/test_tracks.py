"""What time adds to the lines of films, of hand-made people; and one film with real frames."""

import numpy as np
import pytest
from PIL import Image

from posture_cli import Estimation, Posture
from posture_cli.core.body.scene import Frame
from posture_cli.core.time.choosing import Choice
from posture_cli.label.tracks import over_time, tracked
from tests import desk
from tests.label.lines import failed, seen
from tests.people import SAMPLES, SITTING, STANDING, someone

LEFT, RIGHT = someone(SITTING, hip=(250, 420)), someone(STANDING, hip=(750, 420))


def numbers(lines):
    return [[person["track_id"] for person in line.get("people", ())] for line in tracked(lines)]


def test_people_of_a_film_keep_their_number():
    looks = [(LEFT, RIGHT), (RIGHT, LEFT), (RIGHT,), (LEFT, RIGHT)]
    lines = [seen("a.mp4", *some, frame=n, time_s=float(n)) for n, some in enumerate(looks)]
    assert numbers(lines) == [[1, 2], [2, 1], [2], [1, 2]]


def test_each_film_counts_for_itself():
    one = [seen("a.mp4", LEFT, frame=n, time_s=float(n)) for n in range(3)]
    other = [seen("b.mp4", RIGHT, LEFT, frame=n, time_s=float(n)) for n in range(3)]
    mixed = [line for pair in zip(one, other, strict=True) for line in pair]
    assert numbers(mixed) == [[1], [1, 2]] * 3


def test_pictures_have_no_numbers_and_failures_stay_as_they_are():
    lines = [seen("a.jpg", LEFT), failed(), seen("a.mp4", LEFT, time_s=0.0)]
    assert numbers(lines) == [[None], [], [1]]
    assert list(tracked([failed()])) == [failed()]


def test_only_the_number_is_added():
    (line,) = lines = [seen("a.mp4", LEFT, RIGHT, time_s=0.0)]
    (found,) = tracked(lines)
    for person, before in zip(found.pop("people"), line["people"], strict=True):
        assert {**person, "track_id": None} == before
    assert found == {name: value for name, value in line.items() if name != "people"}


def film(name: str, *looks, every_s: float = 1.0):
    return [seen(name, *some, frame=n, time_s=n * every_s) for n, some in enumerate(looks)]


def reported(lines, choice, **options):
    found = over_time(lambda: lines, choice, **options)
    return [[person["track_id"] for person in line.get("people", ())] for line in found]


NEAR, MIDDLE = someone(SITTING, torso_px=200, hip=(850, 500)), someone(SITTING, hip=(500, 420))


def test_the_largest_of_a_film_is_one_person_from_beginning_to_end():
    for_a_moment = someone(STANDING, torso_px=250, hip=(150, 450))
    lines = film("a.mp4", (MIDDLE,), (MIDDLE,), (for_a_moment, MIDDLE), (MIDDLE,), (), (MIDDLE,))
    assert reported(lines, Choice("largest")) == [[1], [1], [1], [1], [], [1]]


def test_the_central_one_need_not_be_the_largest():
    lines = film("a.mp4", *[(NEAR, MIDDLE)] * 3)
    assert reported(lines, Choice("central")) == [[2]] * 3
    assert reported(lines, Choice("largest")) == [[1]] * 3


def test_a_number_is_that_of_each_film_and_pictures_keep_everybody():
    lines = [
        *film("a.mp4", (LEFT, RIGHT), (RIGHT, LEFT)),
        *film("b.mp4", (LEFT,)),
        seen("c.jpg", LEFT, RIGHT),
        failed(),
    ]
    assert reported(lines, Choice(track=2)) == [[2], [2], [], [None, None], []]


def test_of_a_picture_the_best_person_is_left_and_nobody_stays_nobody():
    lines = [seen("a.jpg", MIDDLE, NEAR), seen("b.jpg"), failed()]
    found = list(over_time(lambda: lines, Choice("largest")))
    assert [line.get("people") for line in found] == [[lines[0]["people"][1]], [], None]


def test_smooth_changes_the_angles_of_films_and_nothing_else():
    posed = [(someone(SITTING, hip=(500 + 5 * (n % 2), 420)),) for n in range(6)]
    lines = [*film("a.mp4", *posed, every_s=0.1), seen("b.jpg", LEFT)]
    found, raw = (list(over_time(lambda: lines, smooth=smooth)) for smooth in (True, False))
    assert found[-1] == raw[-1]
    for line, before in zip(found, raw, strict=True):
        for person, then in zip(line["people"], before["people"], strict=True):
            assert {**person, "angles_deg": then["angles_deg"]} == then


def test_a_person_is_smoothed_by_their_number_and_not_by_their_place_in_the_list():
    still = film("a.mp4", (LEFT, RIGHT), (RIGHT, LEFT), (LEFT, RIGHT), every_s=0.1)
    smooth = over_time(lambda: still, smooth=True)
    for line, before in zip(smooth, still, strict=True):
        for person, then in zip(line["people"], before["people"], strict=True):
            assert person["angles_deg"] == pytest.approx(then["angles_deg"], abs=0.11)


def test_two_people_who_cross_in_a_film_keep_their_numbers():
    """Rendered people are cut out and walk towards each other and past, before an empty room."""
    room = np.asarray(
        Image.open(SAMPLES / "distract_noperson.jpg").convert("RGB").resize(desk.SIZE)
    )
    walkers = [
        desk.Walker("standing_05", 0.0, 4.0, rightwards=True, height_px=420),
        desk.Walker("standing_02", 0.0, 4.0, rightwards=False, height_px=420),
    ]
    lines = []
    with Posture(Estimation(estimator="blazepose")) as posture:
        for number in range(2, 15):
            frame = Frame(room.copy(), "cross.mp4", number, number / 4)
            for walker in walkers[::-1]:
                frame = walker.before(frame)
            lines.append(posture.observe(frame).to_json())
    places = [{p["track_id"]: p["bbox_xyxy"][0] for p in line["people"]} for line in tracked(lines)]
    assert {number for place in places for number in place} == {1, 2}
    (one, other) = (
        next(n for n, x in places[0].items() if (x < 300) == left) for left in (True, False)
    )
    assert places[-1][one] > 400
    assert places[-1][other] < 200


def test_who_leaves_a_film_for_two_seconds_is_known_and_after_a_minute_is_not():
    """The desk clip and its empty room, looked at by the network."""
    room = Image.open(SAMPLES / "distract_noperson.jpg").convert("RGB").resize(desk.SIZE)
    clip = desk.frames()
    with Posture(Estimation(estimator="blazepose")) as posture:
        there, later = (posture.observe(next(clip)).to_json() for _ in range(2))
        empty = posture.observe(Frame(np.asarray(room), there["source"], 0, 0.0)).to_json()
    assert not empty["people"]
    looks = [there, there, empty, later, later, *[empty] * 60, there]
    lines = [{**line, "frame": n, "time_s": float(n)} for n, line in enumerate(looks)]
    found = numbers(lines)
    assert found[:5] == [[1], [1], [], [1], [1]]
    assert found[-1] == [2]
