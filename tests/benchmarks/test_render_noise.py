"""The scripts that measure how far joints are off, without Blender, anny or pictures of people."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from functools import cache
from importlib import import_module

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.body.keypoints import MIRRORED, Joint
from tests.benchmarks.imported import imported

SCRIPTS = ("any_view_noise", "dressed", "render_noise", "world_landmarks")
MIRROR = np.array([-1, 1])


@pytest.fixture(scope="module")
def scripts():
    with imported(*SCRIPTS) as found:
        yield found


@pytest.fixture(scope="module")
def looks(scripts):
    return scripts.any_view_noise.Looks.read()


@pytest.fixture
def first(looks):
    """Return the first look at each: whoever was followed was looked at twice."""
    _, rows = np.unique(looks.xy.reshape(len(looks.xy), -1), axis=0, return_index=True)
    return replace(looks, **{f.name: getattr(looks, f.name)[sorted(rows)] for f in fields(looks)})


@pytest.fixture
def exact(scripts, first, monkeypatch):
    """Return the noise without what is added to the looks, and only the look that is most alike."""
    noise = scripts.any_view_noise
    monkeypatch.setattr(noise.Looks, "read", lambda: first)
    monkeypatch.setattr(noise, "_bank", cache(noise._bank.__wrapped__))
    for name, value in {"ALIKE": 1, "OWN": 0, "SHARE": 0, "SCORE_OWN": 0, "HARDER": 0}.items():
        monkeypatch.setattr(noise, name, value)
    return noise


def test_the_committed_looks_show_every_view_and_situation(scripts, looks):
    assert set(looks.situation) == set(range(len(scripts.any_view_noise.SITUATIONS)))
    faced = np.abs(looks.yaw_deg)
    for least, most in scripts.render_noise.VIEWS.values():
        assert ((faced >= least) & (faced < most)).sum() > 30
    assert looks.error.shape == looks.xy.shape == (len(looks.kind), 17, 2)


@pytest.mark.parametrize("size", [1.0, 150.0])
def test_a_person_who_was_looked_at_gets_the_errors_of_that_look(exact, first, size):
    found, score = exact.as_found(first.xy * size, first.situation, np.random.default_rng(0))
    off = (found / size - first.xy) / exact.PHOTOS
    same = np.abs(off - first.error).max(axis=(1, 2)) < 0.02 * (1 + np.abs(first.error).max((1, 2)))
    assert same.mean() > 0.95  # a few people were looked at twice in one situation
    assert score[same] == pytest.approx(first.score[same], abs=1e-6)


def test_mirrored_people_get_mirrored_errors(exact, first):
    rng = np.random.default_rng(0)
    one, score = exact.as_found(first.xy, first.situation, rng)
    mirrored = first.xy[:, MIRRORED] * MIRROR
    other, others = exact.as_found(mirrored, first.situation, rng)
    assert other[:, MIRRORED] * MIRROR == pytest.approx(one, abs=1e-6)
    assert others[:, MIRRORED] == pytest.approx(score)


def test_the_table_has_the_median_error_forward_and_up(scripts, looks):
    number, people = Joint.RIGHT_KNEE, 20
    error = np.zeros((people, 17, 2))
    error[:, number] = (-0.3, -0.4)  # to the left and up
    some = {name: getattr(looks, name)[:1] for name in vars(looks)}
    many = {name: np.repeat(value, people, axis=0) for name, value in some.items()}
    fake = replace(looks, **many)
    fake = replace(fake, error=error, score=np.full((people, 17), 0.95))
    fake = replace(fake, yaw_deg=np.full(people, -90.0), situation=np.zeros(people, int))
    row = scripts.render_noise.noise(fake)["knee, whole, side, above .9"]
    assert row == pytest.approx(
        {"n": 40, "median": 0.25, "p90": 0.5, "forward": 0.15, "up": 0.2}, nan_ok=True
    )


def test_a_picture_is_looked_at_whole_behind_a_board_and_cut_off(scripts, tmp_path):
    Image.fromarray(np.full((400, 300, 3), 90, np.uint8)).save(tmp_path / "00001-0.jpg")
    xy = np.full((17, 2), 150.0)
    xy[:5, 1], xy[5:7, 1], xy[11:13, 1], xy[13:15, 1], xy[15:, 1] = 60, 100, 200, 290, 380
    truth = {"xy": xy.tolist(), "table": "none", "kind": "stand", "yaw_deg": 0.0}
    seen = {v.situation: v for v in scripts.render_noise.views(tmp_path / "00001-0.jpg", truth)}
    assert {"whole", "table", "legs cut"} <= set(seen)
    assert seen["whole"].rgb.shape == seen["table"].rgb.shape == (400, 300, 3)
    assert 200 < len(seen["legs cut"].rgb) < 380
    changed = np.abs(seen["table"].rgb.astype(float) - seen["whole"].rgb).max(axis=(1, 2)) > 10
    assert 180 < np.flatnonzero(changed)[0] < 290
    assert (seen["legs cut"].xy == xy).all()


def test_a_picture_without_a_head_has_joints_above_it(scripts, tmp_path, monkeypatch):
    monkeypatch.setattr(scripts.render_noise, "SOME", 1.0)
    Image.fromarray(np.full((400, 300, 3), 90, np.uint8)).save(tmp_path / "00001-0.jpg")
    xy = np.full((17, 2), 150.0)
    xy[:5, 1], xy[5:7, 1], xy[11:, 1] = 60, 100, 200
    truth = {"xy": xy.tolist(), "table": "none", "kind": "squat", "yaw_deg": 0.0}
    seen = {v.situation: v for v in scripts.render_noise.views(tmp_path / "00001-0.jpg", truth)}
    start = 400 - len(seen["head cut"].rgb)
    assert 60 <= start < 100
    assert (xy - seen["head cut"].xy == [0, start]).all()


@pytest.mark.parametrize("turn_deg", [-135.0, -90.0, 0.0, 40.0, 90.0])
def test_a_turn_is_read_from_world_landmarks_and_from_points(scripts, turn_deg):
    world, points = np.zeros((17, 3)), np.zeros((17, 3))
    left, right = scripts.world_landmarks.LEFT, scripts.world_landmarks.RIGHT
    turn = np.radians(turn_deg)
    world[left] = 0.2 * np.array([np.cos(turn), 0, np.sin(turn)])
    world[right] = -world[left]
    points[left], points[right] = (0.2, 0, 0), (-0.2, 0, 0)
    assert scripts.world_landmarks.turn_deg(world) == pytest.approx(turn_deg)
    assert scripts.world_landmarks.body_turn_deg(points, turn_deg) == pytest.approx(turn_deg)


def test_who_faces_the_camera_is_as_wide_as_can_be(scripts):
    xy = np.zeros((1, 17, 2))
    xy[0, 5:7], xy[0, 11:13] = [[0.4, -1], [-0.4, -1]], [[0.4, 0], [-0.4, 0]]
    turns = [scripts.world_landmarks.flat_turn_deg(xy * [w, 1], 0.8)[0] for w in (1, 0.5, 0, -1)]
    assert turns == pytest.approx([0, 60, 90, 180], abs=1e-4)


def test_faces_of_clothes_are_read_with_their_texture(scripts):
    quad, triangle = [11, 1, 2, 3, 4, 0, 5, 6, 7, 8], [10, 1, 2, 3, 0, 4, 5, 6]
    with_normals = [43, 1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 9, 9, 9]
    faces = list(scripts.dressed._faces(quad + with_normals + triangle))
    assert faces == [([1, 2, 3, 4], [5, 6, 7, 8])] * 2 + [([1, 2, 3], [4, 5, 6])]


def test_without_blender_it_says_what_is_missing(scripts, monkeypatch):
    monkeypatch.setitem(sys.modules, "bpy", None)
    with pytest.raises(SystemExit, match="Blender is missing: pip install bpy"):
        import_module("render_people")
