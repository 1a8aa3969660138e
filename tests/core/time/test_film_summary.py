"""A film of two people, as a table: counted by hand."""

import pytest

from posture_cli.core.time.film_summary import FilmSummary, Sighting

ANGLES = {"trunk": 10.0, "knee": None}


def of(track: int, label: str, **angles: float | None) -> Sighting:
    return Sighting(track, label, angles or ANGLES)


def rows(*frames: tuple[float, list[Sighting]]) -> list[dict]:
    film = FilmSummary()
    for time_s, people in frames:
        film.take(time_s, people)
    return list(film.rows())


def labels(*told: str | None, every_s: float = 1.0) -> dict:
    frames = [(n * every_s, [of(1, one)] if one else []) for n, one in enumerate(told)]
    (row,) = rows(*frames)
    return row


def test_shares_and_longest_spells_are_counted_in_time():
    row = labels("sitting", "sitting", "hunching", "sitting", "sitting", "sitting", "standing")
    assert (row["seen_s"], row["from_s"], row["to_s"], row["frames"]) == (6.0, 0.0, 6.0, 7)
    assert (row["sitting_share"], row["hunching_share"]) == (0.833, 0.167)
    assert (row["sitting_longest_s"], row["hunching_longest_s"]) == (3.0, 1.0)
    assert (row["standing_share"], row["standing_longest_s"]) == (0.0, 0.0)


def test_the_length_of_a_frame_counts():
    row = labels("sitting", "standing", "standing", every_s=0.5)
    assert (row["seen_s"], row["sitting_longest_s"], row["standing_longest_s"]) == (1.0, 0.5, 0.5)


def test_a_change_by_way_of_unknown_is_one_transition():
    assert labels("sitting", "unknown", "standing", "sitting")["transitions"] == 2
    assert labels("sitting", "unknown", "sitting")["transitions"] == 0
    assert labels("sitting", None, "hunching")["transitions"] == 1


def test_unknown_is_a_share_of_its_own():
    row = labels("unknown", "unknown", "sitting", "sitting", "sitting")
    assert (row["unknown_share"], row["sitting_share"]) == (0.5, 0.5)


def test_time_out_of_sight_is_no_time_of_a_posture():
    row = labels("sitting", "sitting", None, None, None, "sitting", "sitting")
    assert (row["seen_s"], row["sitting_longest_s"], row["sitting_share"]) == (3.0, 2.0, 1.0)
    assert row["to_s"] == 6.0


def test_everybody_has_a_row_in_the_order_of_their_numbers():
    found = rows(
        (0.0, [of(2, "standing"), of(1, "sitting")]),
        (1.0, [of(1, "sitting"), of(2, "standing")]),
        (2.0, [of(1, "sitting")]),
        (3.0, [of(3, "hunching")]),
    )
    assert [(r["track"], r["frames"], r["seen_s"]) for r in found] == [
        (1, 3, 3),
        (2, 2, 2),
        (3, 1, 0),
    ]


def test_one_frame_has_no_time_and_so_no_share():
    row = labels("sitting")
    assert (row["frames"], row["seen_s"], row["sitting_share"]) == (1, 0.0, None)


def test_percentiles_are_those_of_the_frames_that_show_the_angle():
    frames = [(float(n), [of(1, "sitting", trunk=float(n), knee=None)]) for n in range(11)]
    frames.append((11.0, [of(1, "sitting", trunk=None, knee=90.0)]))
    (row,) = rows(*frames)
    assert [row[f"trunk_deg_p{level}"] for level in (10, 50, 90)] == [1.0, 5.0, 9.0]
    assert [row[f"knee_deg_p{level}"] for level in (10, 50, 90)] == [90.0] * 3


def test_an_angle_that_is_never_seen_has_no_percentile():
    (row,) = rows((0.0, [of(1, "sitting", knee=None)]))
    assert row["knee_deg_p50"] is None


@pytest.mark.parametrize("label", ["sitting", "hunching"])
def test_frames_far_apart_say_nothing_of_the_time_between(label):
    assert labels(label, label, every_s=60.0)["seen_s"] == 0.0
