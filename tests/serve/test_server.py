"""The running server: what it answers, what it refuses, how it ends."""

import base64
import csv
import io
import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest
from PIL import Image

from posture_cli import __version__
from tests.people import SAMPLES
from tests.serve.running import POSTURE, SITTING, Server

PICTURES = sorted(SAMPLES.glob("*.jpg"))


@pytest.fixture(scope="module")
def server():
    with Server("--log", "json") as running:
        yield running


@pytest.fixture(scope="module")
def checked():
    """What `posture check --json` says of every sample."""
    command = [*POSTURE, "check", *map(str, PICTURES), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line)["people"] for line in done.stdout.splitlines()]


def packed(data=SITTING):
    return base64.b64encode(data).decode()


def test_every_sample_gets_the_people_of_check_number_by_number(server, checked):
    found = [server.look(path.read_bytes()).json["people"] for path in PICTURES]
    assert found == checked
    assert len({person["label"] for people in found for person in people}) == 4


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (SITTING, "application/octet-stream"),
        (SITTING, "application/x-www-form-urlencoded"),
        (json.dumps({"image": packed()}), "application/json"),
        (json.dumps({"image": {"b64": packed()}}), "application/json"),
        (json.dumps(packed()), "application/json; charset=utf-8"),
        (packed(), "text/csv"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
            + SITTING
            + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
    ],
    ids=["bytes", "curl", "json", "b64", "string", "csv", "form"],
)
def test_a_picture_may_come_in_every_form(server, body, content_type):
    answer = server.look(body, content_type=content_type)
    assert answer.status == 200
    assert answer.json["people"] == server.look().json["people"]


def test_the_client_of_the_workshop_finds_boxes_and_keypoints(server):
    form = server.look(packed(), content_type="text/csv").json
    (person,) = form["people"]
    assert form["boxes"] == [[*person["bbox_xyxy"], person["score"], 0.0]]
    assert form["keypoints"][0][0] == [person["keypoints"][0][k] for k in ("x", "y", "score")]


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [packed(), packed(b"no picture")]},
        {"instances": [{"image": {"b64": packed()}}, packed(b"no picture")]},
        {"inputs": {"image": [packed(), packed(b"no picture")]}},
        {"dataframe_records": [{"image": packed()}, {"image": packed(b"no picture")}]},
        {"dataframe_split": {"columns": ["image"], "data": [[packed()], [packed(b"no picture")]]}},
    ],
    ids=["instances", "tensorflow", "inputs", "records", "split"],
)
def test_mlflow_gets_one_prediction_per_picture(server, body):
    answer = server.look(json.dumps(body), content_type="application/json")
    first, second = answer.json["predictions"]
    assert first["people"][0]["label"] == "sitting"
    assert second["error"]["code"] == "unreadable"


def test_several_pictures_give_one_line_each(server):
    body = json.dumps([packed(), packed(b"no picture")])
    answer = server.look(body, content_type="application/json")
    assert answer.headers["content-type"] == "application/jsonlines"
    first, second = map(json.loads, answer.body.splitlines())
    assert (first["people"][0]["label"], second["error"]["code"]) == ("sitting", "unreadable")


def test_a_table_and_a_drawn_picture_can_be_asked_for(server):
    table = server.look(accept="text/csv;q=0.9").body.decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["label"], row["person"]) == ("sitting", "1")
    drawn = server.look(accept="image/*,*/*;q=0.8")
    assert drawn.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(drawn.body)) as image, Image.open(io.BytesIO(SITTING)) as before:
        assert image.size == before.size
    assert server.look(accept="audio/ogg").status == 406


def test_options_come_with_the_address_or_in_the_attributes_of_sagemaker(server):
    header = {"X_Amzn_SageMaker_Custom_Attributes": "trace-1,rules=deeplens,max_people=1"}
    for answer in (server.look(query="?rules=deeplens&max_people=1"), server.look(**header)):
        assert answer.json["people"][0]["reasons"][0]["code"] == "ear_shoulder_hip_bend"
    assert server.look(query="?rules=default", **header).json["people"][0]["label"] == "sitting"
    assert server.look(query="?min_score=1").json["people"] == []


