"""Dates and times as the user writes them. Pure: what the user's form is, is asked elsewhere.

Months are words, so that no date can be read in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Order = Literal["ymd", "dmy", "mdy"]
PROBE = datetime(2001, 11, 22, 15, 0)
"""A moment whose day, month, year and hour cannot be taken for one another."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A form of dates and times.

    Attributes:
        order: Of year, month and day; `ymd` is the ISO form, in numbers.
        twelve: Whether hours go up to 12, with am and pm.
    """

    order: Order = "ymd"
    twelve: bool = False

    def day(self, day: date, *, year: bool = True) -> str:
        """Return a date: `2026-11-26`, `26 Nov 2026` or `Nov 26, 2026`; or without its year."""
        if self.order == "ymd" and year:
            return day.isoformat()
        if self.order == "mdy":
            return f"{day:%b} {day.day}, {day.year}" if year else f"{day:%b} {day.day}"
        return f"{day.day} {day:%b} {day.year}" if year else f"{day.day} {day:%b}"

    def span(self, first: date, last: date) -> str:
        """Return some days in a row: `4 Sep to 26 Nov 2026`; both with the year if they differ."""
        year = self.order == "ymd" or first.year != last.year
        return f"{self.day(first, year=year)} to {self.day(last)}"

    def weekday(self, day: date) -> str:
        """Return a date with its weekday, `Mon 2026-11-16`."""
        return f"{day:%a} {self.day(day)}"

    def time(self, at: datetime) -> str:
        """Return the time of a day, `14:05` or `2:05 pm`."""
        return f"{at.hour % 12 or 12}:{at:%M} {_half(at.hour)}" if self.twelve else f"{at:%H:%M}"

    def hour(self, hour: int) -> str:
        """Return a full hour in a few letters, `14` or `2 pm`; 24 is the end of a day."""
        return f"{hour % 12 or 12} {_half(hour)}" if self.twelve else f"{hour:02}"


ISO = Dates()


def form_of(date_of_probe: str, time_of_probe: str) -> Dates:
    """Return the form of somebody who writes `PROBE` like this: `22.11.2001`, `15:00:00`.

    Another calendar, or digits of another script, give dates of the ISO form.
    """
    places = {
        name: date_of_probe.find(two) for name, two in (("d", "22"), ("m", "11"), ("y", "01"))
    }
    orders: dict[tuple[str, ...], Order] = {("d", "m", "y"): "dmy", ("m", "d", "y"): "mdy"}
    found = tuple(sorted(places, key=lambda name: places[name]))
    order = "ymd" if -1 in places.values() else orders.get(found, "ymd")
    return Dates(order, twelve="15" not in time_of_probe)


def _half(hour: int) -> str:
    return "am" if hour % 24 < 12 else "pm"
