"""`posture check` as people run it: real processes, real pictures, the documented exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from posture_cli.cli.check import check
from posture_cli.cli.options import judging
from posture_cli.core.judge.labels import LABELS
from posture_cli.judging import rulesets
from tests.people import SAMPLES

POSTURE = (sys.executable, "-m", "posture_cli")
SITTING, HUNCHING = str(SAMPLES / "sitting_05.jpg"), str(SAMPLES / "hunching_sit_03.jpg")


def posture(
    *arguments: str, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*POSTURE, *arguments],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert b"Traceback" not in done.stderr
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def json_lines(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `check --json` says of all samples."""
    path = tmp_path_factory.mktemp("recording") / "samples.jsonl"
    done = posture("check", str(SAMPLES), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    path.write_text(done.stdout, encoding="utf-8")
    return path


def test_which_frames_had_no_effect_on_pictures(tmp_path: Path) -> None:
    told = "posture: --every had no effect: no video was read\n  leave it out for pictures\n"
    done = posture("check", SITTING, "--every", "2")
    assert (done.returncode, done.stderr) == (0, told)
    done = posture("check", SITTING, str(SAMPLES / "desk.mp4"), "--every", "100")
    assert (done.returncode, done.stderr) == (0, "")
    done = posture("check", SITTING, POSTURE_CHECK_EVERY="2")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_samples_get_their_labels_in_order(recording: Path) -> None:
    rows = [json.loads(line) for line in recording.read_text(encoding="utf-8").splitlines()]
    pictures = [row for row in rows if row["time_s"] is None]
    assert [Path(row["source"]).name for row in pictures] == sorted(
        path.name for path in SAMPLES.glob("*.jpg")
    )
    for film in SAMPLES.glob("*.mp4"):
        times = [r["time_s"] for r in rows if r["source"] == str(film) and r["time_s"] is not None]
        assert times == sorted(times) and len(times) > 10  # one frame per second
    rows = pictures
    labels = {Path(row["source"]).stem: row["people"][0]["label"] for row in rows if row["people"]}
    wrong = {
        name: label
        for name, label in labels.items()
        if not name.startswith("distract") and label != name.split("_")[0]
    }
    assert wrong == {}
    assert {name: label for name, label in labels.items() if name.startswith("distract")} == {
        "distract_front": "standing",
        "distract_halfbody": "hunching",
        "distract_lying": "unknown",
        "distract_squat": "unknown",
    }


def test_replay_says_the_same_without_a_network(recording: Path) -> None:
    again = posture("check", str(SAMPLES), "--json", "--estimator", f"replay:{recording}")
    then = [json.loads(line) for line in recording.read_text(encoding="utf-8").splitlines()]
    assert again.returncode == 0
    for now, before in zip(json_lines(again), then, strict=True):
        assert now["estimator"] == "replay"
        for person, was in zip(now["people"], before["people"], strict=True):
            same = ("label", "stance", "hunching", "keypoints", "bbox_xyxy", "side", "facing")
            assert {key: person[key] for key in same} == {key: was[key] for key in same}


def replayed(recording: Path, *arguments: str, **environment: str):
    return posture("check", *arguments, "--estimator", f"replay:{recording}", **environment)


def test_a_line_a_person_by_default(recording: Path) -> None:
    done = replayed(recording, SITTING)
    assert done.stdout.startswith(f"{SITTING}  sitting   98%  thigh nearly level")
    assert (done.stdout.count("\n"), done.stderr, done.returncode) == (1, "", 0)


def test_a_table_of_labels_points_to_evaluate(recording: Path) -> None:
    done = replayed(recording, str(SAMPLES / "labels.csv"))
    assert done.returncode == 1
    assert "labels.csv: is a table and not a picture" in done.stderr
    assert "posture evaluate" in done.stderr


@pytest.mark.parametrize(
    ("option", "nearly", "said"),
    [
        ("--estimator", "BlazePos", "did you mean blazepose?"),
        ("--estimator", "yolo.onnx", "write onnx:yolo.onnx"),
        ("--rules", "strikt", "Did you mean strict?"),
    ],
)
def test_a_name_that_is_nearly_known_is_wrong_usage_with_a_proposal(option, nearly, said) -> None:
    done = posture("check", SITTING, option, nearly)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_explain_shows_every_limit_with_its_source(recording: Path) -> None:
    rows = replayed(recording, SITTING, "--explain").stdout.splitlines()
    assert "network:" in rows[3]
    assert any("margin" in row for row in rows)
    assert any(row.split()[:2] == ["slumped", "slump"] and "half way" in row for row in rows)


def test_explain_works_for_the_published_rules(recording: Path) -> None:
    done = replayed(recording, SITTING, "--explain", "--rules", "deeplens")
    assert "left_thigh_from_level" in done.stdout
    assert "DeepLens" in done.stdout


def test_keypoints_shows_the_seventeen_points(recording: Path) -> None:
    rows = replayed(recording, SITTING, "--keypoints").stdout.splitlines()
    assert [row.split()[0] for row in rows[2:]][::16] == ["nose", "right_ankle"]
    assert len(rows) == 2 + 17


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--fail-on", "hunching"), 0),
        (("--fail-on", "hunching", "--fail-on", "sitting"), 3),
        (("--fail-on", "slouching"), 2),
        (("--max-people", "0"), 2),
        (("--rules", "mine"), 2),
        (("--nonsense",), 2),
        (("--estimator", "magic"), 2),
        (("--estimator", "replay"), 1),
        (("--estimator", "replay:no_such_file"), 1),
        (("--estimator", "blazepose:lite"), 1),
        (("no_such_file.jpg",), 1),
        (("no_such_file.jpg", "--fail-on", "sitting"), 1),
    ],
)
def test_exit_codes(recording: Path, arguments: tuple[str, ...], code: int) -> None:
    estimator = ("--estimator", f"replay:{recording}")
    done = posture("check", SITTING, *estimator, *arguments)
    assert done.returncode == code
    assert bool(done.stderr) == (code in (1, 2))


