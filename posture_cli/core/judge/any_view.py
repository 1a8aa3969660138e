"""A small network that tells a posture from any side, learned from generated bodies alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import Floats, Points, points_of, turned
from posture_cli.core.body.keypoints import MIRRORED, OTHER_SIDE, PART, Joint, Keypoints

LEFTS = np.array([Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE])
RIGHTS = LEFTS + 1
"""The size of the body is measured with these joints and the nose."""
FARTHEST = 4.0
"""Joints further from the hips, in sizes of the body, have gone astray and are pulled back."""
TINY = np.finfo(np.float32).tiny
SCORED = [int(j) for j in Joint if PART[j] in ("elbow", "wrist", "knee", "ankle")]
"""Whose scores count: head, shoulders and hips of people who are found have 1, nearly always."""
IN_MIRROR = np.array(
    [
        *(2 * joint + axis for joint in MIRRORED for axis in (0, 1)),
        *(2 * len(Joint) + SCORED.index(OTHER_SIDE[Joint(joint)]) for joint in SCORED),
    ]
)
"""The feature that takes the place of each in a mirror; `ACROSS` has the sign of those across."""
ACROSS = np.array([-1, 1] * len(Joint) + [1] * len(SCORED), np.float32)
FEATURES = 2 * len(Joint) + len(SCORED)
LAYERS = 3


class Odds(NamedTuple):
    """Probability of each posture; the sum is 1."""

    sitting: float
    standing: float
    hunching_seated: float
    hunching_standing: float
    other: float
    """Of every posture without a label."""

    @property
    def hunching(self) -> float:
        """Of hunching, seated or not."""
        return self.hunching_seated + self.hunching_standing

    @property
    def seated(self) -> float:
        """Of sitting, hunched or not."""
        return self.sitting + self.hunching_seated

    @property
    def on_feet(self) -> float:
        """Of standing, hunched or not."""
        return self.standing + self.hunching_standing


OUTPUTS = Odds._fields
"""What the network tells apart, in the order of its outputs."""


class Layer(NamedTuple):
    """Weights float32 (in, out), and what is added, float32 (out,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The network.

    Attributes:
        mean, scale: Of each feature among generated bodies, float32 (42,); a scale is above 0.
        layers: One after the other, with rectifiers between them.
        temperature: What the last outputs are divided by, so that probabilities are not too sure.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    layers: tuple[Layer, ...]
    temperature: float

    def odds(self, keypoints: Keypoints, roll_deg: float = 0.0) -> Odds:
        """Return the probability of each posture: the mean of the person and the mirror image.

        A mirrored person gets the same numbers to the last bit.

        Args:
            keypoints: The joints, pixels.
            roll_deg: How far upright things lean to the right in the picture.
        """
        one, other = self.probabilities(both_ways(keypoints, roll_deg))
        return Odds(*((one + other) / 2).tolist())

    def probabilities(self, people: NDArray[np.float32]) -> Floats:
        """Return the probability of each output from features, float64 (people, 5)."""
        x = (people - self.mean) / self.scale
        for number, layer in enumerate(self.layers):
            x = (np.maximum(x, 0) if number else x) @ layer.weights + layer.bias
        powers = np.exp((x - x.max(axis=1, keepdims=True)).astype(np.float64) / self.temperature)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return all numbers by name, as `network` takes them."""
        layers = {
            f"{name}_{number}": array
            for number, layer in enumerate(self.layers)
            for name, array in layer._asdict().items()
        }
        temperature = np.array(self.temperature, np.float32)
        return {"mean": self.mean, "scale": self.scale, "temperature": temperature, **layers}


def network(arrays: Mapping[str, NDArray[np.float32]]) -> Network:
    """Return a network from its arrays, as `Network.arrays` names them.

    Raises:
        KeyError: If one is missing.
        ValueError: If one has another shape.
    """
    sizes = [FEATURES, *(arrays[f"bias_{n}"].size for n in range(LAYERS))]
    layers = tuple(Layer(arrays[f"weights_{n}"], arrays[f"bias_{n}"]) for n in range(LAYERS))
    shapes = [layer.weights.shape for layer in layers]
    if shapes != list(pairwise(sizes)) or sizes[-1] != len(OUTPUTS):
        raise ValueError(f"layers of {shapes} do not go from {FEATURES} to {len(OUTPUTS)}")
    return Network(arrays["mean"], arrays["scale"], layers, float(arrays["temperature"]))


def features(points: Points, score: Floats) -> NDArray[np.float32]:
    """Return what the network sees of people, float32 (people, 42).

    Joints are taken from the middle of the hips, in sizes of the body: so neither place nor size in
    the picture counts. Left and right are added up in pairs, which keeps mirrored numbers equal.

    Args:
        points: Joints, complex128 (people, 17).
        score: Their scores, float64 (people, 17).
    """
    hips = (points[:, Joint.LEFT_HIP] + points[:, Joint.RIGHT_HIP]) / 2
    from_hips = points - hips[:, None]
    squares = from_hips.real**2 + from_hips.imag**2
    total = squares[:, Joint.NOSE] + (squares[:, LEFTS] + squares[:, RIGHTS]).sum(axis=1)
    size = np.sqrt(total / (1 + 2 * len(LEFTS)))
    place = from_hips.view(np.float64) / np.maximum(size, TINY)[:, None]
    near = np.minimum(np.maximum(place, -FARTHEST), FARTHEST)  # clip takes three times as long
    return np.concatenate([near, score[:, SCORED]], axis=1).astype(np.float32)


def mirrored(people: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the features of people in a mirror."""
    return people[:, IN_MIRROR] * ACROSS


def both_ways(keypoints: Keypoints, roll_deg: float = 0.0) -> NDArray[np.float32]:
    """Return the features of a person and of their mirror image, float32 (2, 42).

    The two come in an order that does not depend on which is which: then every sum is the same.
    """
    points = turned(points_of(keypoints.xy), -roll_deg)
    one = features(points[None], keypoints.score[None].astype(np.float64))
    other = mirrored(one)
    return np.concatenate(sorted((one, other), key=lambda row: row.tolist()))
