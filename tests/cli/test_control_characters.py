"""Nothing from outside moves the cursor of a terminal or changes what is on it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posture_cli.core.judge import learned_form
from posture_cli.judging.profiles import SCHEMA
from tests.cli.places import Place, places, said
from tests.people import SAMPLES

OURS = re.compile(r"\x1b\[(0|3[1-6]|9[1-6])m|\n")
"""Colours and the ends of lines."""
FOREIGN = st.sampled_from(
    ["\x1b[2J", "\x1b]0;title\x07", "\x9b2J", "\r", "\x08", "\x7f", "\x1bc", "\n"]
)
NAMES = st.tuples(st.sampled_from(["a", "é", "rtsp://me@h/"]), FOREIGN, st.just("z")).map("".join)
PICTURE = str(SAMPLES / "sitting_05.jpg")
EVIL = "\x1b[2Jx\x9b2J\x07"


def controls(text: str) -> list[str]:
    """Return the control characters in a text that are not ours."""
    return re.findall(r"[\x00-\x1f\x7f-\x9f]", OURS.sub("", text))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise, where it is imported
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(places())), NAMES)
def test_no_message_has_a_control_character_that_was_put_in(tmp_path, place, name) -> None:
    written = said(place, name, tmp_path, terminal=True)
    assert controls(written) == []
    assert name not in written


def usual() -> dict[str, dict[str, float]]:
    return {n: {"centre": 1, "spread": 1} for n in ("slump_deg", "torso_share", "width_ratio")}


def profile(**changed: object) -> str:
    form = {"schema": SCHEMA, "made": "2026", "estimator": "x", "samples": 9, "facing": None}
    return json.dumps({**form, "usual": usual(), **changed})


FILES = {
    "rules.json": json.dumps({"schema": f"{learned_form.FAMILY}{EVIL}"}),
    "no_rules.json": json.dumps({"schema": EVIL, EVIL: 1}),
    "labels.csv": f"file,label\n{EVIL}.jpg,{EVIL}\n{PICTURE},sitting\n",
    "columns.csv": f"{EVIL},file\n1,2\n",
    "list": f"{EVIL}.jpg\n",
    "replay.jsonl": json.dumps({EVIL: 1}),
    "settings.toml": "[check]\n" + json.dumps(EVIL) + " = 1\n",
    "posture/profiles/made.json": profile(made=EVIL, estimator=EVIL),
    "posture/profiles/version.json": profile(schema=f"posture-profile/{EVIL}"),
    "posture/profiles/samples.json": profile(samples=EVIL),
}


@pytest.mark.parametrize(
    "words",
    [
        ("check", PICTURE, "--rules", "rules.json"),
        ("check", PICTURE, "--rules", "no_rules.json"),
        ("check", PICTURE, "--annotate", f"list/{EVIL}"),
        ("check", "@list"),
        ("check", "@list", "--json"),
        ("check", PICTURE, "--estimator", "replay:replay.jsonl"),
        ("check", PICTURE, "--profile", "made", "--explain"),
        ("check", PICTURE, "--profile", "version"),
        ("--config", "settings.toml", "check", PICTURE),
        ("evaluate", "labels.csv"),
        ("evaluate", "columns.csv"),
        ("profiles",),
        ("profiles", "show", "made"),
        ("profiles", "show", "samples"),
        ("notify-test", "--on-alert", "sh -c 'printf \"\\033[2J\\302\\2332J\" >&2; exit 1'"),
        ("label", "@list", "-o", "out.csv"),
        ("watch", f"{EVIL}.mp4"),
    ],
)
def test_what_is_in_files_does_not_reach_a_terminal_raw(tmp_path, monkeypatch, words) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    written = said(Place(words), "", tmp_path, terminal=True)
    assert written
    assert controls(written) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_on_a_pseudo_terminal_a_name_is_written_with_escapes(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "posture_cli", "check", f"{EVIL}.jpg"]
    subprocess.run(command, stdout=theirs, stderr=theirs, cwd=tmp_path, check=False)
    os.close(theirs)
    written = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "\\x1b[2Jx\\x9b2J\\x07.jpg" in written
    assert controls(written.replace("\r\n", "\n").replace("\r\x1b[K", "")) == []
