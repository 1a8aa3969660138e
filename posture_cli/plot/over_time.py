"""Angles over time with their limits, postures as lanes and bands, alerts and breaks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from posture_cli.core.judge.labels import LABELS, POSTURES, Posture
from posture_cli.plot import thinning
from posture_cli.plot.axes import Axis, axis
from posture_cli.plot.limits import limits_of
from posture_cli.plot.paper import (
    CM_PER_INCH,
    FAINT,
    GREY,
    INK,
    SMALL,
    columns_of,
    tint,
)
from posture_cli.plot.recorded import Followed, Recording, labels_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LANE, HIGH, LOW, FOOT, BETWEEN = 0.12, 1.05, 0.7, 0.38, 0.1
"""Heights, inches: of a lane, of an angle of one person and of several, of the marks of time, and
between two axes."""
WIDE_CM, BESIDE = 12.0, 4
"""In a figure that is at least so wide, so many people and more are in two columns."""
PAGE_CM = 24.7
"""The highest figure that fits on a page. Source: Nature, Final figure guide: 247 mm."""
MARK_CM = 1.5
"""Room of a mark of time."""
BAND, HATCH = 0.16, 0.4
"""How strong the colour of a band and of its hatch is, in [0, 1]."""
NEAR_DEG = 10.0
"""A limit that no label depends on is shown if the angle comes so near to it."""
LEADING = 1.2
"""From one line of letters to the next, in sizes of letters."""
MARGIN = 0.06
"""Of the range of an angle, above and below it."""


class _Look(NamedTuple):
    """What all parts of a figure share."""

    lanes: Sequence[str]
    time: Axis
    ends_s: tuple[float, float]
    columns: int
    limits: bool
    wide: bool
    high: float


def most_people(recording: Recording, angles: Sequence[str], width_cm: float) -> int:
    """Return how many of the people of a recording a page has room for, at least one."""
    people = recording.people
    shown = sum(name in people[0].angles for name in angles)
    block = _block(len(_lanes_of(people)), [LOW] * shown, named=True)
    tall = max(1, int((PAGE_CM / CM_PER_INCH - FOOT) / block))
    return tall * (2 if width_cm >= WIDE_CM else 1)


def draw(
    recording: Recording, angles: Sequence[str], width_cm: float, *, limits: bool = True
) -> Figure:
    """Return the figure; within `paper.style`.

    Args:
        recording: At least one person.
        angles: Their names, from top to bottom; those that a recording does not have are left out.
        width_cm: Of the figure.
        limits: Whether the limits of the default rules are drawn.
    """
    from matplotlib.figure import Figure

    people = recording.people
    wide = 2 if width_cm >= WIDE_CM and len(people) >= BESIDE else 1
    shown = [name for name in angles if name in people[0].angles]
    look = _look(recording, width_cm / wide, limits=limits)
    tall = ceil(len(people) / wide)
    heights = [LANE * max(1, len(look.lanes)), *(look.high for _ in shown)]
    block = _block(len(look.lanes), heights[1:], named=any(one.name for one in people))
    figure = Figure(figsize=(width_cm / CM_PER_INCH, block * tall + FOOT))
    grid = figure.add_gridspec(len(heights) * tall, wide, height_ratios=heights * tall)
    for number, person in enumerate(people):
        row, column = number % tall, number // tall
        places = [grid[row * len(heights) + part, column] for part in range(len(heights))]
        parts = [figure.add_subplot(place) for place in places]
        _lanes(parts[0], person, look)
        for part, name in zip(parts[1:], shown, strict=True):
            _angle(part, person, name, look, _range(people, name, look))
        figure.align_ylabels(parts[1:])
        for part in parts:
            _time(part, look)
        if row == tall - 1 or number == len(people) - 1:
            _time_words(parts[-1], look, free=row < tall - 1)
    return figure


def _block(lanes: int, angles: Sequence[float], *, named: bool) -> float:
    """Return how high one person is, inches, from the heights of the angles."""
    return LANE * (max(1, lanes) + named) + sum(angles) + BETWEEN * (1 + len(angles))


def _look(recording: Recording, width_cm: float, *, limits: bool) -> _Look:
    people = recording.people
    ends_s = _ends_s(people)
    marks = axis(*ends_s, recording.clock, max(2, int(width_cm / MARK_CM)))
    columns, wide = columns_of(width_cm), width_cm >= WIDE_CM
    high = HIGH if len(people) == 1 else LOW
    return _Look(_lanes_of(people), marks, ends_s, columns, limits, wide, high)


def _lanes_of(people: Sequence[Followed]) -> list[str]:
    """Return the lanes, from top to bottom; everybody has the same."""
    kinds = {alert.kind for one in people for alert in one.alerts}
    alerts = [f"{kind} alert" for kind in sorted(kinds)]
    pauses = ["break"] if any(one.breaks for one in people) else []
    return [*alerts, *labels_in(people), *pauses]


def _ends_s(people: Sequence[Followed]) -> tuple[float, float]:
    """Return the ends of the time axis: those of the frames, or of what was held and told."""
    if any(len(one.time_s) for one in people):
        times = [one.time_s for one in people if len(one.time_s)]
        first, last = min(float(t[0]) for t in times), max(float(t[-1]) for t in times)
    else:
        starts = [part.from_s for one in people for part in one.held]
        told = [alert.at_s for one in people for alert in one.alerts]
        first = min([*starts, *told])
        last = max([*(part.to_s for one in people for part in one.held), *told])
    return first, max(last, first + 1e-3)


def _lanes(axes: Axes, person: Followed, look: _Look) -> None:
    """Draw a lane for each posture, alerts above and breaks below: readable without colours."""
    axes.set_ylim(len(look.lanes) or 1, 0)
    axes.set_yticks([n + 0.5 for n in range(len(look.lanes))], look.lanes)
    axes.tick_params("y", length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.set_title(person.name, loc="left", fontsize=SMALL + 1, fontweight="bold", pad=2)
    held = thinning.bands(person.held, *look.ends_s, look.columns)
    for n, lane in enumerate(look.lanes):
        if label := next((each for each in LABELS if each == lane), None):
            spans = [(h.from_s, h.to_s - h.from_s) for h in held if h.label == label]
            axes.broken_barh(spans, (n + 0.12, 0.76), facecolor=POSTURES[label].light, linewidth=0)
        elif lane == "break":
            spans = [(start, end - start) for start, end in person.breaks]
            axes.broken_barh(
                spans, (n + 0.2, 0.6), facecolor="white", edgecolor=GREY, linewidth=0.5
            )
        else:
            at_s = [alert.at_s for alert in person.alerts if f"{alert.kind} alert" == lane]
            axes.plot(at_s, [n + 0.5] * len(at_s), "v", color=INK, markersize=3, clip_on=False)


def _angle(
    axes: Axes, person: Followed, name: str, look: _Look, ends_deg: tuple[float, float]
) -> None:
    for one in thinning.bands(person.held, *look.ends_s, look.columns):
        _band(axes, one.label, one.from_s, one.to_s)
    for alert in person.alerts:
        axes.axvline(alert.at_s, color=INK, linewidth=0.5, linestyle=":")
    if look.limits:
        _limits(axes, name, ends_deg, look)
    time_s, value, alone = thinning.line(
        person.time_s, person.angles[name], person.gap_s, look.columns
    )
    axes.plot(time_s, value, color=INK, linewidth=0.8, gid=name)
    axes.plot(time_s[alone], value[alone], ".", color=INK, markersize=2)
    axes.set_ylim(*ends_deg)
    axes.locator_params(axis="y", nbins=5, steps=[1, 1.5, 2, 3, 5, 10])
    axes.set_ylabel(f"{name.removesuffix('_deg')} (°)")


def _band(axes: Axes, label: Posture, from_s: float, to_s: float) -> None:
    """Draw a posture behind an angle; one that warns has a hatch, so that it needs no colour."""
    hatch = "////" if POSTURES[label].warns else None
    axes.axvspan(
        from_s,
        to_s,
        facecolor=tint(label, BAND),
        edgecolor=tint(label, HATCH),
        hatch=hatch,
        linewidth=0,
        zorder=0,
    )


def _limits(axes: Axes, name: str, ends_deg: tuple[float, float], look: _Look) -> None:
    """Draw the limits, with their words beside the axis, apart from each other."""
    low, high = ends_deg
    shown = sorted(limit for limit in limits_of(name) if low <= limit.at_deg <= high)
    room_deg = (high - low) * (1 if look.wide else 2) * SMALL * LEADING / (72 * look.high)
    places = apart([limit.at_deg for limit in shown], room_deg, low, high)
    for limit, place in zip(shown, places, strict=True):
        axes.axhline(limit.at_deg, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)))
        name, sign, number = limit.words.rsplit(" ", 2)
        axes.annotate(
            limit.words if look.wide else f"{name}\n{sign} {number}",
            (1.0, place),
            (3, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=SMALL,
            linespacing=1.0,
            color=GREY,
            verticalalignment="center",
            annotation_clip=False,
        )


def apart(places: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """Return places near these, in order, `room` apart and, if that fits, between two ends."""
    groups: list[tuple[float, list[float]]] = []  # where a group begins, and what it has
    for place in places:
        group = [place]
        while groups and _begin(group, room, low, high) < groups[-1][0] + room * len(groups[-1][1]):
            group = groups.pop()[1] + group
        groups.append((_begin(group, room, low, high), group))
    return [begin + n * room for begin, group in groups for n in range(len(group))]


def _begin(group: Sequence[float], room: float, low: float, high: float) -> float:
    """Return where places begin that are `room` apart and have the mean of these."""
    long = room * (len(group) - 1)
    return max(low, min(sum(group) / len(group) - long / 2, high - long))


def _range(people: Sequence[Followed], name: str, look: _Look) -> tuple[float, float]:
    """Return from where to where an axis goes: all people have the same, to be compared."""
    import numpy as np

    every = np.concatenate([one.angles[name] for one in people])
    every = every[~np.isnan(every)]
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 0.0)
    limits = limits_of(name) if look.limits else []
    near = [
        one.at_deg
        for one in limits
        if one.of_label or low - NEAR_DEG <= one.at_deg <= high + NEAR_DEG
    ]
    low, high = min([low, *near]), max([high, *near])
    margin = max(1.0, MARGIN * (high - low))
    return low - margin, high + margin


def _time(axes: Axes, look: _Look) -> None:
    axes.set_xlim(*look.ends_s)
    axes.set_xticks([at_s for at_s, _ in look.time.marks], [])
    if axes.get_ylabel() == "":  # the lanes stand on their frame
        axes.tick_params("x", length=0)


def _time_words(axes: Axes, look: _Look, *, free: bool) -> None:
    """Write the words of the time axis; where nothing is below, they push nobody aside."""
    axes.tick_params("x", length=2.5)
    axes.set_xticklabels([words for _, words in look.time.marks])
    axes.set_xlabel(look.time.name, labelpad=2)
    if free:
        axes.xaxis.set_in_layout(False)
        axes.get_xticklabels()[-1].set_horizontalalignment("right")  # or it leaves the figure
