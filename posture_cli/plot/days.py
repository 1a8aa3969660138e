"""The days of a history, as a figure shows them: one above the other."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

import numpy as np

from posture_cli.errors import SourceError
from posture_cli.history.days import Span
from posture_cli.history.highlights import breaks
from posture_cli.history.past import Past
from posture_cli.history.rows import Interval, seconds_of_day
from posture_cli.plot.recorded import CODES, NAMES, Followed, Held, Mark, Recording, seen

MIDNIGHT = datetime(1970, 1, 1)
"""The wall clock at 0 s; only its hours are shown."""


def recording(past: Past) -> Recording:
    """Return the days that have anything; times are seconds since midnight by their wall clocks.

    Raises:
        SourceError: If there is none.
    """
    held = {
        day: [_held(one) for one in some]
        for day, some in groupby(past.intervals, lambda one: one.started.date())
    }
    days = past.days()
    if not days:
        hint = "choose others with --from and --to, or --all"
        raise SourceError("nothing was recorded in these days", hint=hint)
    return Recording([_day(day, held.get(day.first, []), past) for day in days], None, MIDNIGHT)


def _day(day: Span, held: list[Held], past: Past) -> Followed:
    alerts = [Mark(a.kind, seconds_of_day(a.at)) for a in past.alerts if a.at.date() == day.first]
    pauses = [
        (seconds_of_day(before.ended), seconds_of_day(after.started))
        for before, after in breaks(day)
    ]
    name = f"{day.first:%a} {day.first.isoformat()}"
    return Followed(name, np.empty(0), {}, 0.0, seen(held), alerts, pauses)


def _held(one: Interval) -> Held:
    from_s = seconds_of_day(one.started)
    return Held(NAMES[CODES[one.label]], from_s, from_s + one.lasted_s)
