"""A process of its own that records until it is ended, or on a disk that fills up.

python -m tests.history.recording forever FILE     prints the seconds that it has seen
python -m tests.history.recording limited FILE     may write files of few bytes for a while
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.history.watched import Desk, seconds

SMALL_BYTES = 256 << 10


def forever(path: Path) -> None:
    desk = Desk(path)
    print(json.dumps("open"), flush=True)
    while True:
        desk.sees("sitting", 30)
        desk.sees("hunching", 30)
        desk.is_told("hunching")
        print(json.dumps(desk.now_s), flush=True)


def limited(path: Path) -> None:
    import resource

    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_BYTES, most))

    def room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    print(json.dumps(through_a_full_disk(path, full, room)))


def through_a_full_disk(
    path: Path, full: Callable[[], None], room: Callable[[], None]
) -> tuple[list[str], list[float]]:
    """Record before, while and after the disk is full, and return what was told, and the times."""
    desk = Desk(path)
    for _ in range(20):
        desk.sees("sitting", 60)
        desk.sees("standing", 60)
    full()
    for _ in range(100):
        desk.sees("sitting", 60)
        desk.sees("standing", 60)
        desk.is_told("sitting")
    during_s = sum(seconds(path).values())
    room()
    desk.sees("sitting", 60)
    desk.leaves()
    return desk.told, [during_s, desk.now_s, sum(seconds(path).values())]


if __name__ == "__main__":
    {"forever": forever, "limited": limited}[sys.argv[1]](Path(sys.argv[2]))
