"""The hosted checks call parts of `.ci/run`, on every Python and system that is promised."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
WORKFLOW, RUN = ROOT / ".github/workflows/ci.yml", ROOT / ".ci/run"

pytestmark = pytest.mark.skipif(not WORKFLOW.is_file(), reason="an sdist has no checks of its own")


def after(prefix: str, classifiers: list[str]) -> list[str]:
    return [each.removeprefix(prefix) for each in classifiers if each.startswith(prefix)]


@pytest.fixture
def classifiers() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["classifiers"]


@pytest.fixture
def workflow() -> str:
    return WORKFLOW.read_text(encoding="utf-8")


def matrix(name: str, workflow: str) -> list[str]:
    (row,) = re.findall(rf"^ +{name}: \[(.*)\]$", workflow, re.MULTILINE)
    return [each.strip('"') for each in row.split(", ")]


def test_every_promised_python_is_checked(classifiers, workflow):
    versions = [v for v in after("Programming Language :: Python :: ", classifiers) if "." in v]
    assert matrix("python", workflow) == versions


def test_every_promised_system_is_checked(classifiers, workflow):
    systems = {"macos": "MacOS", "windows": "Microsoft :: Windows", "ubuntu": "POSIX :: Linux"}
    checked = {systems[each.removesuffix("-latest")] for each in matrix("os", workflow)}
    assert checked == set(after("Operating System :: ", classifiers))


def test_every_part_that_is_called_exists(workflow):
    called = re.findall(r"- run: bash \.ci/run(.*)$", workflow, re.MULTILINE)
    parts = re.findall(r"^(\w+)\(\) \{", RUN.read_text(encoding="utf-8"), re.MULTILINE)
    assert called == ["", " start build tests"]
    assert {part for line in called for part in line.split()} <= set(parts)


def test_it_says_that_nobody_has_run_it(workflow):
    names = re.findall(r"^ +name: (.*)$", workflow, re.MULTILINE)
    assert len(names) == 2
    assert all(name.endswith("(not run here)") for name in names)
