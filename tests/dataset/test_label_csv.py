"""A CSV with labels is read however it was saved, and refused with the place of the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture_cli.dataset.label_csv import Line, lines
from posture_cli.errors import SourceError

HERE = Path("somewhere")


def listed(folder: Path, text: str | bytes) -> list[Line]:
    """Return what a CSV of this content names, with paths as if it were in HERE."""
    path = folder / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [
        line._replace(file=str(HERE / Path(line.file).relative_to(folder)))
        for line in lines(str(path))
    ]


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as told:
        lines(str(path))
    assert told.value.hint
    return told.value.message.replace(str(path), "it")


TWO = [
    Line(str(HERE / "a.jpg"), "sitting", {"view": "profile"}),
    Line(str(HERE / "b/c.jpg"), "other", {"view": ""}),
]


@pytest.mark.parametrize(
    "text",
    [
        "file,label,view\na.jpg,sitting,profile\nb/c.jpg,other,\n",
        "file;label;view\r\na.jpg;sitting;profile\r\nb/c.jpg;other;\r\n",
        "\ufefffile,label,view\na.jpg,sitting,profile\nb/c.jpg,other",
        "view\tLabel\tFILE\nprofile\tSitting\ta.jpg\n\n\tOTHER \tb/c.jpg\n",
        "file,label,view,\na.jpg,sitting,profile,\n,,,\nb/c.jpg,other,,,,\n",
        '"file","label","view"\n"a.jpg","sitting","profile"\n"b\\c.jpg","other",""\n',
        "file,label,view\na.jpg,sitting,profile\nb/c.jpg,other,\n".encode("utf-16"),
    ],
    ids=["comma", "Excel", "BOM", "tabs, order and case", "empty lines", "Windows", "UTF-16"],
)
def test_a_csv_is_read_however_it_was_saved(tmp_path, text):
    assert listed(tmp_path, text) == TWO


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has no column 'file' and no column 'label'"),
        ("path,label\na.jpg,sitting\n", "it has no column 'file'"),
        ("file,label\n", "it names no picture"),
        ("file,label,Label\na.jpg,sitting,standing\n", "it has two columns 'label'"),
        ("file,label\na.jpg,sitting\nb.jpg\n", "it, line 3: `label` is empty"),
        ("file,label\n,sitting\n", "it, line 2: `file` is empty"),
        ("file,label\na,b.jpg,sitting\n", "it, line 2: too many columns"),
        (b"\xff\xd8\xff\xe0 a picture", "it is not a list of pictures"),
        ("file,label\na\0b.jpg,sitting\n", "it is not a list of pictures"),
        (f'file,label\n"{"a" * 200_000}",sitting\n', "it is not a valid CSV: field larger than"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_with_the_place(tmp_path, text, message):
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert refusal(path).startswith(message)


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert refusal(tmp_path / "labels.csv") == "it: there is no such file"
    assert "cannot be opened" in refusal(Path("a\0b"))


def test_files_are_named_relative_to_the_csv_unless_they_say_where_they_are(tmp_path):
    text = "file,label\na.jpg,sitting\n/b.jpg,sitting\ns3://own/c.jpg,sitting\n./d.jpg,sitting\n"
    (tmp_path / "labels.csv").write_text(text)
    files = [line.file for line in lines(str(tmp_path / "labels.csv"))]
    assert files == [str(tmp_path / "a.jpg"), "/b.jpg", "s3://own/c.jpg", str(tmp_path / "d.jpg")]


@pytest.mark.parametrize(("separator", "one"), [(",", "1.0"), (";", "1,0"), ("\t", "1,0")])
def test_what_pandas_saved_of_labels_keeps_the_first_people(
    tmp_path: Path, separator: str, one: str
) -> None:
    """It makes `person` a number with a decimal sign, as a row of nobody has none."""
    head = ("file", "frame", "time_s", "person", "label", "stance", "error")
    rows = [
        head,
        ("a.mp4", one, "0", one, "sitting", "sitting", ""),
        ("a.mp4", one, "0", one.replace("1", "2"), "standing", "standing", ""),
        ("b.jpg", "0", "", "", "nobody", "", ""),
    ]
    found = listed(tmp_path, "\n".join(map(separator.join, rows)))
    assert [(one.label, one.frame) for one in found] == [("sitting", 1), ("nobody", None)]
