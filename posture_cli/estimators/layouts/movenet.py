"""MoveNet: the joints of one person (lightning, thunder), or of up to six (multipose)."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.estimators.layouts import Run, fits, picture_size
from posture_cli.estimators.layouts.fitting import Fitted, around, fitted, person_of, size_of
from posture_cli.estimators.runtime import Array, Described, Feed, Shape
from posture_cli.vision import Pixels

KNOWN = "MoveNet: 1 x 192 x 192 x 3 -> 1 x 1 x 17 x 3, or 1 x 256 x 256 x 3 -> 1 x 6 x 56"
JOINTS, OF_JOINTS, WITH_BOX = 17, 51, 56
"""Numbers of a person in multipose: 17 joints, a box (top, left, bottom, right), a score."""
SINGLE: Shape = (1, 1, JOINTS, 3)
SEVERAL: Shape = (1, 6, WITH_BOX)
USUAL_PX = 256
"""Longer side of multipose. Source: MoveNet's page at TensorFlow Hub."""
BLACK = 0
MIN_SCORE = 0.25
"""Least score of a person. Source: `minPoseScore` of MoveNet in tfjs-models."""
SEEN = 0.2
"""Least score of a joint that counts. Source: `MIN_CROP_KEYPOINT_SCORE`, likewise."""


@dataclass(frozen=True, slots=True)
class MoveNet:
    """One network. Points are y, x and score, in shares of the input.

    Attributes:
        feed: How it wants its picture.
        several: Whether each person also has a box and a score.
    """

    feed: Feed
    several: bool
    outputs: tuple[int, ...] = (0,)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of its output."""
        return (SEVERAL if self.several else SINGLE,)

    def people(self, run: Run, rgb: Pixels) -> list[Person]:
        """Return the people in a picture, in the order of the network."""
        there, size = fitted(rgb, self.feed, grey=BLACK, centred=True), size_of(rgb)
        (found,) = run(there.pixels)
        rows = found.reshape(-1, WITH_BOX if self.several else OF_JOINTS)
        people = (self._person(row, there, size) for row in rows)
        return [person for person in people if person]

    def _person(self, row: Array, there: Fitted, size: FrameSize) -> Person | None:
        joints = row[:OF_JOINTS].reshape(JOINTS, 3)
        xy, score = self._back(joints[:, :2], there), joints[:, 2]
        seen = score >= SEEN
        sure = float(row[-1]) if self.several else _mean(score[seen])
        if not sure >= MIN_SCORE:
            return None
        corners = self._back(row[OF_JOINTS:-1].reshape(-1, 2), there)
        box = corners.ravel() if self.several else around(xy[seen])
        return person_of(xy, score, box, sure, size)

    def _back(self, points: Array, there: Fitted) -> Array:
        """Return points (n, 2), y and x in shares of the input, in pixels of the picture."""
        return there.back(points[:, ::-1] * (self.feed.width, self.feed.height))


def read(file: Described) -> MoveNet | None:
    """Return the layout of a network, or None if it is of another family."""
    if len(file.inputs) != 1 or len(file.outputs) != 1:
        return None
    size, (output,) = picture_size(file.inputs[0]), file.outputs
    several = fits(output.shape, SEVERAL) and output.shape[-1] is not None
    single = fits(output.shape, SINGLE) and None not in output.shape[-2:]
    if size is None or not (several or single):
        return None
    feed = Feed(size.width or USUAL_PX, size.height or USUAL_PX, size.channels_first)
    return MoveNet(feed, several)


def _mean(score: Array) -> float:
    return float(score.mean()) if score.size else 0.0
