"""CSV, Parquet and JSON lines, read back by the tools that people read them with."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.observation import Failure, people_from_json
from posture_cli.dataset import label_csv
from posture_cli.inputs.names import written
from posture_cli.label import formats
from posture_cli.label.formats import csv_table, jsonl, parquet
from posture_cli.sinks import csv_rows
from tests.label.lines import failed, seen, some
from tests.people import HUNCHING, SITTING, someone, without

NAMES = [
    *("plain.jpg", "with space.jpg", "ü 日本 🙂.jpg", 'quote".jpg', "comma, semi; tab\t.jpg"),
    *("line\nbreak.jpg", "return\rhere.jpg", "both\r\n.jpg", " around .jpg", "it's.jpg"),
    written("caf\udce9.jpg"),
]
FORMULAS = [
    *("=1+1.jpg", "+1.jpg", "-1.jpg", "@a.jpg", "\tx.jpg", "\rx.jpg", "\nx.jpg"),
    "\uff1d1.jpg",  # a wide equals sign
]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_csv(lines, tmp_path):
    path = tmp_path / "labels.csv"
    csv_table.write(lines, path)
    return path


def of_parquet(lines, tmp_path):
    path = tmp_path / "labels.parquet"
    parquet.write(lines, path)
    return path


def test_a_csv_has_a_row_a_person(tmp_path):
    rows = read(of_csv(some(), tmp_path))
    shown = ("file", "frame", "time_s", "person", "label", "stance", "hunching", "error")
    lost = "unreadable: there is no such file"
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("a/two.jpg", "0", "", "1", "sitting", "sitting", "false", ""),
        ("a/two.jpg", "0", "", "2", "hunching", "sitting", "true", ""),
        ("a/nobody.jpg", "0", "", "", "nobody", "", "", ""),
        ("film.mp4", "42", "1.4", "1", "hunching", "sitting", "true", ""),
        ("lost.jpg", "", "", "", "", "", "", lost),
    ]


def test_every_number_of_a_person_is_in_its_row(tmp_path):
    line = seen("one.jpg", someone(HUNCHING))
    (row,) = read(of_csv([line], tmp_path))
    (person,) = line["people"]
    assert {name: float(row[f"{name}_deg"]) for name in person["angles_deg"]} == person[
        "angles_deg"
    ]
    assert [float(row[corner]) for corner in ("x1", "y1", "x2", "y2")] == person["bbox_xyxy"]
    assert float(row["confidence"]) == person["confidence"]
    assert row["reason"].split() == [reason["code"] for reason in person["reasons"]]
    assert (row["view"], row["side"], row["facing"]) == ("profile", "right", "right")


def test_what_is_not_known_is_an_empty_cell(tmp_path):
    person = without(someone(SITTING), Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
    (row,) = read(of_csv([seen("a.jpg", person)], tmp_path))
    assert (row["knee_deg"], row["time_s"]) == ("", "")
    assert row["thigh_deg"] != ""


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_keeps_names(name, tmp_path):
    rows = read(of_csv([seen(name, someone(SITTING)), seen("next.jpg")], tmp_path))
    assert [row["file"] for row in rows] == [name, "next.jpg"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_a_csv_begins_as_a_formula_does(name, tmp_path):
    lines = [seen(name), failed(Failure("a.jpg", "=cmd", "x", ""))]
    first, second = read(of_csv(lines, tmp_path))
    assert first["file"] == f"'{name}"
    assert second["error"] == "'=cmd: x"


def test_a_negative_number_stays_a_number(tmp_path):
    line = seen("a.jpg", someone(HUNCHING))
    line["people"][0]["angles_deg"]["shank"] = -5.0
    assert read(of_csv([line], tmp_path))[0]["shank_deg"] == "-5.0"


def test_bytes_that_are_no_utf_8_are_told_in_every_table(tmp_path):
    lines = [failed(Failure("a.jpg", "unreadable", "caf\udce9 is gone", "look for \udce9"))]
    assert read(of_csv(lines, tmp_path))[0]["error"] == r"unreadable: caf\xe9 is gone"
    jsonl.write(lines, tmp_path / "labels.jsonl")
    assert json.loads((tmp_path / "labels.jsonl").read_bytes())["error"] == {
        "code": "unreadable",
        "message": r"caf\xe9 is gone",
        "hint": r"look for \xe9",
    }


@pytest.mark.parametrize(("comma", "separator"), [(True, ";"), (False, ",")])
def test_a_csv_for_excel_has_a_mark_and_the_signs_of_the_user(comma, separator, tmp_path):
    path = tmp_path / "labels.csv"
    lines = [*some(), *(seen(name, someone(SITTING)) for name in NAMES)]
    formats.of(path, style=csv_rows.for_excel(comma=comma)).write(lines, path)
    text = path.read_bytes().decode("utf-8")
    assert text.startswith(f"\ufefffile{separator}frame{separator}")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=separator))
    plain = read(of_csv(lines, tmp_path))
    sign = {".": "," if comma else "."}
    numbers = ("time_s", "confidence", "score", *csv_rows.BBOX, *csv_rows.ANGLES)
    assert rows == [
        {name: _signed(cell, sign) if name in numbers else cell for name, cell in row.items()}
        for row in plain
    ]
    assert rows[3]["time_s"] == ("1,4" if comma else "1.4")


def _signed(cell, sign):
    return cell.translate(str.maketrans(sign))


def test_a_csv_for_excel_comes_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("labels.csv")
    lines = [seen("Schröder; müde.jpg", someone(SITTING)), seen("-b.jpg", someone(HUNCHING))]
    formats.of(path, style=csv_rows.for_excel(comma=True)).write(lines, path)
    path.write_bytes(path.read_bytes().replace(b";sitting;sitting", b";Hunching;sitting"))
    found = [(line.file, line.label) for line in label_csv.lines("labels.csv")]
    assert found == [("Schröder; müde.jpg", "hunching"), ("-b.jpg", "hunching")]


def test_a_name_that_begins_with_the_mark_itself_comes_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("'-b.jpg").touch()
    csv_table.write([seen("'-b.jpg", someone(SITTING))], Path("labels.csv"))
    assert [line.file for line in label_csv.lines("labels.csv")] == ["'-b.jpg"]


def test_pandas_reads_a_csv(tmp_path):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    lines = [*some(), *(seen(name, someone(SITTING)) for name in NAMES)]
    table = pandas.read_csv(of_csv(lines, tmp_path))
    assert list(table.columns) == list(csv_rows.COLUMNS)
    assert list(table["file"][5:]) == NAMES
    assert dict(table["label"].value_counts()) == {
        "sitting": 1 + len(NAMES),
        "hunching": 2,
        "nobody": 1,
    }
    assert table["hip_deg"].dtype.kind == table["confidence"].dtype.kind == "f"
    assert list(table["hunching"][:2]) == [False, True]


def test_a_csv_that_pandas_has_corrected_comes_back(tmp_path, monkeypatch):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    monkeypatch.chdir(tmp_path)
    table = pandas.read_csv(of_csv(some(), tmp_path))  # 1.0 and 42.0: not every cell has a number
    table.loc[table["file"] == "film.mp4", "label"] = "sitting"
    table.to_csv("corrected.csv", index=False)
    found = [(line.file, line.frame, line.label) for line in label_csv.lines("corrected.csv")]
    assert found == [
        ("a/two.jpg", None, "sitting"),
        ("a/nobody.jpg", None, "nobody"),
        ("film.mp4", 42, "sitting"),
    ]


def test_duckdb_reads_a_csv(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    path = of_csv([*some(), *(seen(name, someone(SITTING)) for name in NAMES[:6])], tmp_path)
    question = "select label, count(*) from read_csv(?) where person is not null group by 1"
    assert sorted(duckdb.execute(question, [str(path)]).fetchall()) == [
        ("hunching", 2),
        ("sitting", 7),
    ]


def test_pyarrow_reads_a_parquet_with_keypoints_in_lists(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    lines = [*some(), *(seen(name, someone(SITTING)) for name in NAMES)]
    table = pq.read_table(of_parquet(lines, tmp_path))
    rows = table.to_pylist()
    assert table.schema.metadata[b"joints"].decode().split(",") == [j.label for j in Joint]
    assert table.schema.metadata[b"schema"] == b"posture/1"
    points = lines[0]["people"][1]["keypoints"]
    for name in ("x", "y", "score"):
        assert rows[1][f"keypoints_{name}"] == [point[name] for point in points]
    assert rows[1]["reasons"] == lines[0]["people"][1]["reasons"]
    assert rows[1]["bbox_xyxy"] == lines[0]["people"][1]["bbox_xyxy"]
    assert (rows[1]["width"], rows[1]["height"], rows[1]["estimator"]) == (1000, 800, "recorded")
    assert (rows[2]["label"], rows[2]["keypoints_x"], rows[2]["person"]) == ("nobody", None, None)
    assert (rows[4]["label"], rows[4]["error"]) == (None, "unreadable: there is no such file")
    assert [row["file"] for row in rows[5:]] == NAMES


def test_a_parquet_says_the_same_as_a_csv(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    there = pq.read_table(of_parquet(some(), tmp_path)).to_pylist()
    for row, other in zip(read(of_csv(some(), tmp_path)), there, strict=True):
        for name in set(row) - {"x1", "y1", "x2", "y2"}:
            value = other["track_id" if name == "track" else name]
            if isinstance(value, bool):
                value = str(value).lower()
            if isinstance(value, float):
                assert math.isclose(float(row[name]), value)
            else:
                assert row[name] == ("" if value is None else str(value)), name


def test_duckdb_and_pandas_read_a_parquet(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = of_parquet(some(), tmp_path)
    question = (
        "select label, len(keypoints_x), keypoints_x[1] from read_parquet(?) "
        "where person = 1 and label = 'sitting'"
    )
    nose = some()[0]["people"][0]["keypoints"][0]["x"]
    assert duckdb.execute(question, [str(path)]).fetchall() == [("sitting", 17, nose)]
    table = pandas.read_parquet(path)
    assert list(table["label"][:3]) == ["sitting", "hunching", "nobody"]


def test_a_parquet_of_many_rows_has_row_groups(tmp_path, monkeypatch):
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    monkeypatch.setattr(parquet, "BATCH", 2)
    monkeypatch.setattr(parquet, "GROUP", 2)
    path = of_parquet([seen(f"{n}.jpg", someone(SITTING)) for n in range(9)], tmp_path)
    assert pq.ParquetFile(path).num_row_groups == 3
    assert pq.read_table(path)["file"].to_pylist() == [f"{n}.jpg" for n in range(9)]


def test_json_lines_are_what_check_writes(tmp_path):
    jsonl.write(some(), tmp_path / "labels.jsonl")
    forms = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    without_key = [{k: v for k, v in line.items() if k != "key"} for line in some()]
    assert forms == without_key
    assert [len(people_from_json(form)) for form in forms[:3]] == [2, 0, 1]


def test_json_lines_are_read_by_pandas_and_duckdb(tmp_path):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    path = tmp_path / "labels.jsonl"
    jsonl.write([*some(), *(seen(name, someone(SITTING)) for name in NAMES)], path)
    assert list(pandas.read_json(path, lines=True)["source"][4:]) == NAMES
    question = "select count(*) from (select unnest(people) from read_json(?))"
    assert duckdb.execute(question, [str(path)]).fetchall() == [(3 + len(NAMES),)]
