"""Photos and films of phones: `posture` compared with MediaPipe 0.10.21 and OpenCV, in turns.

    python benchmarks/bench_phone.py [--before COMMIT|FOLDER ...] [--rounds N] [--photos N]

- photos: `posture label` (items, engine, journal, CSV), and MediaPipe in two processes.
- a film: every frame, people being followed, as `posture watch` does; one process each.
- two films: the same with two films at once, in two processes each.
- two films, a look a second: `posture label` with its default rate, and MediaPipe in two processes,
  which grabs the frames between.

MediaPipe gets its pictures from `cv2.imread` or `cv2.VideoCapture`, and `cv2.cvtColor`. Photos and
films are made once, in `build/`, by `enlarged.py`. Ultralytics' letterboxing is not compared: its
licence is the AGPL. It measures this working tree, and others with `--before`. Linux or macOS.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench_label import WORKER, linked
from report import about, machine, now, paired, spread
from rival import mediapipe_python
from turns import ROOT, Sample, Worker, take_turns

HERE = Path(__file__).resolve().parent
MADE = ROOT / "build" / "bench-phone"
MODELS = Path("posture_cli/estimators/models/blazepose")
POSTURE, MEDIAPIPE = "posture", "MediaPipe"
PHOTOS = {0.3: 96, 2: 48, 12: 24, 48: 12}
"""Megapixels -> how many photos a turn has."""
FILMS = ("480p", "1080p", "4K")
FRAMES = 48
"""Of a film: two seconds."""


class Case(NamedTuple):
    """What is gone through in a turn.

    Attributes:
        what: Its name.
        ways: Ours and MediaPipe's, of `worker_label.py`.
        unit: What is counted.
        files: Files to go through; they are used again and again until there are `number`.
        number: How many.
        count: How many units that makes.
        aims: By column, how many times as long it should take at least.
    """

    what: str
    ways: tuple[str, str]
    unit: str
    files: list[Path]
    number: int
    count: int
    aims: Mapping[str, float]


def cases(sizes: Iterable[float], films: Iterable[str], photos: int, frames: int) -> list[Case]:
    """Return what is measured; what is missing of photos and films is made.

    Call it in a process of its own: the peak of a worker is never below the memory of the one that
    starts it.
    """
    import enlarged

    found = []
    for size in sizes:
        number = min(photos, PHOTOS[size])
        files = enlarged.photos(MADE / f"{size:g}", size, number)
        aims = {0.3: {MEDIAPIPE: 1.6}, 12: {MEDIAPIPE: 3.0, "before": 3.0}}.get(size, {})
        what = f"{size:g} megapixels"
        found.append(Case(what, ("label", "mediapipe"), "photo", files, number, number, aims))
    for size in films:
        file = [enlarged.film(MADE / f"{size}_{frames}.mp4", size, frames)]
        aims = {MEDIAPIPE: 2.0} if size == "4K" else {}
        followed = ("follow", "mediapipe-follow")
        looked = ("label", "mediapipe-label")
        found += [
            Case(f"a film in {size}", followed, "frame", file, 1, frames, aims),
            Case(f"two films in {size}", followed, "frame", file, 2, 2 * frames, aims),
            Case(f"two films in {size}, a look a second", looked, "frame", file, 2, 2 * frames, {}),
        ]
    return found


def measured(
    case: Case, trees: Mapping[str, Path], python: str | None, rounds: int, scratch: Path
) -> dict[str, list[Sample]]:
    """Return the samples of a case by column: ours, MediaPipe, and earlier code."""
    names = linked(case.files, scratch / "names", case.number)
    ours, theirs = case.ways
    with ExitStack() as open_workers:
        workers = {}
        for column, tree in trees.items():
            command = [sys.executable, str(WORKER), ours, str(names), f"{scratch}/out.csv"]
            workers[column] = open_workers.enter_context(closing(Worker(command, tree)))
        if python:
            command = [python, str(WORKER), theirs, str(names), ""]
            workers[MEDIAPIPE] = open_workers.enter_context(closing(Worker(command)))
        for worker in workers.values():
            worker.answer()
        turns = {column: partial(worker.round, "go") for column, worker in workers.items()}
        return take_turns(turns, rounds, warm=False)


def summed_up(case: Case, samples: Mapping[str, list[Sample]]) -> dict[str, Any]:
    """Return a case with the numbers of its columns: median, least and most of its rounds."""
    columns = {}
    for column, rounds in samples.items():
        columns[column] = {
            "a_second": spread(case.count / one["wall_s"] for one in rounds),
            "cpu_ms": spread(1e3 * one["cpu_s"] / case.count for one in rounds),
            "peak_mb": max(one["peak_mb"] for one in rounds),
        }
        if column != POSTURE:
            columns[column]["times"] = spread(paired(samples[POSTURE], rounds, "wall_s"))
            columns[column]["times_cpu"] = spread(paired(samples[POSTURE], rounds, "cpu_s"))
    sizes = [file.stat().st_size for file in case.files]
    of_case = {"what": case.what, "unit": case.unit, "count": case.count}
    of_files = {"mb_a_file": round(sum(sizes) / len(sizes) / 1e6, 2)}
    aims = [_judged(case, column, aim, columns) for column, aim in case.aims.items()]
    return {
        **of_case,
        **of_files,
        "load": os.getloadavg()[0],
        "columns": columns,
        "aims": [one for one in aims if one],
        "samples": samples,
    }


def _judged(
    case: Case, column: str, aim: float, columns: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return whether an aim was reached; `before` is the first of the earlier versions."""
    earlier = [name for name in columns if name not in (POSTURE, MEDIAPIPE)]
    name = next(iter(earlier), "") if column == "before" else column
    if name not in columns:
        return None
    times = columns[name]["times"][0]
    what = f"{case.what}: at least {aim:g} times {name}"
    return {"aim": what, "measured": times, "met": times >= aim}


