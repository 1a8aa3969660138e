"""The scripts that score a watch over films and simulated hours, without films and without anny."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.time.events import Alert, PostureInterval
from tests.benchmarks.imported import imported

SCRIPTS = ("film_events", "desk_motion", "desk_hours")


@pytest.fixture(scope="module")
def scripts():
    with imported(*SCRIPTS) as found:
        yield found


def posture(label, from_s, to_s):
    return {"event": "posture", "label": label, "from_s": from_s, "to_s": to_s}


def test_each_half_second_of_a_film_counts_for_what_is_told_then(scripts, tmp_path):
    (tmp_path / "events.csv").write_text(
        "file,from_s,to_s,posture,note\na.mp4,0.0,1.5,sitting,\na.mp4,2.0,2.0,moving,\n"
        "a.mp4,2.5,4.0,standing,\n"
    )
    truth = scripts.film_events.truths(tmp_path / "events.csv")["a.mp4"]
    assert truth == [
        *((t / 2, "sitting") for t in range(4)),
        (2.0, "moving"),
        *((t / 2, "standing") for t in range(5, 9)),
    ]
    events = [posture("sitting", 0, 1), {"event": "alert"}, posture("unknown", 1, 3)]
    events.append(posture("standing", 3, 3.8))
    told_as = scripts.film_events.seconds(truth, events)
    assert told_as["sitting"] == {"sitting": 1.0, "unknown": 1.0}
    assert scripts.film_events.score(told_as) == {
        "seconds": 4.0,
        "right": 2.5 / 4,
        "unknown": 1.5 / 4,
        "else": 0.0,
    }


def hour(*truth):
    return SimpleNamespace(truth=lambda: iter(truth))


def test_an_hour_is_scored_by_its_long_hunches_and_its_times(scripts):
    told = (
        PostureInterval("sitting", 0.0, 100.0, 0.9),
        Alert("hunching", 130.0, 100.0, "", 1),
        PostureInterval("hunching", 100.0, 190.0, 0.9),
        Alert("hunching", 240.0, 230.0, "", 1),
        Alert("sitting", 250.0, 0.0, "", 1),
    )
    truth = ((0.0, 90.0, "sitting"), (90.0, 190.0, "hunching"), (190.0, 205.0, "hunching"))
    one = scripts.desk_hours.score(hour(*truth), scripts.desk_hours.Told(told, 7))
    assert (one["hunches"], one["told_once"], one["false_alerts"]) == (1, 1, 1)
    assert one["off"] == {"sitting": pytest.approx(100 / 90 - 1), "hunching": 90 / 115 - 1}
    row = scripts.desk_hours.row([one])
    assert (row["times"], row["times within 5 %"], row["looks an hour"]) == (2, 0, 7)


def test_the_label_changes_amid_a_movement(scripts):
    parts = [("type", 0, 1, 10, "sitting"), ("type", 10, 2, 20, "sitting")]
    parts += [("stand", 20, 2, 30, "standing"), ("leave", 30, 4, 40, "away")]
    one = object.__new__(scripts.desk_motion.Hour)
    none = np.zeros((6, 17, 3)), np.zeros((2, 17, 3))
    one.parts = tuple(scripts.desk_motion.Part(*part, *none) for part in parts)
    assert list(one.truth()) == [(0.0, 21.0, "sitting"), (21.0, 32.0, "standing"), (32, 40, "away")]
    one._stray = np.zeros((20, 2))
    assert one.at(39.0) is None
    assert one.at(33.0).shape == (17, 3)


def test_what_strays_between_knots_strays_as_far_as_at_them(scripts):
    knots = np.random.default_rng(0).standard_normal((20_000, 1))
    middle = [scripts.desk_motion.between(knots, n + 0.5) for n in range(19_999)]
    assert np.std(middle) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("hides", [True, False])
def test_a_camera_finds_the_trunk_and_hides_what_a_desk_hides(scripts, hides):
    points = np.zeros((17, 3))
    points[:5, 1], points[5:7, 1], points[13:15, 1], points[15:, 1] = 1.75, 1.5, 0.5, 0.1
    points[11:13, 1] = points[7:11, 1] = 1.0
    points[5:17:2, 0], points[6:17:2, 0] = 0.15, -0.15
    rng = np.random.default_rng(0)
    camera = scripts.desk_hours.Camera(50.0, hides=hides, lasts_s=60.0, rng=rng)
    looks = [camera.find(points, t) for t in np.arange(0, 60, 0.5)]
    torso = 0.5 * scripts.desk_hours.FOCAL_PX / scripts.desk_hours.DISTANCE_M
    xy = np.array([one.keypoints.xy for one in looks])
    trunk = [*range(7), Joint.LEFT_HIP, Joint.RIGHT_HIP]
    assert np.abs(xy - camera._seen(points))[:, trunk].max() < 0.5 * torso
    assert np.std(xy[:, Joint.NOSE], axis=0).min() > 0
    scores = np.array([one.keypoints.score for one in looks])
    assert (scores[:, 13:].max() < 0.6) == hides
