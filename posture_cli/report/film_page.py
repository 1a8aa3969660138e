"""The page of `posture label --summary`: what films show of each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from posture_cli.core.body.angles import Angles
from posture_cli.core.judge.labels import LABELS
from posture_cli.core.table import Table
from posture_cli.core.time.film_summary import PERCENTILES, Row
from posture_cli.core.wording import plain
from posture_cli.history.words import NONE, counted, duration, share
from posture_cli.report.pages import render
from posture_cli.report.plots import Bar, Bars

MARK = '<meta name="generator" content="posture label">'
SHORT_S = 9.95
"""Up to here, tenths of a second are shown."""
ANGLES = tuple(angle.name for angle in fields(Angles))


@dataclass(frozen=True, slots=True)
class Film:
    """One film, as the page shows it.

    Attributes:
        name: Its path.
        words: Who was seen, in a sentence.
        bars: A bar per person: the time in each posture.
        times: A row per person: when, how long, the longest spells.
        angles: A row per person: percentiles of each angle.
    """

    name: str
    words: str
    bars: Bars
    times: Table
    angles: Table


def page(films: Mapping[str, Sequence[Row]], version: str, made: str) -> str:
    """Return films as HTML that stands alone.

    Args:
        films: Path -> a row per person, as `FilmSummary` gives them; films without people too.
        version: Of the program.
        made: When the page is made, in words.
    """
    return render(
        "film.html",
        mark=MARK,
        version=version,
        date=made,
        title=f"Posture in {counted(len(films), 'film')}",
        legend=[(label, label) for label in LABELS],
        films=[_film(name, people) for name, people in films.items()],
        percentiles=" · ".join(map(str, PERCENTILES)),
    )


def _film(name: str, people: Sequence[Row]) -> Film:
    most_s = max((_number(row, "seen_s") for row in people), default=0.0)
    number = f"{len(people)} people were" if len(people) > 1 else "One person was"
    words = f"{number} seen" if people else "Nobody was seen"
    bars = Bars(f"Time in each posture, {name}", [_bar(row, most_s) for row in people])
    return Film(name, words, bars, _times(people), _angles(people))


def _bar(row: Row, most_s: float) -> Bar:
    parts, start = [], 0.0
    for label in LABELS:
        part = _number(row, f"{label}_share")
        length = part * _number(row, "seen_s") / most_s if most_s else 0.0
        if length:
            parts.append((label, start, length, f"{label} {share(part)}"))
        start += length
    name, seen = _name(row), _long(_number(row, "seen_s"))
    return Bar(name, seen, f"{name}: {', '.join(part[-1] for part in parts) or 'one look'}", parts)


def _times(people: Sequence[Row]) -> Table:
    head = ("person", "seen", "from", "to", *LABELS, "changes", "frames")
    return Table("times", head, tuple(map(_times_row, people)))


def _times_row(row: Row) -> tuple[str, ...]:
    seen = _long(_number(row, "seen_s"))
    when = (_clock(_number(row, "from_s")), _clock(_number(row, "to_s")))
    return str(row["track"]), seen, *when, *(_spell(row, label) for label in LABELS), *_counts(row)


def _spell(row: Row, label: str) -> str:
    """Return the share of a posture and its longest spell."""
    part, longest_s = (_number(row, f"{label}_{what}") for what in ("share", "longest_s"))
    return f"{share(part)}, {_long(longest_s)}" if part else NONE


def _counts(row: Row) -> tuple[str, str]:
    return f"{row['transitions']:,}", f"{row['frames']:,}"


def _angles(people: Sequence[Row]) -> Table:
    rows = ((str(row["track"]), *(_spread(row, angle) for angle in ANGLES)) for row in people)
    return Table("angles", ("person", *map(plain, ANGLES)), tuple(rows))


def _spread(row: Row, angle: str) -> str:
    """Return the percentiles of an angle, or a dash if it was never seen."""
    found = [row[f"{angle}_p{level}"] for level in PERCENTILES]
    return NONE if None in found else " · ".join(f"{value:.0f}" for value in found)


def _name(row: Row) -> str:
    return f"person {row['track']}"


def _number(row: Row, column: str) -> float:
    value = row[column]
    return float(value) if isinstance(value, int | float) else 0.0


def _long(seconds: float) -> str:
    """Return a duration; short ones matter in a film."""
    return f"{seconds:.1f} s" if 0 < seconds < SHORT_S else duration(seconds)


def _clock(seconds: float) -> str:
    """Return a time of a film: `0:07.5`, `75:03`."""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}".removesuffix(".0")
