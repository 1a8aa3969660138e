"""`posture label` as people run it: real processes, killed at any moment, and going on."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from posture_cli import Estimation, Judging, Posture
from posture_cli.inputs.count import is_pipe
from posture_cli.inputs.items import Item, items
from posture_cli.inputs.video.frames import Every
from posture_cli.label.cluster.recipe import recipe
from posture_cli.label.request import LabelRequest
from posture_cli.label.save import Mirror, mirror
from tests.clips import ramp
from tests.people import SAMPLES, blank

POSTURE = (sys.executable, "-m", "posture_cli")
FEW, KILLS = 60, 3
"""benchmarks/kill_label.py does the same with 2,000 pictures and 20 kills."""


def command(*arguments: str | Path) -> list[str]:
    return [*POSTURE, "label", *map(str, arguments), "--estimator", "blazepose"]


def label(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=120, check=False, cwd=cwd
    )
    assert "Traceback" not in done.stderr
    return done


def lines_of(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of links to the samples, and one picture that is none."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = sorted(SAMPLES.glob("*.jpg"))
    for number in range(FEW):
        (folder / f"{number:04}.jpg").symlink_to(paths[number % len(paths)].absolute())
    (folder / "0030_broken.jpg").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def undisturbed(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    out = tmp_path_factory.mktemp("whole") / "out.jsonl"
    done = label(pictures, "-o", out)
    assert done.returncode == 1  # of the broken one
    assert not out.with_name("out.jsonl.partial").exists()
    return rows(out)


def test_every_picture_has_a_row_and_the_broken_one_says_why(pictures, undisturbed) -> None:
    assert [Path(row["source"]).name for row in undisturbed] == sorted(
        p.name for p in pictures.iterdir()
    )
    assert [r["error"]["code"] for r in undisturbed if "error" in r] == ["unreadable"]


def test_the_summary_counts_labels_reasons_and_errors(pictures, tmp_path) -> None:
    done = label(pictures, "-o", tmp_path / "out.csv")
    told = [line for line in done.stderr.splitlines() if " done, " not in line]  # a slow machine
    assert told[0].endswith("0030_broken.jpg: is not a picture of a known format")
    assert told[2].startswith("61 pictures in 0:") and told[2].endswith(" per second")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = [row["label"] for row in csv.DictReader(file)]
    words = ("sitting", "standing", "hunching", "unknown", "nobody")
    assert told[3] == ", ".join(f"{found.count(word)} {word}" for word in words)
    assert told[4].startswith("unknown: ")
    assert told[5] == "posture: 1 could not be read: 1 unreadable"


def test_killed_at_random_it_goes_on_and_the_rows_are_the_same(
    pictures, undisturbed, tmp_path
) -> None:
    out, chance, kills = tmp_path / "out.jsonl", random.Random(7), 0
    while kills < KILLS and not out.exists():
        partial = out.with_name("out.jsonl.partial")
        running = subprocess.Popen(command(pictures, "-o", out), stderr=subprocess.DEVNULL)
        before = partial.stat().st_size if partial.exists() else 0
        while running.poll() is None and (
            not partial.exists() or partial.stat().st_size <= before + chance.randrange(9000)
        ):
            time.sleep(0.002)
        running.kill()
        running.wait()
        kills += 1
    if not out.exists():
        assert "going on after" in label(pictures, "-o", out).stderr
    assert sorted(map(json.dumps, rows(out))) == sorted(map(json.dumps, undisturbed))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_interrupted_it_says_how_to_go_on(how, pictures, tmp_path) -> None:
    out = tmp_path / "out.csv"
    running = subprocess.Popen(command(pictures, "-o", out), stderr=subprocess.PIPE, text=True)
    partial = out.with_name("out.csv.partial")
    while running.poll() is None and lines_of(partial) < 3:
        time.sleep(0.002)
    running.send_signal(getattr(signal, how))
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert told.endswith("posture: interrupted\n  the same command goes on where it stopped\n")
    assert "Traceback" not in told and not out.exists()


@pytest.fixture
def interrupted(pictures: Path, tmp_path: Path) -> Path:
    """An output with a journal of three pictures."""
    out = tmp_path / "out.csv"
    running = subprocess.Popen(command(pictures, "-o", out), stderr=subprocess.DEVNULL)
    partial = out.with_name("out.csv.partial")
    while running.poll() is None and lines_of(partial) < 4:
        time.sleep(0.002)
    running.kill()
    running.wait()
    return out


def test_other_options_do_not_mix_into_what_is_there(pictures, interrupted) -> None:
    done = label(pictures, "-o", interrupted, "--rules", "literature", "--camera-roll", "5")
    assert (done.returncode, interrupted.exists()) == (1, False)
    assert "--rules was default and is literature; --camera-roll was 0.0 and is 5.0" in done.stderr
    assert "--restart" in done.stderr
    done = label(pictures, "-o", interrupted, "--rules", "literature", "--restart")
    assert interrupted.exists() and "going on" not in done.stderr


def test_a_drawing_that_failed_before_the_kill_is_told_by_the_run_that_goes_on(
    pictures, tmp_path
) -> None:
    first = tmp_path / "drawn" / "0000.jpg"
    first.parent.mkdir(parents=True)
    first.write_text("not ours")
    arguments = (pictures, "-o", tmp_path / "out.csv", "--annotate", tmp_path / "drawn")
    running = subprocess.Popen(command(*arguments), stderr=subprocess.DEVNULL)
    while running.poll() is None and lines_of(tmp_path / "out.csv.partial") < 4:
        time.sleep(0.002)
    running.kill()
    running.wait()
    done = label(*arguments)
    assert "going on after" in done.stderr and "posture did not write it" not in done.stderr
    assert "1 could not be drawn or sorted\n" in done.stderr
    assert first.read_text() == "not ours"


def test_a_second_process_is_told_that_another_is_at_work(pictures, tmp_path) -> None:
    from posture_cli.label.journal import Journal, place

    journal = Journal(place(tmp_path / "out.csv"), {}, restart=False)
    done = label(pictures, "-o", tmp_path / "out.csv")
    journal.close()
    assert done.returncode == 1 and "another `posture label` is at work" in done.stderr


def test_an_output_that_is_there_is_only_replaced_when_forced(tmp_path) -> None:
    picture, out = SAMPLES / "sitting_05.jpg", tmp_path / "out.csv"
    out.write_text("mine")
    done = label(picture, "-o", out)
    assert (done.returncode, out.read_text()) == (1, "mine")
    assert "--force" in done.stderr
    done = label(picture, "-o", out, "--force", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert "sitting" in out.read_text()


def test_pictures_are_drawn_and_sorted_where_asked_for(tmp_path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("sitting_05.jpg", "hunching_sit_03.jpg"):
        (tmp_path / "in" / name).write_bytes((SAMPLES / name).read_bytes())
    done = label("in", "-o", "o.csv", "--annotate", "drawn", "--sort", "review", cwd=tmp_path)
    assert done.returncode == 0
    assert sorted(p.name for p in (tmp_path / "drawn").iterdir()) == [
        "hunching_sit_03.jpg",
        "sitting_05.jpg",
    ]
    assert (tmp_path / "review" / "sitting" / "sitting_05.jpg").is_file()
    assert (tmp_path / "review" / "hunching" / "hunching_sit_03.jpg").is_file()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("-o", "out.xyz"), "has no known ending"),
        (("-o", "out.csv", "--every", "2", "--rate", "3"), "exclude each other"),
        (("-o", "out.csv", "--workers", "0"), "neither auto nor a number"),
        (("-o", "a/out.csv", "--sort", "a"), "-o a/out.csv lies in a, which --sort makes"),
        (("-o", "o.csv", "--sort", "a", "--annotate", "a"), "--annotate a lies in a, which --sort"),
        (("-o", "o.openpose", "--annotate", "o.openpose/a"), "lies in o.openpose, which -o makes"),
        (("-o", "o.csv", "--sort", "o.csv/a"), "--sort o.csv/a lies in o.csv, which -o makes"),
        (("-o", "o.csv", "--annotate", SAMPLES), "results are written there"),
        (("-o", "o.csv", "--coco-annotations", SAMPLES / "ground_truth.json"), "goes with an"),
        (("-o", "o.jsonl", "--excel"), "--excel goes with an output in .csv"),
        (("-o", "o.csv", "--decimal", "comma"), "--decimal goes with --excel"),
        ((), "Missing option"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_loaded(wrong, told, tmp_path) -> None:
    done = label(SAMPLES, *wrong, cwd=tmp_path)
    assert done.returncode == 2 and told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_counts_more_than_the_settings_also_for_frames(tmp_path) -> None:
    ramp(tmp_path / "clip.avi", 6)
    (tmp_path / "settings.toml").write_text("[label]\nrate = 3\n")
    words = ["label", "clip.avi", "-o", "o.jsonl", "--every", "4"]
    subprocess.run([*POSTURE, "--config", "settings.toml", *words], cwd=tmp_path, check=True)
    assert [row["frame"] for row in rows(tmp_path / "o.jsonl")] == [0, 4]


def test_what_only_films_have_is_said_to_have_had_no_effect_on_pictures(tmp_path) -> None:
    words = ("--smooth", "--person", "track:2", "--rate", "2")
    done = label(SAMPLES / "sitting_05.jpg", *words, "-o", tmp_path / "o.csv")
    said = "posture: --rate, --person, --smooth had no effect: no video was read\n"
    assert (done.returncode, done.stderr.count(said)) == (0, 1)
    done = label(SAMPLES / "desk.mp4", *words, "-o", tmp_path / "o2.csv")
    assert (done.returncode, "no effect" in done.stderr) == (0, False)
    done = label(SAMPLES / "sitting_05.jpg", "--person", "largest", "-o", tmp_path / "o3.csv")
    assert (done.returncode, "no effect" in done.stderr) == (0, False)


def test_of_many_failures_ten_are_told_and_all_are_counted(tmp_path) -> None:
    for number in range(11):
        (tmp_path / f"{number:02}.jpg").write_text("no picture")
    told = label(".", "-o", "o.csv", "--quiet", cwd=tmp_path).stderr.splitlines()
    messages = [line.removeprefix("posture: ") for line in told if line.startswith("posture: ")]
    assert sum(line.endswith("is not a picture of a known format") for line in told) == 10
    assert "  the others are counted at the end; the unreadable ones are in o.csv" in told
    assert messages[-1] == "11 could not be read: 11 unreadable"


def test_what_the_shell_finds_of_our_own_is_left_out_and_the_same_command_goes_on(tmp_path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes((SAMPLES / "sitting_05.jpg").read_bytes())
    where = ("-o", "o.csv", "--annotate", "drawn")
    assert label("0.jpg", "1.jpg", "2.jpg", *where, cwd=tmp_path).returncode == 0
    again = ("0.jpg", "1.jpg", "2.jpg", "drawn", "o.csv", "o.csv.partial")
    done = label(*again, *where, "--force", cwd=tmp_path)
    assert done.returncode == 0 and "3 pictures in 0:" in done.stderr
    assert "left out, because results are written there: drawn o.csv o.csv.partial" in done.stderr
    for pattern in ("*", "**", "d*/**/*.jpg"):
        done = label("0.jpg", pattern, *where, "--force", cwd=tmp_path)
        assert "drawn/" not in (tmp_path / "o.csv").read_text()
        assert "o.csv" not in (tmp_path / "o.csv").read_text()


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_link_does_not_hide_that_the_output_lies_in_the_sorted_folder(tmp_path) -> None:
    (tmp_path / "link").symlink_to("review")
    done = label(SAMPLES, "-o", "link/out.csv", "--sort", "review", cwd=tmp_path)
    assert done.returncode == 2 and "name another place" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def item(name: str) -> Item:
    return Item(f"picture:{name}", name, 0, blank)


def drawn(name: str) -> str:
    return Mirror(Path("drawn")).path(item(name), blank()).as_posix()


@pytest.mark.parametrize("name", ["x.jpg", "a/X.PNG", "~/b.webp", "a!b.jpeg"])
def test_a_drawing_is_called_as_its_picture_where_it_can_be(name) -> None:
    assert drawn(name) == f"drawn/{name}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("../a/x.jpg", "a/x.jpg"),
        ("../../a/x.jpg", "../a/x.jpg"),
        ("b.bmp", "b.bmp.png"),
        ("b:c.jpg", "b_c.jpg"),
        ("s3://b/c:d.jpg", "s3://b/c_d.jpg"),
        ("a.zip!/../x.jpg", "a.zip!/x.jpg"),
    ],
)
def test_no_two_pictures_are_drawn_into_one(one, other) -> None:
    assert drawn(one) != drawn(other)
    assert {Path(drawn(name)).parts[0] for name in (one, other)} == {"drawn"}
    assert ".." not in Path(drawn(one)).parts
    assert drawn(one) == drawn(one)  # a run that goes on writes the same


def test_members_of_one_name_are_drawn_into_several(tmp_path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for _ in range(2):
            archive.write(SAMPLES / "sitting_05.jpg", "x.jpg")
    found = {mirror(Path("drawn"), [str(path)]).path(each, blank()) for each in items([str(path)])}
    assert len(found) == 2 and {one.suffix for one in found} == {".jpg"}


def tree(inputs: list[str]) -> list[str]:
    """Return where what the inputs name is drawn, without the signs of names that may be twice."""
    into = mirror(Path("drawn"), inputs)
    found = [into.path(each, blank()).as_posix() for each in items(inputs)]
    assert len(set(found)) == len(found)
    return [re.sub("~[0-9a-f]{10}", "~", path.removeprefix("drawn/")) for path in found]


@pytest.mark.parametrize("absolute", [False, True])
def test_the_tree_below_the_inputs_is_drawn(tmp_path, monkeypatch, absolute) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("in/a/x.jpg", "in/b/x.jpg", "in/b/y.gif", "more/x.jpg"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes((SAMPLES / "sitting_05.jpg").read_bytes())
    with zipfile.ZipFile("in/z.zip", "w") as archive:
        archive.write("more/x.jpg", "c/x.jpg")
    at = f"{tmp_path}{os.sep}" if absolute else ""
    inside = ["z.zip!/c/x~.jpg", "a/x.jpg", "b/x.jpg", "b/y.gif~.png"]
    assert tree([f"{at}in"]) == inside
    assert tree([f"{at}in{os.sep}"]) == inside
    assert tree([f"{at}in/*/x.jpg"]) == ["a/x.jpg", "b/x.jpg"]
    assert tree([f"{at}in/a/x.jpg"]) == ["x.jpg"]
    assert tree([f"{at}in/z.zip"]) == ["z.zip!/c/x~.jpg"]
    assert tree([f"{at}in/a", f"{at}in/b"]) == ["a/x.jpg", "b/x.jpg", "b/y.gif~.png"]
    assert tree([f"{at}in", f"{at}more"]) == [*(f"in/{name}" for name in inside), "more/x.jpg"]


def test_a_folder_of_a_store_is_no_part_of_the_tree() -> None:
    picture = item("s3://bucket/photos/a/x.jpg")
    for inputs, path in (
        (["s3://bucket/photos"], "drawn/a/x.jpg"),
        (["s3://bucket/photos/a/x.jpg"], "drawn/x.jpg"),
        (["s3://bucket/photos", "s3://other"], "drawn/bucket/photos/a/x.jpg"),
        (["s3://bucket/photos", "more"], "drawn/s3_/bucket/photos/a/x.jpg"),
    ):
        assert mirror(Path("drawn"), inputs).path(picture, blank()).as_posix() == path


def test_names_of_a_list_are_drawn_whole_and_never_over_each_other(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole = tmp_path / "in" / "x.jpg"
    inner = Path(*whole.parts[1:])
    for path in (whole, inner):
        path.parent.mkdir(parents=True)
        path.write_bytes((SAMPLES / "sitting_05.jpg").read_bytes())
    Path("list.txt").write_text(f"{whole}\n{inner}\n")
    sign = inner.with_name("x~.jpg").as_posix()
    assert tree(["@list.txt"]) == [sign, inner.as_posix()]
    assert tree([str(whole), str(inner)]) == [sign, inner.as_posix()]


def test_a_picture_of_standard_input_has_a_name() -> None:
    drawn = mirror(Path("drawn"), ["-"]).path(item("-"), blank())
    assert re.fullmatch("stdin~[0-9a-f]{10}.png", drawn.name)


def test_frames_of_a_film_are_drawn_into_a_folder_of_its_name() -> None:
    film = replace(item("a/clip.mp4"), frame=42)
    frame = replace(blank(), index=42, time_s=1.4)
    assert Mirror(Path("drawn")).path(film, frame).as_posix() == "drawn/a/clip.mp4/000042.jpg"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_what_can_be_read_only_once_is_not_counted(tmp_path) -> None:
    pipe, file = tmp_path / "pipe", tmp_path / "list.txt"
    os.mkfifo(pipe)
    file.write_text("a.jpg")
    once = ["-", "@/dev/fd/63", f"@{pipe}", str(pipe)]
    assert [is_pipe(name) for name in once] == [True] * 4
    again = [f"@{file}", str(file), str(tmp_path), "missing", "*.jpg", "s3://bucket/a"]
    assert [is_pipe(name) for name in again] == [False] * 6


def test_the_folders_of_other_processes_are_made_before_the_work(tmp_path) -> None:
    sort, annotate = tmp_path / "a" / "review", tmp_path / "b" / "drawn"
    request = LabelRequest(
        inputs=("a.jpg",),
        output=tmp_path / "o.csv",
        sort=sort,
        annotate=annotate,
        every=Every(),
        coco_annotations=None,
        workers=1,
        restart=False,
        force=False,
        estimation=Estimation("blazepose"),
        judging=Judging(),
    )
    with Posture(Estimation("blazepose")) as posture:
        made = recipe(request, posture, None)
    assert set(made.folders) == {annotate, sort.parent}
    assert all(folder.is_dir() for folder in made.folders)
    assert not sort.exists()


def test_an_empty_folder_is_no_picture_that_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copy(SAMPLES / "sitting_01.jpg", tmp_path)
    (tmp_path / "raw.dng").write_bytes(b"no picture")
    done = label("empty", ".", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "there is no picture in this folder" in done.stderr
    assert "1 picture in" in done.stderr
    assert "could not be read" not in done.stderr
    assert "1 file is left out, not read: 1 .dng (raw.dng)" in done.stderr
    assert [row["source"] for row in rows(tmp_path / "out.jsonl")] == ["sitting_01.jpg"]


def test_a_journal_that_is_deleted_meanwhile_costs_no_row(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    journal = tmp_path / "out.jsonl.partial"
    with subprocess.Popen(command(pictures, "-o", out), stderr=subprocess.PIPE, text=True) as run:
        while lines_of(journal) < 3:
            time.sleep(0.01)
        journal.unlink()
        _, said = run.communicate(timeout=120)
    assert "out.jsonl.partial was deleted, and is written again" in said
    assert len(rows(out)) == FEW + 1
    assert not journal.exists()


def test_a_film_in_python_is_what_label_writes(tmp_path) -> None:
    film, out = SAMPLES / "desk_three_quarter.mp4", tmp_path / "film.jsonl"
    label(film, "--rate", "2", "-o", out)
    with Posture(Estimation("blazepose")) as posture:
        assert rows(out) == [seen.to_json() for seen in posture.video(film, rate=2)]


def test_a_film_has_tracks_smooth_angles_and_a_summary(tmp_path) -> None:
    out, table = tmp_path / "out.csv", tmp_path / "summary.csv"
    film = (SAMPLES / "desk.mp4", "--rate", "1", "--person", "largest", "--smooth")
    done = label(*film, "-o", out, "--summary", table)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["track"] for row in csv.DictReader(file)] == ["1"] * 17
    with table.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["track"], row["frames"], row["seen_s"]) == ("1", "17", "16.0")
    again = label(*film, "-o", tmp_path / "other.csv", "--summary", table)
    assert again.returncode == 1
    assert f"{table} already exists" in again.stderr


def test_a_summary_without_a_film_is_told(tmp_path) -> None:
    table = tmp_path / "summary.csv"
    done = label(SAMPLES / "sitting_01.jpg", "-o", tmp_path / "a.csv", "--summary", table)
    assert done.returncode == 0
    assert f"{table} has no rows: nobody is in a film" in done.stderr


def test_a_number_that_no_film_has_is_told(tmp_path) -> None:
    done = label(
        SAMPLES / "desk.mp4", "--every", "30", "-o", tmp_path / "a.csv", "--person", "track:7"
    )
    assert done.returncode == 0
    assert "--person track:7 is in no picture" in done.stderr
    assert "3 nobody" in done.stderr


def test_a_person_that_cannot_be_chosen_is_refused_before_the_work(tmp_path) -> None:
    out = tmp_path / "out.csv"
    for person, message in [
        ("track:0", "largest, central, track:N, profile"),
        ("profile", "add --profile NAME"),
    ]:
        done = label(SAMPLES / "desk.mp4", "-o", out, "--person", person)
        assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.iterdir())


def test_an_interrupted_film_gets_the_tracks_of_a_quiet_run(tmp_path) -> None:
    film = (SAMPLES / "desk.mp4", "--every", "2")
    quiet, out = tmp_path / "quiet.jsonl", tmp_path / "out.jsonl"
    label(*film, "-o", quiet)
    journal = out.with_name("out.jsonl.partial")
    process = subprocess.Popen(command(*film, "-o", out), stderr=subprocess.DEVNULL)
    try:
        until_s = time.monotonic() + 60
        while lines_of(journal) < 10 and process.poll() is None and time.monotonic() < until_s:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert 10 <= lines_of(journal) < lines_of(quiet)
    done = label(*film, "-o", out)
    assert "going on after" in done.stderr
    assert rows(out) == rows(quiet)
