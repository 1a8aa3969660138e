from posture_cli.label.tracks import tracked
from tests.label.lines import failed, seen
from tests.people import SITTING, STANDING, someone

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
