"""`posture notify-test` and the options it shares with `posture watch`, as people use them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.notify.servers import Mail, Web, free_port

SECRET = "geheim1234"
WORDS = "This is a test of posture: alerts will look like this."


def posture(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli", "notify-test", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "no_proxy": "127.0.0.1", **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr + done.stdout
    return done


@pytest.fixture
def apprise() -> None:
    if subprocess.run([sys.executable, "-c", "import apprise"], check=False).returncode:
        pytest.skip("Apprise is not installed: pip install 'posture-cli[notify]'")


def keeping(path: Path) -> str:
    """Return a command that keeps what it reads."""
    return f"{sys.executable} -c \"import sys; open('{path}', 'w').write(sys.stdin.read())\""


def test_every_way_gets_the_test_and_says_that_it_was_sent(apprise, tmp_path):
    kept = tmp_path / "kept.json"
    with Web() as web, Mail() as mail:
        to = f"mailto://127.0.0.1:{mail.port}/?from=posture@example.org&to=ben@example.org"
        done = posture(
            "--notify", f"json://{web.place}", "--notify", to, "--on-alert", keeping(kept), "--bell"
        )
    assert (done.returncode, done.stderr) == (0, "")
    program = Path(sys.executable).name
    assert done.stdout.splitlines() == [
        "json://127.0.0.1  sent",
        "mailto://127.0.0.1  sent",
        f"command {program}  sent",
        "bell  sent",
    ]
    event = json.loads(kept.read_text())
    assert (event["event"], event["level"], event["message"]) == ("alert", 1, WORDS)
    assert web.json()["event"] == event
    assert WORDS in mail.mails[0][2].get_body(("plain",)).get_content()


def test_the_message_at_the_end_is_tried_too(tmp_path):
    keep = f"open('{tmp_path}/kept', 'a').write(sys.stdin.read())"
    (tmp_path / "keep.py").write_text(f"import sys; {keep}")
    done = posture("--on-alert", f"{sys.executable} {tmp_path}/keep.py", "--notify-recovered")
    assert done.returncode == 0, done.stderr
    kept = (tmp_path / "kept").read_text()
    assert re.findall(r'"event": "(\w+)"', kept) == ["alert", "recovered"]


def test_one_that_fails_does_not_keep_the_others_from_being_told(apprise, tmp_path):
    port = free_port()
    done = posture(
        *("--notify", f"json://anna:{SECRET}@127.0.0.1:{port}/{SECRET}"),
        *("--on-alert", keeping(tmp_path / "kept")),
    )
    assert done.returncode == 1
    assert done.stdout.endswith("  sent\n")
    assert done.stderr == (
        "posture: json://127.0.0.1 did not accept the message: A Connection error occurred "
        "sending JSON notification to 127.0.0.1.\n  check address and network\n"
    )


def test_a_way_that_is_missing_here_does_not_keep_the_others_from_being_tried(tmp_path):
    done = posture("--sound", "--bell", "--on-alert", keeping(tmp_path / "kept"), PATH="")
    assert done.returncode == 1
    assert [line.split("  ")[1] for line in done.stdout.splitlines()] == ["sent", "sent"]
    assert "no program to play a sound was found" in done.stderr
    assert (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Which way? Name --notify, --on-alert, --sound or --bell."),
        (
            ("--notify", f"mailtoo://anna:{SECRET}@example.org"),
            "Apprise does not know mailtoo://: Apprise's documentation lists its services.",
        ),
        (
            ("--notify", f"https://example.org/{SECRET}"),
            "Apprise does not know https://: for a webhook write jsons:// in place of https://.",
        ),
        (
            ("--notify", SECRET),
            "this is not an address of Apprise: write --notify desktop, or an address "
            "of Apprise such as mailto:// or json://.",
        ),
        (
            ("--on-alert", "nosuchprogram --now"),
            "program 'nosuchprogram' not found: write its full path; for shell syntax write sh -c "
            "'...'.",
        ),
    ],
)
def test_a_typo_is_wrong_usage(apprise, arguments, message):
    done = posture(*arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_without_apprise_the_extra_is_named(tmp_path):
    (tmp_path / "apprise.py").write_text("raise ImportError", encoding="utf-8")
    done = posture("--notify", "json://example.org", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        "posture: --notify with an address needs Apprise\n"
        "  pip install 'posture-cli[notify]', or use --notify desktop\n"
    )


def test_passwords_can_stay_in_the_environment(apprise):
    with Web() as web:
        urls = f"json://anna:{SECRET}@{web.place}/a json://{web.place}/b"
        done = posture(POSTURE_WATCH_NOTIFY=urls)
    assert done.returncode == 0
    assert [path for path, _, _ in web.posts] == ["/a", "/b"]
    assert web.posts[0][1]["Authorization"].startswith("Basic ")


def test_what_others_need_is_imported_only_when_it_is_used():
    lines = "import posture_cli.cli, sys; print({'apprise', 'numpy'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_ends_it_and_what_it_has_started(tmp_path):
    import signal

    began, alive = tmp_path / "began", tmp_path / "alive"
    line = f"sh -c 'touch {began}; sleep 2; touch {alive}'"
    words = [sys.executable, "-m", "posture_cli", "notify-test", "--on-alert", line]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8")
    deadline_s = time.monotonic() + 20
    while not began.exists() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    time.sleep(0.3)  # until it is not only started, but waited for
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "posture: interrupted")
    time.sleep(2.2)
    assert not alive.exists()
