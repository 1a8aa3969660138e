"""`posture history` and `posture report` as people run them: real processes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from posture_cli.cli.options.days import EMPTY
from posture_cli.core.time.events import PostureInterval
from posture_cli.history import opening
from tests.history.watched import Desk, read
from tests.report.test_evaluation_page import outline

POSTURE = (sys.executable, "-m", "posture_cli")


def posture(*arguments, stdin=subprocess.DEVNULL, **environment):
    done = subprocess.run(
        [*POSTURE, *map(str, arguments)],
        capture_output=True,
        stdin=stdin,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def days():
    """Return today and days before it, as the options take them."""
    today = datetime.now().date()
    return [(today - timedelta(days=n)).isoformat() for n in range(60)]


@pytest.fixture
def file(tmp_path):
    """A history with an hour today, one three days ago and one forty days ago, at one o'clock."""
    path = tmp_path / "data" / "posture" / "history.db"
    one = datetime.now().astimezone().replace(hour=1, minute=0, second=0, microsecond=0)
    for ago, label in ((40, "standing"), (3, "hunching"), (0, "sitting")):
        desk = Desk(path, one - timedelta(days=ago))
        desk.passes(3600)
        desk.history.write(PostureInterval(label, 0.0, 3600.0, 0.9), desk.at)
        if label == "hunching":
            desk.is_told("hunching")
        desk.leaves()
    return path


@pytest.fixture
def history(file):
    return lambda *arguments, **more: posture("history", "--file", file, *arguments, **more)


def said_days(done):
    assert (done.returncode, done.stderr) == (0, "")
    return [day["day"] for day in json.loads(done.stdout)["days"]]


def test_by_default_it_shows_this_day_and_the_six_before(history, days):
    done = history()
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][:6] == ["day", "sitting", "standing", "hunching", "unknown", "hunched"]
    three_days_ago, today, together = lines[1:]
    assert (three_days_ago[1], today[1]) == (days[3], days[0])
    assert three_days_ago[2:] == [
        *("-", "-", "1", "h", "00", "min", "-"),
        *("100", "%", "1", "h", "00", "min", "0", "1"),
    ]
    assert together[:6] == ["2", "days", "1", "h", "00", "min"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--today"], [0]),
        (["--week"], [3, 0]),
        (["--all"], [40, 3, 0]),
        (["--to", 3], [40, 3]),
        (["--from", 3], [3, 0]),
        (["--from", 40, "--to", 3], [40, 3]),
        (["--from", 30, "--to", 20], []),
    ],
)
def test_days_can_be_chosen(history, days, options, expected):
    named = [days[option] if isinstance(option, int) else option for option in options]
    assert said_days(history("--json", *named)) == [days[n] for n in expected]


def test_forms_for_programs(history, days):
    rows = list(csv.DictReader(io.StringIO(history("--csv", "--all").stdout)))
    assert [(row["posture"], row["seconds"]) for row in rows] == [
        ("standing", "3600.0"),
        ("hunching", "3600.0"),
        ("sitting", "3600.0"),
    ]
    assert rows[2]["from"].startswith(f"{days[0]}T01:00:00.000")
    events = json.loads(history("--events").stdout)["buckets"].values()
    assert [len(bucket["events"]) for bucket in events] == [2, 1]
    nothing = history("--csv", "--from", days[30], "--to", days[20])
    assert nothing.stdout == "from,to,seconds,posture,confidence\n"


def test_a_table_for_excel_has_a_mark_and_a_decimal_comma(history):
    done = history("--csv", "--all", "--excel", "--decimal", "comma")
    head, *rows = done.stdout.splitlines()
    assert head == "\ufefffrom;to;seconds;posture;confidence"
    assert [row.split(";")[2:4] for row in rows] == [
        ["3600,0", "standing"],
        ["3600,0", "hunching"],
        ["3600,0", "sitting"],
    ]


