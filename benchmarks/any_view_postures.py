"""Everyday postures in wide ranges, with the answers that a judge for any view should give.

All ranges and shares are guesses. They are wide, so that the people in real pictures are inside.
Postures without a label are drawn often, so that the judge learns to leave them unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from body import Body, Floats
from numpy.typing import NDArray
from postures import Kind, Legs, posture

from posture_cli.core.body.keypoints import Joint

ANY = ("hang", "hang", "keyboard", "lap", "phone", "reach", "play", "prop", "behind")
WALKS = ("hang", "hang", "phone", "behind")
BARS = ("bars", "reach")
WORK = ("reach", "keyboard", "hang", "play", "prop", "phone")
# fmt: off
WIDE: dict[str, Kind] = {
    "stand": Kind("standing", 3, (-6, 8), (-4, 10), (-10, 12), (-15, 25),
        Legs((-6, 6), (0, 12), 14), (*ANY, "up")),
    "walk": Kind("standing", 2, (-4, 8), (-4, 10), (-8, 12), (-10, 20),
        Legs((-4, 10), (2, 30), 28, swing=(0, 90)), WALKS),
    "stand_one_leg": Kind("standing", 0.6, (-6, 8), (-4, 12), (-8, 12), (-10, 30),
        Legs((-4, 10), (0, 20), 8, (2, 10), (4, 25)), ANY),
    "stand_slump": Kind("standing", 3, (-6, 25), (10, 45), (-5, 25), (-5, 45),
        Legs((-6, 8), (0, 14), 14), ANY),
    "walk_slump": Kind("standing", 1, (-3, 20), (10, 40), (-5, 22), (0, 40),
        Legs((-4, 10), (2, 25), 26, swing=(0, 90)), WALKS),
    "stand_work": Kind("standing", 2.5, (10, 55), (0, 35), (-20, 15), (-10, 40),
        Legs((-8, 15), (0, 25), 14), WORK),
    "sit": Kind("sitting", 3, (-14, 10), (-2, 12), (-10, 10), (-15, 25),
        Legs((70, 102), (55, 128), 10, (0, 18)), ANY),
    "sit_slump": Kind("sitting", 3, (-25, 25), (12, 50), (-5, 22), (-5, 45),
        Legs((70, 102), (50, 128), 10, (0, 18)), ANY),
    "sit_forward": Kind("sitting", 2, (10, 55), (0, 40), (-20, 15), (-10, 40),
        Legs((70, 105), (50, 128), 10, (0, 22)), WORK),
    "sit_low": Kind("sitting", 0.8, (-12, 15), (0, 40), (-8, 15), (-8, 30),
        Legs((85, 112), (75, 120), 8, (0, 20)), ANY),
    "sit_stretch": Kind("sitting", 0.9, (-22, 8), (0, 40), (-6, 18), (-8, 30),
        Legs((70, 92), (8, 60), 12, (0, 15)), ANY),
    "perch": Kind("sitting", 0.8, (-8, 10), (0, 35), (-8, 14), (-10, 30),
        Legs((52, 76), (35, 85), 10, (0, 15)), ANY),
    "cross": Kind("sitting", 1.2, (-16, 10), (0, 45), (-6, 16), (-8, 35),
        Legs((76, 100), (60, 105), 4, (0, 10), (0, 35)), ANY),
    "figure_four": Kind("sitting", 0.6, (-18, 10), (0, 40), (-6, 14), (-8, 30),
        Legs((78, 98), (65, 100), 4, (2, 15), (50, 85)), ANY),
    "recline": Kind("other", 0.8, (-55, -30), (0, 25), (0, 20), (-6, 20),
        Legs((60, 95), (20, 80), 8, (0, 15)), ANY),
    "feet_up": Kind("sitting", 0.6, (-40, 0), (0, 35), (0, 20), (-6, 30),
        Legs((85, 118), (0, 70), 8, (0, 12)), ANY),
    "squat": Kind("other", 1.2, (5, 50), (0, 30), (-30, 10), (-20, 25),
        Legs((88, 125), (108, 155), 8, (2, 30)), ANY),
    "half_squat": Kind("other", 1.1, (15, 58), (0, 22), (-32, 8), (-25, 20),
        Legs((38, 85), (52, 110), 8, (2, 25)), ANY),
    "chair_squat": Kind("other", 0.6, (5, 40), (0, 20), (-25, 8), (-20, 20),
        Legs((55, 90), (75, 115), 5, (0, 20)), ("reach", "up")),
    "kneel": Kind("other", 0.8, (-6, 25), (0, 25), (-6, 12), (-10, 30),
        Legs((-8, 20), (78, 112), 6), ANY),
    "kneel_on_heels": Kind("other", 0.7, (-8, 25), (0, 30), (-6, 14), (-10, 30),
        Legs((45, 85), (135, 165), 6, (2, 15)), ANY),
    "half_kneel": Kind("other", 0.7, (-5, 25), (0, 25), (-6, 12), (-10, 30),
        Legs((38, 52), (85, 112), 45), ANY),
    "cross_legged": Kind("other", 0.6, (-15, 15), (0, 35), (-6, 14), (-8, 30),
        Legs((75, 95), (110, 145), 5, (25, 45), (40, 80)), ANY),
    "sit_floor": Kind("other", 0.6, (-30, 10), (0, 35), (-5, 16), (-8, 30),
        Legs((88, 125), (0, 95), 12, (0, 15)), ANY),
    "bend": Kind("other", 1, (62, 105), (0, 30), (-30, 15), (-25, 30),
        Legs((-10, 22), (0, 45), 14), ("hang", "reach")),
    "lunge": Kind("other", 0.8, (-5, 25), (0, 12), (-8, 8), (-12, 18),
        Legs((22, 48), (20, 75), 45), ANY),
    "step": Kind("other", 0.4, (-5, 20), (0, 12), (-8, 8), (-12, 20),
        Legs((25, 45), (20, 60), 38), WALKS),
    "cycle": Kind("other", 0.8, (10, 55), (0, 25), (-35, 5), (-25, 15),
        Legs((42, 78), (42, 95), 30), BARS),
    "lying": Kind("other", 1, (-20, 20), (-5, 15), (-5, 25), (-8, 25),
        Legs((-5, 60), (0, 90), 14), ANY, lies=True),
    "deadlift": Kind("other", 0.6, (42, 85), (0, 18), (-38, 0), (-25, 12),
        Legs((35, 85), (35, 98), 4, (2, 15)), ("hang",)),
    "all_fours": Kind("other", 0.4, (70, 105), (-5, 20), (-40, 10), (-40, 20),
        Legs((70, 110), (80, 120), 10), ("bars", "reach")),
}
# fmt: on
"""`label` is the stance; hunching is measured. Legs: thigh, knee, stride, splay, crossed."""


HUNCHING_DEG, HUNCHING_SOFT_DEG = 60.5, 2.5
"""Slump from which a person hunches. Source: the rules, whose limit lies between 58 and 62."""
BENT_DEG, BENT_SOFT_DEG = 64.0, 3.0
"""Trunk from which a person is bent over. Guess: a little beyond the 60 degrees of ISO 11226, as
labels of pictures are not measured."""
RECLINED_DEG, RECLINED_SOFT_DEG = 27.0, 2.0
"""Backward lean of the trunk from which a person reclines. Guess near the rules' 25."""
FEET_UP, FEET_UP_SOFT = 0.5, 0.04
"""The lower foot is less than this far below the hip when both are up, in torsos. Guess near the
rules' .55."""


