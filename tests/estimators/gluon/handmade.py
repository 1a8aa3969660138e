"""Weights made without MXNet: of the right names and shapes, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture_cli.estimators.gluon.graphs import NETWORKS
from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.ssd import Ssd, in_file_style
from posture_cli.estimators.gluon.yolo import Yolo
from posture_cli.estimators.runtime import Graph

SMALL = "mobile_pose_mobilenetv3_small"
YOLO, SSD = "yolo3_mobilenet1.0_coco", "ssd_512_mobilenet1.0_coco"


def arrays_of(network: str, classes: int = 80) -> dict[str, np.ndarray]:
    """Weights of a network as `save_parameters` names them: small numbers, variances of 1."""
    description = NETWORKS[network]
    if isinstance(description, Yolo | Ssd):
        description = replace(description, classes=classes)
    layers = Layers(Graph(description.input_shape), {})
    description.draw(layers)
    return {
        in_file_style(name): np.full(shape, 1 if name.endswith("var") else 0.01, np.float32)
        for name, shape in layers.wanted.items()
    }
