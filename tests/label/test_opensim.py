"""TRC and MOT files, cell by cell; docs/formats.md says which of OpenSim's readers took them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.errors import OutputError
from posture_cli.label.formats import opensim
from posture_cli.sinks.rows import ANGLES
from tests.label.lines import failed, seen, some
from tests.people import SITTING, someone

MARKERS = [
    *("Nose", "LEye", "REye", "LEar", "REar", "LShoulder", "RShoulder", "LElbow", "RElbow"),
    *("LWrist", "RWrist", "LHip", "RHip", "LKnee", "RKnee", "LAnkle", "RAnkle"),
]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "labels.opensim"


def frame(number, *tracks, film="clip.mp4"):
    """Return the line of a frame, 25 per second, with one person for each of these tracks."""
    people = [someone(SITTING, hip=(300 + 100 * n, 400)) for n in range(len(tracks))]
    line = seen(film, *people, frame=number, time_s=number / 25)
    for person, track in zip(line["people"], tracks, strict=True):
        person["track_id"] = track
    return line


def trc(path: Path) -> tuple[list[list[str]], list[list[float]]]:
    """Return the five lines of the head, and the numbers."""
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    return rows[:5], [[float(cell) for cell in row] for row in rows[5:]]


def mot(path: Path) -> tuple[list[str], list[str], list[list[float]]]:
    """Return the head, the names of the columns, and the numbers."""
    lines = path.read_text().splitlines()
    end = lines.index("endheader")
    rows = [line.split("\t") for line in lines[end + 1 :]]
    return lines[:end], rows[0], [[float(cell) for cell in row] for row in rows[1:]]


def test_each_person_of_each_film_has_both_files(folder):
    lines = [frame(0, 3, 11), frame(1, 3, 11), frame(0, 0, film="b/other.mp4")]
    assert opensim.write(lines, folder) == ()
    assert sorted(path.name for path in folder.iterdir()) == [
        *("clip_angles_person03.mot", "clip_angles_person11.mot"),
        *("clip_px_person03.trc", "clip_px_person11.trc"),
        *("other_angles_person00.mot", "other_px_person00.trc"),
    ]


def test_a_trc_file_has_the_head_of_sports2d(folder):
    opensim.write([frame(10, 3), frame(11, 3), frame(12, 3)], folder)
    head, _ = trc(folder / "clip_px_person03.trc")
    assert head[0] == ["PathFileType", "4", "(X/Y/Z)", "clip_px_person03.trc"]
    assert dict(zip(head[1], head[2], strict=True)) == {
        "DataRate": "25.0",
        "CameraRate": "25.0",
        "NumFrames": "3",
        "NumMarkers": "17",
        "Units": "px",
        "OrigDataRate": "25.0",
        "OrigDataStartFrame": "0",
        "OrigNumFrames": "3",
    }
    assert head[3][:2] == ["Frame#", "Time"]
    assert head[3][2::3] == [*MARKERS, ""]
    assert head[4] == ["", "", *(f"{axis}{n}" for n in range(1, 18) for axis in "XYZ")]


def test_a_trc_file_has_pixels_from_the_top_and_the_frame_of_the_film(folder):
    lines = [frame(10, 3), frame(11, 3)]
    lines[1]["people"][0]["keypoints"][Joint.LEFT_EYE]["score"] = 0
    opensim.write(lines, folder)
    _, (first, second) = trc(folder / "clip_px_person03.trc")
    points = lines[0]["people"][0]["keypoints"]
    assert first == [10, 0.4, *(value for p in points for value in (p["x"], p["y"], 0))]
    assert second[:2] == [11, 0.44]
    assert [math.isnan(value) for value in second[2:11]] == [False] * 3 + [True] * 3 + [False] * 3


def test_a_mot_file_has_the_angles_in_degrees(folder):
    lines = [frame(10, 3), frame(11, 3)]
    lines[1]["people"][0]["angles_deg"]["knee"] = None
    opensim.write(lines, folder)
    head, names, (first, second) = mot(folder / "clip_angles_person03.mot")
    assert head[:5] == ["Coordinates", "version=1", "nRows=2", "nColumns=10", "inDegrees=yes"]
    assert names == ["time", *ANGLES]
    angles = lines[0]["people"][0]["angles_deg"]
    assert first == [0.4, *(angles[name.removesuffix("_deg")] for name in ANGLES)]
    assert [name for name, value in zip(names, second, strict=True) if math.isnan(value)] == [
        "knee_deg"
    ]


def test_a_person_who_leaves_and_comes_back_has_rows_in_between(folder):
    lines = [frame(0), frame(1, 3), frame(2), frame(3, 4), frame(4, 3), frame(5)]
    opensim.write(lines, folder)
    _, rows = trc(folder / "clip_px_person03.trc")
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [math.isnan(row[2]) for row in rows] == [False, True, True, False]
    _, _, angles = mot(folder / "clip_angles_person03.mot")
    assert [math.isnan(row[1]) for row in angles] == [False, True, True, False]


def test_frames_may_come_in_any_order(folder):
    opensim.write([frame(2, 3), frame(0, 3), frame(1, 3)], folder)
    assert [row[0] for row in trc(folder / "clip_px_person03.trc")[1]] == [0, 1, 2]


def test_without_tracks_the_subject_is_written_and_nobody_else(folder):
    opensim.write([frame(0, None, None), frame(1, None)], folder)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["clip_angles_subject.mot", "clip_px_subject.trc"]
    assert len(trc(folder / "clip_px_subject.trc")[1]) == 2


def test_a_film_of_one_frame_has_a_rate(folder):
    opensim.write([frame(7, 3)], folder)
    head, _ = trc(folder / "clip_px_person03.trc")
    assert head[2][0] == "1.0"


def test_films_of_one_name_do_not_share_files(folder):
    lines = [frame(0, 3, film="a/clip.mp4"), frame(0, 3, film="b/clip.mp4")]
    opensim.write(lines, folder)
    assert len(list(folder.glob("clip*_px_person03.trc"))) == 2


def test_pictures_and_what_cannot_be_read_are_left_out_and_told(folder):
    lines = [*some(), failed()]
    assert opensim.write(lines, folder) == (
        "2 pictures are no frames of a video and left out",
        f"2 unreadable inputs are not in {folder}",
    )
    assert len(list(folder.iterdir())) == 2


def test_a_film_without_people_has_no_file(folder):
    opensim.write([frame(0), frame(1)], folder)
    assert list(folder.iterdir()) == []


def test_a_folder_with_other_things_is_told_before_the_work(folder):
    folder.mkdir()
    for name in ("a.trc", "a.mot"):
        (folder / name).touch()
    opensim.check(folder)
    (folder / "thesis.docx").touch()
    with pytest.raises(OutputError, match=r"holds 'thesis\.docx'"):
        opensim.check(folder)
