"""`posture init`: a whole project in a git repository, where nothing was before."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from posture_cli.cli import posture as command_line
from posture_cli.cli.init_run import FILES, SAGEMAKER, TEMPLATES
from tests.powerless import needs_permissions, powerless

POSTURE = (sys.executable, "-m", "posture_cli")
DVC = TEMPLATES.joinpath("dvc.yaml").read_text(encoding="utf-8")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def init(
    folder: Path | str, cwd: Path, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, "init", str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    assert "Traceback" not in done.stderr
    return done


def files(folder: Path) -> set[str]:
    every = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in every if path.parts[0] != ".git"}


@needs_git
def test_a_new_project_has_every_file_and_is_a_repository_of_its_own(tmp_path):
    done = init("mine", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "copy your pictures into mine/data, and write a line for each" in done.stdout
    assert files(tmp_path / "mine") == set(FILES)
    assert (tmp_path / "mine" / ".git").is_dir()
    assert "no_scm" not in (tmp_path / "mine" / ".dvc" / "config").read_text()
    ignored = ["git", "-C", str(tmp_path / "mine"), "check-ignore", "--quiet", "data/anna.jpg"]
    assert subprocess.run(ignored, check=False).returncode == 0


def test_every_template_has_a_place():
    assert {path.name for path in TEMPLATES.iterdir()} == {*FILES.values(), *SAGEMAKER.values()}


def test_a_pipeline_of_sagemaker_is_added_if_it_is_asked_for(tmp_path):
    assert init("mine", tmp_path).returncode == 0
    assert init("theirs", tmp_path, "--sagemaker").returncode == 0
    assert files(tmp_path / "theirs") - files(tmp_path / "mine") == {"pipeline.py"}
    compile((tmp_path / "theirs" / "pipeline.py").read_text("utf-8"), "pipeline.py", "exec")


@needs_git
@pytest.mark.parametrize("name", ["inside", "."])
def test_in_a_repository_it_uses_that_one(tmp_path, name):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert init(name, tmp_path).returncode == 0
    assert files(tmp_path / name) == set(FILES)
    assert not (tmp_path / "inside" / ".git").exists()


def test_what_is_there_already_is_refused_and_stays(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    done = init("mine", tmp_path)
    assert done.returncode == 1
    assert "mine already holds 'diary.txt'" in done.stderr
    assert "name a new folder, such as mine/pipeline" in done.stderr
    assert files(tmp_path) == {"mine/diary.txt"}


def test_a_file_is_refused(tmp_path):
    (tmp_path / "mine").write_text("dear diary")
    done = init("mine", tmp_path)
    assert done.returncode == 1
    assert "mine cannot be written" in done.stderr
    assert (tmp_path / "mine").read_text() == "dear diary"


def test_without_git_it_says_what_does_not_work_and_dvc_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    done = init("mine", tmp_path, PATH=str(tmp_path / "empty"))
    assert done.returncode == 0
    assert "git is not installed" in done.stderr
    assert (tmp_path / "mine" / ".dvc" / "config").read_text().endswith("no_scm = true\n")
    assert not (tmp_path / "mine" / ".git").exists()


@needs_permissions
def test_a_place_that_is_read_only_is_named_and_nothing_is_left(tmp_path, monkeypatch, capsys):
    from posture_cli.cli.init_run import run
    from posture_cli.errors import OutputError

    monkeypatch.chdir(tmp_path)
    (tmp_path / "shelf").mkdir(mode=0o555)
    with powerless(), pytest.raises(OutputError, match="shelf/mine cannot be written"):
        run(Path("shelf/mine"))
    assert list((tmp_path / "shelf").iterdir()) == []


def stages() -> list[list[str]]:
    """Return the words behind `posture` in each command of the pipeline, with numbers filled in."""
    joined = DVC.replace(">-\n", " ").replace("\n      ", " ")
    lines = [line.split("cmd:")[1].split() for line in joined.splitlines() if "cmd:" in line]
    filled = {"${data}": "data", "${split.test}": "0.3", "${split.seed}": "1"}
    ours = [words for words in lines if words[0] == "posture"]
    return [
        [filled.get(w, w.replace("${gate.min_f1}", "0.6")) for w in words[1:]] for words in ours
    ]


@pytest.mark.parametrize("words", stages(), ids=lambda words: words[0])
def test_each_stage_is_a_command_that_can_be_parsed(words, monkeypatch):
    monkeypatch.setattr(command_line.commands[words[0]], "callback", lambda **_: None)
    try:
        command_line.main(words, prog_name="posture", standalone_mode=False)
    except click.UsageError as error:
        pytest.fail(f"posture {shlex.join(words)}: {error.format_message()}")


def test_there_are_four_such_stages():
    assert [words[0] for words in stages()] == ["split", "train", "evaluate", "gate"]
