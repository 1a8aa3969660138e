"""RTMO: boxes and joints of everybody in a whole picture, from MMPose."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.body.scene import Person
from posture_cli.estimators.gluon.boxes import apart
from posture_cli.estimators.layouts import Run, fits, picture_size
from posture_cli.estimators.layouts.fitting import fitted, person_of, size_of
from posture_cli.estimators.runtime import Described, Feed, Shape
from posture_cli.vision import Pixels

KNOWN = "RTMO: 1 x 3 x 640 x 640 -> dets 1 x N x 5 and keypoints 1 x N x 17 x 3"
GREY = 114
USUAL_PX = 640
"""Source of both: `input_size` and the padding of RTMO's configurations in MMPose."""
NAMES = ("dets", "keypoints")
"""Of the outputs. Source: `onnx_config` of RTMO in MMDeploy's configurations."""
MIN_SCORE, MAX_IOU = 0.3, 0.65
"""Source: `bbox-thr` of MMPose's demos, and `nms_thr` of RTMO's configurations."""
BOXES: Shape = (1, None, 5)
POINTS: Shape = (1, None, 17, 3)
"""Corners and score of each person, and their joints: x, y and score."""


@dataclass(frozen=True, slots=True)
class RTMO:
    """One network: its input, and its outputs with boxes and with joints."""

    feed: Feed
    outputs: tuple[int, ...]
    shapes: tuple[Shape, ...] = (BOXES, POINTS)

    def people(self, run: Run, rgb: Pixels) -> list[Person]:
        """Return the people in a picture, best first."""
        there, size = fitted(rgb, self.feed, grey=GREY, centred=False), size_of(rgb)
        boxes, joints = (rows[0] for rows in run(there.pixels))
        sure = boxes[:, 4] >= MIN_SCORE
        boxes, joints = boxes[sure], joints[sure]
        people = (
            person_of(
                there.back(joints[i, :, :2]),
                joints[i, :, 2],
                there.back(boxes[i, :4].reshape(2, 2)).ravel(),
                float(boxes[i, 4]),
                size,
            )
            for i in apart(boxes[:, :4], boxes[:, 4], MAX_IOU)
        )
        return [person for person in people if person]


def read(file: Described) -> RTMO | None:
    """Return the layout of a network, or None if it is of another family."""
    if len(file.inputs) != 1 or len(file.outputs) != 2:
        return None
    size = picture_size(file.inputs[0])
    if size is None or not size.channels_first:
        return None
    feed = Feed(size.width or USUAL_PX, size.height or USUAL_PX, bgr=True)
    for boxes, joints in ((0, 1), (1, 0)):
        box, joint = file.outputs[boxes], file.outputs[joints]
        # A suppression inside may leave all lengths open.
        known = box.shape[-1:] == (5,) or (box.name, joint.name) == NAMES
        if known and fits(box.shape, BOXES) and fits(joint.shape, POINTS):
            return RTMO(feed, (boxes, joints))
    return None
