"""A command of the user: real programs."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

import pytest

from posture_cli.errors import ConfigError
from posture_cli.notify.channel import Timing
from posture_cli.notify.command import Command
from posture_cli.notify.delivery import Delivery
from tests.notify.events import ALERT, Notes, refusal, until

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


def python(*lines: str) -> str:
    """Return the command that runs some lines of Python."""
    return shlex.join([sys.executable, "-c", "\n".join(lines)])


def test_the_event_is_on_stdin_as_one_line_of_json(tmp_path: Path):
    found = tmp_path / "found.json"
    line = python(
        "import sys, pathlib", f"pathlib.Path({str(found)!r}).write_bytes(sys.stdin.buffer.read())"
    )
    Command(line).deliver(ALERT)
    assert found.read_text().count("\n") == 1
    assert json.loads(found.read_text()) == ALERT


def test_no_shell_reads_the_command(tmp_path: Path):
    found = tmp_path / "found"
    line = python(f"import sys; open({str(found)!r}, 'w').write(' '.join(sys.argv[1:]))")
    Command(f"{line} '$HOME' ';' '>' 'a b'").deliver(ALERT)
    assert found.read_text() == "$HOME ; > a b"


@posix
def test_a_shell_is_there_for_who_asks(tmp_path: Path):
    Command(f"sh -c 'cat > {tmp_path}/found; echo noise'").deliver(ALERT)
    assert json.loads((tmp_path / "found").read_text()) == ALERT


def test_a_failure_tells_the_exit_code_and_the_last_line_of_stderr():
    line = python(
        "import sys", "print('first', 'last ', '', sep='\\n', file=sys.stderr)", "exit(3)"
    )
    name = f"command {Path(sys.executable).name}"
    assert refusal(lambda: Command(line).deliver(ALERT)) == (
        f"{name} ended with 3: last | run it by hand to see why"
    )


def test_a_program_that_does_not_read_is_fine():
    Command(python("pass")).deliver({**ALERT, "message": "long " * 100_000})


def test_a_command_that_hangs_is_ended():
    command = Command(python("import time", "time.sleep(60)"), timeout_s=0.5)
    start_s = time.monotonic()
    assert "took longer than 0.5 s and was ended" in refusal(lambda: command.deliver(ALERT))
    assert time.monotonic() - start_s < 5


@posix
def test_a_command_that_says_too_much_is_ended_before_it_fills_the_disk():
    start_s = time.monotonic()
    text = refusal(lambda: Command("sh -c 'yes boo >&2'").deliver(ALERT))
    assert (
        text == "command sh wrote too much to stderr and was ended: boo | run it by hand to see why"
    )
    assert time.monotonic() - start_s < 3


@posix
def test_what_it_has_started_is_ended_with_it(tmp_path: Path):
    alive = tmp_path / "alive"
    command = Command(f"sh -c '(sleep 1.5; touch {alive}) & sleep 60'", timeout_s=0.3)
    assert "took longer" in refusal(lambda: command.deliver(ALERT))
    time.sleep(2)
    assert not alive.exists()


@posix
def test_what_it_leaves_in_the_background_is_not_waited_for(tmp_path: Path):
    start_s = time.monotonic()
    Command(f"sh -c '(sleep 1; touch {tmp_path}/alive) & exit 0'").deliver(ALERT)
    assert time.monotonic() - start_s < 0.8
    assert until((tmp_path / "alive").exists)


def test_the_end_of_everything_ends_the_command(tmp_path: Path):
    began = tmp_path / "began"
    notes = Notes()
    line = python("import time", f"open({str(began)!r}, 'w')", "time.sleep(60)")
    delivery = Delivery([Command(line)], notes, timing=Timing(leave_s=0.3))
    delivery.take(ALERT)
    assert until(began.exists)
    start_s = time.monotonic()
    delivery.close()
    assert time.monotonic() - start_s < 2
    ((text, _),) = notes.said
    assert text.startswith("command ")
    assert text.endswith(": 1 message not delivered")


def test_closed_it_starts_nothing():
    command = Command(python("pass"))
    command.close()
    command.close()
    assert "cannot start" in refusal(lambda: command.deliver(ALERT))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nosuchprogram --now", "program 'nosuchprogram' not found"),
        ("  ", "the command is empty"),
        ("echo 'half", "the command has an open quote"),
    ],
)
def test_a_typo_is_found_at_once(line, message):
    with pytest.raises(ConfigError) as error:
        Command(line)
    assert error.value.message == message


def test_a_full_disk_does_not_keep_it_from_running(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert " ended with 3 | " in refusal(lambda: Command(python("exit(3)")).deliver(ALERT))


@posix
def test_a_file_that_is_no_program_says_so(tmp_path: Path):
    script = tmp_path / "script"
    script.write_text("no interpreter", encoding="utf-8")
    script.chmod(0o755)
    assert "cannot start: Exec format error" in refusal(lambda: Command(str(script)).deliver(ALERT))
