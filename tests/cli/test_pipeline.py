"""A project of `posture init`, run by DVC and GTO: from pictures to production, and back."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.people import SAMPLES
from tests.serve.running import SITTING, Server

EXTRA = "needs pip install -e '.[pipeline]'"
for package in ("dvc", "gto", "sklearn", "starlette"):
    pytest.importorskip(package, reason=EXTRA)
if shutil.which("git") is None:
    pytest.skip("needs git", allow_module_level=True)

BIN = Path(sys.executable).parent
NAME, MAIL = "Anna", "anna@example.org"
NOWHERE = "http://127.0.0.1:9"
"""Where a program that asks the network is sent: nothing answers there."""
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    **{f"GIT_{who}_NAME": NAME for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": MAIL for who in ("AUTHOR", "COMMITTER")},
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE),
}
KEPT = ("release/judge.json", "production/judge.json")


class Project:
    """A folder in which people type commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.labels = folder / "data" / "labels.csv"

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command of the environment, and return what it said."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def repro(self, code: int = 0) -> tuple[list[str], str]:
        """Run what has changed, and return the stages that ran, and what was said."""
        told = self.run("dvc", "repro", code=code)
        ran = [line.split("'")[1] for line in told.splitlines() if line.startswith("Running stage")]
        return ran, told

    def read(self, name: str) -> dict:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def kept(self) -> list[str]:
        """Return what is released and in production, as checksums; and all versions."""
        files = [self.folder / name for name in KEPT]
        sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.exists()]
        return [*sums, self.run("git", "tag")]

    def put_into(self, stage: str, version: str, *force: str) -> None:
        """Assign a version, and fetch what is in production as the README says."""
        self.run("gto", "assign", "judge", "--version", version, "--stage", stage, *force)
        ref = self.run("gto", "show", f"judge#{stage}", "--ref").strip()
        if stage == "prod":
            judge = self.run("git", "show", f"{ref}:./release/judge.json")
            (self.folder / "production" / "judge.json").write_text(judge, encoding="utf-8")
            self.commit(f"{version} is in production")

    def commit(self, message: str) -> None:
        self.run("git", "add", ".")
        self.run("git", "commit", "--quiet", "-m", message)

    def rows(self) -> list[dict[str, str]]:
        with self.labels.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, rows: list[dict[str, str]]) -> None:
        with self.labels.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A new project with our sample pictures and one clip; no floor, only a champion counts."""
    place = Project(tmp_path_factory.mktemp("pipeline"))
    place.run(str(BIN / "posture"), "init", "demo")
    made = Project(place.folder / "demo")
    for path in (*SAMPLES.glob("*.jpg"), SAMPLES / "desk.mp4", SAMPLES / "labels.csv"):
        shutil.copy(path, made.folder / "data")
    made.write([row for row in made.rows() if row["person"] != "desk_three_quarter"])
    params = made.folder / "params.yaml"
    params.write_text(params.read_text("utf-8").replace("min_f1: 0.7", "min_f1: 0.0"), "utf-8")
    return made


def train_rows(project: Project) -> list[dict[str, str]]:
    with (project.folder / "lists" / "train.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shuffled(project: Project) -> list[dict[str, str]]:
    """Return all labels, with those of the training side dealt out by chance."""
    train = {(Path(row["file"]).name, row["frame"]) for row in train_rows(project)}
    rows = project.rows()
    mine = [row for row in rows if (row["file"], row["frame"]) in train]
    labels = [row["label"] for row in mine]
    random.Random(1).shuffle(labels)
    for row, label in zip(mine, labels, strict=True):
        row["label"] = label
    return rows


def reasons(judge: Path) -> set[str]:
    """Return why a server with this judge answers as it does: the smoke test of the README."""
    with Server("--rules", str(judge)) as server:
        (person,) = server.look(SITTING).json["people"]
        assert person["label"] == "sitting"
    return {reason["code"] for reason in person["reasons"]}


def test_from_pictures_to_production_and_back(project):
    """One story, because each part needs what the one before left."""
    ran, told = project.repro()
    assert ran == ["split", "train", "evaluate", "gate", "release"]
    assert "passed: there is no champion yet" in told
    assert project.read("evaluation.json")["macro_f1"] > 0.9
    assert project.read("gate.json")["passed"] is True
    first = project.read("release/judge.json")
    assert first == project.read("judge.json")

    assert project.repro()[0] == []  # nothing has changed, nothing runs

    project.commit("A judge of 37 pictures")
    tracked = project.run("git", "ls-files").split()
    assert not [name for name in tracked if name.startswith("data/") or name == "report.html"]
    project.run("gto", "register", "judge", "--version", "v1.0.0")
    project.put_into("staging", "v1.0.0")
    assert "like_upright" in reasons(project.folder / "release" / "judge.json")
    project.put_into("prod", "v1.0.0")
    assert project.read("production/judge.json") == first

    ran, told = project.repro()  # now there is a champion
    assert ran == ["gate", "release"]
    assert "passed: macro-F1 +0.000 against the champion: not worse" in told
    project.commit("The gate has a champion")

    good, before = project.rows(), project.kept()
    left_out = next(row["person"] for row in train_rows(project) if row["label"] == "sitting")
    project.write(shuffled(project))
    ran, told = project.repro(code=255)
    assert ran == ["split", "train", "evaluate", "gate"]  # and no release
    assert "not passed: macro-F1 -" in told and "worse, and not by chance" in told
    assert "exited with 3" in told
    assert project.kept() == before
    assert project.read("gate.json")["only_champion_right"] > 0

    project.write([row for row in good if row["person"] != left_out])  # another good judge
    assert project.repro()[0][-1] == "release"
    second = project.read("release/judge.json")
    assert second["hunching"] != first["hunching"]
    project.commit("A judge of 36 pictures")
    project.run("gto", "register", "judge", "--version", "v1.1.0")
    project.put_into("prod", "v1.1.0")
    assert project.read("production/judge.json") == second

    project.put_into("prod", "v1.0.0", "--force")  # roll back: it was there before
    assert project.read("production/judge.json") == first
    assert project.run("gto", "show", "judge#prod", "--version").strip() == "v1.0.0"
    assert project.run("gto", "show", "judge", "--version").split() == ["v1.1.0", "v1.0.0"]

    shown = json.loads(project.run("dvc", "metrics", "show", "--json"))[""]["data"]
    assert shown["evaluation.json"]["data"]["macro_f1"] > 0.9
    drawn = project.run("dvc", "plots", "show", "--out", "drawn")
    page = (project.folder / "drawn" / "index.html").read_text(encoding="utf-8")
    assert "index.html" in drawn
    assert all(title in page for title in ("Answers", "Confidence of answers", "Coverage"))
