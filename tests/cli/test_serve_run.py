"""What `posture serve` does beside serving."""

import socket

import pytest

pytest.importorskip("uvicorn")

from posture_cli.cli import serve_run
from posture_cli.errors import ConfigError, RequestError
from posture_cli.estimators import Estimation
from posture_cli.judging import Judging
from posture_cli.serve.app import Limits
from posture_cli.serve.guard import Guard, hosts_of
from posture_cli.serve.server import Serving
from tests.notify.servers import free_port


@pytest.mark.parametrize(
    ("host", "allowed", "address", "page"),
    [
        ("127.0.0.1", (), "http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("desk.example", (), "https://desk.example:1", "https://desk.example:1/"),
        ("0.0.0.0", (), "http://0.0.0.0:8080", "http://127.0.0.1:8080/"),
        ("::", ("desk.example",), "https://[::]:9", "https://desk.example:9/"),
    ],
)
def test_the_page_is_opened_where_a_browser_gets_in(host, allowed, address, page):
    guard = Guard(hosts_of(host, allowed))
    assert serve_run.page_of(address, Serving(host, 0, guard, Limits(), 0)) == page
    name = page.partition("://")[2].rpartition(":")[0]
    guard.check("/", name, None, "")


def test_the_page_is_opened_or_the_address_told(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(serve_run.webbrowser, "open", lambda page: opened.append(page) or True)
    serve_run.open_page("http://127.0.0.1:8080/")
    assert (opened, capsys.readouterr().err) == (["http://127.0.0.1:8080/"], "")
    monkeypatch.setattr(serve_run.webbrowser, "open", lambda page: False)
    serve_run.open_page("http://127.0.0.1:8080/")
    assert "open http://127.0.0.1:8080/ yourself" in capsys.readouterr().err


def test_a_key_without_its_certificate_is_refused_and_the_port_is_free_again(tmp_path):
    port = free_port()
    serving = Serving("127.0.0.1", port, Guard(), Limits(), 0, key=tmp_path / "key.pem")
    with pytest.raises(RequestError, match="a key alone") as error:
        serve_run.run(serving, Estimation(), Judging(), 1, "none")
    assert error.value.hint == "name its certificate too, with --certificate"
    socket.create_server(("127.0.0.1", port)).close()


LONG = "0123456789abcdef"


@pytest.mark.parametrize("written", [LONG, f"{LONG}\n", f"  {LONG} "])
def test_a_token_is_taken_from_a_file_or_the_environment_without_spaces_around_it(
    written, tmp_path
):
    (tmp_path / "token").write_text(written)
    assert serve_run.token_of(tmp_path / "token", None) == LONG
    assert serve_run.token_of(None, written) == LONG
    assert serve_run.token_of(tmp_path / "token", "another-one-of-the-environment") == LONG


@pytest.mark.parametrize("written", ["x", "\n", LONG[:-1], f"   {LONG[:-1]}   "])
def test_a_token_that_can_be_guessed_is_refused_and_not_shown(written, tmp_path):
    (tmp_path / "token").write_text(written)
    for file, variable in ((tmp_path / "token", None), (None, written)):
        with pytest.raises(ConfigError) as refused:
            serve_run.token_of(file, variable)
        said = f"{refused.value.message}; {refused.value.hint}"
        assert f"has {len(written.strip())} characters, and needs at least 16" in said
        assert "openssl rand" in said
        assert LONG[:-1] not in said


def test_without_a_token_there_is_none():
    assert serve_run.token_of(None, None) is serve_run.token_of(None, "") is None


def test_an_empty_token_file_is_refused(tmp_path):
    (tmp_path / "token").touch()
    with pytest.raises(ConfigError, match="has 0 characters"):
        serve_run.token_of(tmp_path / "token", None)
