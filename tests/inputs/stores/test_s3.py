"""An object store as it is: a server that speaks S3, in a process of its own.

It needs moto and s3fs, which bring 70 packages: `pip install 'moto[server]' s3fs`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.people import SAMPLES

for package in ("fsspec", "s3fs", "moto", "flask"):
    pytest.importorskip(package, reason=f"{package} is not installed")

ODD = ("a b/ü ñ.jpg", "50%20 #1?x=y.jpg", "a::b.jpg", "[x].jpg", "plain.jpg", "z/deep.JPG")
KEYS = ("aws_access_key_id", "aws_secret_access_key")
MANY = 1200
"""More than S3 tells at a time: 1000. Source: its ListObjectsV2."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server on this machine; what is asked of it needs any credentials."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("moto did not start")


@pytest.fixture
def settings(server: str) -> dict[str, str]:
    ours = {
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "s3cret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "FSSPEC_S3_ENDPOINT_URL": server,
    }
    return {**os.environ, **ours}


@pytest.fixture
def bucket(server: str, settings: dict[str, str]) -> Iterator[Any]:
    """An empty bucket, by Amazon's own client."""
    import boto3

    who = {name.lower(): settings[name.upper()] for name in KEYS}
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **who)
    found = boto3.resource("s3", endpoint_url=server, region_name="us-east-1", **who).Bucket("own")
    client.create_bucket(Bucket="own")
    yield found
    if found.creation_date:
        found.objects.all().delete()
        found.delete()
    client.close()


def fill(bucket: Any, *names: str) -> None:
    data = sorted(SAMPLES.glob("*.jpg"))[0].read_bytes()
    for name in names:
        bucket.put_object(Key=name, Body=data)


def label(settings: dict[str, str], cwd: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "posture_cli", "label", *arguments]
    done = subprocess.run(
        [*command, "--estimator", "blazepose"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=cwd,
        env=settings,
    )
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
    return done.returncode, done.stderr


def rows(bucket: Any) -> list[dict[str, Any]]:
    text = bucket.Object("out/labels.jsonl").get()["Body"].read().decode()
    return [json.loads(line) for line in text.splitlines()]


def test_a_bucket_is_labelled_into_itself(
    bucket: Any, settings: dict[str, str], tmp_path: Path
) -> None:
    fill(bucket, *ODD, ".hidden/a.jpg", "twice//b.jpg", "clip.mp4", "c?versionId=1.jpg")
    bucket.put_object(Key="empty.jpg", Body=b"")
    bucket.put_object(Key="z/", Body=b"")
    code, text = label(settings, tmp_path, "s3://own", "-o", "s3://own/out/labels.jsonl")
    assert (code, "4 could not be read" in text) == (1, True)
    made = {row["source"].removeprefix("s3://own/"): row for row in rows(bucket)}
    assert {name for name, row in made.items() if "error" not in row} == set(ODD)
    assert {name: row["error"]["code"] for name, row in made.items() if "error" in row} == {
        "clip.mp4": "video",
        "empty.jpg": "empty",
        "twice//": "unreadable",
        "c?versionId=1.jpg": "url",
    }
    code, text = label(settings, tmp_path, "s3://own", "-o", "s3://own/out/labels.jsonl")
    assert (code, "already exists" in text) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_vanishes_leaves_error_rows(
    bucket: Any, settings: dict[str, str], tmp_path: Path
) -> None:
    fill(bucket, *(f"{number:04}.jpg" for number in range(400)))
    command = [sys.executable, "-m", "posture_cli", "label", "s3://own", "-o", "a.jsonl"]
    with subprocess.Popen(
        [*command, "--estimator", "blazepose", "--quiet", "--workers", "1"],
        cwd=tmp_path,
        env=settings,
        stderr=subprocess.PIPE,
    ) as process:
        journal = tmp_path / "a.jsonl.partial"
        while not journal.exists() or journal.read_bytes().count(b"\n") < 5:
            time.sleep(0.02)
            assert process.poll() is None
        bucket.objects.all().delete()
        bucket.delete()
        _, told = process.communicate(timeout=120)
    made = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    codes = [row["error"]["code"] for row in made if "error" in row]
    assert (process.returncode, len(made), set(codes)) == (1, 400, {"not_found"})
    assert b"Traceback" not in told


def test_more_objects_than_s3_tells_at_a_time_are_found(
    bucket: Any, settings: dict[str, str]
) -> None:
    for number in range(MANY):
        bucket.put_object(Key=f"p/{number:04}.jpg", Body=b"x")
    code = "from posture_cli.inputs.items import items\nfor i in items(['s3://own']): print(i.name)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=settings, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.splitlines() == [f"s3://own/p/{n:04}.jpg" for n in range(MANY)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": "/nowhere"},
            "there are no credentials",
        ),
        ({"FSSPEC_S3_ENDPOINT_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_nobody_and_no_network_are_told_apart(
    changed: dict[str, str], why: str, settings: dict[str, str], tmp_path: Path
) -> None:
    here = {name: value for name, value in {**settings, **changed}.items() if value}
    code, text = label(here, tmp_path, "s3://own/a", "-o", "a.jsonl")
    assert (code, f"s3://own/a: {why}" in text) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl.partial"]  # and can go on
    code, text = label(here, tmp_path, "x.jpg", "-o", "s3://own/a.jsonl")
    assert (code, "s3://own/a.jsonl cannot be written" in text) == (1, True)


def test_a_bucket_that_is_not_there_stops_before_the_work(
    settings: dict[str, str], tmp_path: Path
) -> None:
    code, text = label(settings, tmp_path, "x.jpg", "-o", "s3://nowhere/a.csv")
    assert (code, "there is no such bucket" in text) == (1, True)
    assert list(tmp_path.iterdir()) == []
