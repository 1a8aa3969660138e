"""A quantised network as bytes, to store it and to compile it later."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posture_cli.errors import ModelError
from posture_cli.estimators.runtime.network import import_openvino


@dataclass(frozen=True, slots=True)
class Saved:
    """A network in OpenVINO's own format.

    Attributes:
        xml: The operations.
        weights: The constants.
    """

    xml: bytes
    weights: bytes

    def model(self) -> Any:
        """Return it as an OpenVINO model, for a compiler.

        Raises:
            ModelError: If this OpenVINO cannot read it.
        """
        openvino = import_openvino()
        try:
            return openvino.Core().read_model(self.xml, self.weights)
        except RuntimeError as error:
            raise ModelError(
                f"OpenVINO {openvino.__version__} cannot read this int8 network",
                hint="make it again with this OpenVINO: posture models quantise",
            ) from error


def saved(model: Any) -> Saved:
    """Return an OpenVINO model as bytes."""
    openvino = import_openvino()
    with tempfile.TemporaryDirectory() as folder:
        xml, weights = Path(folder, "model.xml"), Path(folder, "model.bin")
        openvino.serialize(model, xml, weights)
        return Saved(xml.read_bytes(), weights.read_bytes())
