"""Files and folders of this machine: an address is refused, and private files are private."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from posture_cli.core.judge.baseline import Baseline, Usual
from posture_cli.judging.profiles import Profile, Profiles
from posture_cli.report.target import write_page
from posture_cli.storage.whole import write_whole
from tests.cli.places import Place, said
from tests.people import SAMPLES

PICTURE = str(SAMPLES / "sitting_05.jpg")


@pytest.mark.parametrize(
    "words",
    [
        ("check", PICTURE, "--annotate", "s3://bucket/x"),
        ("label", PICTURE, "-o", "a.csv", "--annotate", "s3://bucket/x"),
        ("watch", PICTURE, "--record", "s3://bucket/x.mp4"),
        ("watch", PICTURE, "--csv-every", "10s", "s3://bucket/x"),
        ("evaluate", PICTURE, "--report", "s3://bucket/x.html"),
        ("report", "-o", "s3://bucket/x.html"),
        ("train", PICTURE, "-o", "s3://bucket/x.json"),
        ("history", "--file", "s3://bucket/history.db"),
        ("models", "import", "s3://bucket/x.params"),
    ],
)
def test_an_address_where_a_file_of_this_machine_is_needed_is_wrong_usage(tmp_path, words) -> None:
    written = said(Place(words), "", tmp_path)
    assert written.startswith("Usage: ")
    assert "s3://bucket/" in written
    assert "on this machine" in written
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_tells_of_somebody_s_day_is_for_the_user_alone(tmp_path: Path) -> None:
    usual = {name: Usual(1.0, 1.0) for name in ("slump_deg", "torso_share", "width_ratio")}
    profiles, me = Profiles(tmp_path), Profile("me", "2026", Baseline(9, "x", None, usual))
    profiles.save(me)
    kept = profiles.save(me)
    write_page(tmp_path / "report.html", "<!-- mark -->", "mark", private=True)
    write_page(tmp_path / "evaluation.html", "<!-- mark -->", "mark")
    write_whole(tmp_path / "labels.csv", b"", private=False)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    open_to_all = {modes.pop("labels.csv"), modes.pop("evaluation.html")}
    assert kept is not None
    assert modes == {"me.json": 0o600, "me.json.bak": 0o600, "report.html": 0o600}
    assert open_to_all == {0o666 & ~umask()}


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
