"""No password, wherever a person puts it, appears in anything that is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from posture_cli.core.masking import masked
from tests.cli.places import VALUE, Place, places, said

PARTS = st.from_regex(r"[0-9]{0,4}Zq[a-z0-9]{4}", fullmatch=True)
BETWEEN = st.sampled_from(
    ["#", "/", "?", "@", ":", "%", "&", "=", ";", ",", "'", '"', "\\", " ", "é"]
)
ADDRESSES = st.sampled_from(
    [
        "rtsp://me:{}@127.0.0.1:9/live",
        "http://me:{}@127.0.0.1:9/video",
        "https://127.0.0.1:9/video?token={}",
        "http://127.0.0.1:9/user=me&password={}",
        "rtsps://me:{}@127.0.0.1:9/live",
        "s3://me:{}@bucket/photos",
        "sftp://me:{}@127.0.0.1:9/a.zip!/b.jpg",
        "mailto://me:{}@127.0.0.1:9",
        "jsons://127.0.0.1:9/{}",
        "slack://{}",
        "ftps://me:{}@127.0.0.1:9/a.mp4",
    ]
)


@st.composite
def passwords(draw: st.DrawFn) -> tuple[list[str], str]:
    """Draw a password of some parts with anything between, and those parts."""
    parts = draw(st.lists(PARTS, min_size=1, max_size=3, unique=True))
    text = parts[0] + "".join(draw(BETWEEN) + part for part in parts[1:])
    return parts, draw(st.sampled_from(["", "12/", "#", "@", "7?"])) + text


@given(ADDRESSES, passwords(), st.sampled_from(["{}", "Path '{}' is bad", "{}: no answer"]))
def test_no_address_is_shown_with_its_password(address, password, sentence) -> None:
    parts, text = password
    if "@" not in address and any(c.isspace() for c in text):
        return  # an address ends at a space
    shown = masked(sentence.format(address.format(text)))
    assert not [part for part in parts if part[-6:] in shown]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise, where it is imported
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(places())), ADDRESSES, passwords())
@example(Place(("watch", VALUE)), "rtsp://me:{}@127.0.0.1:9/", (["Zqaaaa"], "x#Zqaaaa"))
@example(Place(("watch", "--camera", VALUE)), "rtsp://me:{}@127.0.0.1:9/", (["Zqaaaa"], "Zqaaaa"))
@example(
    Place(("evaluate", "a.jpg", "--compare", VALUE)), "rtsp://me:{}@h/", (["Zqaaaa"], "1/Zqaaaa,b")
)
@example(Place((f"--{VALUE}",)), "rtsp://me:{}@h/", (["Zqaaaa"], "12/Zqaaaa=b"))
@example(Place(("check", "--json", VALUE)), "http://me:{}@h/", (["Zqaaaa"], "12/Zqaaaa"))
def test_no_command_shows_a_password(tmp_path: Path, place, address, password) -> None:
    parts, text = password
    text = text.replace(" ", "+")
    written = said(place, address.format(text), tmp_path)
    assert not [part for part in parts if part[-6:] in written]


@pytest.mark.parametrize(
    "text",
    [
        "write it like rtsp://192.168.0.7/stream or http://192.168.0.7:8080/video",
        "s3://bucket/a@b.jpg",
        "sftp://anna@host:22/a:b@c.jpg is damaged",
        "there is no file C:/me@home.jpg",
        "Apprise does not know foo://",
    ],
)
def test_what_has_no_password_stays(text: str) -> None:
    assert masked(text) == text
