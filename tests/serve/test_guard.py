"""Who may come in, without a server."""

import pytest

from posture_cli.cli import serve_run
from posture_cli.errors import ConfigError, RequestError
from posture_cli.judging import Judging
from posture_cli.serve.guard import Guard, hosts_of, is_loopback
from posture_cli.serve.refusals import RefusedError

LOCAL = Guard(hosts_of("127.0.0.1", ("desk.example",)), "secret")
RIGHT = "Bearer secret"


def check(path="/invocations", host="127.0.0.1:8080", origin=None, token=RIGHT):
    LOCAL.check(path, host, origin, token)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:80", "DESK.example"])
def test_its_own_names_are_let_in(host):
    check(host=host)
    check(host=host, origin=f"http://{host}")


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (421, {"host": "evil.example"}),
        (421, {"host": ""}),
        (421, {"host": "[::1"}),
        (403, {"origin": "http://evil.example"}),
        (403, {"origin": "null"}),
        (403, {"origin": "http://127.0.0.1:9"}),
        (401, {"token": ""}),
        (401, {"token": "Bearer secret "}),
        (401, {"token": "Bearer \u00e9"}),
        (401, {"path": "/metrics", "token": ""}),
    ],
)
def test_others_are_refused(status, wrong):
    with pytest.raises(RefusedError) as refused:
        check(**wrong)
    assert refused.value.status == status
    assert "secret" not in refused.value.message + refused.value.hint


def test_signs_of_life_need_no_token():
    check("/ping", token="")


def test_only_loopback_is_this_machine_alone():
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.0.7", "desk.example")))
    assert hosts_of("0.0.0.0", ()) == frozenset()


def test_other_machines_need_a_token_unless_that_is_wanted():
    with pytest.raises(RequestError, match=r"0\.0\.0\.0"):
        serve_run.guard("0.0.0.0", (), None, insecure=False)
    assert serve_run.guard("0.0.0.0", (), None, insecure=True).token is None
    assert serve_run.guard("0.0.0.0", (), "t", insecure=False).token == "t"


def test_a_token_comes_from_a_file_or_else_from_the_environment(tmp_path):
    file = tmp_path / "token"
    one, two = "1" * 16, "2" * 16
    file.write_text(f" {one} \n")
    assert serve_run.token_of(file, two) == one
    assert serve_run.token_of(None, two) == two
    assert serve_run.token_of(None, "") is None
    file.write_text("\n")
    for bad in (file, tmp_path / "missing"):
        with pytest.raises(ConfigError):
            serve_run.token_of(bad, None)


def test_rules_beside_a_model_count_unless_others_are_named(tmp_path):
    model = tmp_path / "judge.json"
    assert serve_run.rules_for(Judging(), named=False, model=model) == Judging()
    model.write_text("{}")
    (tmp_path / "model.tar.gz").write_bytes(b"")
    assert serve_run.rules_for(Judging(), named=False, model=model).rules == str(model)
    assert serve_run.rules_for(Judging(), named=True, model=model) == Judging()


def test_a_batch_of_sagemaker_may_send_larger_bodies():
    assert serve_run.body_bytes(6, {}) == 6 << 20
    assert serve_run.body_bytes(6, {"SAGEMAKER_MAX_PAYLOAD_IN_MB": "20"}) == 20 << 20
    assert serve_run.body_bytes(6, {"SAGEMAKER_MAX_PAYLOAD_IN_MB": "many"}) == 6 << 20
