"""A training job of SageMaker finds its orders in files, and leaves a judge or the reason."""

from __future__ import annotations

import json
import sys
from typing import cast

import pytest

from posture_cli import cli
from posture_cli.cli import train_sagemaker
from posture_cli.cli.console.signals import Ending
from posture_cli.errors import ConfigError
from posture_cli.judging import rulesets
from tests.cli.places import Undisturbed
from tests.people import SAMPLES


@pytest.fixture
def job(tmp_path, monkeypatch):
    """The folders of a job, and a call of what its container starts."""
    monkeypatch.setattr(train_sagemaker, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["posture", "train"])
    for folder in ("input/config", "input/data/training", "model"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def hyperparameters(job, **values):
    (job / "input/config/hyperparameters.json").write_text(json.dumps(values))


def code() -> int:
    """Run the job as `main` does, which would ignore signals from then on; return its exit code."""
    with train_sagemaker.failure(sys.argv[1:]) as codes:
        codes.append(cli._run(cast(Ending, Undisturbed())))
    return codes[0]


def test_other_commands_and_other_machines_are_left_alone(job):
    assert train_sagemaker.words(["train", "labels.csv"]) == ["train", "labels.csv"]
    assert train_sagemaker.words(["serve"]) == ["serve"]
    (job / "input/config").rmdir()
    assert train_sagemaker.words(["train"]) == ["train"]


def test_hyperparameters_are_the_options_of_train(job):
    hyperparameters(
        job, group='"person"', every="5", verbose="true", force="false", sagemaker_job_name='"x"'
    )
    folder, model = str(job / "input/data/training"), str(job / "model/judge.json")
    options = ["--group", "person", "--every", "5", "--verbose"]
    assert train_sagemaker.words(["train"]) == ["train", folder, "--output", model, *options]


@pytest.mark.parametrize("name", ["labels.csv", "lists/train.csv"])
def test_a_csv_says_more_than_its_folder_and_the_channel_may_be_called_train(job, name):
    (job / "input/data/train/lists").mkdir(parents=True)
    (job / "input/data/train" / name).touch()
    assert train_sagemaker.words(["train"])[1] == str(job / "input/data/train" / name)


def test_a_job_without_a_channel_to_learn_from_says_what_it_has(job):
    (job / "input/data/training").rename(job / "input/data/pictures")
    with pytest.raises(ConfigError, match="no channel") as error:
        train_sagemaker.words(["train"])
    assert error.value.hint == "name the channel train; the job has: pictures"


@pytest.mark.parametrize("content", ["[]", "{", "7", ""])
def test_damaged_hyperparameters_are_told(job, content):
    (job / "input/config/hyperparameters.json").write_text(content)
    with pytest.raises(ConfigError, match="hyperparameters"):
        train_sagemaker.words(["train"])


@pytest.mark.slow
def test_a_job_leaves_a_judge_and_no_failure(job):
    pictures = sorted(SAMPLES.glob("*_0?.jpg"))
    for path in pictures:
        (job / "input/data/training" / path.name).symlink_to(path)
    rows = [f"{path.name},{path.name.split('_')[0]}" for path in pictures]
    (job / "input/data/training/labels.csv").write_text("\n".join(["file,label", *rows]))
    assert code() == 0
    assert "blazepose-full" in rulesets.read(job / "model/judge.json").estimators
    assert not (job / "output").exists()


def test_a_job_that_fails_leaves_the_reason_where_it_is_looked_for(job, capsys):
    hyperparameters(job, colour="blue")
    assert code() == 2
    failure = (job / "output/failure").read_text()
    assert "No such option '--colour'" in failure
    assert "No such option '--colour'" in capsys.readouterr().err


def test_a_failure_is_as_long_as_it_is_shown(job):
    with train_sagemaker.failure(["train"]) as codes:
        sys.stderr.write("x" * 2000 + "the end")
        codes.append(1)
    failure = (job / "output/failure").read_text()
    assert (len(failure), failure[-7:]) == (1024, "the end")
