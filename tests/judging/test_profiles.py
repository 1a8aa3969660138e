"""Profiles on disk: read back as they were written, and never lost."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.core.judge.baseline import Baseline, Usual
from posture_cli.errors import ConfigError, OutputError, PostureError
from posture_cli.judging import profiles
from posture_cli.judging.profiles import Profile, Profiles

USUAL = {
    "slump_deg": Usual(27.25, 1.5),
    "trunk_deg": Usual(-4.0, 0.75),
    "width_ratio": Usual(0.125, 0.01),
    "torso_share": Usual(0.25, 0.002),
}
FRONT = {
    "head_height": Usual(0.61, 0.01),
    "face_share": Usual(0.22, 0.004),
    "shoulder_share": Usual(0.55, 0.01),
    "head_aside": Usual(0.02, 0.01),
    "head_turn": Usual(-0.03, 0.02),
}
FROM_THE_FRONT = Profile("me", "2026-11-03", Baseline(5, "blazepose-full", None, FRONT, "frontal"))
MINE = Profile("me", "2026-11-03", Baseline(20, "blazepose-full", "right", USUAL))


@pytest.fixture
def kept(tmp_path: Path) -> Profiles:
    return Profiles(tmp_path / "posture" / "profiles")


def test_a_profile_comes_back_as_it_was(kept: Profiles) -> None:
    assert kept.save(MINE) is None
    assert kept.load("me") == MINE
    assert kept.names() == ["me"]


def test_the_file_is_small_and_holds_only_numbers(kept: Profiles) -> None:
    kept.save(MINE)
    form = json.loads(kept.path("me").read_text(encoding="utf-8"))
    assert form == {
        "schema": "posture-profile/1",
        "made": "2026-11-03",
        "estimator": "blazepose-full",
        "samples": 20,
        "view": "profile",
        "facing": "right",
        "usual": {name: usual._asdict() for name, usual in USUAL.items()},
    }


def test_a_profile_from_the_front_comes_back_as_it_was(kept: Profiles) -> None:
    kept.save(FROM_THE_FRONT)
    assert kept.load("me") == FROM_THE_FRONT
    assert json.loads(kept.path("me").read_text(encoding="utf-8"))["view"] == "frontal"


def test_a_profile_that_does_not_say_its_view_is_from_the_side(kept: Profiles) -> None:
    kept.save(MINE)
    form = json.loads(kept.path("me").read_text(encoding="utf-8"))
    del form["view"]
    kept.path("me").write_text(json.dumps(form), encoding="utf-8")
    assert kept.load("me") == MINE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"view": "back"}, "`view` is neither profile nor frontal"),
        ({"view": ["frontal"]}, "unhashable"),
        ({"view": "profile"}, "`usual` has no slump_deg"),
        ({"usual": {**{n: u._asdict() for n, u in FRONT.items()}, "face_share": {}}}, "centre"),
    ],
)
def test_a_damaged_profile_from_the_front_is_told(
    kept: Profiles, changes: dict[str, object], said: str
) -> None:
    kept.save(FROM_THE_FRONT)
    form = json.loads(kept.path("me").read_text(encoding="utf-8"))
    kept.path("me").write_text(json.dumps({**form, **changes}), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        kept.load("me")


def test_a_size_of_nothing_is_told(kept: Profiles) -> None:
    usual = {**FRONT, "face_share": Usual(0.0, 0.0)}
    kept.save(FROM_THE_FRONT._replace(baseline=replace(FROM_THE_FRONT.baseline, usual=usual)))
    with pytest.raises(ConfigError, match="`face_share` is not above 0"):
        kept.load("me")


def test_by_default_they_are_in_the_config_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "default_path", lambda: Path("home", "posture", "config.toml"))
    assert Profiles().folder == Path("home", "posture", "profiles")


def test_who_has_no_home_has_no_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "default_path", lambda: None)
    with pytest.raises(ConfigError, match="no home folder"):
        Profiles()


def test_the_one_before_is_kept(kept: Profiles) -> None:
    kept.save(MINE)
    newer = MINE._replace(baseline=replace(MINE.baseline, samples=7))
    before = kept.save(newer)
    assert before == kept.folder / "me.json.bak"
    assert (kept.load("me"), kept.names()) == (newer, ["me"])
    before.replace(kept.path("me"))
    assert kept.load("me") == MINE


def test_what_cannot_be_written_leaves_the_one_before(
    kept: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.save(MINE)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        kept.save(MINE._replace(made="2027-01-01"))
    assert kept.load("me") == MINE
    assert sorted(path.name for path in kept.folder.iterdir()) == ["me.json"]


@pytest.mark.parametrize(
    "name", ["", "../me", "a/b", "a\\b", ".me", "_me", "me.json", "con", "COM1", "a b", "m" * 41]
)
def test_a_name_leads_nowhere_else(kept: Profiles, name: str) -> None:
    for use in (kept.path, kept.load, kept.remove):
        with pytest.raises(ConfigError, match="cannot be the name"):
            use(name)


def test_large_letters_are_small_ones(kept: Profiles) -> None:
    kept.save(MINE._replace(name="Jürgen-2"))
    assert kept.names() == ["jürgen-2"]
    assert kept.load("JÜRGEN-2").name == "jürgen-2"
    assert kept.load("Ju\u0308rgen-2").name == "jürgen-2"  # as macOS writes it


def test_an_unknown_name_tells_which_there_are(kept: Profiles) -> None:
    with pytest.raises(ConfigError, match="no profile 'me'") as none:
        kept.load("me")
    assert "posture calibrate" in none.value.hint
    kept.save(MINE._replace(name="anna"))
    for use in (kept.load, kept.remove):
        with pytest.raises(ConfigError) as other:
            use("me")
        assert other.value.hint == "there is anna"


def test_what_is_removed_is_gone_with_the_one_before(kept: Profiles) -> None:
    kept.save(MINE)
    kept.save(MINE)
    assert kept.remove("me") == kept.folder / "me.json"
    assert list(kept.folder.iterdir()) == []


def test_the_list_leaves_out_what_is_no_profile(kept: Profiles) -> None:
    assert kept.names() == []
    kept.save(MINE)
    for name in ("notes.txt", "me.json.bak", ".me.json.1.part", "no good.json"):
        (kept.folder / name).touch()
    assert kept.names() == ["me"]


def changed(**values: object) -> str:
    usual = {name: usual._asdict() for name, usual in USUAL.items()}
    form = {"schema": "posture-profile/1", "made": "2026-11-03", "estimator": "blazepose-full"}
    return json.dumps({**form, "samples": 20, "facing": "right", "usual": usual, **values})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a profile of"),
        ("[1]", "not a profile of"),
        ("{}", "not a profile of"),
        ("[" * 60000, "not a profile of"),
        (changed(schema="posture-profile/2"), "another version: posture-profile/2"),
        (changed(schema="posture-model/1"), "schema is not"),
        (changed(samples=0), "`samples` is not between 1 and"),
        (changed(samples="many"), "not a profile of"),
        (changed(facing="up"), "`facing` is neither"),
        (changed(usual={}), "`usual` has no slump_deg"),
        (changed(usual=[]), "not a profile of"),
        (changed(usual={"slump_deg": 3}), "not a profile of"),
        (changed(usual={"slump_deg": {"centre": 1e9, "spread": 1}}), "out of range"),
        (changed(usual={"slump_deg": {"centre": float("nan"), "spread": 1}}), "out of range"),
        (changed(usual={"slump_deg": {"centre": 1, "spread": -1}}), "out of range"),
        (
            changed(
                usual={name: {"centre": 0, "spread": 0} for name in profiles.NEEDED["profile"]}
            ),
            "`torso_share` is not above 0",
        ),
    ],
)
def test_a_damaged_profile_is_told(kept: Profiles, text: str, says: str) -> None:
    kept.folder.mkdir(parents=True)
    kept.path("me").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=says) as error:
        kept.load("me")
    assert "calibrate again" in error.value.hint


def test_what_an_editor_adds_does_not_matter(kept: Profiles) -> None:
    kept.save(MINE)
    path = kept.path("me")
    form = {**json.loads(path.read_text(encoding="utf-8")), "note": "office"}
    form["usual"]["mood_deg"] = {"centre": 3, "spread": 1}
    path.write_text(json.dumps(form), encoding="utf-8-sig")
    assert kept.load("me") == MINE


def test_a_folder_in_the_way_is_told(kept: Profiles) -> None:
    kept.path("me").mkdir(parents=True)
    for use in (lambda: kept.load("me"), lambda: kept.save(MINE), lambda: kept.remove("me")):
        with pytest.raises(PostureError, match=r"me\.json"):
            use()


def test_a_file_in_place_of_the_folder_is_told(kept: Profiles) -> None:
    kept.check_writable()
    kept.folder.parent.mkdir(parents=True)
    kept.folder.touch()
    for use in (kept.names, lambda: kept.load("me")):
        with pytest.raises(ConfigError, match="cannot be used"):
            use()
    for write in (kept.check_writable, lambda: kept.save(MINE)):
        with pytest.raises(OutputError, match="cannot be"):
            write()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_without_permission_is_told(kept: Profiles) -> None:
    kept.folder.mkdir(parents=True)
    kept.folder.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="cannot be kept in"):
            kept.check_writable()
    finally:
        kept.folder.chmod(0o700)
