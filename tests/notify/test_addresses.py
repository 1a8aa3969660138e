"""Apprise with real servers: a mail, webhooks, and what happens when no server answers."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from posture_cli.errors import ConfigError
from posture_cli.notify.channel import Timing
from posture_cli.notify.delivery import Delivery
from tests.notify.events import ALERT, RECOVERED, Notes, refusal, until
from tests.notify.servers import Mail, Silence, Web, free_port

pytest.importorskip("apprise", reason="Apprise is not installed: pip install 'posture-cli[notify]'")
from posture_cli.notify.addresses import Address, without_secrets

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Apprise tries old modules of Python before it does without them."""
TITLE = "Posture: hunching"
SENTENCE = "You have been hunching for 30 seconds."
SECRET = "geheim1234"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests ask this machine and no proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def mailto(port: int) -> str:
    return (
        f"mailto://anna:{SECRET}@127.0.0.1:{port}/?mode=insecure&from=posture@example.org"
        "&to=ben@example.org"
    )


def test_a_mail_arrives_with_what_happened():
    with Mail() as server:
        # Without a user, as most servers in a house have it.
        url = f"mailto://127.0.0.1:{server.port}/?from=posture@example.org&to=ben@example.org"
        Address(url).deliver(ALERT)
    ((sender, receivers, mail),) = server.mails
    assert (sender, receivers) == ("posture@example.org", ["ben@example.org"])
    assert mail["Subject"] == TITLE
    text = mail.get_body(("plain",)).get_content()
    assert SENTENCE in text
    assert "At 14:05." in text


def test_a_webhook_gets_the_event_whole():
    with Web() as server:
        Address(f"json://{server.place}/hook").deliver(ALERT)
    posted = server.json()
    assert server.posts[0][0] == "/hook"
    assert posted["event"] == ALERT
    assert (posted["title"], posted["type"]) == (TITLE, "warning")
    assert posted["message"] == f"{SENTENCE}\nAt 14:05."


def test_each_event_is_its_own_and_what_the_user_adds_stays():
    with Web() as server:
        address = Address(f"json://{server.place}/?:room=den")
        address.deliver(ALERT)
        address.deliver(RECOVERED)
    assert [server.json(n)["event"] for n in (0, 1)] == [ALERT, RECOVERED]
    assert [server.json(n)["room"] for n in (0, 1)] == ["den", "den"]
    assert server.json(1)["type"] == "success"


def test_webhooks_that_cannot_nest_get_it_as_text():
    with Web() as server:
        Address(f"form://{server.place}").deliver(ALERT)
        Address(f"xml://{server.place}").deliver(ALERT)
    form = parse_qs(server.posts[0][2].decode())
    assert json.loads(form["event"][0]) == ALERT
    xml = ElementTree.fromstring(server.posts[1][2])
    (event,) = (e for e in xml.iter() if e.tag.endswith("event"))
    assert json.loads(event.text) == ALERT


def test_a_server_that_says_no_is_named_with_its_reason():
    with Web(status=401) as server:
        address = Address(f"json://anna:{SECRET}@{server.place}/{SECRET}tail")
        said = refusal(lambda: address.deliver(ALERT))
    assert address.name == "json://127.0.0.1"
    assert said.startswith("json://127.0.0.1 did not accept the message: Failed to send JSON POST")
    assert "401" in said
    assert SECRET not in said


def test_a_server_that_is_missing_is_tried_again_until_it_is_there():
    port, notes = free_port(), Notes()
    timing = Timing(first_wait_s=0.05, longest_wait_s=0.1)
    delivery = Delivery([Address(f"json://127.0.0.1:{port}")], notes, timing=timing)
    delivery.take(ALERT)
    assert until(lambda: notes.said)
    with Web(port=port) as server:
        assert until(lambda: server.posts)
        delivery.close()
    (first, _), second = notes.said
    assert first.startswith(
        "json://127.0.0.1 did not accept the message: A Connection error occurred"
    )
    assert second == ("json://127.0.0.1 works again", "no message was lost")