def test_no_input_is_wrong_usage() -> None:
    assert posture("check").returncode == 2


def test_options_can_come_from_the_environment(recording: Path) -> None:
    environment = {"POSTURE_CHECK_FAIL_ON": "sitting"}
    assert replayed(recording, SITTING, **environment).returncode == 3


def test_bad_inputs_are_told_and_the_rest_is_done(tmp_path: Path) -> None:
    whole = Path(SITTING).read_bytes()
    (tmp_path / "torn.jpg").write_bytes(whole[:5000])
    (tmp_path / "empty.jpg").write_bytes(b"")
    inputs = (str(tmp_path), "nothing_here.jpg", "https://example.org/a.jpg", SITTING)
    done = posture("check", *inputs, "--json")
    assert done.returncode == 1
    rows = json_lines(done)
    codes = [row["error"]["code"] if "error" in row else "fine" for row in rows]
    assert codes == ["empty", "damaged", "not_found", "url", "fine"]
    assert rows[-1]["people"][0]["label"] == "sitting"
    assert done.stderr.count("posture:") == 4


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    shutil.copy(SITTING, path)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert "Permission denied" in posture("check", str(path)).stderr


def test_standard_input_takes_a_picture_or_a_list(recording: Path) -> None:
    picture = posture("check", "-", stdin=Path(SITTING).read_bytes())
    assert picture.stdout.startswith("-  sitting")
    listing = f"{SITTING}\n{HUNCHING}\n".encode()
    done = posture("check", "-", "--estimator", f"replay:{recording}", stdin=listing)
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["sitting", "hunching"]


