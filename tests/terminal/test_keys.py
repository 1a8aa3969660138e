from __future__ import annotations

import io
import os
import sys

import pytest

from posture_cli.terminal.keys import NoKeyboard, actions, console_keys, keyboard


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", ()),
        ("p", ("pause",)),
        ("SqC", ("snooze", "quit", "calibrate")),
        ("xyz \r\n\t", ()),
        ("\x1b[A\x1b[15~\x1bOP\x1bOSp", ("pause",)),  # arrow up, F5, F1, F4
        ("\x1bq", ()),  # Alt-q
        ("\x1b", ()),
    ],
)
def test_letters_ask_for_something_and_other_keys_do_not(typed, answer):
    assert actions(typed) == answer


class Console:
    """A console of Windows with these keys waiting."""

    def __init__(self, *keys: str) -> None:
        self._keys = list(keys)

    def kbhit(self) -> bool:
        return bool(self._keys)

    def getwch(self) -> str:
        return self._keys.pop(0)


def test_function_keys_of_windows_are_not_letters():
    assert console_keys(Console("p", "\0", "s", "\xe0", "q", "c")) == "pc"
    assert console_keys(Console("\xe0")) == ""  # an a with an accent, and nothing behind it


def test_ctrl_c_on_windows_interrupts():
    with pytest.raises(KeyboardInterrupt):
        console_keys(Console("p", "\x03"))


@pytest.mark.parametrize("stdin", [None, io.StringIO("q")], ids=["closed", "a pipe"])
def test_there_are_no_keys_without_a_terminal(stdin):
    keys = keyboard(stdin)
    keys.open()
    assert isinstance(keys, NoKeyboard)
    assert keys.typed() == ""
    keys.close()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_a_terminal_gives_keys_at_once_and_is_left_as_it_was():
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with open(theirs) as stdin:  # noqa: PTH123 - a descriptor
        keys = keyboard(stdin)
        assert keys.typed() == ""  # not open yet
        keys.open()
        keys.open()
        assert termios.tcgetattr(theirs) != before
        assert keys.typed() == ""
        os.write(ours, b"ps")
        assert keys.typed() == "ps"
        keys.close()
        keys.close()
        assert termios.tcgetattr(theirs) == before
        os.close(ours)