@pytest.mark.parametrize(
    ("status", "code", "asked"),
    [
        (400, "option", {"query": "?rules=/etc/passwd"}),
        (400, "option", {"query": "?camera_roll=nan"}),
        (400, "option", {"query": "?unknown=1"}),
        (400, "option", {"query": "?estimator=onnx:/etc/passwd"}),
        (400, "empty", {"body": b""}),
        (400, "json", {"body": b"{", "content_type": "application/json"}),
        (400, "json", {"body": b'{"instances": []}', "content_type": "application/json"}),
        (400, "json", {"body": b"[" * 100_000, "content_type": "application/json"}),
        (400, "base64", {"body": b"?", "content_type": "text/csv"}),
        (400, "form", {"body": b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}),
        (415, "content_type", {"content_type": "audio/ogg"}),
        (415, "unreadable", {"body": b"no picture"}),
        (422, "damaged", {"body": SITTING[: len(SITTING) // 2]}),
        (413, "too_large", {"body": b"x" * (6 * 2**20 + 1)}),
        (421, "host", {"host": "evil.example"}),
        (403, "origin", {"origin": "http://evil.example"}),
    ],
)
def test_what_is_wrong_is_said_with_the_right_status(server, status, code, asked):
    answer = server.look(**{"body": SITTING, **asked})
    assert answer.status == status
    error = answer.json["error"]
    assert (answer.json["schema"], error["code"]) == ("posture/1", code)
    assert error["message"] and error["hint"]
    assert server.ask("/ping").status == 200


def test_a_body_without_a_length_is_read_up_to_the_limit(server):
    parts = iter([b"x" * 2**20] * 8)
    try:
        answer = server.look(parts)
    except (BrokenPipeError, ConnectionResetError):  # it may close while we still send
        return
    assert answer.status == 413


def test_addresses_for_platforms_answer(server):
    for path in ("/ping", "/health"):
        assert server.ask(path)[::2] == (200, b"")
    assert server.ask("/version").body.decode() == __version__
    assert server.ask("/execution-parameters").json["MaxPayloadInMB"] == 6
    assert server.ask("/v2/health/ready").json == {"ready": True}
    assert server.ask("/nothing").json["error"]["code"] == "address"
    posted = server.ask("/ping", b"", "POST")
    assert (posted.status, set(posted.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    assert "POST is not possible here" in posted.json["error"]["message"]


def test_the_address_for_pictures_says_in_a_browser_what_to_send(server):
    opened = server.ask("/invocations")
    assert (opened.status, opened.headers["allow"]) == (405, "POST")
    assert opened.json["error"]["message"] == "GET is not possible here"
    assert "curl --data-binary @photo.jpg" in opened.json["error"]["hint"]


def test_the_inference_protocol_takes_base64_and_binary(server):
    path = "/v2/models/posture/infer"
    tensor = {"name": "picture", "datatype": "BYTES", "shape": [1]}
    plain = server.ask(path, json.dumps({"id": "7", "inputs": [{**tensor, "data": [packed()]}]}))
    assert plain.json["id"] == "7"
    (first,) = plain.json["outputs"][0]["data"]
    element = len(SITTING).to_bytes(4, "little") + SITTING
    sized = {**tensor, "parameters": {"binary_data_size": len(element)}}
    head = json.dumps({"inputs": [sized], "parameters": {"binary_data_output": True}}).encode()
    sent = {"Inference_Header_Content_Length": str(len(head))}
    binary = server.ask(path, head + element, **sent)
    length = int(binary.headers["inference-header-content-length"])
    form, rest = json.loads(binary.body[:length]), binary.body[length:]
    assert form["outputs"][0]["parameters"] == {"binary_data_size": len(rest)}
    assert rest[4:].decode() == first
    assert json.loads(first)["people"] == server.look().json["people"]
    assert server.ask(path, b"{}").json["error"]["code"] == "inference"


def test_numbers_have_nothing_of_pictures_or_addresses(server):
    server.ask("/secret-name")
    text = server.ask("/metrics").body.decode()
    assert 'posture_people_total{label="sitting"}' in text
    assert 'posture_requests_total{route="other",status="404"}' in text
    assert "secret-name" not in text


def test_the_log_is_a_line_of_json_per_request_without_names(server):
    server.ask("/secret-name?token=secret")
    time.sleep(0.2)
    last = json.loads(server.log[-1])
    assert last.keys() == {"time", "method", "route", "status", "ms"}
    assert (last["route"], last["status"]) == ("other", 404)


def test_the_description_is_true(server):
    described = server.ask("/openapi.json").json
    assert described["info"]["version"] == __version__
    schemas = {"components": described["components"]}

    def holds(form, name):
        jsonschema.validate(form, {"$ref": f"#/components/schemas/{name}", **schemas})

    for path in PICTURES:
        holds(server.look(path.read_bytes()).json, "Observation")
    holds(server.look(b"no picture").json, "Failure")
    holds(server.ask("/execution-parameters").json, "ExecutionParameters")
    for path, methods in described["paths"].items():
        (method,) = methods
        assert server.ask(path, b"" if method == "post" else None).status not in (404, 405)


def test_a_token_is_wanted_for_everything_but_signs_of_life(tmp_path):
    file, token = tmp_path / "token", "secret-as-it-is-long"
    file.write_text(f"{token}\n")
    with Server("--token-file", str(file), "--log", "none") as server:
        assert server.ask("/ping").status == 200
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": token},
        ):
            assert server.look(**headers).json["error"]["code"] == "token"
        assert server.ask("/metrics").status == 401
        assert server.look(authorization=f"Bearer {token}").status == 200
        server.end()
    assert "secret" not in "".join(server.log) + server.first


def test_other_machines_are_let_in_with_a_token_or_on_purpose_only():
    command = [*POSTURE, "serve", "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--token-file" in done.stderr and "--insecure" in done.stderr
    with Server("--host", "0.0.0.0", "--insecure") as server:
        assert server.ask("/ping", host="any.example").status == 200


def test_a_port_that_is_taken_is_told(server):
    command = [*POSTURE, "serve", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "another --port" in done.stderr and "Traceback" not in done.stderr


def test_a_full_queue_refuses_pictures_and_never_a_ping():
    with Server("--queue", "0", "--workers", "1") as server, ThreadPoolExecutor(12) as pool:
        looks = [pool.submit(server.look) for _ in range(60)]
        pings = [pool.submit(server.ask, "/ping") for _ in range(10)]
        answers = [look.result() for look in looks]
        assert {ping.result().status for ping in pings} == {200}
    assert {answer.status for answer in answers} == {200, 503}
    refused = next(answer for answer in answers if answer.status == 503)
    assert (refused.headers["retry-after"], refused.json["error"]["code"]) == ("1", "busy")


def test_a_body_that_does_not_come_is_given_up():
    with Server("--timeout", "1s") as server:
        with socket.create_connection(("127.0.0.1", server.port)) as slow:
            head = "POST /invocations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
            slow.sendall(f"{head}Content-Type: image/jpeg\r\n\r\nx".encode())
            said = slow.recv(4096)
        assert b" 408 " in said.split(b"\r\n", 1)[0]
        assert server.look().status == 200


def test_what_was_accepted_is_answered_before_it_ends():
    with Server("--queue", "64") as server, ThreadPoolExecutor(8) as pool:
        assert server.look().status == 200
        looks = [pool.submit(server.look) for _ in range(8)]
        time.sleep(0.05)
        ending = threading.Thread(target=server.end)
        ending.start()
        statuses = []
        for look in looks:
            try:
                statuses.append(look.result().status)
            except (ConnectionRefusedError, ConnectionResetError):
                statuses.append(None)  # it came too late
        ending.join()
    assert set(statuses) <= {200, None} and 200 in statuses
    answered = [line for line in server.log if line.startswith("POST /invocations 200")]
    assert len(answered) == 1 + statuses.count(200)


def test_without_its_packages_it_says_what_to_install():
    hidden = "import sys; sys.modules['starlette'] = None; from posture_cli.cli import main; main()"
    command = [sys.executable, "-c", hidden, "serve"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "posture-cli[serve]" in done.stderr and "Traceback" not in done.stderr
