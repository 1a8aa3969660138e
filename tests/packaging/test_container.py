"""The image: what platforms start, without a network, read-only, as root and as nobody special."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.people import SAMPLES

IMAGE = os.environ.get("POSTURE_IMAGE", "")
pytestmark = pytest.mark.skipif(not IMAGE, reason="`.ci/run container` builds the image")
SEALED = ("--network=none", "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL")
PING = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/ping').status)"
ASK = """
import sys, urllib.request as u
body = open(sys.argv[1], 'rb').read()
request = u.Request('http://127.0.0.1:8080/invocations', body, {'Content-Type': 'image/jpeg'})
print(u.urlopen(request).read().decode())
"""
PICTURES = ("sitting_01.jpg", "standing_02.jpg", "hunching_sit_03.jpg", "distract_noperson.jpg")
READY_S = 240
"""How long SageMaker waits for the first ping. Source: its container contract."""


def podman(*words: str, expect: int = 0) -> str:
    done = subprocess.run(["podman", *words], capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stderr
    return done.stdout


@contextmanager
def serving(*options: str, image: str = IMAGE) -> Iterator[str]:
    """Start a sealed server; yield the name of its container as soon as it answers."""
    samples = ("--volume", f"{SAMPLES}:/samples:ro")
    began = time.monotonic()
    name = podman("run", "--detach", *SEALED, *samples, *options, image, "serve").strip()
    try:
        while subprocess.run(
            ["podman", "exec", name, "python3", "-c", PING], check=False, capture_output=True
        ).returncode:
            assert time.monotonic() - began < READY_S, podman("logs", name)
            time.sleep(0.1)
        print(f"{time.monotonic() - began:.1f} s from start to the first ping")
        yield name
    finally:
        podman("rm", "--force", "--time", "0", name)


def asked(name: str, picture: str) -> list[object]:
    return json.loads(podman("exec", name, "python3", "-c", ASK, f"/samples/{picture}"))["people"]


@pytest.mark.parametrize("user", ["0:0", "10001:10001"])
def test_it_answers_as_check_does_with_no_network_and_no_place_to_write(user):
    check = [sys.executable, "-m", "posture_cli", "check", "--json"]
    done = subprocess.run(
        [*check, *(SAMPLES / p for p in PICTURES)], capture_output=True, text=True
    )
    expected = [json.loads(line)["people"] for line in done.stdout.splitlines()]
    with serving("--user", user) as name:
        assert [asked(name, picture) for picture in PICTURES] == expected


def test_it_ends_when_it_is_asked_to():
    with serving() as name:
        began = time.monotonic()
        podman("stop", "--time", "30", name)
        assert time.monotonic() - began < 25
        assert podman("inspect", name, "--format", "{{.State.ExitCode}}").strip() == "130"


def test_it_has_neither_compiler_nor_pip():
    tools = "command -v gcc cc g++ make /opt/posture/bin/pip || echo none"
    sh = ("run", "--rm", "--network=none", "--entrypoint", "sh")
    assert podman(*sh, IMAGE, "-c", tools) == "none\n"


@pytest.fixture
def job(tmp_path):
    """The folders of a training job of SageMaker, with pictures to learn from."""
    for folder in ("input/config", "input/data/training", "model", "output"):
        (tmp_path / folder).mkdir(parents=True)
    pictures = sorted(SAMPLES.glob("*_0?.jpg"))
    for path in pictures:
        (tmp_path / "input/data/training" / path.name).write_bytes(path.read_bytes())
    rows = [f"{path.name},{path.name.split('_')[0]}" for path in pictures]
    labels = tmp_path / "input/data/training/labels.csv"
    labels.write_text("\n".join(["file,label", *rows]))
    return tmp_path


def test_what_it_trains_is_what_it_serves(job):
    volume = f"{job}:/opt/ml"
    podman("run", "--rm", "--network=none", "--volume", volume, IMAGE, "train")
    judge = ("--volume", f"{job}/model:/opt/ml/model:ro")
    with serving(*judge) as served:
        (person,) = asked(served, PICTURES[0])
    (by_check,) = json.loads(
        podman(
            "run",
            "--rm",
            *SEALED,
            *judge,
            "--volume",
            f"{SAMPLES}:/samples:ro",
            IMAGE,
            "check",
            "--json",
            "--rules",
            "/opt/ml/model/judge.json",
            f"/samples/{PICTURES[0]}",
        )
    )["people"]
    assert person == by_check


def test_a_project_bakes_its_judge_into_it(job):
    """`posture init` writes a Containerfile; what it makes answers by the judge of the project."""
    podman("run", "--rm", "--network=none", "--volume", f"{job}:/opt/ml", IMAGE, "train")
    subprocess.run([sys.executable, "-m", "posture_cli", "init", job / "mine"], check=True)
    release, baked = job / "mine/release", f"{IMAGE}-judge"
    shutil.copy(job / "model/judge.json", release)
    build = ("buildah", "build", "--quiet", "--isolation", "chroot", "--build-arg", f"BASE={IMAGE}")
    subprocess.run([*build, "--tag", baked, release], check=True)
    try:
        with serving(image=baked) as served:
            (person,) = asked(served, PICTURES[0])
    finally:
        podman("rmi", baked)
    assert "like_upright" in {reason["code"] for reason in person["reasons"]}


def test_a_job_that_fails_says_why(job):
    (job / "input/config/hyperparameters.json").write_text('{"colour": "blue"}')
    podman("run", "--rm", "--network=none", "--volume", f"{job}:/opt/ml", IMAGE, "train", expect=2)
    assert "--colour" in (job / "output/failure").read_text()
