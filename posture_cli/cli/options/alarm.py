"""The options that say when a watch alerts, and when it is quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, cast

import click

from posture_cli.cli.options import Option, group
from posture_cli.cli.options.durations import Duration

if TYPE_CHECKING:
    from posture_cli.core.time.alarm import Settings

HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
OFF = "off"


class DurationOrOff(Duration):
    """A duration, or `off`."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, str) and value.strip().lower() == OFF:
            return float("inf")
        return super().convert(value, param, ctx)


def quiet_hours(value: object) -> tuple[time, time]:
    """Turn `22:00-07:00` into two times of day, `00:00-24:00` into the same one twice."""
    if isinstance(value, tuple):
        return cast("tuple[time, time]", value)
    try:
        match = HOURS.fullmatch(str(value).strip())
        first, minute, last, last_minute = map(int, match.groups() if match else ())
        midnight = (last, last_minute) == (24, 0)
        hours = time(first, minute), time() if midnight else time(last, last_minute)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not like 22:00-07:00.") from error
    if hours[0] == hours[1] and not midnight:
        raise click.BadParameter(f"{value!r} is empty; write 00:00-24:00 for the whole day.")
    return hours


@dataclass(frozen=True)
class AlarmOptions:
    """When alerts come; seconds, infinite for `off`."""

    hunch_after: float
    sit_limit: float
    recover_after: float
    break_: float
    cooldown: float
    escalate_after: float
    away_after: float
    quiet_hours: tuple[tuple[time, time], ...]

    def settings(self, gap_s: float) -> Settings:
        """Return the settings of the alarm; between looks farther apart nobody looked.

        Raises:
            UsageError: If they make no sense.
        """
        from posture_cli.core.time.alarm import Settings

        def limit(seconds: float) -> float | None:
            return None if seconds == float("inf") else seconds

        return Settings(
            hunch_after_s=limit(self.hunch_after),
            sit_limit_s=limit(self.sit_limit),
            recover_s=self.recover_after,
            break_s=self.break_,
            cooldown_s=self.cooldown,
            escalate_s=limit(self.escalate_after),
            away_s=self.away_after,
            gap_s=gap_s,
        )

    def quiet(self, at: datetime) -> bool:
        """Whether no alert is wanted at this moment."""
        now = at.time()
        return any(
            first <= now < last if first < last else now >= first or now < last
            for first, last in self.quiet_hours
        )


def _time(flag: str, default: str, meaning: str, kind: Duration, name: str | None = None) -> Option:
    return click.option(
        *(flag, name) if name else (flag,),
        type=kind,
        default=default,
        show_default=True,
        metavar="TIME",
        help=meaning,
    )


SHORT, OR_OFF, NONE_TOO = Duration(least_s=0.5), DurationOrOff(least_s=0.5), Duration()
alarm = group(
    "alarm",
    AlarmOptions,
    _time("--hunch-after", "30s", "How long you may hunch before an alert; or off.", OR_OFF),
    _time("--sit-limit", "45m", "How long you may sit, hunched or not; or off.", OR_OFF),
    _time("--recover-after", "10s", "How long to sit up until a hunch is over.", SHORT),
    _time("--break", "2m", "How long to stand or be away for a break.", SHORT, "break_"),
    _time("--cooldown", "2m", "Silence after any alert.", NONE_TOO),
    _time("--escalate-after", "5m", "Time to the next alert if it goes on; or off.", OR_OFF),
    _time("--away-after", "10s", "How long nobody is seen until you count as away.", SHORT),
    click.option(
        "--quiet-hours",
        type=quiet_hours,
        multiple=True,
        metavar="FROM-TO",
        help="No alerts between two times of day, such as 22:00-07:00; may be given more than "
        "once.",
    ),
)
