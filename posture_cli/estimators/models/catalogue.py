"""The catalogue: every model file this package can use, with its origin, licence and hash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from posture_cli.estimators.models.embedded import POSE_DETECTION, POSE_LANDMARK_FULL, EmbeddedModel

Task = Literal["pose", "detector"]

OWN_ORIGIN = "yours"
OWN_LICENCE = "not known"
SHA_DIGITS = 12
"""Enough to tell files apart, as in names of commits and containers."""
ZOO_ORIGIN = "GluonCV model zoo"
ZOO_LICENCE = "not stated"
ZOO_LICENCE_NOTE = (
    "GluonCV's code is Apache-2.0; its zoo states no licence for the weights, "
    "which are trained on COCO."
)
ACCURACY_NOTE = (
    "published by GluonCV for COCO val2017, not measured by posture; pose: OKS AP with flip, "
    "detector: box AP. Empty: nothing is published for this file."
)


@dataclass(frozen=True)
class Own:
    """What is known of weights that the user has brought.

    Attributes:
        network: The architecture, by its name in the zoo.
        sha256: Hex digest of the .params file.
        source: Name of the file that was imported.
        classes: How many classes a detector tells apart; 0 for a pose network.
        person: Which of them is people, from 0.
    """

    network: str
    sha256: str
    source: str
    classes: int = 0
    person: int = 0


@dataclass(frozen=True)
class Model:
    """One file of the GluonCV zoo, or of the user's own.

    Attributes:
        name: The name of the network in GluonCV, or the one that the user has chosen.
        task: `pose` finds keypoints in the crop of a person, `detector` finds the people.
        sha1: Hex digest of the .params file, all 40 digits.
        accuracy: As published by GluonCV; empty where nothing is published for this file.
        origin: Who offers it.
        licence: SPDX identifier, or what else is known.
        own: What else is known if it is the user's own.
    """

    name: str
    task: Task
    sha1: str
    accuracy: str = ""
    origin: str = ZOO_ORIGIN
    licence: str = ZOO_LICENCE
    own: Own | None = None

    @property
    def network(self) -> str:
        """The architecture, by its name in the zoo."""
        return self.own.network if self.own else self.name

    @property
    def title(self) -> str:
        """What the JSON form calls it: nobody can take weights of the user's for the zoo's."""
        if self.own is None:
            return self.name
        return f"{self.name}(yours/{self.own.network}/sha256:{self.own.sha256[:SHA_DIGITS]})"

    @property
    def file_name(self) -> str:
        """The name of the file in the zoo and in `~/.mxnet/models`."""
        return f"{self.name}-{self.sha1[:8]}.params"

    @property
    def zip_name(self) -> str:
        """The name of the archive that the zoo offers."""
        return f"{self.name}-{self.sha1[:8]}.zip"


class Weights(NamedTuple):
    """A model and its file on this machine."""

    model: Model
    path: Path


_ZOO: tuple[tuple[str, Task, str, str], ...] = (
    (
        "yolo3_mobilenet1.0_coco",
        "detector",
        "66dbbae67be8f1e3cd3c995ce626a2bdc89769c6",
        "28.6 at 416",
    ),
    ("yolo3_darknet53_coco", "detector", "09767802230b45af1c27697a2dad6d1ebaacc1e2", "36.0 at 416"),
    ("ssd_512_mobilenet1.0_coco", "detector", "da9756faa5b9b4e34dedcf83ee0733d5895796ad", "21.7"),
    ("simple_pose_resnet18_v1b", "pose", "f63d42ac8f83b239d4e08b636b888b8e50cd066d", "68.4"),
    ("simple_pose_resnet50_v1b", "pose", "e2c7b1adea31264bc9220511308b4efa89c6fc50", "72.2"),
    ("simple_pose_resnet101_v1b", "pose", "b7ec0de1a34eb718efd4a84339cc1547ead88cbe", "73.7"),
    ("simple_pose_resnet152_v1b", "pose", "ef4e033612a5fca6fc69e54c87da3ba3866d533e", "74.2"),
    ("simple_pose_resnet50_v1d", "pose", "ba2675b6a43fc31601f0e99311b0bb115369bc82", "73.3"),
    ("simple_pose_resnet101_v1d", "pose", "1f8f48fd49a23bcc73c1cd736bdc639cd1434489", "74.2"),
    ("simple_pose_resnet152_v1d", "pose", "3ca502ea8eaaa15f4f972d5cf139167d15ffa798", "74.6"),
    ("mobile_pose_resnet18_v1b", "pose", "dd6644ebca0d320eb460342d1ed6e1f0793e3946", "67.9"),
    ("mobile_pose_resnet50_v1b", "pose", "ec8809df9adbeefc022e5977fda60c4e4a58c3ac", "72.4"),
    ("mobile_pose_mobilenet1.0", "pose", "b399bac75ebbd1b9d04a16906bddc64f1e33496b", "65.7"),
    ("mobile_pose_mobilenetv2_1.0", "pose", "4acdc130ebee695b1181fb7e4eee8f2c4d91a614", "65.0"),
    # The table's 55.6 belongs to another file of this name, b1b148a9.
    ("mobile_pose_mobilenetv3_small", "pose", "c2a11fae8970c2c2e79e2b77a4c4d62e3d3e054f", ""),
    ("mobile_pose_mobilenetv3_large", "pose", "1ca004dc5ab2bd0e10d782734d3efbefff23180c", "64.5"),
)
"""Name, task, SHA-1, accuracy.

Source: hashes from GluonCV 0.10.5 (`gluoncv.model_zoo.model_store`); accuracies from the tables
`docs/model_zoo/csv_tables/{Poses,Detections}/MSCOCO_*.csv` of dmlc/gluon-cv, where the poses'
hash tags are those above. The tables of detectors carry no hash tags.
"""

MODELS: dict[str, Model] = {row[0]: Model(*row) for row in _ZOO}
"""The zoo's models by name."""

GROUPS: dict[str, tuple[str, ...]] = {
    "gluoncv": ("yolo3_mobilenet1.0_coco", "simple_pose_resnet18_v1b"),
}
"""Names for several models at once. Source: the AWS DeepLens tutorial uses this pair."""

INSIDE: dict[str, tuple[Task, EmbeddedModel]] = {
    "pose_detection": ("detector", POSE_DETECTION),
    "pose_landmark_full": ("pose", POSE_LANDMARK_FULL),
}
"""BlazePose's files, which come inside this package."""
