"""`posture gate` as people run it: what passes, what does not, and what decides nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli.judging import rulesets
from tests.cli.test_evaluate import posture, write_csv, write_keypoints
from tests.core.judge.test_learned import MODEL
from tests.people import HUNCHING, SITTING, STANDING

POSES = {"sitting": SITTING, "standing": STANDING, "hunching": HUNCHING}
EACH = 5
GOOD = replace(MODEL, estimators=("recorded",))
ALL_HUNCH = replace(GOOD, hunching=replace(MODEL.hunching, intercept=1000.0))
"""A judge that sees a hunch in everybody."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good judge, a bad one, pictures, and the evaluations of both."""
    folder = tmp_path_factory.mktemp("gate")
    names = [(label, f"{label}_{number}.json") for number in range(EACH) for label in POSES]
    for label, name in names:
        write_keypoints(folder / name, POSES[label])
    write_csv(folder / "test.csv", [{"file": name, "label": label} for label, name in names])
    for name, model in (("good", GOOD), ("bad", ALL_HUNCH)):
        rulesets.save(model, folder / f"{name}.json", replace=False)
        evaluation = ("evaluate", "test.csv", "--rules", f"{name}.json", "-o", f"of_{name}.json")
        assert posture(*evaluation, cwd=folder).returncode == 0
    return folder


def gate(place: Path, new: str, champion: str, *options: object):
    return posture("gate", new, "--champion", champion, *options, cwd=place)


ON = ("--on", "test.csv")


@pytest.mark.parametrize(
    ("new", "champion", "on"),
    [("bad.json", "good.json", ON), ("of_bad.json", "of_good.json", ()),
     ("of_bad.json", "good.json", ON), ("bad.json", "of_good.json", ON), ("bad.json", "rules", ON)],
)  # fmt: skip
def test_a_worse_one_is_refused_with_3_as_a_judge_and_as_an_evaluation(place, new, champion, on):
    done = gate(place, new, champion, *on)
    assert (done.returncode, done.stderr) == (3, "")
    assert "only the new one is right on 0, only the champion on 10" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("not passed: macro-F1 -0.8")
    assert done.stdout.endswith("worse, and not by chance\n")


def test_an_equal_and_a_better_one_pass(place):
    for champion in ("good.json", "bad.json"):
        done = gate(place, "good.json", champion, *ON)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("passed: macro-F1 +")


def test_without_a_champion_it_passes_and_says_so(place):
    (place / "production").mkdir()
    done = gate(place, "bad.json", "production/judge.json", *ON)
    assert (done.returncode, done.stderr) == (
        0,
        "no champion: production/judge.json is not there\n",
    )
    assert done.stdout.endswith("passed: there is no champion yet\n")
    assert gate(place, "bad.json", "no.json", *ON, "--min-f1", 0.5).returncode == 3


def test_a_typo_in_the_folder_of_the_champion_does_not_open_the_gate(place):
    done = gate(place, "bad.json", "prodction/judge.json", *ON)
    assert done.returncode == 2
    assert "there is no folder for the champion 'prodction/judge.json'" in done.stderr


def test_the_decision_is_written_whether_it_passed_or_not(place, tmp_path):
    output = tmp_path / "new" / "gate.json"
    for new, passed in (("good.json", True), ("bad.json", False)):
        gate(place, new, "good.json", *ON, "-o", output)
        form = json.loads(output.read_text(encoding="utf-8"))
        assert (form["passed"], form["new"], form["pictures"]) == (passed, new, 3 * EACH)


def test_evaluations_of_different_pictures_are_not_compared(place, tmp_path):
    lines = (place / "test.csv").read_text(encoding="utf-8").splitlines()
    (place / "fewer.csv").write_text("\n".join(lines[:-2]), encoding="utf-8")
    fewer = tmp_path / "fewer.json"
    posture("evaluate", "fewer.csv", "--rules", "good.json", "-o", fewer, cwd=place)
    done = gate(place, "of_good.json", str(fewer))
    assert done.returncode == 1
    assert "are of different pictures or labels: 2 are only in the first, 0 only in the second" in (
        done.stderr
    )
    assert done.stdout == ""


def test_the_order_of_the_pictures_makes_no_difference(place, tmp_path):
    form = json.loads((place / "of_bad.json").read_text(encoding="utf-8"))
    form["trials"][0]["rows"].reverse()
    (tmp_path / "turned.json").write_text(json.dumps(form), encoding="utf-8")
    done = gate(place, str(tmp_path / "turned.json"), "of_bad.json")
    assert "only the new one is right on 0, only the champion on 0" in done.stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not a model of `posture train`"),
        ('{"schema": "posture-model/1"', "is not a model of `posture train`"),
        ('{"schema": "posture-model/9"}', "has another version"),
        ('{"schema": "posture-evaluation/1", "trials": []}', "is damaged: it has no trial"),
        ("\0" * 99, "is not a model of `posture train`"),
    ],
)
def test_a_damaged_champion_decides_nothing(place, tmp_path, content, told):
    champion, output = tmp_path / "old.json", tmp_path / "gate.json"
    champion.write_text(content)
    done = gate(place, "good.json", str(champion), *ON, "-o", output)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stdout == "" and not output.exists()


def test_a_champion_that_cannot_be_read_is_no_missing_one(place, tmp_path):
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere.json")
    for champion in (tmp_path, tmp_path / "gone.json"):
        done = gate(place, "good.json", str(champion), *ON)
        assert (done.returncode, done.stdout) == (1, "")


def test_a_picture_that_cannot_be_read_decides_nothing(place, tmp_path):
    lines = (place / "test.csv").read_text(encoding="utf-8")
    (place / "more.csv").write_text(f"{lines}gone.json,sitting\n", encoding="utf-8")
    done = gate(place, "good.json", "bad.json", "--on", "more.csv", "-o", tmp_path / "gate.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 of 16 labelled pictures could not be used" in done.stderr
    assert not (tmp_path / "gate.json").exists()


def test_wrong_usage(place):
    done = gate(place, "good.json", "bad.json")
    assert done.returncode == 2
    assert "good.json is a judge and not an evaluation; name labelled pictures: --on" in done.stderr
    done = gate(place, "of_good.json", "of_bad.json", *ON)
    assert done.returncode == 2
    assert "evaluations already have their pictures" in done.stderr


def test_what_posture_did_not_write_is_not_replaced(place):
    done = gate(place, "good.json", "bad.json", *ON, "-o", "test.csv")
    assert done.returncode == 1
    assert "test.csv already exists and posture did not write it" in done.stderr
