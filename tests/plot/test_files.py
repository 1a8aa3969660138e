"""What a figure is made of: labels in each form, a watch, a history; and files that are neither."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from pytest import approx

from posture_cli.core.observation import SCHEMA
from posture_cli.core.time.events import Alert, Paused, PostureInterval
from posture_cli.errors import SourceError
from posture_cli.plot import files
from posture_cli.plot.recorded import CODES, Held, Mark
from tests.history.watched import Desk
from tests.label.lines import failed, seen
from tests.people import HUNCHING, SITTING, STANDING, someone
from tests.plot.films import ANGLES, FORMATS, as_lines, film, followed

NAN = float("nan")


def read(path, *tracks, angles=ANGLES):
    return files.read(path, angles, None, tracks)


@pytest.fixture(params=FORMATS)
def written(request, tmp_path):
    """Return what writes lines in one of the formats, and the path."""

    def write(lines):
        path = tmp_path / f"labels{request.param}"
        FORMATS[request.param](lines, path)
        return path

    return write


def test_each_format_gives_the_angles_and_postures_of_a_film(written):
    lines = [*film("sitting", "sitting", "nobody", "hunching", "hunching"), failed()]
    found = read(written(lines))
    (person,) = found.people
    slump = [p["angles_deg"]["slump"] for line in lines[:-1] for p in line["people"] or [None] if p]
    assert person.time_s.tolist() == [0, 0.5, 1, 1.5, 2]
    assert person.angles["slump_deg"].tolist() == approx([*slump[:2], NAN, *slump[2:]], nan_ok=True)
    assert person.held == [Held("sitting", 0.0, 1.0), Held("hunching", 1.5, 2.0)]
    assert found.samples.label.tolist() == [CODES["sitting"]] * 2 + [CODES["hunching"]] * 2
    assert found.samples.angles["slump_deg"].tolist() == slump
    assert (found.clock, person.name, [*found.remarks]) == (None, "", [])


def test_people_with_a_track_are_told_apart(tmp_path):
    two = [
        seen("a.mp4", someone(SITTING, hip=(300, 400)), someone(STANDING), frame=n, time_s=n / 4)
        for n in range(3)
    ]
    one = followed(film("hunching", "hunching", name="x/b.mp4"), 3)
    two[1]["people"].reverse()
    for n, line in enumerate(two):
        followed([line], *((2, 1) if n == 1 else (1, 2)))
    path = as_lines(tmp_path / "labels.jsonl", *two, *one)
    found = read(path)
    assert [person.name for person in found.people] == ["a.mp4, track 1", "a.mp4, track 2", "b.mp4"]
    assert [person.held[0].label for person in found.people] == ["sitting", "standing", "hunching"]
    assert [one.name for one in read(path, 2).people] == [""]
    assert {*read(path, 2).samples.label.tolist()} == {CODES["standing"]}
    with pytest.raises(SourceError, match="has no track 7") as caught:
        read(path, 7)
    assert caught.value.hint == "it has 1, 2, 3"


@pytest.mark.parametrize("column", ["track", "track_id"])
def test_a_table_says_who_is_who_in_its_column(tmp_path, column):
    path = tmp_path / "labels.csv"
    rows = [("a.mp4", n / 4, t, "sitting", 10 * t + n) for n in range(2) for t in (1, 2)]
    path.write_text(
        f"file,time_s,{column},label,slump_deg\n"
        + "".join("{},{},{},{},{}\n".format(*r) for r in rows)
    )
    found = read(path, angles=("slump_deg",)).people
    assert [(one.name, one.angles["slump_deg"].tolist()) for one in found] == [
        ("track 1", [10, 11]),
        ("track 2", [20, 21]),
    ]


def test_people_whom_nobody_follows_are_left_out_and_counted(written):
    lines = [
        seen("a.mp4", someone(SITTING, hip=(300, 400)), someone(STANDING), frame=n, time_s=n / 4)
        for n in range(3)
    ]
    found = read(written(lines))
    assert [one.held[0].label for one in found.people] == ["sitting"]
    assert [message for message, _ in found.remarks] == [
        "3 rows are about people without a track: nobody can say who is who"
    ]


def test_pictures_have_no_time_but_angles(written):
    lines = [seen(f"{n}.jpg", someone(pose)) for n, pose in enumerate((SITTING, HUNCHING))]
    found = read(written(lines))
    assert [*found.people] == []
    assert found.samples.label.tolist() == [CODES["sitting"], CODES["hunching"]]


def test_frames_that_are_missing_are_a_gap(written):
    lines = film(*["sitting"] * 30)
    del lines[10:20]
    (person,) = read(written(lines)).people
    assert person.held == [Held("sitting", 0.0, 4.5), Held("sitting", 10.0, 14.5)]
    assert person.gap_s == approx(1.5)


def test_a_table_out_of_excel_has_the_same_numbers(tmp_path):
    path = tmp_path / "labels.csv"
    FORMATS[".csv"](film("sitting", "hunching"), path)
    rows = [*csv.reader(path.read_text(encoding="utf-8").splitlines())]
    excel = tmp_path / "excel.csv"
    with excel.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [cell.replace(".", ",") if n and cell != "film.mp4" else cell for cell in row]
            for n, row in enumerate(rows)
        )
    same, other = read(path).people[0], read(excel).people[0]
    assert same.time_s.tolist() == other.time_s.tolist()
    assert same.angles["slump_deg"].tolist() == other.angles["slump_deg"].tolist()


def test_a_table_that_pandas_saved_again_has_the_same_people(tmp_path):
    pandas = pytest.importorskip("pandas")
    lines = [
        seen("a.mp4", someone(SITTING, hip=(300, 400)), someone(STANDING), frame=n, time_s=n / 4)
        for n in range(2)
    ]
    path, again = tmp_path / "labels.csv", tmp_path / "again.csv"
    FORMATS[".csv"]([*lines, seen("a.mp4", frame=2, time_s=0.5)], path)
    table = pandas.read_csv(path)
    table["track"] = table["person"]  # whole numbers with gaps: pandas writes 1.0 and 2.0
    table.to_csv(again, index=False)
    assert "1.0" in again.read_text(encoding="utf-8")
    assert [one.held[0].label for one in read(again).people] == ["sitting", "standing"]
    table.drop(columns="track").to_csv(again, index=False)
    assert [one.held[0].label for one in read(again).people] == ["sitting"]


def test_a_watch_has_its_own_postures_alerts_and_pauses(tmp_path):
    looks = [
        {name: line[name] for name in line if name != "key"}
        for line in film("sitting", "sitting", "hunching", "sitting", step_s=2.0)
    ]
    at = "2026-11-27T09:00:10+01:00"
    events = [
        PostureInterval("sitting", 0.0, 4.0, 0.9).to_json(),
        Alert("hunching", 5.0, 4.0, "Sit up.").to_json(at),
        Paused(5.0).to_json(),
        PostureInterval("away", 6.0, 9.0, 0.9).to_json(),
    ]
    found = read(as_lines(tmp_path / "watch.jsonl", *looks[:3], *events, *looks[3:]))
    (person,) = found.people
    assert person.held == [Held("sitting", 0.0, 4.0)]
    assert person.alerts == [Mark("hunching", 5.0)]
    assert person.time_s.tolist() == [0, 2, 4, 5, 6]
    assert np.isnan(person.angles["slump_deg"]).tolist() == [False, False, False, True, False]
    zone = timezone(timedelta(hours=1))
    assert found.clock == datetime(2026, 11, 27, 9, 0, 5, tzinfo=zone)


def test_the_subject_of_a_watch_is_one_person_whatever_the_track(tmp_path):
    first, second = film("sitting", "standing")
    looks = [*followed([first], 1), *followed([second], 2)]
    event = PostureInterval("sitting", 0.0, 0.5, 0.9).to_json()
    (person,) = read(as_lines(tmp_path / "watch.jsonl", *looks, event)).people
    assert not np.isnan(person.angles["slump_deg"]).any()


def test_a_break_is_what_the_history_calls_one(tmp_path):
    does = ["sitting"] * 60 + ["standing"] * 150 + ["sitting"] * 60
    FORMATS[".csv"](film(*does, step_s=1.0), tmp_path / "labels.csv")
    (person,) = read(tmp_path / "labels.csv").people
    assert person.breaks == [(60.0, 210.0)]


def test_a_watch_and_a_history_have_no_tracks(tmp_path):
    Desk(tmp_path / "history.db").leaves()
    away = {"schema": SCHEMA, "event": "away", "time_s": 1.0}
    for path in (tmp_path / "history.db", as_lines(tmp_path / "watch.jsonl", away)):
        with pytest.raises(SourceError, match=r"has no track 3"):
            files.read(path, ANGLES, None, [3])


def test_a_history_has_a_day_each_with_its_breaks_and_alerts(tmp_path):
    path = tmp_path / "history.db"
    desk = Desk(path, datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc))
    for label, minutes in (("sitting", 30), ("away", 10), ("hunching", 20)):
        start_s = desk.now_s
        desk.passes(60 * minutes)
        desk.history.write(PostureInterval(label, start_s, desk.now_s, 0.9), desk.at)
    desk.is_told("hunching")
    desk.leaves()
    found = files.read(path, ANGLES, (date(2026, 11, 20), date(2026, 11, 20)))
    (day,) = found.people
    nine = 9 * 3600.0
    assert day.name == "Fri 2026-11-20"
    assert day.held == [
        Held("sitting", nine, nine + 1800),
        Held("hunching", nine + 2400, nine + 3600),
    ]
    assert [*day.alerts] == [Mark("hunching", nine + 3600)]
    assert [*day.breaks] == [(nine + 1800, nine + 2400)]
    assert (found.samples, found.clock.hour) == (None, 0)
    with pytest.raises(SourceError, match="nothing was recorded"):
        files.read(path, ANGLES, (date(2026, 11, 21), date(2026, 11, 22)))


HEAD = "file,time_s,label,slump_deg,thigh_deg\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n1,2\n", "has no column file"),
        (b"file,label\na,sitting\n", "has no column slump_deg"),
        (HEAD.encode(), "shows nobody"),
        (f"{HEAD}a.mp4,0,nobody,,\n".encode(), "shows nobody"),
        (f"{HEAD}a.mp4,0,slouched,1,2\n".encode(), "line 2: no posture is called 'slouched'"),
        (f"{HEAD}a.mp4,0,sitting,1,2\na.mp4,1,sitting,x,2\n".encode(), "line 3: .* 'x'"),
        (f"{HEAD}a.mp4,0,sitting\n".encode(), "line 2: slump_deg is missing"),
        (f"{HEAD}a.mp4,0,sitting,inf,2\n".encode(), "line 2: inf is not an angle"),
        (f"{HEAD}a.mp4,1e300,sitting,1,2\n".encode(), "line 2: 1e.300 s is not a time"),
        (f"{HEAD}a.mp4,0,{'x' * 200_000},1,2\n".encode(), "line 2, is not CSV"),
        (b'{"schema": "posture/1", "source": "a", "time_s": 1e999, "people": []}', "is not a time"),
        (b"\xff\xd8\xff\xe0 a picture", "cannot be read"),
        (b"PAR1 and nothing", "is not Parquet"),
        (b'[{"image_id": 1}]\n', "line 1, is no posture/1"),
        (b'{"info": {},\n"images": []}\n', "line 1, is no posture/1: it is not one object"),
        (b'{"schema": "other/1"}\n', "its schema is 'other/1'"),
        (b'{"schema": "posture/1", "people": [1]}\n', "'source' is missing"),
        (b'{"schema": "posture/1", "event": "away", "time_s": 1.0}\n', "has no observation"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_in_words(tmp_path, content, message):
    path = tmp_path / "labels"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message) as caught:
        read(path)
    assert str(path) in caught.value.message and caught.value.hint


def test_an_observation_of_another_label_names_the_line(tmp_path):
    (line,) = film("sitting")
    line["people"][0]["label"] = "slouched"
    with pytest.raises(SourceError, match=r"line 1, .* no posture is called 'slouched'"):
        read(as_lines(tmp_path / "labels.jsonl", {"schema": SCHEMA, **line}))