@dataclass(frozen=True)
class Bodies:
    """Generated people.

    Attributes:
        points: Their 17 joints, float64 (n, 17, 3), metres: to their left, up, forward.
        kind: Name in `WIDE` of each.
    """

    points: Floats
    kind: tuple[str, ...]

    @property
    def stance(self) -> NDArray[np.str_]:
        """`sitting`, `standing` or `other` of each."""
        return np.array([WIDE[name].label for name in self.kind])

    def truth(self) -> Floats:
        """Return how right each answer is, float64 (n, 5), in the order of `any_view.OUTPUTS`.

        Measured in the person's own side view. Near a limit each answer is right in part, as people
        do not agree to the degree.
        """
        hip, shoulder = self._middle(Joint.LEFT_HIP), self._middle(Joint.LEFT_SHOULDER)
        torso = shoulder - hip
        trunk = _forward_deg(torso)
        slump = trunk + _forward_deg(self.points[:, Joint.NOSE] - shoulder)
        feet = self.points[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 1].min(axis=1)
        drop = (hip[:, 1] - feet) / np.linalg.norm(torso, axis=1)
        seated = self.stance == "sitting"
        labelled = (self.stance != "other") * (1 - _beyond(trunk, BENT_DEG, BENT_SOFT_DEG))
        labelled *= 1 - _beyond(-trunk, RECLINED_DEG, RECLINED_SOFT_DEG)
        labelled *= 1 - seated * _beyond(-drop, -FEET_UP, FEET_UP_SOFT)
        hunching = _beyond(slump, HUNCHING_DEG, HUNCHING_SOFT_DEG)
        shares = [seated * (1 - hunching), ~seated * (1 - hunching)]
        shares += [seated * hunching, ~seated * hunching]
        return np.stack([*(labelled * share for share in shares), 1 - labelled], axis=1)

    def _middle(self, left: Joint) -> Floats:
        return np.asarray((self.points[:, left] + self.points[:, left + 1]) / 2)


def drawn(people: int, shapes: int, rng: np.random.Generator) -> Bodies:
    """Draw people of several shapes in all postures, about 2 ms each."""
    bodies = [Body(rng) for _ in range(shapes)]
    share = np.array([kind.share for kind in WIDE.values()])
    names = [list(WIDE)[i] for i in rng.choice(len(WIDE), size=people, p=share / share.sum())]
    points = []
    for name in names:
        body = bodies[rng.integers(shapes)]
        points.append(body.keypoints(posture(WIDE[name], body, rng)))
    return Bodies(np.array(points), tuple(names))


def _forward_deg(line: Floats) -> Floats:
    """Return how far lines lean forward from upright, float64 (n,)."""
    return np.asarray(np.degrees(np.arctan2(line[:, 2], line[:, 1])))


def _beyond(value: Floats, limit: float, softness: float) -> Floats:
    """Return which share of people would say that a value is beyond a limit, float64 (n,)."""
    return np.asarray(1 / (1 + np.exp(-((value - limit) / softness).clip(-30, 30))))
