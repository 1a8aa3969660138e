"""`posture train` as people run it: real processes, keypoint files of hand-made people."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.scene import Person
from posture_cli.core.judge import rules
from posture_cli.core.observation import Observation
from posture_cli.estimators import Estimation
from posture_cli.judging import Judging, rulesets
from tests.people import HUNCHING, SAMPLES, SITTING, SIZE, STANDING, Pose, read, someone

pytest.importorskip("sklearn")

POSTURE = (sys.executable, "-m", "posture_cli")
POSES = {"sitting": SITTING, "standing": STANDING, "hunching": HUNCHING}
PEOPLE = 4
WITHOUT_SKLEARN = (
    "import sys; sys.modules['sklearn'] = None; from posture_cli.cli import main; main()"
)


def posture(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def keypoints(path: Path, *people: Person, estimator: str = "blazepose-full") -> None:
    """Write what somebody saw in a picture that is not kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    readings = tuple(read(person, SIZE, rules.judge) for person in people)
    observation = Observation("a.jpg", 0, None, SIZE, estimator, readings)
    path.write_text(json.dumps(observation.to_json()), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one sub-folder per label, eight people each, and distractors."""
    place, chance = tmp_path_factory.mktemp("data") / "samples", np.random.default_rng(3)
    for label, pose in POSES.items():
        for number in range(8):
            trunk, neck, thigh, shank = chance.normal(0, 4, 4)
            nearly = Pose(
                *(pose.trunk_deg + trunk, pose.neck_deg + neck),
                *(pose.thigh_deg + thigh, pose.shank_deg + shank),
            )
            keypoints(place / label / f"{number}.json", someone(nearly))
    keypoints(place / "other" / "lying.json", someone(Pose(-80, -60, 0, -90)))
    return place


@pytest.fixture(scope="module")
def table(folder: Path) -> Path:
    """The same as a CSV that knows who is who, without the distractor."""
    rows = [
        f"samples/{path.parent.name}/{path.name},{path.parent.name},P{int(path.stem) % PEOPLE}"
        for path in sorted(folder.glob("[sh]*/*.json"))
    ]
    path = folder.parent / "labels.csv"
    path.write_text("\n".join(["file,label,person", *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(table: Path) -> Path:
    path = table.parent / "mine.json"
    assert posture("train", table, "-o", path).returncode == 0
    return path


def test_it_writes_a_model_and_says_how_good_it_is(table, tmp_path):
    done = posture("train", table, "--output", tmp_path / "new" / "mine.json")
    path = tmp_path / "new" / "mine.json"
    assert (done.returncode, done.stderr) == (0, f"{path} is written\n")
    assert (
        "24 pictures: 8 sitting, 8 standing, 8 hunching; keypoints by blazepose-full" in done.stdout
    )
    assert "tested out of fold: 4 groups by person, one fold per group" in done.stdout
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "out of fold learned default" in rows
    assert "macro-F1 1.000 1.000" in rows
    assert "hunching 0 0 8 0" in rows
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine.json"]


def test_the_card_tells_data_split_scores_and_limits_and_no_path(model, table):
    text = model.read_text(encoding="utf-8")
    card = json.loads(text)["card"]
    assert card["data"] == {
        "sources": ["labels.csv"],
        "labels": {"hunching": 8, "sitting": 8, "standing": 8},
        "learned_of": {"hunching": 8, "sitting": 8, "standing": 8},
        "refused": {},
        "nobody": 0,
        "unreadable": 0,
    }
    assert card["split"] == "4 groups by person, one fold per group"
    assert card["scores"]["out_of_fold"]["macro_f1"]["value"] == 1.0
    assert card["scores"]["default_rules"]["confusion"]["sitting"]["sitting"] == 8
    assert set(card["made"]) == {"date", "posture", "scikit_learn"}
    assert any("no medical claim" in limit for limit in card["limits"])
    assert str(table.parent) not in text
    assert "P0" not in text


def test_the_model_judges_pictures_and_explains_itself(model):
    done = posture("check", SAMPLES / "hunching_sit_03.jpg", "--rules", model, "--explain")
    assert (done.returncode, done.stderr) == (0, "")
    assert "hunching" in done.stdout
    assert "trunk and head as in hunching samples" in done.stdout
    assert "to start with" in done.stdout


def test_the_model_needs_no_scikit_learn(model):
    command = [sys.executable, "-c", WITHOUT_SKLEARN, "check", SAMPLES / "standing_01.jpg"]
    done = subprocess.run([*command, "--rules", model], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "standing" in done.stdout


def test_without_scikit_learn_training_names_the_extra_before_it_looks(table, tmp_path):
    command = [sys.executable, "-c", WITHOUT_SKLEARN, "train", table, "-o", tmp_path / "m.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'posture-cli[train]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def of_another(model, tmp_path):
    """A model that was learned from another estimator's keypoints."""
    form = json.loads(model.read_text(encoding="utf-8"))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**form, "estimators": ["gluoncv"]}), encoding="utf-8")
    return other


