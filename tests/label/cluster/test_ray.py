"""A Ray cluster of two nodes gives the same rows, even if its processes die.

As a program, this file labels on such a cluster, with keys that kill a process.
"""

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
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest

from posture_cli import Estimation, Posture, PostureError
from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.items import Item, files
from posture_cli.inputs.video.frames import Every
from posture_cli.label.cluster.pool import FRUITLESS, label_on_cluster
from posture_cli.label.cluster.worker import Recipe
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
    return ("--cluster", cluster[0])


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
    """A folder with `pictures`, and `all`: pictures, a broken one, a video and archives."""
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
        archive.writestr("raw.cr2", b"not read")
    with tarfile.open(room / "all" / "some.tar", "w") as tar:
        for sample in samples[3:6]:
            tar.add(sample, sample.name)
    return room


@pytest.fixture(scope="module")
def pictures_here(label: Run, room: Path) -> list[str]:
    """The rows of `pictures`, by this process."""
    assert label("pictures", "-o", "here.jsonl").returncode == 0
    return rows(room / "here.jsonl")


def test_a_cluster_gives_the_rows_of_this_process_for_every_input(label, on_ray, room) -> None:
    here = label("all", "none.jpg", "-", "-o", "all_here.jsonl", input="pictures/000.jpg\n")
    there = label("all", "none.jpg", "-", "-o", "all.jsonl", *on_ray, input="pictures/000.jpg\n")
    assert (here.returncode, there.returncode) == (1, 1)  # of what cannot be read
    assert rows(room / "all.jsonl") == rows(room / "all_here.jsonl")
    assert len(rows(room / "all.jsonl")) > 30
    left_out = "posture: 1 file is left out, not read: 1 .cr2 (all/some.zip!/raw.cr2)"
    assert left_out in here.stderr and left_out in there.stderr
    messages = [line for line in there.stderr.splitlines() if "left out" not in line][:-1]
    assert "posture: all/broken.jpg: is not a picture of a known format" in messages
    reasons = messages[-2].removeprefix("posture: 2 could not be read: ").split(", ")
    assert sorted(reasons) == ["1 not_found", "1 unreadable"]


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
    messages = running.communicate(timeout=180)
    assert running.returncode == 0, messages
    assert "raylet" not in "".join(messages)
    assert rows(out) == pictures_here


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_on_the_cluster_it_goes_on_here(
    cluster, label, on_ray, room, pictures_here, how
) -> None:
    out = f"begun-{int(how)}.jsonl"
    line = command("pictures", "-o", out, *on_ray)
    running = subprocess.Popen(line, env=cluster[1], cwd=room, stderr=subprocess.PIPE, text=True)
    journal = room / f"{out}.partial"
    while running.poll() is None and (not journal.exists() or journal.stat().st_size < 9000):
        time.sleep(0.01)
    running.send_signal(how)
    messages = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "the same command goes on where it stopped" in messages
    assert "Traceback" not in messages and "SIGTERM" not in messages
    assert "going on after" in label("pictures", "-o", out).stderr
    assert rows(room / out) == pictures_here


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


def test_an_unexpected_error_ends_neither_the_process_nor_the_run(cluster, room) -> None:
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


