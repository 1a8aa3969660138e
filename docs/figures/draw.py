"""Draw the figures of docs/rules.md and docs/camera.md, and the picture of a watch.

    python docs/figures/draw.py

Every number in them is measured by `posture_cli.core`, on hand-made people.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from docs.figures import stick, svg, watch_page
from docs.figures.chance import chance
from docs.figures.decisions import decisions
from docs.figures.panels import ARC, LEVEL_LINE, LIMB, Model, Panel, direction_deg, sheet
from docs.figures.places import places
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import SIDES
from posture_cli.core.judge.rules import judge
from tests.people import SIZE, Pose, someone, with_points

HERE = Path(__file__).parent
WIDTH = 960
BENT = Pose(trunk_deg=22, neck_deg=38, thigh_deg=14, shank_deg=-16)
"""Somebody whose angles are all large enough to see."""


def upper_body() -> str:
    """Return the figure of the angles of trunk and head."""
    bent = Model.of(someone(BENT, width=0))
    back = Model.of(someone(Pose(-30, -8, 5, 10), width=0))
    view = (415.0, 130.0), (300.0, 310.0)

    def panel(title: str, caption: str, *parts: str) -> Panel:
        return Panel(title, (caption,), view, (bent.figure(), *parts))

    trunk = bent.from_vertical("hip", "shoulder", "trunk_deg")
    face = bent.from_vertical("shoulder", "nose", "face_deg", 48)
    total = f"{bent.number('slump_deg'):.0f}°"
    return sheet(
        [
            panel("trunk", "hip to shoulder, from vertical", *trunk),
            panel("neck", "shoulder to ear, from vertical",
                  *bent.from_vertical("shoulder", "ear", "neck_deg", 44)),
            panel("head", "ear to nose, below the horizontal",
                  *bent.below_level("ear", "nose", "head_deg", 44)),
            panel("face", "shoulder to nose, from vertical", *face),
            panel("slump", f"trunk + face = {total}", *trunk, *face),
            Panel("leaning back", ("backward is negative",), ((335.0, 130.0), view[1]),
                  (back.figure(), *back.from_vertical("hip", "shoulder", "trunk_deg"))),
        ],
        3,
        WIDTH,
    )  # fmt: skip


def legs() -> str:
    """Return the figure of the angles of the legs."""
    bent = Model.of(someone(BENT, width=0))
    upright = Model.of(someone(Pose(3, 12, 86, 4), width=0))
    view = (410.0, 235.0), (320.0, 330.0)

    def panel(title: str, caption: str, *parts: str, model: Model = bent) -> Panel:
        return Panel(title, (caption,), view, (model.figure(), *parts))

    return sheet(
        [
            panel("thigh", "hip to knee, below the horizontal",
                  *bent.below_level("hip", "knee", "thigh_deg", 74)),
            panel("thigh, standing", "about 90 when it hangs",
                  *upright.below_level("hip", "knee", "thigh_deg", 50), model=upright),
            panel("hip", "between trunk and thigh", *bent.between("shoulder", "hip", "knee",
                  "hip_deg")),
            panel("knee", "between thigh and shank", *bent.between("hip", "knee", "ankle",
                  "knee_deg")),
            panel("shank", "ankle to knee, from vertical",
                  *bent.from_vertical("ankle", "knee", "shank_deg", 64)),
            _thigh_spread(),
        ],
        3,
        WIDTH,
    )  # fmt: skip


def _thigh_spread() -> Panel:
    """Return the panel of somebody who walks, with both thighs."""
    walker = Model.of(_with_far_leg(someone(Pose(3, 12, 68, 8), width=0), 106, 30))
    hip, near = walker.joint("hip"), walker.joint("knee")
    far = stick.at(walker.person.keypoints, Joint.LEFT_KNEE)
    parts = [svg.line(hip, end, LIMB, 5) for end in (near, far)]
    parts += [svg.circle(joint, 6, LIMB) for joint in (hip, near, far)]
    directions = direction_deg(hip, near), direction_deg(hip, far) % 360
    middle = svg.toward(hip, 76, sum(directions) / 2)
    spread = walker.number("thigh_spread_deg")
    arc = svg.sector(hip, 54, *directions, ARC)
    number = svg.words((middle[0], middle[1] + 6), f"{spread:.0f}°", 20, ARC, bold=True)
    view = (340.0, 235.0), (320.0, 330.0)
    caption = "between near and far thigh"
    return Panel("thigh spread", (caption,), view, (walker.figure(), *parts, arc, number))


def _with_far_leg(person: Person, thigh_deg: float, shank_deg: float) -> Person:
    """Return somebody who faces right with the far leg elsewhere; angles as in `Pose`."""
    hip = stick.at(person.keypoints, Joint.LEFT_HIP)
    knee = svg.toward(hip, 127.5, thigh_deg + 90)
    ankle = svg.toward(knee, 120, shank_deg + 180)
    return with_points(person, {Joint.LEFT_KNEE: knee, Joint.LEFT_ANKLE: ankle})


def proportions() -> str:
    """Return the figure of what is not an angle: sides, width, ankle drop and camera roll."""
    return sheet([_sides(), _width(), _ankle_drop(), _roll()], 2, WIDTH)


def _sides() -> Panel:
    left = Model.of(someone(Pose(4, 14, 8, -4), facing="left", width=0.14))
    nose, hip = left.joint("nose"), left.joint("hip")
    parts = [
        svg.arrow((nose[0] - 16, nose[1]), (nose[0] - 74, nose[1]), ARC, 4),
        svg.words((nose[0] - 50, nose[1] - 14), "forward", 18, ARC, bold=True),
        svg.words((hip[0] + 30, hip[1] - 60), "near side: left", 18, LIMB, "start", bold=True),
    ]
    view = (270.0, 150.0), (480.0, 330.0)
    return Panel("facing left", ("the nose is left of the ear, so forward is left",
                 "and the left side is near"), view, (left.figure(), *parts))  # fmt: skip


def _width() -> Panel:
    turned_away = Model.of(someone(Pose(4, 14, 8, -4), width=0.42))
    xy = turned_away.person.keypoints
    near, far = SIDES["right"], SIDES["left"]
    pairs = ((near.shoulder, far.shoulder), (near.hip, far.hip))
    across = [svg.line(stick.at(xy, a), stick.at(xy, b), ARC, 6) for a, b in pairs]
    x, y = turned_away.joint("shoulder")
    said = f"{turned_away.measurement.width_ratio:.2f} of the torso"
    parts = [
        svg.line(turned_away.joint("hip"), (x, y), LIMB, 6),
        *across,
        svg.words((x - 26, y + 90), "torso", 18, LIMB, "end", bold=True),
        svg.words((x + 86, y + 8), said, 18, ARC, "start", bold=True),
    ]
    view = (300.0, 150.0), (480.0, 330.0)
    caption = "the wider of shoulders and hips, over the torso"
    return Panel("width ratio", (caption, f"here: {_view_words(turned_away)}"), view,
                 (turned_away.figure(), *parts))  # fmt: skip


def _view_words(model: Model) -> str:
    return model.measurement.view.replace("_", "-")


def _ankle_drop() -> Panel:
    feet_up = Model.of(someone(Pose(-8, 14, -4, -62), width=0))
    (x, y), (foot, low) = feet_up.joint("hip"), feet_up.joint("ankle")
    right = foot + 45
    said = f"{feet_up.number('ankle_drop'):.2f} of the torso"
    parts = [
        stick.seat(feet_up.person.keypoints, feet_up.measurement.side),
        feet_up.figure(),
        svg.line((x, y), (right + 20, y), LEVEL_LINE, 2, "6 5"),
        svg.line((foot, low), (right + 20, low), LEVEL_LINE, 2, "6 5"),
        svg.arrow((right, y), (right, low), ARC, 4),
        svg.words((right + 52, y - 14), said, 18, ARC, "end", bold=True),
        svg.line((x, y), feet_up.joint("shoulder"), LIMB, 6),
        svg.words((x - 50, y - 70), "torso", 18, LIMB, "end", bold=True),
    ]
    view = (355.0, 155.0), (480.0, 330.0)
    captions = "how far the ankle is below the hip, over the torso", "here: the feet are up"
    return Panel("ankle drop", captions, view, tuple(parts))


def _roll() -> Panel:
    roll_deg = 10
    upright = Model.of(someone(Pose(2, 12, 88, 2), width=0))
    post, floor = (620.0, 663.0), 672.0
    scene = [
        svg.line((330, floor), (760, floor), LEVEL_LINE, 4),
        svg.line(post, svg.toward(post, 460, 0), LIMB, 8),
        upright.figure(),
    ]
    foot = svg.turned(post, (540, 420), roll_deg)
    parts = [
        svg.element("g", "\n".join(scene), transform=f"rotate({roll_deg} 540 420)"),
        svg.line(foot, svg.toward(foot, 440, 0), LEVEL_LINE, 3, "8 7"),
        svg.sector(foot, 330, 0, roll_deg, ARC),
        svg.words((foot[0] + 28, foot[1] - 350), f"{roll_deg}°", 30, ARC, bold=True),
        svg.words((foot[0] + 90, foot[1] - 200), f"--camera-roll {roll_deg}", 28, LIMB, "start"),
    ]
    view = (200.0, 130.0), (843.6, 580.0)
    captions = "what is upright leans to the right in the picture:", "the camera was turned"
    return Panel("camera roll", captions, view, tuple(parts))


POSTURES: tuple[tuple[str, Person, bool], ...] = (
    ("sitting", someone(Pose(2, 10, 8, -4), width=0), True),
    ("standing", someone(Pose(3, 12, 88, 1), width=0), False),
    ("hunching, seated", someone(Pose(22, 44, 4, -5), width=0), True),
    ("hunching, standing", someone(Pose(17, 44, 88, 1), width=0), False),
    ("lying", someone(Pose(-86, -80, 4, -78), width=0), False),
    ("reclined", someone(Pose(-36, -8, 4, -12), width=0), True),
    ("feet up", someone(Pose(-12, 10, -6, -62), width=0), True),
    ("bent over", someone(Pose(74, 80, 86, 0), width=0), False),
    ("squatting", someone(Pose(34, 16, -8, 28), width=0), False),
    ("kneeling", someone(Pose(2, 10, 86, 84), width=0), False),
    ("a lunge", _with_far_leg(someone(Pose(4, 12, 26, 4), width=0), 112, 66), False),
    ("on a high stool", someone(Pose(5, 12, 53, -2), width=0), True),
)
"""What it is, who does it, and whether they need a seat."""


def postures() -> str:
    """Return the figure of what the default judge answers to each posture."""
    return sheet([_posture(*each) for each in POSTURES], 4, WIDTH)


def _posture(title: str, person: Person, seated: bool) -> Panel:
    model = Model.of(person)
    verdict = judge(person, model.measurement, SIZE)
    said = f"{verdict.label}, stance {verdict.stance}"
    if verdict.label == "unknown":
        said = f"unknown: {verdict.reasons[0].code}"
    x, y = (person.bbox.x1 + person.bbox.x2) / 2, (person.bbox.y1 + person.bbox.y2) / 2
    parts = (stick.seat(person.keypoints, model.measurement.side),) if seated else ()
    view = (x - 270, y - 270), (540.0, 540.0)
    return Panel(title, (said,), view, (*parts, model.figure()))


FIGURES: dict[str, Callable[[], str]] = {
    "upper_body.svg": upper_body,
    "legs.svg": legs,
    "proportions.svg": proportions,
    "postures.svg": postures,
    "confidence.svg": partial(chance, WIDTH),
    "network.svg": partial(decisions, WIDTH),
}
"""File name -> what draws it."""


OTHERS: dict[str, Callable[[], str]] = {"camera.svg": places}
"""The same for what docs/camera.md shows."""


def main() -> None:
    """Write every figure beside this file, and the picture of a watch in its place."""
    watch_page.PLACE.write_text(watch_page.watch_page(), encoding="utf-8")
    for name, drawn in (FIGURES | OTHERS).items():
        (HERE / name).write_text(drawn() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
