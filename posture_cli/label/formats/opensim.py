"""TRC and MOT of the people in films, as Sports2D writes them and OpenSim reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from posture_cli.core.body.keypoints import Joint
from posture_cli.label.formats.naming import Line, film_stem, form, left_out
from posture_cli.label.held import unwritable
from posture_cli.sinks.rows import ANGLES
from posture_cli.storage.whole import check_folder, whole_folder

ENDINGS = (".trc", ".mot")
SUBJECT = "subject"
"""Who people without a track are: the first of each frame."""
NOT_KNOWN = "nan"
Cells = tuple[str, str]
"""The row of a person in the TRC and in the MOT file, without frame and time."""
Times = Mapping[int, float]
"""The seconds of each frame of a film."""


class Held:
    """Rows of people on the disk, since files begin with how many there are.

    Attributes:
        films: Where rows are, by film and person; those of the person "" are all frames.
    """

    def __init__(self, folder: str) -> None:
        self.films: dict[str, dict[str, Path]] = {}
        self._names = (Path(folder) / str(number) for number in count())

    def add(self, film: str, who: str, *row: Any) -> None:
        """Add a row of a person."""
        people = self.films.setdefault(film, {})
        if who not in people:
            people[who] = next(self._names)
        with people[who].open("a", encoding="utf-8") as rows:
            rows.write(json.dumps(row) + "\n")


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write a folder: for each person of a film `FILM_px_personNN.trc`, `FILM_angles_personNN.mot`.

    NN is the track. Of people without one only the first of each frame is written, as `subject`.
    A TRC file has pixels from the top left corner, as Sports2D's before it turns them into metres;
    a MOT file has degrees. Rows go from the first to the last frame of a person without a gap;
    where the person or a joint was not found, they have `nan`. One person at a time is in memory.

    Args:
        lines: Of the journal.
        path: The folder; one of an earlier run is replaced.
    Returns:
        Remarks for the user: pictures that are no frames of a film are left out.
    Raises:
        OutputError: If it cannot be written, or holds other things.
    """
    unread = still = 0
    with (
        whole_folder(path, ENDINGS, unwritable) as folder,
        TemporaryDirectory(dir=folder) as rest,
    ):
        held = Held(rest)
        for line in map(form, lines):
            unread += "error" in line
            still += "error" not in line and line["time_s"] is None
            if line.get("time_s") is not None:
                _hold(held, line)
        _write_films(held.films, folder)
    which = "picture is no frame" if still == 1 else "pictures are no frames"
    told = (f"{still} {which} of a video and left out",) if still else ()
    return (*told, *left_out(unread, path))


def check(path: Path) -> None:
    """Check, before the work, that the folder may be replaced.

    Raises:
        OutputError: If it is a file, or holds other things.
    """
    check_folder(path, ENDINGS, unwritable)


def _hold(held: Held, line: Line) -> None:
    film, frame = str(line["source"]), line["frame"]
    held.add(film, "", frame, line["time_s"])
    for place, person in enumerate(line["people"]):
        if (track := person["track_id"]) is not None:
            held.add(film, f"person{track:02d}", frame, *_cells(person))
        elif place == 0:
            held.add(film, SUBJECT, frame, *_cells(person))


def _cells(person: Mapping[str, Any]) -> Cells:
    joints = (_joint(point) for point in person["keypoints"])  # in the order of COCO
    angles = (person["angles_deg"].get(name.removesuffix("_deg")) for name in ANGLES)
    return "\t".join(joints), "\t".join(NOT_KNOWN if a is None else str(a) for a in angles)


def _joint(point: Mapping[str, float]) -> str:
    """Return x, y and z; z is 0, as Sports2D has it."""
    if point["score"] <= 0:
        return "\t".join([NOT_KNOWN] * 3)
    return f"{point['x']}\t{point['y']}\t0.0"


def _write_films(films: Mapping[str, dict[str, Path]], folder: Path) -> None:
    stems: set[str] = set()
    for film, people in films.items():
        stems.add(stem := film_stem(film, stems))
        times: Times = dict(_rows(people.pop("")))
        for who, file in people.items():
            rows = {frame: (trc, mot) for frame, trc, mot in _rows(file)}
            _write_person(rows, times, folder, stem, who)


def _rows(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as rows:
        yield from map(json.loads, rows)


def _write_person(
    rows: Mapping[int, Cells], times: Times, folder: Path, stem: str, who: str
) -> None:
    frames = [frame for frame in sorted(times) if min(rows) <= frame <= max(rows)]
    absent = _absent()
    cells = [(frame, times[frame], *rows.get(frame, absent)) for frame in frames]
    trc, mot = (folder / f"{stem}_{what}_{who}" for what in ("px", "angles"))
    with trc.with_name(f"{trc.name}.trc").open("w", encoding="utf-8", newline="\n") as file:
        file.write(_trc_head(f"{trc.name}.trc", len(cells), _rate(times)))
        file.writelines(f"{frame}\t{time_s}\t{row}\n" for frame, time_s, row, _ in cells)
    with mot.with_name(f"{mot.name}.mot").open("w", encoding="utf-8", newline="\n") as file:
        file.write(_mot_head(len(cells)))
        file.writelines(f"{time_s}\t{row}\n" for _, time_s, _, row in cells)


def _absent() -> Cells:
    return "\t".join([NOT_KNOWN] * 3 * len(Joint)), "\t".join([NOT_KNOWN] * len(ANGLES))


def _rate(times: Times) -> float:
    """Return the frames per second of what was labelled; 1 for a film of one frame."""
    span_s = max(times.values()) - min(times.values())
    return round((len(times) - 1) / span_s, 3) if span_s > 0 else 1.0


def _marker(joint: Joint) -> str:
    """Return a joint as OpenSim's markers of Pose2Sim are called: LShoulder, Nose."""
    side, _, name = joint.label.rpartition("_")
    return side[:1].upper() + name.capitalize()


def _trc_head(name: str, rows: int, rate: float) -> str:
    """Return the five lines. Source: make_trc_with_trc_data in Sports2D 0.8.34, process.py."""
    markers = [_marker(joint) for joint in Joint]
    axes = [f"{axis}{number}" for number in range(1, len(markers) + 1) for axis in "XYZ"]
    words = "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame"
    lines = (
        ("PathFileType", "4", "(X/Y/Z)", name),
        (*words.split(), "OrigNumFrames"),
        tuple(map(str, (rate, rate, rows, len(markers), "px", rate, 0, rows))),
        ("Frame#", "Time", "\t\t\t".join(markers), "", "", ""),
        ("", "", *axes),
    )
    return "".join("\t".join(line) + "\n" for line in lines)


def _mot_head(rows: int) -> str:
    """Return what precedes the angles. Source: make_mot_with_angles, in the same file."""
    units = "Units are S.I. units (second, meters, Newtons, ...)"
    degrees = (
        "If the header above contains a line with 'inDegrees', this indicates whether rotational "
        "values are in degrees (yes) or radians (no)."
    )
    size = (f"nRows={rows}", f"nColumns={len(ANGLES) + 1}", "inDegrees=yes")
    lines = ("Coordinates", "version=1", *size, "", units, degrees, "", "endheader")
    return "\n".join((*lines, "\t".join(("time", *ANGLES)))) + "\n"
