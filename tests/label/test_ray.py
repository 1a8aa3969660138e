"""The same rows from a Ray cluster of two nodes, whatever becomes of its processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import nodes
from tests.people import SAMPLES

pytestmark = [
    pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed: the extra `ray`"),
    pytest.mark.skipif(sys.platform != "linux", reason="two nodes on one machine: Linux only"),
]
FEW = 60
Run = Callable[..., subprocess.CompletedProcess[str]]


def command(*arguments: str | Path) -> list[str]:
    line = [sys.executable, "-m", "posture_cli", "label", *map(str, arguments)]
    return [*line, "--estimator", "blazepose"]


def rows(path: Path) -> list[str]:
    return sorted(path.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[str, dict[str, str]]]:
    with nodes.cluster() as (address, env):
        yield address, env


@pytest.fixture(scope="module")
def on_ray(cluster: tuple[str, dict[str, str]]) -> tuple[str, ...]:
    return ("--engine", "ray", "--ray-address", cluster[0])


@pytest.fixture(scope="module")
def label(cluster: tuple[str, dict[str, str]], room: Path) -> Run:
    def run(*arguments: str | Path, **how) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command(*arguments),
            **{"env": cluster[1], "cwd": room, "capture_output": True, "text": True, **how},
            timeout=180,
            check=False,
        )
        assert "Traceback" not in done.stderr and "(raylet)" not in done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `all`: pictures, one that is none, a video and archives; and `pictures`."""
    room = tmp_path_factory.mktemp("room")
    samples = sorted(SAMPLES.glob("*.jpg"))
    (room / "all").mkdir()
    (room / "pictures").mkdir()
    for number in range(FEW):
        link = f"{number:03}.jpg"
        (room / "pictures" / link).symlink_to(samples[number % len(samples)].absolute())
    for sample in samples[:20]:
        shutil.copy(sample, room / "all")
    (room / "all" / "broken.jpg").write_text("no picture")
    shutil.copy(SAMPLES / "desk.mp4", room / "all")
    with zipfile.ZipFile(room / "all" / "some.zip", "w") as archive:
        for sample in samples[:3]:
            archive.write(sample, f"../{sample.name}")
    with tarfile.open(room / "all" / "some.tar", "w") as tar:
        for sample in samples[3:6]:
            tar.add(sample, sample.name)
    return room


@pytest.fixture(scope="module")
def pictures_here(label: Run, room: Path) -> list[str]:
    """The rows of `pictures`, by this process."""
    assert label("pictures", "-o", "here.jsonl").returncode == 0
    return rows(room / "here.jsonl")


def test_the_rows_of_everything_are_those_of_this_process(label, on_ray, room) -> None:
    here = label("all", "none.jpg", "-", "-o", "all_here.jsonl", input="pictures/000.jpg\n")
    there = label("all", "none.jpg", "-", "-o", "all.jsonl", *on_ray, input="pictures/000.jpg\n")
    assert (here.returncode, there.returncode) == (1, 1)  # of what cannot be read
    assert rows(room / "all.jsonl") == rows(room / "all_here.jsonl")
    assert len(rows(room / "all.jsonl")) > 30
    told = there.stderr.splitlines()
    assert "posture: all/broken.jpg: is not a picture of a known format" in told
    assert sorted(told[-1].removeprefix("2 could not be read: ").split(", ")) == [
        "1 not_found",
        "1 unreadable",
    ]


