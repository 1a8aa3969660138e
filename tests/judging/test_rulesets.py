"""Sets of rules by name or from a file, and everything that such a file can be instead."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.core.judge import learned_form
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.errors import ModelError, OutputError
from posture_cli.judging import rulesets
from tests.core.judge.test_learned import MODEL, STANDING_ONLY
from tests.people import HUNCHING, judged, someone


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    rulesets.save(MODEL, path, replace=False)
    return path


@pytest.mark.parametrize("name", RULE_SETS)
def test_the_sets_of_rules_that_are_built_in_have_names(name):
    assert rulesets.load(name) is RULE_SETS[name]


def test_a_file_that_was_saved_judges_as_before(file):
    loaded = rulesets.load(str(file))
    assert rulesets.read(file) == MODEL
    assert judged(someone(HUNCHING), loaded.judge) == judged(someone(HUNCHING), MODEL.judge)


def test_limits_of_a_stance_that_was_not_learned_are_shown():
    more = {check.code for check in rulesets.of(STANDING_ONLY).checks}
    assert more - {check.code for check in rulesets.of(MODEL).checks} >= {"thigh_level", "hip_bent"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a model of `posture train`"),
        (b"{", "not a model of `posture train`"),
        (b"\xff\xfe\x00", "not a model of `posture train`"),
        (b"[]", "it is not a JSON object"),
        (b'{"schema": "posture/1"}', "its schema is 'posture/1'"),
        (b"[" * 100_000, "not a model of `posture train`"),
        (b" " * (1 << 20) + b"{}", "is too large for a model"),
        (b'{"schema": "posture-model/2"}', "has another version: posture-model/2"),
    ],
)
def test_another_file_is_a_clear_error(tmp_path, content, says):
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=says) as caught:
        rulesets.load(str(path))
    assert caught.value.hint


def test_a_newer_file_says_to_upgrade(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**learned_form.to_json(MODEL), "schema": "posture-model/9"}))
    with pytest.raises(ModelError) as caught:
        rulesets.load(str(path))
    assert "--upgrade posture-cli" in caught.value.hint


def test_a_byte_order_mark_does_not_matter(file):
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert rulesets.read(file) == MODEL


@pytest.mark.parametrize("name", ["nowhere.json", "nul\0.json", "x" * 5000])
def test_a_name_without_a_file_is_a_clear_error(name):
    with pytest.raises(ModelError):
        rulesets.load(name)


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        rulesets.load(str(tmp_path))


def test_an_endless_device_is_no_model():
    if not Path("/dev/zero").exists():
        pytest.skip("there is no such device here")
    with pytest.raises(ModelError, match="could be endless"):
        rulesets.load("/dev/zero")


def test_nothing_is_replaced_unless_that_is_wanted(file):
    before = file.read_bytes()
    with pytest.raises(OutputError, match="already exists"):
        rulesets.save(STANDING_ONLY, file, replace=False)
    assert file.read_bytes() == before
    rulesets.save(STANDING_ONLY, file, replace=True)
    assert rulesets.read(file) == STANDING_ONLY
    assert [path.name for path in file.parent.iterdir()] == ["mine.json"]


def test_a_folder_that_is_missing_is_made(tmp_path):
    path = tmp_path / "a" / "b" / "mine.json"
    rulesets.check_free(path, replace=False)
    rulesets.save(MODEL, path, replace=False)
    assert rulesets.read(path) == MODEL


def test_a_place_that_cannot_be_written_is_told_before_anything_is_learned(tmp_path, file):
    for path in (tmp_path, file / "below.json"):
        with pytest.raises(OutputError, match="cannot be written"):
            rulesets.check_free(path, replace=True)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is closed to this user"
)
def test_a_folder_that_is_read_only_is_told_too(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="cannot be written"):
        rulesets.check_free(closed / "mine.json", replace=False)


@pytest.mark.parametrize(
    ("learned_of", "now", "warns"),
    [
        (("blazepose-full",), "blazepose-full", False),
        (("blazepose-full",), "gluoncv", True),
        (("gluoncv",), "gluoncv@bf16", False),
        (("gluoncv@bf16",), "gluoncv", False),
        (("blazepose-full", "gluoncv"), "gluoncv", False),
        (("blazepose-full",), "replay", False),
        (("replay",), "blazepose-full", False),
        ((), "blazepose-full", False),
    ],
)
def test_keypoints_of_another_estimator_deserve_a_warning(learned_of, now, warns):
    rule_set = rulesets.of(replace(MODEL, estimators=learned_of))
    assert (rulesets.unlike(rule_set, now) is not None) == warns


def test_built_in_rules_suit_every_estimator():
    assert rulesets.unlike(rulesets.load("default"), "gluoncv") is None