def test_local_starts_a_cluster_and_ends_it(label, room, pictures_here, tmp_path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    done = label(
        "pictures", "-o", "own.jsonl", "--cluster", "local", env={**env, "HOME": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and "60 pictures in 0:" in done.stderr
    assert rows(room / "own.jsonl") == pictures_here
    assert not (tmp_path / ".ray").exists()


def test_a_missing_cluster_is_an_error_at_once(label) -> None:
    began_s = time.monotonic()
    address = f"127.0.0.1:{nodes.free()}"
    done = label("pictures", "-o", "no.jsonl", "--cluster", address)
    assert done.returncode == 1 and time.monotonic() - began_s < 20
    assert done.stderr.startswith(f"posture: the Ray cluster {address} cannot be used: ")


def one_process(
    cluster: tuple[str, dict[str, str]], folder: Path, *keys: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Label what is in a folder by one process at a time, and return the keys of its lines."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.label.cluster.test_ray", cluster[0], *keys],
        env=cluster[1],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done, [json.loads(line)["key"] for line in done.stdout.splitlines()]


@pytest.fixture
def three(tmp_path: Path) -> list[str]:
    """The keys of three pictures, which come after all others in the folder `all`."""
    (tmp_path / "all").mkdir()
    for number in range(3):
        shutil.copy(SAMPLES / "sitting_01.jpg", tmp_path / "all" / f"z{number}.jpg")
    return [f"picture:all/z{number}.jpg" for number in range(3)]


@pytest.mark.parametrize("before", [[], ["problem:all/a.mp4"]])
def test_a_video_that_ends_every_process_costs_no_others_and_is_one_error(
    cluster, three, tmp_path, before
) -> None:
    shutil.copy(SAMPLES / "desk.mp4", tmp_path / "all" / "a.mp4")
    done, keys = one_process(cluster, tmp_path, "kill frame 0:all/a.mp4", *before)
    assert (done.returncode, [*before, *keys]) == (0, ["problem:all/a.mp4", *three]), done.stderr


def test_a_video_that_ends_every_process_may_be_the_last_one(cluster, tmp_path) -> None:
    (tmp_path / "all").mkdir()
    shutil.copy(SAMPLES / "desk.mp4", tmp_path / "all" / "a.mp4")
    done, keys = one_process(cluster, tmp_path, "kill frame 0:all/a.mp4")
    assert (done.returncode, keys) == (0, ["problem:all/a.mp4"]), done.stderr


def test_an_archive_that_disappears_with_its_process_is_an_error(cluster, three, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "all" / "a.zip", "w") as archive:
        for number in range(20):
            archive.write(SAMPLES / "sitting_01.jpg", f"{number}.jpg")
    done, keys = one_process(cluster, tmp_path, "lose member 18:all/a.zip!/18.jpg")
    members = [key for key in keys if key.startswith("member ")]
    assert members == [f"member {n}:all/a.zip!/{n}.jpg" for n in range(len(members))]
    assert 0 < len(members) < 19
    assert keys[len(members) :] == ["problem:all/a.zip", *three], done.stderr


def test_processes_that_end_before_they_look_at_a_picture_end_the_run(
    cluster, three, tmp_path
) -> None:
    done, keys = one_process(cluster, tmp_path, f"kill {three[0]}")
    assert (done.returncode, keys) == (1, [])
    assert done.stderr.startswith(f"ray: {FRUITLESS} processes of Ray ended in a row: ")
    assert "the same command goes on then" in done.stderr and "Traceback" not in done.stderr


def test_a_unit_that_cannot_be_begun_is_not_finished(cluster, three, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "all" / "a.zip", "w") as archive:
        archive.write(SAMPLES / "sitting_01.jpg", "0.jpg")
    done, keys = one_process(cluster, tmp_path, "torn")
    assert (done.returncode, keys) == (1, ["member 0:all/a.zip!/0.jpg"])
    assert "it is torn" in done.stderr


@dataclass(frozen=True)
class Deadly:
    """Keys that are done; one with `kill ` before it kills the process that asks for it.

    Attributes:
        keys: All of them.
        maker: The process that made this, which is never killed.
    """

    keys: tuple[str, ...]
    maker: int = field(default_factory=os.getpid)

    def __contains__(self, key: object) -> bool:
        if f"kill {key}" in self.keys and os.getpid() != self.maker:
            os.kill(os.getpid(), signal.SIGKILL)
        return key in self.keys


class Torn:
    """Cannot be unpickled by another process."""

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return _unpack, (os.getpid(),)


def _unpack(maker: int) -> None:
    if os.getpid() != maker:
        raise RuntimeError("it is torn")


def lose(keys: tuple[str, ...], item: Item, observation: Observation, frame: Frame) -> None:
    """At a picture with `lose ` before its key, delete the archive and kill this process."""
    if f"lose {item.key}" in keys:
        Path(item.name.partition("!/")[0]).unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def main(address: str, *keys: str) -> None:
    """Label the folder `all` by one process of a cluster; write the journal's lines on stdout."""
    with Posture(Estimation("blazepose")) as posture:
        recipe = Recipe(
            estimation=Estimation("blazepose"),
            name=posture.estimator,
            judging=posture.judging,
            every=Every(),
            save=partial(lose, keys),
            folder=Path.cwd(),
        )
    torn = [Item("picture:torn", "torn", 0, Torn())] if "torn" in keys else []
    found = chain(files(["all"]), torn)
    try:
        for line in label_on_cluster(found, recipe, Deadly(keys), address=address, workers=1):
            sys.stdout.buffer.write(line.data)
    except PostureError as error:
        sys.exit(f"{error.code}: {error.message} ({error.hint})")


if __name__ == "__main__":
    from tests.label.cluster import test_ray  # the nodes import it by this name

    test_ray.main(*sys.argv[1:])
