"""What `posture label` takes for folders of large pictures: memory at its peak, and time.

    python benchmarks/decode_memory.py [--trees CHECKOUT...] [--pictures N] [--json FILE]

The pictures are the samples, enlarged and with the noise of a sensor, so that the files are as
large as photos. With several checkouts, each is measured, in turns.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from PIL import Image
from turns import MAXRSS_PER_MB

ROOT = Path(__file__).resolve().parents[1]
SIZES = (12, 48)
Save = Callable[[Image.Image, Path], None]
KINDS: dict[str, Save] = {
    "jpeg": lambda image, path: image.save(path.with_suffix(".jpg"), quality=90),
    "progressive": lambda image, path: image.save(
        path.with_suffix(".jpg"), quality=90, progressive=True
    ),
    "cmyk": lambda image, path: image.convert("CMYK").save(path.with_suffix(".jpg"), quality=90),
    "png": lambda image, path: image.save(path.with_suffix(".png"), compress_level=1),
}


def made(folder: Path, megapixels: int, pictures: int) -> None:
    """Write one folder per kind, and one with all of them."""
    from enlarged import photo  # large: not in the process that starts others

    folders = {kind: folder / f"{kind}{megapixels}" for kind in (*KINDS, "mixed")}
    for one in folders.values():
        one.mkdir(parents=True)
    for number, path in enumerate(sorted((ROOT / "samples").glob("*.jpg"))[:pictures]):
        image = photo(path, megapixels)
        for kind, save in KINDS.items():
            save(image, folders[kind] / str(number))
            file = next(folders[kind].glob(f"{number}.*"))
            (folders["mixed"] / f"{number}_{kind}{file.suffix}").hardlink_to(file)


def labelled(tree: Path, folder: Path) -> dict[str, float]:
    """Run `posture label` of a checkout over a folder, and return what it took."""
    command = [sys.executable, "-m", "posture_cli", "label", str(folder)]
    command += ["-o", f"{folder}.jsonl"]
    own = {**os.environ, "PYTHONPATH": str(tree)}
    begun_s = perf_counter()
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(command, cwd=tree, env=own, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = perf_counter() - begun_s
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command} ended with {child.returncode}")
    Path(f"{folder}.jsonl").unlink()
    cpu_s = usage.ru_utime + usage.ru_stime
    took = {"peak_mb": usage.ru_maxrss / MAXRSS_PER_MB, "wall_s": wall_s, "cpu_s": cpu_s}
    return {name: round(value, 1) for name, value in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=Path, nargs="+", default=[ROOT])
    parser.add_argument("--pictures", type=int, default=6)
    parser.add_argument("--megapixels", type=int, nargs="+", default=list(SIZES), choices=SIZES)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as place:
        for megapixels in arguments.megapixels:
            # In another process: the peak of a child is never below the memory of its parent.
            make = multiprocessing.Process(
                target=made, args=(Path(place), megapixels, arguments.pictures)
            )
            make.start()
            make.join()
            for folder in sorted(Path(place).glob(f"*{megapixels}")):
                took = {tree.name: labelled(tree, folder) for tree in arguments.trees}
                result[folder.name] = took
                print(folder.name, took, flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
