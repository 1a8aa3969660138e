"""Whatever a command is pointed at, it ends soon and with little memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posture_cli import reading
from tests.people import SAMPLES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices have other names there")

PICTURE = str(SAMPLES / "sitting_05.jpg")
COMMANDS = st.sampled_from(
    [
        ("check", "{}"),
        ("check", "@{}"),
        ("calibrate", "{}", "--force"),
        ("evaluate", "{}"),
        ("train", "{}", "-o", "m.json"),
        ("label", "{}", "-o", "out.csv"),
        ("label", "{}", "-o", "out.csv", "--force"),
        ("watch", "{}"),
        ("collect", "{}", "kept", "--label", "sitting"),
        ("check", PICTURE, "--rules", "{}"),
        ("check", PICTURE, "--profile", "strange"),
        ("check", PICTURE, "--estimator", "replay:{}"),
        ("label", PICTURE, "-o", "out.coco-results.json", "--coco-annotations", "{}"),
        ("evaluate", PICTURE, "--report", "{}"),
        ("report", "-o", "{}"),
        ("history", "--file", "{}"),
        ("models", "import", "{}"),
        ("profiles",),
        ("profiles", "show", "strange"),
        ("--config", "{}", "profiles"),
        ("check", "-"),
    ]
)
FILES = st.sampled_from(["zero", "random", "fifo", "kmsg", "sparse", "text", "closed"])
ENDINGS = st.sampled_from(["", ".jpg", ".csv", ".json", ".zip", ".tar", ".mp4", ".tif", ".params"])
MOST_S, MOST_KB = 30, 600_000


def strange(folder: Path, kind: str, ending: str) -> Path:
    """Make a file that has no end, or is larger than the memory."""
    path = folder / f"strange-{kind}{ending}"
    path.unlink(missing_ok=True)
    if kind in ("zero", "random"):
        path.symlink_to(f"/dev/{kind}")
    elif kind == "kmsg":
        path.symlink_to("/proc/kmsg")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(6 << 30)
    elif kind == "text":
        path.write_bytes(b"[a line of a text, and more\n" * 1_000_000)
    else:
        path.symlink_to("/proc/self/mem")
    profiles = folder / "posture" / "profiles"
    profiles.mkdir(parents=True, exist_ok=True)
    link = profiles / "strange.json"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return path


MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""A small process in between: a child's peak begins with the memory of who started it."""


def run(folder: Path, words: tuple[str, ...], path: Path) -> tuple[int, int, str]:
    """Run a command; return its exit code, its memory in KB and its stderr."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = [sys.executable, "-m", "posture_cli", *(word.format(path) for word in words)]
    piped = words[-1] == "-" and path.name.startswith(("strange-zero", "strange-random"))
    with (
        (folder / "err").open("w+b") as errors,
        Path(path if piped else os.devnull).open("rb") as fed,
    ):
        process = subprocess.Popen(
            [sys.executable, "-c", MEASURE, *command],
            cwd=folder,
            env=environment,
            stdin=fed,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            measured, _ = process.communicate(timeout=MOST_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        errors.seek(0)
        return process.returncode, int(measured), errors.read().decode(errors="replace")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COMMANDS, FILES, ENDINGS)
def test_every_command_ends_soon_with_little_memory(tmp_path, words, kind, ending) -> None:
    path = strange(tmp_path, kind, ending)
    code, used_kb, errors = run(tmp_path, words, path)
    assert code in (0, 1, 2, 3)
    assert used_kb < MOST_KB
    assert "Traceback" not in errors


def test_a_text_of_gigabytes_is_given_up_as_a_list(tmp_path: Path) -> None:
    lines = subprocess.Popen(["yes", "a line of some text"], stdout=subprocess.PIPE)
    command = [sys.executable, "-m", "posture_cli", "check", "-"]
    done = subprocess.run(
        command, stdin=lines.stdout, capture_output=True, cwd=tmp_path, timeout=MOST_S, check=False
    )
    lines.kill()
    lines.wait()
    lines.stdout.close()
    assert done.returncode == 1
    assert b"is not a list of names" in done.stderr


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_file_is_read_whole_or_not_at_all(data: bytes, most_bytes: int) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, data)
    os.close(theirs)
    try:
        if len(data) > most_bytes:
            with pytest.raises(reading.TooLargeError):
                reading.content(f"/dev/fd/{ours}", most_bytes)
        else:
            assert reading.content(f"/dev/fd/{ours}", most_bytes) == data
    finally:
        os.close(ours)


def test_a_small_file_takes_little_memory_whatever_the_limit(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"small")
    tracemalloc.start()
    try:
        assert reading.content(tmp_path / "small", 1 << 30) == b"small"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_pipe_of_the_shell_that_stays_silent_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(reading, "SILENCE_S", 0.1)
    ours, theirs = os.pipe()
    with pytest.raises(TimeoutError):
        reading.content(f"/dev/fd/{ours}", 10)
    os.close(ours)
    os.close(theirs)


def test_lines_are_read_one_at_a_time_up_to_a_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfone\ntwo\n" + b"x" * 100)
    lines = reading.lines(tmp_path / "a", 10)
    assert [next(lines), next(lines)] == ["one\n", "two\n"]
    with pytest.raises(reading.TooLargeError):
        next(lines)
