"""The only room that imports OpenVINO: describe, compile and run a network."""

from __future__ import annotations

from posture_cli.estimators.runtime.compiled import Compiled, compile_graph
from posture_cli.estimators.runtime.foreign import (
    Described,
    Feed,
    Port,
    Shape,
    compile_foreign,
    describe,
)
from posture_cli.estimators.runtime.graph import Activation, Graph, Node
from posture_cli.estimators.runtime.network import (
    Array,
    ModelFile,
    Network,
    Precision,
    Processor,
    available_cores,
    hidden,
    import_openvino,
    processor,
)
from posture_cli.estimators.runtime.saved import Saved, saved

__all__ = [
    "Activation",
    "Array",
    "Compiled",
    "Described",
    "Feed",
    "Graph",
    "ModelFile",
    "Network",
    "Node",
    "Port",
    "Precision",
    "Processor",
    "Saved",
    "Shape",
    "available_cores",
    "compile_foreign",
    "compile_graph",
    "describe",
    "hidden",
    "import_openvino",
    "processor",
    "saved",
]
