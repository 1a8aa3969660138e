"""OpenPose's orders of points, with the COCO joint that each is."""

from __future__ import annotations

from posture_cli.core.body.keypoints import Joint

ENDING = "_keypoints.json"
"""Of OpenPose's files: one for each picture or frame."""
COCO_18: tuple[Joint | None, ...] = (
    *(Joint.NOSE, None),
    *(Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    *(Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    *(Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    *(Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    *(Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.RIGHT_EAR, Joint.LEFT_EAR),
)
"""The COCO model, None for the neck. Source: POSE_COCO_BODY_PARTS in OpenPose's poseParameters."""
BODY_25: tuple[Joint | None, ...] = (*COCO_18[:8], None, *COCO_18[8:], *(None,) * 6)
"""The same with the middle of the hips after the arms, and six points of the feet at the end.
Source: POSE_BODY_25_BODY_PARTS, likewise."""
ORDERS = {len(order): order for order in (COCO_18, BODY_25)}
"""Number of points -> their order."""