UNLIKE = "were learned from keypoints of gluoncv, not of blazepose-full"


@pytest.mark.parametrize(
    "command",
    [
        ("check", SAMPLES / "standing_01.jpg", SAMPLES / "standing_02.jpg"),
        ("watch", SAMPLES / "desk.mp4", "--json", "--no-history"),
    ],
    ids=["check", "watch"],
)
def test_keypoints_of_another_estimator_are_warned_of_once(of_another, command):
    done = posture(*command, "--rules", of_another, "--estimator", "blazepose")
    assert done.returncode == 0
    assert done.stderr.count(UNLIKE) == 1


def test_a_server_warns_of_another_estimator_too(of_another, monkeypatch, capsys):
    serve_run = pytest.importorskip("posture_cli.cli.serve_run", reason="only with the extra serve")
    monkeypatch.setattr(serve_run, "serve", lambda posture, *_: posture.close())
    judging = Judging(rules=str(of_another))
    serve_run.run(None, Estimation("blazepose"), judging, 1, "none")
    assert capsys.readouterr().err.count(UNLIKE) == 1


def test_the_report_is_written_and_only_a_report_is_replaced(table, tmp_path):
    page, args = tmp_path / "r.html", ("--force", "--report")
    page.write_text("mine", encoding="utf-8")
    refused = posture("train", table, "-o", tmp_path / "m.json", *args, page)
    assert (refused.returncode, "already exists" in refused.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]  # before the work
    page.unlink()
    for _ in range(2):
        done = posture("train", table, "-o", tmp_path / "m.json", *args, page)
        names = [tmp_path / "m.json", page]
        assert done.returncode == 0
        assert done.stderr == "".join(f"{name} is written\n" for name in names)
    text = page.read_text(encoding="utf-8")
    assert "<h2>By group</h2>" in text
    assert text.count('<circle class="hunching"') == 8
    assert text.count('<circle class="sitting"') == 8 * 2  # in both questions
    assert "What the judge looks at" in text


def test_a_recording_of_a_watch_is_learned_from_without_its_pictures(tmp_path):
    """A camera's pictures are never kept; who reads the labels over may correct them."""
    watched = posture("watch", SAMPLES / "desk.mp4", "--json", "--no-history")
    recording = tmp_path / "day.jsonl"
    recording.write_text(watched.stdout.replace(str(SAMPLES / "desk.mp4"), "camera 0"))
    done = posture("train", recording, "-o", tmp_path / "m.json", "--estimator", "gluoncv")
    assert done.returncode == 0, done.stderr
    frames = sum('"people"' in line for line in watched.stdout.splitlines())
    assert f"{frames} of {frames} not here: keypoints of the list are used instead" in done.stderr
    assert f"{frames} pictures: " in done.stdout
    assert json.loads((tmp_path / "m.json").read_text())["estimators"] == ["blazepose-full"]


def test_a_folder_has_no_persons_and_that_is_said(folder, tmp_path):
    done = posture("train", folder, "-o", tmp_path / "m.json")
    assert done.returncode == 0
    assert "no column says which pictures show the same person" in done.stderr
    assert "flatter the scores" in done.stderr
    assert "tested with, but not learned: 1 other" in done.stdout
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "distractors unknown 1 of 1 1 of 1" in rows


def test_a_column_of_ones_own_groups_too(table, tmp_path):
    text = table.read_text(encoding="utf-8").replace("person", "Room")
    rooms = table.with_name("rooms.csv")
    rooms.write_text(text, encoding="utf-8")
    done = posture("train", rooms, "-o", tmp_path / "m.json", "--group", "room")
    assert done.returncode == 0
    assert "4 groups by room" in done.stdout
    assert "4 rooms are too few to resample instead" in " ".join(done.stdout.split())
    wrong = posture("train", rooms, "-o", tmp_path / "n.json", "--group", "person")
    assert wrong.returncode == 2
    assert "--group person: no such column; there are room" in wrong.stderr


def test_a_class_of_one_group_is_warned_of(table, tmp_path):
    rows = table.read_text(encoding="utf-8").splitlines()
    alone = [row.rsplit(",", 1)[0] + ",P0" if "hunching" in row else row for row in rows]
    path = table.with_name("alone.csv")
    path.write_text("\n".join(alone), encoding="utf-8")
    done = posture("train", path, "-o", tmp_path / "m.json")
    assert done.returncode == 0
    assert "all pictures of hunching are of one person" in done.stderr