def test_a_mail_server_that_hangs_holds_up_neither_loop_nor_exit():
    notes = Notes()
    with Silence() as server:
        delivery = Delivery([Address(mailto(server.port))], notes, timing=Timing(leave_s=0.5))
        start_s = time.monotonic()
        delivery.take(ALERT)
        delivery.close()
        assert time.monotonic() - start_s < 2
    hint = "try it with posture notify-test"
    assert notes.said == [("mailto://127.0.0.1: 1 message not delivered", hint)]


def test_a_program_with_a_mail_under_way_can_end():
    with Silence() as server:
        start_s = time.monotonic()
        lines = (
            "from posture_cli.notify.addresses import Address",
            "from posture_cli.notify.channel import Timing",
            "from posture_cli.notify.delivery import Delivery",
            f"to = Address({mailto(server.port)!r})",
            "delivery = Delivery([to], print, timing=Timing(leave_s=1))",
            f"delivery.take({ALERT!r})",
            "delivery.close()",
        )
        done = subprocess.run([sys.executable, "-c", "\n".join(lines)], timeout=60, check=False)
        assert done.returncode == 0
        assert time.monotonic() - start_s < 8


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"mailtoo://anna:{SECRET}@example.org", "Apprise does not know mailtoo://"),
        (f"https://anna:{SECRET}@example.org", "Apprise does not know https://"),
        ("desktop-", "this is not an address of Apprise"),
        (f"{SECRET} ://x", "this is not an address of Apprise"),
        ("windows://", "windows:// needs software that is not installed"),
        ("json://", "the json:// address cannot be used: it is incomplete"),
        (f"tgram://{SECRET}/12", "the tgram:// address cannot be used: it is incomplete"),
        (
            f"mailto://anna:{SECRET}@",
            "the mailto:// address cannot be used: Invalid ~From~ email specified:",
        ),
        (
            f"sns://AKIA{SECRET}/{SECRET}",
            "the sns:// address cannot be used: An invalid AWS Secret Access Key (None) was "
            "specified.",
        ),
        (
            f"jsons://{SECRET}@example.org?method={SECRET}",
            "the jsons:// address cannot be used: The method specified (...) is invalid.",
        ),
    ],
)
def test_a_typo_is_found_at_once_and_shown_without_its_secrets(url, message):
    with pytest.raises(ConfigError) as error:
        Address(url)
    assert error.value.message == message
    assert SECRET not in error.value.hint


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (mailto(25), "mailto://127.0.0.1"),
        (f"jsons://{SECRET}@example.org/{SECRET}?+Authorization={SECRET}", "jsons://example.org"),
        ("ntfy://mytopic", "ntfy://***"),
        ("sns://AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMIK7MDENGbPxR/us-east-1/+12065551234", "sns://***"),
        ("JSON://example.org", "json://example.org"),
    ],
)
def test_its_name_holds_no_secret(url, name):
    assert Address(url).name == name


def test_reasons_are_shown_without_secrets():
    url = f"json://anna:p%40ss%20word@example.org:80/{SECRET}?x=tok-en&+Auth=Bearer%20abc"
    text = f"POST http://example.org:80/{SECRET} as anna with p@ss word, tok-en and Bearer abc"
    assert without_secrets(text, url, "example.org") == (
        "POST http://example.org:80/... as ... with ..., ... and ..."
    )


def test_a_host_that_is_a_secret_stays_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")  # no server answers there
    address = Address(f"discord://123456789/{SECRET}")
    said = refusal(lambda: address.deliver(ALERT))
    assert said.startswith("discord://*** did not accept the message: A Connection error")
    assert "123456789" not in said


def test_apprise_itself_logs_no_secret(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, logger="apprise"), Web(status=500) as server:
        address = Address(f"json://anna:{SECRET}@{server.place}/{SECRET}")
        refusal(lambda: address.deliver(ALERT))
    assert caplog.records
    assert SECRET not in caplog.text
