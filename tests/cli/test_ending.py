"""Signals that end a process: from the first line of `main` on they do what Ctrl-C does."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import textwrap

import pytest

from tests.people import SAMPLES

BEFORE = """
import os, signal, sys, time
from posture_cli import cli
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
def me(number):
    os.kill(os.getpid(), number)
def stand_in(*words, **options):
{command}
cli.posture.main = stand_in
cli.main()
"""
ALL = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")


def run(command, before=BEFORE):
    """Run `posture` with another body than its own."""
    body = textwrap.indent(textwrap.dedent(command).strip(), "    ")
    return subprocess.run(
        [sys.executable, "-c", before.replace("{command}", body)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ,
        timeout=30,
        check=False,
    )


def is_interrupted(done):
    assert (done.returncode, "Traceback" in done.stderr) == (130, False), done.stderr
    assert done.stderr.endswith("posture: interrupted\n")


@ALL
def test_every_command_ends_with_130(number):
    is_interrupted(run(f"me({int(number)}); time.sleep(20)"))


@ALL
def test_so_it_does_before_the_command_begins(number):
    at_once = BEFORE.replace(
        "cli.main()",
        f"""
class Ending(cli.Ending):
    def __init__(self):
        super().__init__()
        me({int(number)})
cli.Ending = Ending
cli.main()
""",
    )
    done = run("print('it began')", at_once)
    is_interrupted(done)
    assert done.stdout == ""


def test_an_interruption_that_became_another_error_is_one():
    done = run(
        """
        try:
            me(signal.SIGTERM)
        except KeyboardInterrupt:
            raise ImportError("numpy could not be imported")
        """
    )
    is_interrupted(done)
    assert "numpy" not in done.stderr


def test_what_could_not_be_finished_is_said():
    done = run(
        """
        from posture_cli.errors import OutputError
        try:
            me(signal.SIGTERM)
        finally:
            raise OutputError("3 rows are lost", hint="free some space")
        """
    )
    is_interrupted(done)
    assert "3 rows are lost" in done.stderr


def test_an_interruption_that_python_drops_comes_again():
    done = run(
        """
        class Thing:
            def __del__(self):
                me(signal.SIGTERM)
                time.sleep(0)
        thing = Thing()
        del thing
        time.sleep(10)
        print("it went on")
        """
    )
    is_interrupted(done)
    assert done.stdout == ""


def test_a_second_sigterm_does_not_stop_the_cleaning_up():
    done = run(
        """
        try:
            me(signal.SIGHUP)
        finally:
            me(signal.SIGHUP)
            me(signal.SIGTERM)
            print("all is written")
        """
    )
    is_interrupted(done)
    assert done.stdout == "all is written\n"


def test_a_second_ctrl_c_does():
    done = run(
        """
        try:
            me(signal.SIGTERM)
        finally:
            me(signal.SIGINT)
            print("all is written")
        """
    )
    is_interrupted(done)
    assert done.stdout == ""


@ALL
def test_when_all_is_done_a_signal_comes_too_late(number):
    done = run(f"import atexit; atexit.register(me, {int(number)}); print('all is written')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "all is written\n", "")


def test_what_the_starter_wants_ignored_is_ignored():
    ignored = BEFORE.replace("signal.SIG_DFL", "signal.SIG_IGN")
    done = run("me(signal.SIGHUP); print('it went on')", ignored)
    assert (done.returncode, done.stdout) == (0, "it went on\n")


class Terminal:
    """A pseudo-terminal in which `posture` runs, and what it shows."""

    def __init__(self, home, *words):
        import pty

        environment = {**os.environ, "TERM": "xterm", "XDG_DATA_HOME": os.fspath(home)}
        self.process, self.ours = pty.fork()
        if self.process == 0:
            os.execve(sys.executable, [sys.executable, "-m", "posture_cli", *words], environment)
        self.shown = ""

    def until(self, text):
        while text not in self.shown:
            assert self._more(30), self.shown

    def after_ctrl_c(self):
        """Press it, and return what is shown then.

        Again, if nothing follows: Python does not see a signal just before it waits for an answer.
        """
        before = len(self.shown)
        with contextlib.suppress(OSError):  # at the end of the process
            while True:
                os.write(self.ours, b"\x03")
                while self._more(2):
                    pass
        os.close(self.ours)
        assert os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1]) == 130
        return self.shown[before:]

    def _more(self, within_s):
        ready, _, _ = select.select([self.ours], [], [], within_s)
        if ready:
            self.shown += os.read(self.ours, 1000).decode()
        return bool(ready)


def test_in_a_terminal_the_last_word_takes_the_place_of_ctrl_c(tmp_path):
    bar = Terminal(tmp_path, "status", "--follow")
    bar.until("posture off\r\n")
    assert bar.after_ctrl_c() == "^C\r\x1b[Kposture: interrupted\r\n"


def test_in_a_terminal_an_interrupted_label_leaves_no_empty_line(tmp_path):
    run = Terminal(tmp_path, "label", os.fspath(SAMPLES), "-o", os.fspath(tmp_path / "out.csv"))
    run.until("per second")
    assert run.after_ctrl_c().endswith(
        "\r\x1b[Kposture: interrupted\r\n  the same command goes on where it stopped\r\n"
    )


def test_in_a_terminal_a_question_is_not_written_over(tmp_path):
    (tmp_path / "posture").mkdir()
    (tmp_path / "posture" / "history.db").touch()
    asks = Terminal(tmp_path, "history", "--delete", "--all")
    asks.until("[y/N]")
    assert re.fullmatch(r"( |\^C)+\r\nposture: interrupted\r\n", asks.after_ctrl_c())