def test_what_cannot_be_read_is_told_and_the_rest_is_used(table, tmp_path):
    path = table.with_name("gaps.csv")
    more = "nowhere.jpg,sitting,P1\nrubbish.json,sitting,P1\nnobody.json,standing,P1"
    path.write_text(f"{table.read_text(encoding='utf-8')}\n{more}", encoding="utf-8")
    (table.parent / "rubbish.json").write_text("{", encoding="utf-8")
    keypoints(table.parent / "nobody.json")
    done = posture("train", path, "-o", tmp_path / "m.json")
    assert done.returncode == 1
    assert "nowhere.jpg: " in done.stderr
    assert "rubbish.json: is not one observation" in done.stderr
    assert "nobody was found in " in done.stderr
    card = rulesets.read(tmp_path / "m.json").card
    assert (card["data"]["unreadable"], card["data"]["nobody"]) == (2, 1)
    assert card["scores"]["out_of_fold"]["confusion"]["standing"]["unknown"] == 1


def test_several_inputs_count_together_and_each_picture_once(folder, table, tmp_path):
    done = posture("train", folder, table, "-o", tmp_path / "m.json")
    assert done.returncode == 0
    assert "25 pictures: " in done.stdout


def test_nothing_is_replaced_without_force(table, model):
    before = model.read_bytes()
    refused = posture("train", table, "-o", model)
    assert refused.returncode == 1
    assert "already exists" in refused.stderr
    assert "--force" in refused.stderr
    assert model.read_bytes() == before
    assert posture("train", table, "-o", model, "--force").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "Missing argument"),
        (["labels.csv"], 2, "Missing option '-o' / '--output'"),
        (["nowhere.csv", "-o", "m.json"], 1, "nowhere.csv: there is no such file"),
        (["empty", "-o", "m.json"], 1, "no sub-folder with pictures"),
        (["labels.csv", "-o", "empty"], 1, "already exists"),
        (["labels.csv", "-o", "empty", "--force"], 1, "cannot be written"),
        (["labels.csv", "-o", "labels.csv/m.json"], 1, "cannot be written"),
        (["labels.csv", "-o", "m.json", "--group", "hat"], 2, "no such column"),
        (["few", "-o", "m.json"], 1, "too few samples to learn from: 8 sitting, 8 standing, 0 hun"),
    ],
)
def test_what_cannot_work_is_told(folder, table, tmp_path, monkeypatch, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, "samples")
    shutil.copy(table, "labels.csv")
    shutil.copytree(folder, "few", ignore=shutil.ignore_patterns("hunching"))
    Path("empty").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    done = posture("train", *arguments)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("rules_name", "code", "says"),
    [
        ("nope", 2, "'nope' is not one of default, "),
        ("nowhere.json", 1, "there are no rules 'nowhere.json'"),
        ("sub/nowhere", 1, "there are no rules"),
        ("rubbish.json", 1, "rubbish.json is not a model of `posture train`"),
    ],
)
def test_rules_that_are_not_there_are_told(tmp_path, monkeypatch, rules_name, code, says):
    monkeypatch.chdir(tmp_path)
    Path("rubbish.json").write_text("[]", encoding="utf-8")
    done = posture("check", SAMPLES / "standing_01.jpg", "--rules", rules_name)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert done.stdout == ""


def test_settings_come_from_a_file_and_the_environment(table, tmp_path):
    settings = tmp_path / "config.toml"
    where = tmp_path / "m.json"
    settings.write_text(f"[train]\noutput = '{where}'\ngroup = 'hat'\n", encoding="utf-8")
    assert posture("--config", settings, "train", table).returncode == 2
    assert (
        posture("--config", settings, "train", table, POSTURE_TRAIN_GROUP="person").returncode == 0
    )
    assert where.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
def test_an_interruption_leaves_no_file(table, tmp_path):
    many = tmp_path / "many.csv"
    picture = SAMPLES / "sitting_05.jpg"
    copies = [tmp_path / f"{n}.jpg" for n in range(300)]
    for copy in copies:
        copy.symlink_to(picture)
    many.write_text("\n".join(["file,label", *(f"{c.name},sitting" for c in copies)]), "utf-8")
    target = tmp_path / "out" / "m.json"
    running = subprocess.Popen(
        [*POSTURE, "train", many, "-o", target, "-v"], stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert running.stderr.readline().startswith("estimator ")
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 130
    assert "Traceback" not in running.stderr.read()
    running.stderr.close()
    assert not target.parent.exists()
