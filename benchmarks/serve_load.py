"""How fast `posture serve` is, beside the pool alone, and what happens if too many ask.

    python benchmarks/serve_load.py [--rounds N] [--seconds N] [--json FILE]

In turns: 4 clients ask the server about the samples, and 4 threads ask `Posture` for the same
bytes in this process. Then 64 clients ask for some time, and another one pings.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from tables import table, write_json
from turns import ROOT, environment

from posture_cli import Posture
from posture_cli.core.body.scene import Frame
from posture_cli.inputs.decode import decode

CLIENTS, CROWD = 4, 64
PICTURES = 96
"""Of one round."""
PORT = 8931


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    bodies = [path.read_bytes() for path in sorted((ROOT / "samples").glob("*.jpg"))]
    command = [sys.executable, "-m", "posture_cli", "serve", "--port", str(PORT), "--log", "none"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE)
    assert server.stderr
    server.stderr.readline()  # it listens
    try:
        result = {"throughput": turns(bodies, asked.rounds), "crowd": crowd(bodies, asked.seconds)}
        result["crowd"]["peak_mb"] = peak_mb(server.pid)
    finally:
        server.terminate()
        result["exit_code"] = server.wait(40)
    print(report(result))
    if asked.json:
        write_json(asked.json, result)


def turns(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Return pictures a second of both, as medians, and the median of the paired ratios."""
    served, alone = [], []
    with Posture(workers="auto") as posture:

        def look(body: bytes) -> None:
            posture.observe(Frame(decode(body), "sample"))

        for _ in range(rounds + 1):
            served.append(rate(bodies, ask))
            alone.append(rate(bodies, look))
    ratios = [one / other for one, other in zip(served[1:], alone[1:], strict=True)]
    median = statistics.median
    return {"served": median(served[1:]), "alone": median(alone[1:]), "ratio": median(ratios)}


def rate(bodies: Sequence[bytes], look: Callable[[bytes], Any]) -> float:
    started = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(look, islice(cycle(bodies), PICTURES)))
    return PICTURES / (perf_counter() - started)


def ask(body: bytes | None, path: str = "/invocations") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    try:
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, {"Content-Type": "image/jpeg"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def crowd(bodies: Sequence[bytes], seconds: float) -> dict[str, Any]:
    """Return what 64 clients get, and how long a ping takes meanwhile."""
    statuses: Counter[str] = Counter()
    ends, lock = perf_counter() + seconds, threading.Lock()

    def client(number: int) -> None:
        for body in islice(cycle(bodies), number, None):
            if perf_counter() > ends:
                return
            status = str(ask(body))
            with lock:
                statuses[status] += 1
            if status == "503":
                sleep(0.2)

    pings = []
    with ThreadPoolExecutor(CROWD) as pool:
        clients = [pool.submit(client, number) for number in range(CROWD)]
        while perf_counter() < ends:
            started = perf_counter()
            statuses[f"ping {ask(None, '/ping')}"] += 1
            pings.append(perf_counter() - started)
            sleep(0.1)
        for one in clients:
            one.result()  # an answer that was lost raises here
    return {"statuses": dict(statuses), "longest_ping_s": max(pings)}


def peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def report(result: dict[str, Any]) -> str:
    crowd_row = {
        **result["crowd"]["statuses"],
        "longest ping, s": result["crowd"]["longest_ping_s"],
    }
    row = {name: str(value) for name, value in crowd_row.items()}
    return "\n\n".join(
        (
            table("pictures a second, 4 clients", {"": result["throughput"]}),
            table(f"{CROWD} clients", {"": {**row, "peak, MB": result["crowd"]["peak_mb"]}}),
        )
    )


if __name__ == "__main__":
    main()
