"""The build hook: verified files in place need no network, and nothing else gets in."""

from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

pytest.importorskip("hatchling")
pytest.importorskip("pip")

ROOT = Path(__file__).parents[2]
CONTENT = {"a.tflite": b"model a", "b.tflite": b"model b, a little longer"}


def load_hook():
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hatch_build = load_hook()


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project with the real catalogue module, but two models that are easy to make."""
    folder = tmp_path / "project/posture_cli/estimators/models"
    folder.mkdir(parents=True)
    catalogue = (ROOT / "posture_cli/estimators/models/embedded.py").read_text(encoding="utf-8")
    entries = "".join(
        f"    EmbeddedModel({name!r}, 'mediapipe/{name}', {len(content)},"
        f" {hashlib.sha256(content).hexdigest()!r}),\n"
        for name, content in CONTENT.items()
    )
    catalogue += f"\nEMBEDDED = (\n{entries})\n"
    (folder / "embedded.py").write_text(catalogue, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "posture_embedded_models", raising=False)
    yield tmp_path / "project"
    sys.modules.pop("posture_embedded_models", None)


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """The only place where pip may look for a wheel."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "no-pip.conf"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    return folder


def put_wheel(shelf: Path, content: dict[str, bytes]) -> None:
    """Make a wheel of the release that the catalogue names."""
    info = "mediapipe-0.10.21.dist-info"
    name = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(shelf / name, "w") as wheel:
        for file, model in content.items():
            wheel.writestr(f"mediapipe/{file}", model)
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n"
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_28_x86_64\n",
        )
        wheel.writestr(f"{info}/RECORD", "")


def put_models(project: Path, content: dict[str, bytes]) -> Path:
    folder = project / "posture_cli/estimators/models/blazepose"
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in content.items():
        (folder / name).write_bytes(model)
    return folder


def models_of(project: Path) -> dict[str, bytes]:
    folder = project / "posture_cli/estimators/models/blazepose"
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def build(project: Path, target: str = "wheel") -> list[str]:
    """Run the hook as hatchling does and return the artifacts it adds."""
    hook = hatch_build.BlazePoseHook(str(project), {}, None, None, str(project), target)
    data: dict[str, list[str]] = {"artifacts": []}
    hook.initialize("standard", data)
    return data["artifacts"]


ARTIFACTS = [f"/posture_cli/estimators/models/blazepose/{name}" for name in CONTENT]


def test_with_the_files_in_place_nothing_is_fetched(project, shelf):
    put_models(project, CONTENT)  # the shelf is empty: pip would fail
    assert build(project) == ARTIFACTS
    assert models_of(project) == CONTENT


def test_missing_files_come_out_of_the_wheel(project, shelf):
    put_wheel(shelf, CONTENT)
    assert build(project) == ARTIFACTS
    assert models_of(project) == CONTENT


def test_only_what_is_missing_is_written(project, shelf):
    folder = put_models(project, {"a.tflite": CONTENT["a.tflite"]})
    before = (folder / "a.tflite").stat().st_mtime_ns
    put_wheel(shelf, {**CONTENT, "a.tflite": b"another"})
    assert build(project) == ARTIFACTS
    assert models_of(project) == CONTENT
    assert (folder / "a.tflite").stat().st_mtime_ns == before


def test_a_damaged_file_in_place_is_replaced(project, shelf):
    put_models(project, {**CONTENT, "b.tflite": b"model b, a little damaged"[:24]})
    put_wheel(shelf, CONTENT)
    build(project)
    assert models_of(project) == CONTENT


def test_a_model_with_the_wrong_hash_is_refused_and_does_not_stay(project, shelf):
    put_wheel(shelf, {**CONTENT, "b.tflite": b"model b, a little changed"})
    with pytest.raises(SystemExit, match=r"b\.tflite has the wrong SHA-256") as caught:
        build(project)
    assert "What to do" in str(caught.value)
    assert models_of(project) == {"a.tflite": CONTENT["a.tflite"]}


def test_a_failed_download_gives_advice(project, shelf):
    with pytest.raises(SystemExit, match="pip could not download it") as caught:
        build(project)
    advice = str(caught.value)
    assert "mediapipe 0.10.21" in advice
    assert "What to do" in advice
    assert "posture_cli/estimators/models/blazepose" in advice
    assert "No matching distribution found" in advice
    assert not (project / "posture_cli/estimators/models/blazepose").exists()


def test_another_release_of_the_wheel_is_not_taken(project, shelf):
    put_wheel(shelf, CONTENT)
    (wheel,) = shelf.iterdir()
    wheel.rename(shelf / wheel.name.replace("0.10.21", "0.10.20"))
    with pytest.raises(SystemExit, match="could not download"):
        build(project)


@pytest.mark.parametrize("target", ["sdist"])
def test_an_sdist_is_left_alone(project, shelf, target):
    assert build(project, target) == []
    assert not (project / "posture_cli/estimators/models/blazepose").exists()


def test_the_catalogue_needs_nothing_but_the_standard_library(project):
    shutil.copy(ROOT / "posture_cli/estimators/models/embedded.py", project / "alone.py")
    module = hatch_build._load(project / "alone.py")
    assert [m.name for m in module.EMBEDDED] == [
        "pose_detection.tflite",
        "pose_landmark_full.tflite",
    ]
    assert module.ORIGIN == "mediapipe==0.10.21"
