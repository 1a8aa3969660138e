"""Which model a file is: its content tells, not its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from posture_cli.errors import ModelError
from posture_cli.estimators.models.archive import members
from posture_cli.estimators.models.catalogue import Model
from posture_cli.estimators.models.disk import sha1_of


def recognise(file: Path, models: Mapping[str, Model]) -> tuple[Model, bool]:
    """Return which model a file is, and whether it is an archive that names it.

    Raises:
        ModelError: If it cannot be read, or is none of them.
    """
    try:
        digest = sha1_of(file)
        inside = members(file)
    except OSError as error:
        message = f"cannot read {file}: {error.strerror or error}"
        raise ModelError(message, hint="Name a .params file.") from error
    for model in models.values():
        if digest == model.sha1 or model.file_name in inside:
            return model, digest != model.sha1
    like = [model.name for model in models.values() if model.file_name == file.name]
    fault = f"is called like {like[0]} but damaged" if like else "is no model that we know"
    raise ModelError(
        f"{file} {fault} (SHA-1 {digest})",
        hint="`posture models` lists the known ones; the file must be one of them, unchanged.",
    )