def text(found: Mapping[str, Any]) -> str:
    """Return the results as Markdown: a line per case.

    A cell has photos or frames a second, processor time of each, and peak memory.
    """
    columns = list(dict.fromkeys(name for case in found["cases"] for name in case["columns"]))
    others = [name for name in columns if name != POSTURE]
    head = ["", *columns, *(f"times {name} (processor)" for name in others)]
    lines = [about(found), "", _line(head), "|---|" + "---:|" * (len(head) - 1)]
    for case in found["cases"]:
        of_case = case["columns"]
        cells = [_cost(of_case[name]) if name in of_case else "" for name in columns]
        cells += [_times(of_case[name]) if name in of_case else "" for name in others]
        lines.append(_line([case["what"], *cells]))
    verdicts = [one for case in found["cases"] for one in case["aims"]]
    marks = [
        f"- {a['aim']}: {a['measured']:.2f}, {'met' if a['met'] else 'NOT met'}" for a in verdicts
    ]
    return "\n".join([*lines, "", *marks])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cost(column: Mapping[str, Any]) -> str:
    a_second, cpu_ms = column["a_second"][0], column["cpu_ms"][0]
    return f"{a_second:.3g}/s, {cpu_ms:.3g} ms, {column['peak_mb']:.0f} MB"


def _times(column: Mapping[str, Any]) -> str:
    middle, least, most = column["times"]
    return f"{middle:.2f}, {least:.2f} to {most:.2f} ({column['times_cpu'][0]:.2f})"


def exported(name: str, folder: Path) -> Path:
    """Return a checkout: the folder of this name, or that commit, unpacked, with our networks."""
    if Path(name).is_dir():
        return Path(name).resolve()
    folder.mkdir()
    archive = ["git", "-C", str(ROOT), "archive", name, "posture_cli"]
    packed = subprocess.run(archive, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    shutil.copytree(ROOT / MODELS, folder / MODELS, dirs_exist_ok=True)
    return folder


def main() -> None:
    arguments = _arguments()
    if arguments.show:
        print(text(json.loads(arguments.output.read_text(encoding="utf-8"))))
        return
    python = arguments.mediapipe_python or mediapipe_python(ROOT / "build" / "bench-mediapipe")
    wanted = (arguments.megapixels, arguments.films, arguments.photos, arguments.frames)
    with multiprocessing.Pool(1) as elsewhere:
        asked = elsewhere.apply(cases, wanted)
    options = {"rounds": arguments.rounds, "photos": arguments.photos, "frames": arguments.frames}
    found: dict[str, Any] = {"date": now(), "machine": machine(), **options, "cases": []}
    with tempfile.TemporaryDirectory() as scratch:
        trees = {POSTURE: ROOT}
        for number, name in enumerate(arguments.before):
            trees[Path(name).name] = exported(name, Path(scratch) / f"before{number}")
        for case in asked:
            with tempfile.TemporaryDirectory(dir=scratch) as place:
                samples = measured(case, trees, python, arguments.rounds, Path(place))
            found["cases"].append(summed_up(case, samples))
            print(case.what, file=sys.stderr, flush=True)
    found["load"] = median(case["load"] for case in found["cases"])
    print(text(found))
    arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mediapipe-python", help="interpreter that has mediapipe 0.10.21")
    parser.add_argument(
        "--before", nargs="+", default=[], metavar="COMMIT", help="earlier code: commits or folders"
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns each (default: 5)")
    parser.add_argument(
        "--photos", type=int, default=96, help="photos a turn, at most; fewer of large ones"
    )
    parser.add_argument("--frames", type=int, default=FRAMES, help="frames of a film")
    parser.add_argument("--megapixels", type=float, nargs="*", default=list(PHOTOS))
    parser.add_argument("--films", nargs="*", default=list(FILMS), choices=FILMS)
    parser.add_argument(
        "--show", action="store_true", help="print the kept results, measure nothing"
    )
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "bench_phone.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