def test_a_process_killed_in_the_middle_costs_no_row(cluster, on_ray, room, pictures_here) -> None:
    out = room / "killed.jsonl"
    line = command("pictures", "-o", out, *on_ray)
    running = subprocess.Popen(
        line, env=cluster[1], cwd=room, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    journal = room / "killed.jsonl.partial"
    while running.poll() is None and (not journal.exists() or journal.stat().st_size < 9000):
        time.sleep(0.01)
    assert running.poll() is None
    os.kill(nodes.workers(cluster[1])[0], signal.SIGKILL)
    told = running.communicate(timeout=180)
    assert running.returncode == 0, told
    assert "raylet" not in "".join(told)
    assert rows(out) == pictures_here


def test_interrupted_on_the_cluster_it_goes_on_here(
    cluster, label, on_ray, room, pictures_here
) -> None:
    line = command("pictures", "-o", "begun.jsonl", *on_ray)
    running = subprocess.Popen(line, env=cluster[1], cwd=room, stderr=subprocess.PIPE, text=True)
    journal = room / "begun.jsonl.partial"
    while running.poll() is None and (not journal.exists() or journal.stat().st_size < 9000):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "the same command goes on where it stopped" in told and "Traceback" not in told
    assert "going on after" in label("pictures", "-o", "begun.jsonl").stderr
    assert rows(room / "begun.jsonl") == pictures_here


def test_interrupted_here_it_goes_on_on_the_cluster_also_within_archives(
    cluster, label, on_ray, room
) -> None:
    assert label("all", "-o", "whole.jsonl").returncode == 1  # of the broken one
    line = command("all", "-o", "begun_here.jsonl", "--workers", "1")
    running = subprocess.Popen(line, env=cluster[1], cwd=room, stderr=subprocess.DEVNULL)
    journal = room / "begun_here.jsonl.partial"
    while running.poll() is None and (
        not journal.exists() or b"member 1:" not in journal.read_bytes()
    ):
        time.sleep(0.005)
    running.kill()
    running.wait()
    assert "going on after" in label("all", "-o", "begun_here.jsonl", *on_ray).stderr
    assert rows(room / "begun_here.jsonl") == rows(room / "whole.jsonl")


def poisoned(
    cluster: tuple[str, dict[str, str]], room: Path, name: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.nodes", cluster[0], name, *arguments],
        env=cluster[1],
        cwd=room,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_a_picture_that_ends_its_process_becomes_an_error_and_no_other_does(cluster, room) -> None:
    keys = ["picture:pictures/020.jpg", "picture:pictures/023.jpg"]
    done = poisoned(cluster, room, "", "pictures", *keys)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len({line["key"] for line in found}) == FEW, done.stderr
    assert sorted(line["key"] for line in found if "error" in line) == keys
    assert {line["error"]["code"] for line in found if "error" in line} == {"crashed"}


def test_a_frame_and_a_member_that_end_their_process_cost_no_others(cluster, room) -> None:
    second = sorted(path.name for path in SAMPLES.glob("*.jpg"))[1]
    keys = ["frame 5:all/desk.mp4", f"member 1:all/some.zip!/../{second}"]
    done = poisoned(cluster, room, "", "all", *keys)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len({line["key"] for line in found}), done.stderr
    crashed = [line["key"] for line in found if line.get("error", {}).get("code") == "crashed"]
    assert sorted(crashed) == keys
    frames = [
        line["frame"] for line in found if line["key"].startswith("frame ") and "error" not in line
    ]
    assert sorted(frames) == [n for n in range(len(frames) + 1) if n != 5]


def test_what_nobody_expects_in_a_process_ends_neither_it_nor_the_run(cluster, room) -> None:
    key = "picture:pictures/020.jpg"
    done = poisoned(cluster, room, "", "pictures", f"raise {key}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(found)) == (0, FEW), done.stderr
    trouble = {line["key"]: line["trouble"]["message"] for line in found if "trouble" in line}
    assert trouble == {key: "pictures/020.jpg cannot be drawn or sorted: RuntimeError: no font"}


def test_a_node_with_another_estimator_is_refused(cluster, room) -> None:
    done = poisoned(cluster, room, "another", "pictures")
    assert done.returncode == 1
    assert done.stderr.startswith("ray: node ") and "and not another" in done.stderr
    assert "Traceback" not in done.stderr


def test_pictures_are_sorted_and_drawn_by_the_processes(label, on_ray, room) -> None:
    done = label(
        "pictures/00*.jpg", "-o", "kept.csv", "--sort", "sorted", "--annotate", "drawn", *on_ray
    )
    assert done.returncode == 0, done.stderr
    drawn = [path.name for path in (room / "drawn").rglob("*.jpg")]
    put = [path.name for path in (room / "sorted").rglob("*.jpg")]
    assert len(drawn) == len(put) == 10


def test_without_a_cluster_one_is_started_and_ended(label, room, pictures_here, tmp_path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    done = label(
        "pictures", "-o", "own.jsonl", "--engine", "ray", env={**env, "HOME": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and "60 pictures in 0:" in done.stderr
    assert rows(room / "own.jsonl") == pictures_here
    assert not (tmp_path / ".ray").exists()


def test_a_cluster_that_is_not_there_is_told_at_once(label) -> None:
    began_s = time.monotonic()
    address = f"127.0.0.1:{nodes.free()}"
    done = label("pictures", "-o", "no.jsonl", "--engine", "ray", "--ray-address", address)
    assert done.returncode == 1 and time.monotonic() - began_s < 20
    assert done.stderr.startswith(f"posture: the Ray cluster {address} cannot be used: ")