def test_annotate_writes_a_folder_or_a_file(recording: Path, tmp_path: Path) -> None:
    replayed(recording, SITTING, HUNCHING, "--annotate", str(tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "hunching_sit_03.jpg",
        "sitting_05.jpg",
    ]
    replayed(recording, SITTING, "--annotate", str(tmp_path / "one.png"))
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_annotate_keeps_the_tree_below_the_inputs(recording: Path, tmp_path: Path) -> None:
    for name in ("in/a/x.jpg", "in/b/x.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(Path(SITTING).read_bytes())
    done = posture("check", str(tmp_path / "in"), "--annotate", str(tmp_path / "out"))
    assert done.returncode == 0
    drawn = sorted(path.relative_to(tmp_path) for path in (tmp_path / "out").rglob("*.jpg"))
    assert list(map(Path.as_posix, drawn)) == ["out/a/x.jpg", "out/b/x.jpg"]


def test_several_pictures_do_not_go_into_one_file(recording: Path, tmp_path: Path) -> None:
    done = replayed(recording, SITTING, HUNCHING, "--annotate", str(tmp_path / "one.png"))
    assert (done.returncode, "name a folder" in done.stderr) == (2, True)


def test_where_nothing_can_be_written_labels_still_come(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = replayed(recording, SITTING, "--annotate", str(tmp_path / "file" / "out"))
    assert (done.returncode, done.stdout.split()[1]) == (1, "sitting")
    assert "cannot be written" in done.stderr


def test_verbose_names_the_estimator(recording: Path) -> None:
    assert replayed(recording, SITTING, "-v").stderr == "estimator replay, 1 at a time\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_who_leaves_ends_it_quietly_as_a_signal_would(recording: Path) -> None:
    command = [*POSTURE, "check", *[str(SAMPLES)] * 9, "--json"]
    command += ["--estimator", f"replay:{recording}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c_stops_at_once_with_130() -> None:
    command = [*POSTURE, "check", *[str(SAMPLES)] * 200, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.decode().strip()) == (130, "posture: interrupted")
    assert time.monotonic() - asked < 10


def test_help_is_quick_to_import() -> None:
    heavy = "sys.modules.keys() & {'numpy', 'cv2', 'openvino', 'PIL'}"
    code = f"import sys, posture_cli.cli; print(sorted({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opencv_without_its_library_names_the_fix(tmp_path: Path) -> None:
    broken = 'raise ImportError("libGL.so.1: cannot open shared object file")'
    (tmp_path / "cv2.py").write_text(broken)
    done = posture("check", SITTING, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "libGL.so.1" in done.stderr
    assert "apt-get install libgl1" in done.stderr


def on_a_terminal(*arguments: str) -> bytes:
    """Return what a terminal gets of a check that goes well."""
    import pty

    ours, theirs = pty.openpty()
    shown = b""
    command = [*POSTURE, "check", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        with contextlib.suppress(OSError):  # Linux answers with an error when the other end closes
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_a_terminal_gets_colours_and_a_bar_for_many_inputs(recording: Path) -> None:
    pictures = map(str, sorted(SAMPLES.glob("*.jpg"))[-8:])
    shown = on_a_terminal(*pictures, "--estimator", f"replay:{recording}")
    assert b"8/8" in shown
    assert b"\x1b[94msitting" in shown  # bright blue


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_whoever_checks_a_video_hears_of_watch_and_label(recording: Path) -> None:
    shown = on_a_terminal(str(SAMPLES / "desk.mp4"), "--rate", "0.2")
    assert b"posture watch FILE shows times and alerts" in shown
    picture = on_a_terminal(SITTING, "--estimator", f"replay:{recording}")
    assert b"posture watch" not in picture


def test_options_name_what_the_core_knows() -> None:
    (fail_on,) = (param for param in check.params if param.name == "fail_on")
    assert tuple(fail_on.type.choices) == LABELS
    assert rulesets.NAMES == judging.RULE_SETS


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_of_the_output_will_do(recording: Path, encoding: str) -> None:
    done = replayed(recording, SITTING, "日本.jpg", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, "sitting" in done.stdout) == (1, True)
    assert "日本" in done.stderr or "\\u65e5" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_the_output_is_told(recording: Path) -> None:
    command = [*POSTURE, "check", SITTING, "--estimator", f"replay:{recording}", "--json"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_error(recording: Path, closed: str) -> None:
    command = f"{sys.executable} -m posture_cli check {SITTING} --estimator replay:{recording}"
    done = subprocess.run(f"{command} {closed}", shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("area", ["0,0,1", "0,0,a,1", "0.5,0,0.5,1", "-0.1,0,1,1", "0,0,nan,1"])
@pytest.mark.parametrize("option", ["--zone", "--ignore"])
def test_a_part_of_the_picture_is_four_shares_of_it(option: str, area: str) -> None:
    done = posture("check", SITTING, f"{option}={area}")
    assert done.returncode == 2
    assert option in done.stderr


def test_nobody_is_found_in_an_ignored_area() -> None:
    done = posture("check", SITTING, "--ignore", "0,0,0.1,1", "--ignore", "0,0,1,1", "--json")
    assert [one["people"] for one in json_lines(done)] == [[]]


@pytest.mark.parametrize("given", ["64", "a:b", "0:1", "1:0", "9:1", "1:9", "nan:1"])
def test_a_pixel_that_cannot_be_is_wrong_usage(given: str) -> None:
    done = posture("check", str(SAMPLES / "desk.mp4"), "--pixel-aspect", given)
    assert done.returncode == 2
    assert "is not like 64:45" in done.stderr


def test_a_film_with_wide_pixels_gives_the_angles_that_people_see(tmp_path: Path) -> None:
    square = _frame_of(tmp_path, "square.mp4", 640)
    narrow = _frame_of(tmp_path, "narrow.mp4", 400)
    asked = ("--json", "--every", "1000", "--estimator", "blazepose")
    shown = json.loads(posture("check", square, *asked).stdout)["people"][0]["angles_deg"]
    stretched = posture("check", narrow, *asked, "--pixel-aspect", "8:5").stdout
    angles = json.loads(stretched)["people"][0]["angles_deg"]
    assert abs(angles["thigh"] - shown["thigh"]) < 4
    assert abs(angles["hip"] - shown["hip"]) < 4


def _frame_of(folder: Path, name: str, width: int) -> str:
    """Write the first frames of the sample clip, with so many columns."""
    from posture_cli.inputs.video import opened
    from posture_cli.vision import resized
    from tests.clips import write

    with opened(str(SAMPLES / "desk.mp4")) as video:
        frame = video.frame()
    assert frame is not None
    return str(write(folder / name, [resized(frame.rgb, width, frame.size.height)] * 3))
