"""`posture models` as people run it: real processes, and a zoo on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.estimators.models.zoo import ARCHIVES, CONTENTS, DETECTOR, MODELS, POSE, Zoo

ROOT = Path(__file__).parents[2]
WITH_OUR_CATALOGUE = """
from posture_cli.estimators.models import catalogue
from tests.estimators.models.zoo import MODELS
catalogue.MODELS.clear()
catalogue.MODELS.update(MODELS)
from posture_cli.cli import main
main()
"""
"""The seam: the hashes of the real catalogue cannot be met by files of a test."""
COMMAND = [sys.executable, "-c", WITH_OUR_CATALOGUE, "models"]
FILE = MODELS[POSE].file_name


@pytest.fixture
def zoo() -> Iterator[Zoo]:
    with Zoo() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, zoo: Zoo) -> dict[str, str]:
    home = os.fspath(tmp_path)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("POSTURE")},
        **dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"), home),
        "MXNET_HOME": os.fspath(tmp_path / "mxnet"),
        "MXNET_GLUON_REPO": zoo.address,
        "PYTHONPATH": os.fspath(ROOT),
        "no_proxy": "127.0.0.1",
    }


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def models(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env={**environment, **more},
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def folder(models: Run) -> Path:
    return Path(models("path").stdout.rstrip("\n"))


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed run says: a line that tells what is wrong and one that tells what to do."""
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if not line.startswith("fetching")]
    assert len(lines) == 2, done.stderr
    assert lines[1].startswith("  ")
    return lines[0]


def test_a_life_of_the_pair(models: Run, folder: Path, zoo: Zoo) -> None:
    assert models().stdout.count("  no  ") == 2
    pulled = models("pull", "gluoncv")
    assert (pulled.returncode, pulled.stdout.count("\n")) == (0, 2)
    assert pulled.stdout.splitlines()[1] == f"{POSE}  0.7 MB  {folder / FILE}"
    assert pulled.stderr.count(f"fetching {zoo.address}gluon/models/") == 2
    assert models("pull", "gluoncv").stderr == ""
    assert "yes      0.7 MB" in models().stdout
    paths = models("path", "gluoncv").stdout.splitlines()
    assert [Path(path).read_bytes() for path in paths] == [CONTENTS[DETECTOR], CONTENTS[POSE]]
    verified = models("verify")
    assert (verified.returncode, verified.stdout.count("  intact  ")) == (0, 4)
    removed = models("remove", "gluoncv")
    assert (removed.returncode, removed.stdout.count("  removed  ")) == (0, 2)
    assert not list(folder.glob("*.params"))


def test_the_list_says_what_is_known() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli", "models"], capture_output=True, text=True, check=True
    )
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line}
    assert rows["pose_landmark_full"][1:5] == ["pose", "yes", "6.4", "MB"]
    assert "Apache-2.0" in rows["pose_landmark_full"]
    assert "68.4" in rows["simple_pose_resnet18_v1b"]
    assert "published by GluonCV" in done.stdout
    assert "states no licence" in done.stdout


def test_a_file_damaged_without_a_trace_is_found_by_verify(models: Run, folder: Path) -> None:
    models("pull", POSE)
    path, times = folder / FILE, (folder / FILE).stat()
    path.write_bytes(CONTENTS[POSE][:-1] + b"?")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert models("path", POSE).returncode == 0  # trusted by size and time
    assert "is damaged" in told(models("verify"))
    assert "damaged" in models().stdout
    assert "is damaged" in told(models("path", POSE))


def test_mxnet_files_are_used_in_place_and_kept(models: Run, tmp_path: Path) -> None:
    theirs = tmp_path / "mxnet" / "models" / FILE
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(CONTENTS[POSE])
    assert models("path", POSE).stdout == f"{theirs}\n"
    assert models("pull", POSE).stderr == ""
    assert "used in place" in told(models("remove", POSE))
    assert theirs.exists()


def test_import_knows_files_by_content_and_refuses_others(
    models: Run, tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "ä weights.bin").write_bytes(CONTENTS[POSE])
    (tmp_path / "other.params").write_bytes(b"other")
    done = models("import", str(tmp_path / "other.params"), str(tmp_path / "ä weights.bin"))
    assert "is not a known model (SHA-1" in told(done)
    assert done.stdout == f"{POSE}  {folder / FILE}\n"  # the rest is done
    assert (folder / FILE).read_bytes() == CONTENTS[POSE]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("pull",), 2),
        (("remove",), 2),
        (("import",), 2),
        (("nonsense",), 2),
        (("pull", POSE, "--timeout", "0"), 2),
        (("pull", POSE, "--timeout", "inf"), 2),
        (("pull", "nonsense"), 1),
        (("pull", "pose_detection"), 1),
        (("remove", "pose_detection"), 1),
        (("remove", POSE), 1),
        (("path", POSE), 1),
        (("verify", POSE), 1),
        (("import", "no_such_file"), 1),
        (("verify",), 0),
        (("path", "pose_detection"), 0),
        (("--help",), 0),
    ],
)
def test_exit_codes(models: Run, arguments: tuple[str, ...], code: int) -> None:
    done = models(*arguments)
    assert (done.returncode, bool(done.stderr)) == (code, code != 0)


