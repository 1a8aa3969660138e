"""Keypoints take the place of a picture."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.body.scene import FrameSize
from posture_cli.dataset.recorded import recorded
from posture_cli.errors import SourceError
from tests.people import SITTING, Recorded, blank, someone


def observation(**changes: object) -> str:
    """Return what `check --json` says of somebody who sits, with some fields changed."""
    from posture_cli.core.judge.rules import judge
    from tests.people import observe

    form = observe(blank(), Recorded((someone(SITTING),)), judge).to_json()
    return json.dumps({**form, **changes})


def test_recorded_keypoints_are_read_again(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(f"\ufeff{observation()}\n", encoding="utf-8")
    found = recorded(str(path))
    assert (found.size, found.estimator, len(found.people)) == (FrameSize(1000, 800), "recorded", 1)
    expected = someone(SITTING).keypoints
    assert abs(found.people[0].keypoints.xy - expected.xy).max() < 0.01


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "Expecting value"),
        ("[1, 2]", "list indices"),
        ("{}", "there is no 'width'"),
        ("[" * 100_000, ""),
        (observation() * 2, "Extra data"),
        (observation(width=float("inf")), "cannot convert float infinity"),
        (observation(width=0), "no picture has 0 x 800 pixels"),
        (observation(height=10**9), "no picture has 1000 x 1000000000 pixels"),
        (observation(schema="posture/9"), "schema 'posture/9'"),
        (observation(people=[{}]), "malformed person"),
    ],
)
def test_a_file_that_is_not_one_observation_is_refused(tmp_path, text, what):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="is not one observation") as told:
        recorded(str(path))
    assert what in told.value.message


def test_keypoints_that_cannot_be_opened_are_told(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        recorded(str(tmp_path / "nothing.json"))
