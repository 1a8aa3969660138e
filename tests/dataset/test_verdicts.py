"""Verdicts on many pictures, by one process or by several."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from posture_cli.core.judge.learned_form import to_json
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.score.evaluation import NOBODY
from posture_cli.dataset import verdicts as room
from posture_cli.dataset.estimate import Estimated
from posture_cli.dataset.labelled import Labelled, Source
from posture_cli.dataset.verdicts import verdicts
from posture_cli.judging import Judging, load_judging
from tests.core.judge.test_learned import MODEL
from tests.people import HUNCHING, SITTING, SIZE, STANDING, someone

ENDS_S = 20.0
KILLED = """
import os, time
from tests.dataset.test_verdicts import pictures
from posture_cli.dataset import verdicts as room
from posture_cli.judging import Judging, load_judging
if __name__ == "__main__":
    room.available_cores, room.MANY, room.CHUNK = lambda: 2, 1, 1
    found = room.verdicts(load_judging(Judging("rules")), pictures() * 1_000)
    next(found)
    children = open(f"/proc/self/task/{os.getpid()}/children").read()
    print(children, flush=True)
    time.sleep(60)
"""


def pictures() -> list[Estimated]:
    """Return somebody in each posture, seen from both sides, and an empty picture."""
    found = []
    for number, pose in enumerate([SITTING, STANDING, HUNCHING, None, SITTING, STANDING]):
        name = f"{number}.jpg"
        labelled = Labelled(name, "sitting", {}, name, name, Source(name, ()))
        facing = "left" if number > 3 else "right"
        people = (someone(pose, facing=facing),) if pose else ()
        found.append(Estimated(labelled, SIZE, people, "blazepose-full"))
    return found


@pytest.mark.parametrize(
    "rules", ["default", "rules", "strict", "literature", "deeplens", "mine.json"]
)
def test_several_processes_say_the_same_in_the_same_order(rules, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.json").write_text(json.dumps(to_json(MODEL)))
    judging, found = load_judging(Judging(rules)), pictures()
    alone: list[Verdict] = list(verdicts(judging, found))
    monkeypatch.setattr(room, "available_cores", lambda: 2)
    monkeypatch.setattr(room, "MANY", len(found))
    monkeypatch.setattr(room, "CHUNK", 2)
    assert list(verdicts(judging, found)) == alone
    assert alone[3] == NOBODY != alone[0]


def test_one_process_does_it_where_processes_share_no_memory(monkeypatch):
    def refused(*args: object, **options: object) -> None:
        raise OSError("[Errno 38] Function not implemented")

    monkeypatch.setattr(room, "available_cores", lambda: 2)
    monkeypatch.setattr(room, "MANY", 1)
    monkeypatch.setattr(room, "ProcessPoolExecutor", refused)
    found = pictures()
    assert len(list(verdicts(load_judging(Judging("rules")), found))) == len(found)


@pytest.mark.skipif(sys.platform != "linux", reason="lists processes in /proc")
def test_no_process_stays_when_the_first_one_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        children = [int(number) for number in running.stdout.readline().split()]
        running.kill()
    assert children
    end_s = time.monotonic() + ENDS_S
    while any(map(_runs, children)):
        assert time.monotonic() < end_s, "a process is still there"
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ProcessLookupError):
        return False