def test_the_users_own_is_shown_where_none_is_named(file, tmp_path):
    if sys.platform != "linux":
        pytest.skip("the data folder can be moved by XDG_DATA_HOME on Linux")
    own = {"XDG_DATA_HOME": str(tmp_path / "data")}
    assert "1 h 00 min" in posture("history", **own).stdout
    done = posture("history", XDG_DATA_HOME=str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{EMPTY}\n"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--today", "--from", "2026-01-01"], "--today and --from or --to exclude each other"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "--from 2026-02-01 is after 2026-01-01"),
        (["--from", "yesterday"], "'yesterday' is not a date such as 2026-11-21"),
        (["--before", "2026-01-01"], "--before and --yes belong to --delete"),
        (["--delete"], "--delete needs --before DATE or --all, and not both"),
        (["--delete", "--all", "--before", "2026-01-01"], "and not both"),
        (["--delete", "--today", "--yes"], "--delete goes with --before DATE or --all only"),
        (["--delete", "--all", "--csv"], "--delete goes with --before DATE or --all only"),
        (["--json", "--excel"], "--excel goes with --csv"),
        (["--csv", "--decimal", "comma"], "--decimal goes with --excel"),
        (["--delete", "--all"], "--delete needs --yes where nobody can be asked"),
    ],
)
def test_wrong_usage_is_told_and_deletes_nothing(history, file, arguments, message):
    done = history(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(read(file).intervals) == 3


def test_deleting_before_a_day(history, file, days):
    done = history("--delete", "--before", days[3], "--yes")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"deleted what was recorded before {days[3]}\n"
    assert said_days(history("--all", "--json")) == [days[3], days[0]]


def test_deleting_all(history, file):
    done = history("--delete", "--all", "--yes")
    assert (done.returncode, done.stderr) == (0, "deleted all that was recorded\n")
    assert opening.files_of(file) == []
    again = history("--delete", "--all", "--yes")
    assert (again.returncode, again.stderr) == (0, f"there is no history: {file}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal to type into")
@pytest.mark.parametrize(
    ("typed", "code", "left"), [("y\n", 0, 0), ("n\n", 130, 3), ("\n", 130, 3)]
)
def test_on_a_terminal_it_asks_first(history, file, typed, code, left):
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    done = history("--delete", "--all", stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert f"Delete all that was recorded in {file}? [y/N]" in done.stderr
    assert (done.returncode, len(read(file).intervals)) == (code, left)


@pytest.mark.parametrize("command", ["history", "report"])
def test_what_cannot_be_read_is_told(tmp_path, command):
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"no database" * 999)
    done = posture(command, "--file", bad)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"posture: the history {bad} is damaged: file is not a database")
    assert bad.read_bytes().startswith(b"no database")


def test_what_is_no_history_is_not_deleted(tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary")
    done = posture("history", "--delete", "--all", "--yes", "--file", diary)
    assert (done.returncode, done.stdout, diary.read_text()) == (1, "", "Dear diary")
    assert done.stderr.startswith(f"posture: {diary} is not a history\n")


def test_an_empty_file_is_a_history_of_nothing(tmp_path):
    (tmp_path / "history.db").touch()
    done = posture("history", "--file", tmp_path / "history.db")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{EMPTY}\n")


def test_reading_while_somebody_records(tmp_path, days):
    path = tmp_path / "history.db"
    desk = Desk(path, datetime.now().astimezone())
    desk.sees("sitting", 30)
    assert "21 s" in posture("history", "--file", path, "--all").stdout
    done = posture("history", "--file", path, "--delete", "--all", "--yes")
    assert done.returncode == 0
    assert read(path).intervals == []
    desk.leaves()


def test_a_report_is_one_page(file, tmp_path):
    page = tmp_path / "report.html"
    for _ in range(2):  # a page of ours is replaced
        done = posture("report", "--file", file, "-o", page)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == f"{page} is written\n"
    text = page.read_text(encoding="utf-8")
    outline(text)
    assert "3 days: sitting 1&nbsp;h&nbsp;00&nbsp;min (33&nbsp;%)" in text


def test_a_report_replaces_nothing_else(file, tmp_path):
    notes = tmp_path / "notes.html"
    notes.write_text("mine")
    done = posture("report", "--file", file, "-o", notes)
    assert (done.returncode, notes.read_text()) == (1, "mine")
    assert "already exists and posture did not write it" in done.stderr
    done = posture("report", "--file", file, "-o", tmp_path)
    assert done.returncode == 1
    done = posture("report", "--file", file, "-o", notes / "report.html")
    assert done.returncode == 1


def test_a_report_needs_the_name_of_a_file(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = posture("report", "--file", file, "-o", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-o needs the name of a file: the page is not written to stdout." in done.stderr
    assert not (tmp_path / "-").exists()


def test_a_report_of_nothing_is_a_page_that_says_so(tmp_path):
    page = tmp_path / "report.html"
    done = posture("report", "--file", tmp_path / "none.db", "-o", page)
    told = f"is written, without a day: {EMPTY}"
    assert (done.returncode, done.stderr) == (0, f"{page} {told}\n")
    assert "Nothing was recorded from" in page.read_text(encoding="utf-8")


def test_a_report_of_one_day_is_compared_with_the_days_before(file, tmp_path, history):
    page = tmp_path / "report.html"
    assert posture("report", "--today", "--file", file, "-o", page).returncode == 0
    week = json.loads(history("--today", "--json").stdout)["week"]
    assert (week["hunched"], week["before"]) == (0.5, None)
    assert '<p class="number">50 %</p>' in page.read_text(encoding="utf-8")


def test_a_closed_pipe_is_no_crash(file):
    command = f"{sys.executable} -m posture_cli history --all --csv --file '{file}' | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False, encoding="utf-8")
    assert (done.stdout, "Traceback" in done.stderr) == ("from,to,se", False)