def test_a_closed_zoo_is_told_and_the_rest_is_tried(models: Run, zoo: Zoo) -> None:
    zoo.status = 403
    done = models("pull", "gluoncv")
    assert (done.returncode, done.stderr.count("the server answers 403 Forbidden")) == (1, 2)
    assert "posture models import FILE" in done.stderr


def test_a_silent_zoo_is_given_up_in_time(models: Run, zoo: Zoo) -> None:
    zoo.gate.clear()
    assert "sent nothing for 1 s" in told(models("pull", POSE, "--timeout", "1"))
    in_environment = models("pull", POSE, POSTURE_MODELS_PULL_TIMEOUT="1")
    assert "sent nothing for 1 s" in told(in_environment)


def test_without_a_network_it_says_so(models: Run) -> None:
    done = models("pull", POSE, MXNET_GLUON_REPO="http://127.0.0.1:9/")
    assert "refused" in told(done)
    assert "Is this machine online?" in done.stderr


def test_a_killed_pull_goes_on(
    models: Run, zoo: Zoo, environment: dict[str, str], folder: Path
) -> None:
    zoo.stall_after = 300_000
    with subprocess.Popen(
        [*COMMAND, "pull", POSE], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(lambda: sizes(folder) == [300_000])
        process.kill()
    zoo.stall_after = None
    assert models("pull", POSE).returncode == 0
    assert zoo.asked[-1][1] == "bytes=300000-"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c_keeps_what_came_and_exits_with_130(
    models: Run, zoo: Zoo, environment: dict[str, str], folder: Path
) -> None:
    zoo.stall_after = 300_000
    with subprocess.Popen(
        [*COMMAND, "pull", POSE], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(lambda: sizes(folder) == [300_000])
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[-1]) == (130, "posture: interrupted")
    assert "Traceback" not in err
    assert sizes(folder) == [300_000]
    zoo.stall_after = None
    assert models("pull", POSE).returncode == 0
    assert zoo.asked[-1][1] == "bytes=300000-"
    assert (folder / FILE).read_bytes() == CONTENTS[POSE]


def test_of_two_at_once_one_waits_and_says_for_whom(
    zoo: Zoo, environment: dict[str, str], folder: Path
) -> None:
    zoo.gate.clear()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*COMMAND, "pull", POSE], env=environment, **pipes) as first,
        contextlib.ExitStack() as stack,
    ):
        wait_for(lambda: len(zoo.asked) == 1)
        second = stack.enter_context(
            subprocess.Popen([*COMMAND, "pull", POSE], env=environment, **pipes)
        )
        assert second.stderr
        lines = [second.stderr.readline(), second.stderr.readline()]
        assert lines[1] == f"waiting for process {first.pid}, which is working on the same file\n"
        zoo.gate.set()
        assert first.communicate(timeout=60)[0] == second.communicate(timeout=60)[0]
    assert (first.returncode, second.returncode, len(zoo.asked)) == (0, 0, 1)
    assert (folder / FILE).read_bytes() == CONTENTS[POSE]


def test_a_dead_holder_holds_nothing(
    models: Run, zoo: Zoo, environment: dict[str, str], folder: Path
) -> None:
    zoo.gate.clear()
    with subprocess.Popen(
        [*COMMAND, "pull", POSE], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(lambda: len(zoo.asked) == 1)
        process.kill()
    zoo.gate.set()
    done = models("pull", POSE)
    assert (done.returncode, "waiting" in done.stderr) == (0, False)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no files, not even from root")
def test_a_read_only_cache_is_told(models: Run) -> None:
    done = models("pull", POSE, XDG_CACHE_HOME="/proc/self")
    assert "cannot write to /proc/self/posture/models" in told(done)


def test_a_bad_archive_leaves_nothing(models: Run, zoo: Zoo, folder: Path) -> None:
    zoo.archives[MODELS[POSE].zip_name] = ARCHIVES[MODELS[DETECTOR].zip_name]
    assert "should hold" in told(models("pull", POSE))
    assert [path.suffix for path in folder.iterdir()] == [".lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
def test_a_terminal_gets_a_bar(zoo: Zoo, environment: dict[str, str], folder: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen([*COMMAND, "pull", POSE], env=environment, stderr=theirs) as process:
        os.close(theirs)
        with contextlib.suppress(OSError):  # Linux answers with an error when the other end closes
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    assert b"100%" in shown
    assert b"0.7 MB of 0.7 MB" in shown


def test_the_list_needs_no_heavy_package() -> None:
    heavy = "sys.modules.keys() & {'numpy', 'cv2', 'openvino', 'PIL', 'urllib.request'}"
    code = (
        "import atexit, sys, posture_cli.cli as c\n"
        "sys.argv[1:] = ['models']\n"
        f"atexit.register(lambda: print(sorted({heavy})))\n"
        "c.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def sizes(folder: Path) -> list[int]:
    """The bytes of the downloads that are under way."""
    return [path.stat().st_size for path in folder.glob("*.zip.part")]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
