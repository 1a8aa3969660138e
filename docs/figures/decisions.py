"""The figure of the network: what it says of a seated person, from three sides."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from docs.figures import svg
from posture_cli.core.body.angles import measure
from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.judge.labels import POSTURES, UNKNOWN, Label
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.seen import Seen
from posture_cli.judging import any_view
from tests.people import CENTRE, FACE_DEG, SIZE, Pose, someone

TRUNK_DEG, FACE_AT_DEG, STEP_DEG = (-30, 70), (0, 110), 2
VIEWS = {"profile": 0.0, "three-quarter, from the front": 35.0, "from behind": -60.0}
"""Title -> how far the person is turned towards the camera, degrees."""
TORSO_PX = 150.0
ASIDE = {
    **dict.fromkeys(("eye",), 0.06),
    **dict.fromkeys(("ear",), 0.15),
    **dict.fromkeys(("shoulder", "wrist"), 0.36),
    **dict.fromkeys(("elbow",), 0.42),
    **dict.fromkeys(("hip", "knee", "ankle"), 0.2),
}
"""How far a joint is from the middle of the body, torso lengths, of an average adult. Guess."""
NAMED: dict[Label, str] = {"sitting": "sitting", "hunching": "hunching", "unknown": "no answer"}
GREY, PALE = "#d5d9de", 0.55
"""Without an answer; and the opacity of the colours of the labels."""


def decisions(width: float) -> str:
    """Return the figure."""
    gap, left = 48.0, 62.0
    each = (width - left - gap * len(VIEWS)) / len(VIEWS)
    tall = each * (FACE_AT_DEG[1] - FACE_AT_DEG[0]) / (TRUNK_DEG[1] - TRUNK_DEG[0])
    parts: list[str] = []
    for number, (title, yaw_deg) in enumerate(VIEWS.items()):
        corner = left + number * (each + gap), 44.0
        parts += _panel(title, yaw_deg, corner, (each, tall))
    middle = 44 + tall / 2
    said = svg.words((18, middle), "face", 15, svg.QUIET)
    return svg.picture(width, 44 + tall + 84, *parts, said, *_legend(width, 44 + tall + 72))


def label_at(trunk_deg: float, face_deg: float, yaw_deg: float) -> Label:
    """Return what the network says of somebody who sits, turned towards the camera by an angle."""
    keypoints = turned_person(Pose(trunk_deg, face_deg - FACE_DEG, 5, 0), yaw_deg)
    view = measure(keypoints, SIZE).view
    return Seen(any_view.load().odds(keypoints), view).label()


def turned_person(pose: Pose, yaw_deg: float) -> Keypoints:
    """Return the joints of somebody who faces right at 0 degrees, and the camera at 90."""
    flat = someone(pose, width=0).keypoints
    aside = np.array([_aside(joint) for joint in Joint]) * TORSO_PX
    turn = np.radians(yaw_deg)
    xy: Floats = flat.xy.astype(float)
    xy[:, 0] = CENTRE[0] + (xy[:, 0] - CENTRE[0]) * np.cos(turn) - aside * np.sin(turn)
    return Keypoints(xy.astype(np.float32), flat.score)


def _aside(joint: Joint) -> float:
    side, _, part = joint.label.rpartition("_")
    return ASIDE.get(part, 0.0) * {"right": 1, "left": -1, "": 0}[side]


def _panel(title: str, yaw_deg: float, corner: svg.Point, size: svg.Point) -> list[str]:
    (x, y), (wide, high) = corner, size
    view = (TRUNK_DEG[0], -FACE_AT_DEG[1]), (_span(TRUNK_DEG), _span(FACE_AT_DEG))
    ticks = [
        svg.words((x + (d - TRUNK_DEG[0]) / _span(TRUNK_DEG) * wide, y + high + 20), f"{d}°", 13,
                  svg.QUIET)
        for d in range(-20, TRUNK_DEG[1] + 1, 20)
    ]  # fmt: skip
    ticks += [
        svg.words((x - 6, y + high - d / _span(FACE_AT_DEG) * high + 5), f"{d}°", 13, svg.QUIET,
                  "end")
        for d in range(0, FACE_AT_DEG[1] + 1, 20)
    ]  # fmt: skip
    return [
        svg.words((x + wide / 2, y - 16), title, 16, bold=True),
        svg.window(corner, size, view, *_cells(yaw_deg), _limit()),
        *ticks,
        svg.words((x + wide / 2, y + high + 38), "trunk", 15, svg.QUIET),
    ]


def _cells(yaw_deg: float) -> list[str]:
    """Return rows of boxes in the colours of the labels, neighbours of one colour as one."""
    parts = []
    for face in range(*FACE_AT_DEG, STEP_DEG):
        row = [(t, label_at(t + 1, face + 1, yaw_deg)) for t in range(*TRUNK_DEG, STEP_DEG)]
        for label, cells in groupby(row, key=lambda cell: cell[1]):
            trunks = [trunk for trunk, _ in cells]
            place, size = (trunks[0], -face - STEP_DEG), (STEP_DEG * len(trunks), STEP_DEG)
            parts.append(_filled(place, size, label))
    return parts


def _filled(corner: svg.Point, size: svg.Point, label: Label) -> str:
    """Return a box in the colour of a label."""
    return svg.element(
        "rect",
        x=corner[0],
        y=corner[1],
        width=size[0],
        height=size[1],
        fill=GREY if label == UNKNOWN else POSTURES[label].light,
        fill_opacity=1.0 if label == UNKNOWN else PALE,
        shape_rendering="crispEdges",
    )


def _limit() -> str:
    """Return the limit of the rules: trunk and face together."""
    ends = [(trunk, trunk - SLUMPED.limit) for trunk in TRUNK_DEG]
    return svg.line(ends[0], ends[1], svg.INK, 0.8, "3 2.5")


def _legend(width: float, y: float) -> list[str]:
    parts = []
    for number, (label, said) in enumerate(NAMED.items()):
        x = width / 2 - 290 + number * 130
        parts.append(_filled((x, y - 13), (18, 16), label))
        parts.append(svg.words((x + 26, y), said, 15, anchor="start"))
    x = width / 2 + 100
    return [
        *parts,
        svg.line((x, y - 5), (x + 30, y - 5), svg.INK, 2.5, "8 6"),
        svg.words((x + 40, y), f"limit of the rules, {SLUMPED.limit:.0f}°", 15, anchor="start"),
    ]


def _span(ends: tuple[int, int]) -> int:
    return ends[1] - ends[0]
