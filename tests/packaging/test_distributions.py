"""The wheel and the sdist: what is in them, and what is not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest

import posture_cli
from posture_cli.cli.demo_run import FILM, PICTURES
from posture_cli.estimators.models.embedded import EMBEDDED

pytest.importorskip("build")

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "posture_cli"
NAME = f"posture_cli-{posture_cli.__version__}"
OUR_PICTURES = {".jpg", ".png", ".mp4"}
OUR_NETWORK = "posture_cli/judging/any_view.npz"
OUR_LOOKS = "benchmarks/results/render_noise.npz"
DEMO = {f"posture_cli/samples/{name}" for name in (*PICTURES, FILM, "PROVENANCE.md")}


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """What `python -m build` makes, with the build tools that are here: no network is needed."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist"]
    done = subprocess.run(
        [*command, "--outdir", folder, ROOT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist) -> dict[str, bytes]:
    """Every file of the wheel."""
    with zipfile.ZipFile(dist / f"{NAME}-py3-none-any.whl") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def sdist(dist) -> dict[str, bytes]:
    """Every file of the sdist, without the folder that holds them all."""
    with tarfile.open(dist / f"{NAME}.tar.gz") as archive:
        files = [member for member in archive if member.isfile()]
        return {each.name.removeprefix(f"{NAME}/"): read(archive, each) for each in files}


def read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    assert content is not None
    return content.read()


@pytest.fixture(scope="module")
def metadata(wheel) -> Message:
    return message_from_bytes(wheel[f"{NAME}.dist-info/METADATA"])


def files_of_the_package() -> set[str]:
    """Everything in the package's folder that Python did not put there itself."""
    paths = (path for path in PACKAGE.rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in paths if path.suffix != ".pyc"}


def test_there_is_one_wheel_for_every_system_and_one_sdist(dist):
    assert {path.name for path in dist.iterdir()} == {
        f"{NAME}-py3-none-any.whl",
        f"{NAME}.tar.gz",
    }


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel):
    packaged = {name for name in wheel if not name.startswith(f"{NAME}.dist-info/")}
    assert packaged == files_of_the_package() | DEMO


def test_the_wheel_holds_data_models_and_the_mark_of_typed_packages(wheel):
    suffixes = {PurePosixPath(name).suffix for name in wheel}
    assert {".py", ".css", ".tflite", ".typed"} <= suffixes


def test_the_models_in_the_wheel_are_the_right_ones(wheel):
    inside = {
        model.name: hashlib.sha256(
            wheel[f"posture_cli/estimators/models/blazepose/{model.name}"]
        ).hexdigest()
        for model in EMBEDDED
    }
    assert inside == {model.name: model.sha256 for model in EMBEDDED}


def test_the_licence_goes_along_and_names_the_models_where_they_are(wheel):
    licences = f"{NAME}.dist-info/licenses"
    assert b"Apache License" in wheel[f"{licences}/LICENSE"]
    notice = wheel[f"{licences}/NOTICE"].decode()
    for model in EMBEDDED:
        assert f"posture_cli/estimators/models/blazepose/{model.name}" in notice


def test_the_wheel_installs_the_command(wheel):
    points = wheel[f"{NAME}.dist-info/entry_points.txt"].decode()
    assert points.split() == ["[console_scripts]", "posture", "=", "posture_cli.cli:main"]


def test_the_wheel_says_what_it_is(metadata):
    assert metadata["Name"] == "posture-cli"
    assert metadata["Version"] == posture_cli.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_oldest_python_that_is_promised_is_the_oldest_that_pip_takes(metadata):
    promise = "Programming Language :: Python :: 3."
    promised = [each for each in metadata.get_all("Classifier") if each.startswith(promise)]
    assert metadata["Requires-Python"] == f">=3.{promised[0].removeprefix(promise)}"


def test_the_sdist_holds_no_file_of_others(sdist):
    binary = {name for name, content in sdist.items() if b"\0" in content}
    others = {name for name in binary if PurePosixPath(name).suffix not in OUR_PICTURES}
    assert others == {OUR_NETWORK, OUR_LOOKS}


def test_the_sdist_holds_what_a_build_and_its_tests_need(sdist):
    needed = {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", "PKG-INFO"}
    assert needed | {"tests/conftest.py", "samples/sitting_01.jpg"} <= set(sdist)
    assert files_of_the_package() - set(sdist) == {
        f"posture_cli/estimators/models/blazepose/{model.name}" for model in EMBEDDED
    }
