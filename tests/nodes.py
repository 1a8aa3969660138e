"""A Ray cluster of two nodes on this machine, and a picture that ends whoever labels it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from posture_cli import Estimation, Posture, PostureError
from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.items import Item, files
from posture_cli.inputs.video.frames import Every
from posture_cli.label.cluster.pool import label_on_cluster
from posture_cli.label.cluster.worker import Recipe

ROOT = Path(__file__).parents[1]
WORKER = b"ray::Worker"
"""What Ray calls the processes that label."""
START = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1")
QUIET = ("--disable-usage-stats", "--object-store-memory=100000000")
START_S = 60.0
PORTS = ("node-manager", "object-manager", "dashboard-agent-listen", "metrics-export")
"""Each node has its own, so that two find room on one machine."""


@contextmanager
def cluster() -> Iterator[tuple[str, dict[str, str]]]:
    """Give the address of the head, and the environment to join it; both nodes, of one core each,
    end with it.
    """
    env = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    env |= {"PYTHONPATH": os.fspath(ROOT), "RAY_USAGE_STATS_ENABLED": "0"}
    port = free()
    address = f"127.0.0.1:{port}"
    head = ("--head", f"--port={port}", "--include-dashboard=false", "--node-ip-address=127.0.0.1")
    with ExitStack() as nodes:
        nodes.enter_context(_node(env, *head))
        _wait_for(port)
        nodes.enter_context(_node(env, f"--address={address}"))
        _wait_for_cores(address, 2, env)
        yield address, env


@contextmanager
def _node(env: dict[str, str], *options: str) -> Iterator[None]:
    ports = [f"--{name}-port={free()}" for name in PORTS]
    # It has a session of its own: the tests' Ctrl-C is not meant for it.
    node = subprocess.Popen(
        [*START, *QUIET, *ports, *options],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        node.terminate()
        node.wait(START_S)


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the head of the cluster does not answer")


def _wait_for_cores(address: str, number: int, env: dict[str, str]) -> None:
    """Wait in a process of its own, so that none of Ray stays in this one."""
    code = (
        "import ray, sys, time\n"
        "ray.init(address=sys.argv[1], log_to_driver=False, logging_level='CRITICAL')\n"
        "while ray.cluster_resources().get('CPU', 0) < int(sys.argv[2]): time.sleep(0.2)\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, address, str(number)]
    subprocess.run(command, timeout=START_S, check=True, env=env)


def free() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def workers(env: dict[str, str]) -> list[int]:
    """Return the processes that label in the cluster of this environment, by id."""
    token, found = f"RAY_AUTH_TOKEN={env['RAY_AUTH_TOKEN']}".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command, theirs = ((place / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:  # it has ended, or is somebody else's
            continue
        if command.startswith(WORKER) and token in theirs.split(b"\0"):
            found.append(int(place.name))
    return found


def poison(keys: frozenset[str], item: Item, observation: Observation, frame: Frame) -> None:
    """End this process, as a broken library would, at pictures with these keys; behind `raise ` is
    the key of one to stumble at.
    """
    if item.key in keys:
        os.kill(os.getpid(), signal.SIGKILL)
    if f"raise {item.key}" in keys:
        raise RuntimeError("no font")


def main(address: str, name: str, folder: str, *keys: str) -> None:
    """Label a folder with the processes of a cluster, and write the journal's lines on stdout."""
    with Posture(Estimation("blazepose")) as posture:
        recipe = Recipe(
            estimation=Estimation("blazepose"),
            name=name or posture.estimator,
            judging=posture.judging,
            every=Every(),
            save=partial(poison, frozenset(keys)),
            folder=Path.cwd(),
        )
    found = files([folder])
    try:
        for line in label_on_cluster(found, recipe, frozenset(), address=address, workers=2):
            sys.stdout.buffer.write(line.data)
    except PostureError as error:
        sys.exit(f"{error.code}: {error.message} ({error.hint})")


if __name__ == "__main__":
    import tests.nodes  # by this name the nodes know what is here

    tests.nodes.main(*sys.argv[1:])
