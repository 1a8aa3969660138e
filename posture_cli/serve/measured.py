"""Numbers for Prometheus: nothing of a picture, of an address or of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
"""Ends of the classes of the histograms: a picture takes 10 to 100 ms. Guess."""


class Measured:
    """What one server has done since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "posture_requests",
            "Requests by route and status.",
            ("route", "status"),
            registry=self._registry,
        )
        self._people = Counter(
            "posture_people", "People by label.", ("label",), registry=self._registry
        )
        self._queued = self._seconds("posture_queue_seconds", "Time in the queue.")
        self._worked = self._seconds(
            "posture_work_seconds", "Time of a request in decoding, networks and judge."
        )
        self._waiting = Gauge(
            "posture_queue_length", "Requests that wait.", registry=self._registry
        )

    def request(self, route: str, status: int) -> None:
        self._requests.labels(route, str(status)).inc()

    def people(self, labels: Iterable[str]) -> None:
        for label in labels:
            self._people.labels(label).inc()

    def queued(self, seconds: float) -> None:
        self._queued.observe(seconds)

    def worked(self, seconds: float) -> None:
        self._worked.observe(seconds)

    def waiting(self, number: Callable[[], float]) -> None:
        """Take what tells how many wait."""
        self._waiting.set_function(number)

    def text(self) -> bytes:
        """Return all numbers as Prometheus reads them."""
        return generate_latest(self._registry)

    def _seconds(self, name: str, words: str) -> Histogram:
        return Histogram(name, words, buckets=SECONDS, registry=self._registry)
