"""The figure of confidence: copies of a person with noise, and what is measured on each."""

from __future__ import annotations

import numpy as np

from docs.figures import svg
from docs.figures.panels import ARC, LIMB, Model
from docs.figures.svg import Point
from posture_cli.core.body import noise
from posture_cli.core.body.geometry import Floats, Points
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.sight import SIDES, look
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.rules import judge
from tests.people import SIZE, Pose, someone

DOTS = 80
"""Copies to draw: more would hide the person."""
NEARLY = Pose(trunk_deg=9, neck_deg=31, thigh_deg=8, shank_deg=-6)
"""Somebody a little above the limit of hunching."""
BIN_DEG, FIRST_DEG, LAST_DEG = 2, 46, 86
PALE = "#c9ced6"


def chance(width: float) -> str:
    """Return the figure: the copies of one person on the left, what is measured on the right."""
    height = 400.0
    model = Model.of(someone(NEARLY, width=0))
    sight = look(model.person.keypoints, SIZE)
    copies = noise.copies(model.person.keypoints, sight, model.measurement.torso_px)
    slumps = Quantities(copies, sight).slump_deg
    verdict = judge(model.person, model.measurement, SIZE)
    return svg.picture(
        width,
        height,
        svg.words((200, 31), f"{DOTS} of {noise.COPIES} copies of one person", 17, bold=True),
        svg.window((30, 42), (340, 340), ((390, 165), (350, 350)), model.figure(), _dots(copies)),
        svg.words((665, 31), f"slump of all {noise.COPIES} copies", 17, bold=True),
        *_histogram(slumps, (420, 60), (500, 270)),
        svg.words((670, 380), f"{verdict.label} in {verdict.confidence:.0%} of the copies", 17),
    )


def _dots(copies: Points) -> str:
    near = (Joint.NOSE, *SIDES["right"])
    points = copies[list(near), 1 : DOTS + 1].T.ravel().tolist()
    return "\n".join(svg.circle((p.real, p.imag), 1.8, LIMB) for p in points)


def _histogram(slumps: Floats, corner: Point, size: Point) -> list[str]:
    """Return bars of how many copies have which slump, those beyond the limit in colour."""
    edges = np.arange(FIRST_DEG, LAST_DEG + BIN_DEG, BIN_DEG)
    counts = np.histogram(slumps, edges)[0].tolist()
    (left, top), (wide, high) = corner, size
    each, floor = wide / len(counts), top + high
    parts = []
    for number, (start, count) in enumerate(zip(edges.tolist(), counts, strict=False)):
        tall = high * count / max(counts)
        colour = ARC if start >= SLUMPED.limit else PALE
        parts.append(svg.box((left + number * each, floor - tall), (each - 2, tall), colour))
    limit = left + (SLUMPED.limit - FIRST_DEG) / BIN_DEG * each - 1
    soft = SLUMPED.softness / BIN_DEG * each
    said = f"limit {SLUMPED.limit:.0f}° ± {SLUMPED.softness:.0f}°"
    return [
        svg.element(
            "rect",
            x=limit - soft,
            y=top - 10,
            width=2 * soft,
            height=high + 10,
            fill=LIMB,
            fill_opacity=0.14,
        ),
        *parts,
        svg.line((left, floor), (left + wide, floor), svg.QUIET, 1.5),
        svg.line((limit, top - 10), (limit, floor), svg.INK, 2, "6 5"),
        svg.words((limit - soft - 8, top + 4), said, 15, anchor="end"),
        *(
            svg.words((left + (d - FIRST_DEG) / BIN_DEG * each, floor + 20), f"{d}°", 14, svg.QUIET)
            for d in range(50, LAST_DEG, 10)
        ),
    ]
