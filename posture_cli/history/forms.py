"""A history for programs: JSON, CSV, and events for ActivityWatch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from posture_cli.history.days import Sitting, Span
from posture_cli.history.highlights import Week, by_hour, streaks
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval

SCHEMA = "posture-history/1"
COLUMNS = ("from", "to", "seconds", "posture", "confidence")
BUCKET = "posture-watcher"


def to_json(past: Past) -> dict[str, Any]:
    """Return the `posture-history/1` form; moments are ISO 8601 with offset, durations seconds."""
    return {
        "schema": SCHEMA,
        "from": past.first.isoformat(),
        "to": past.last.isoformat(),
        "week": _week(past.week()),
        "streaks": [asdict(streak) for streak in streaks(past.days())],
        "hours": [_hour(*at, span) for at, span in by_hour(past.intervals).items()],
        "days": [_day(day) for day in past.days()],
        "intervals": [_interval(one) for one in past.intervals],
        "alerts": [_alert(alert) for alert in past.alerts],
    }


def table(intervals: Iterable[Interval]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a CSV, the names of its columns first: one row per interval."""
    yield COLUMNS
    for one in intervals:
        form = _interval(one)
        yield tuple(form[name] for name in ("from", "to", "seconds", "label", "confidence"))


def activitywatch(past: Past, host: str) -> dict[str, Any]:
    """Return buckets of events as ActivityWatch exports and imports them; moments are UTC.

    Source: `Event` and buckets in the API reference of ActivityWatch.
    """
    postures = [
        _event(one.started, one.lasted_s, one.label, one.label, confidence=round(one.confidence, 3))
        for one in past.intervals
    ]
    alerts = [
        _event(alert.at, 0.0, alert.kind, alert.message, level=alert.level) for alert in past.alerts
    ]
    buckets = (
        _bucket(f"{BUCKET}_{host}", "posture", host, postures),
        _bucket(f"{BUCKET}-alerts_{host}", "posture.alert", host, alerts),
    )
    return {"buckets": {bucket["id"]: bucket for bucket in buckets if bucket["events"]}}


def _bucket(name: str, kind: str, host: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    created = min((event["timestamp"] for event in events), default=None)
    about = {"id": name, "type": kind, "client": BUCKET, "hostname": host, "created": created}
    return {**about, "events": events}


def _event(
    at: datetime, duration_s: float, label: str, title: str, **more: float
) -> dict[str, Any]:
    data = {"label": label, "title": title, **more}
    timestamp = at.astimezone(timezone.utc).isoformat()
    return {"timestamp": timestamp, "duration": round(duration_s, 3), "data": data}


def _week(week: Week | None) -> dict[str, Any] | None:
    return (
        None
        if week is None
        else {
            "from": week.first.isoformat(),
            "to": week.last.isoformat(),
            "hunched": _share(week.hunched),
            "before": _share(week.before),
        }
    )


def _hour(weekday: int, hour: int, span: Span) -> dict[str, Any]:
    """Return what there was in an hour of a weekday; Monday is 1, as in ISO 8601."""
    return {
        "weekday": weekday + 1,
        "hour": hour,
        "seconds": _seconds(span),
        "hunched": _share(span.hunched),
    }


def _share(part: float | None) -> float | None:
    return None if part is None else round(part, 4)


def _seconds(span: Span) -> dict[str, float]:
    return {label: round(seconds, 1) for label, seconds in span.seconds.items()}


def _day(day: Span) -> dict[str, Any]:
    return {
        "day": day.first.isoformat(),
        "seconds": _seconds(day),
        "hunched": _share(day.hunched),
        "sittings": [_sitting(sitting) for sitting in day.sittings],
        "breaks": day.breaks,
        "alerts": dict(sorted(day.alerts.items())),
    }


def _sitting(sitting: Sitting) -> dict[str, Any]:
    return {
        "from": sitting.started.isoformat(timespec="seconds"),
        "to": sitting.ended.isoformat(timespec="seconds"),
        "seconds": round(sitting.lasted_s, 1),
    }


def _interval(one: Interval) -> dict[str, Any]:
    return {
        "label": one.label,
        "from": one.started.isoformat(timespec="milliseconds"),
        "to": one.ended.isoformat(timespec="milliseconds"),
        "seconds": round(one.lasted_s, 3),
        "confidence": round(one.confidence, 3),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind,
        "at": alert.at.isoformat(timespec="seconds"),
        "after_s": round(alert.after_s, 1),
        "level": alert.level,
        "message": alert.message,
    }
