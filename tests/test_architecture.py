"""The house keeps its floors: imports point down only."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "posture_cli"
FLOORS = (
    {"__main__"},
    {"cli"},
    {"label", "door"},
    {"pipeline", "labels", "watch"},
    {
        "sources",
        "video",
        "estimators",
        "sinks",
        "samples",
        "report",
        "notify",
        "window",
        "recording",
    },
    {"blaze", "gluon", "render", "decode", "terminal", "cameras", "screen_lock"},
    {"engine", "models", "vision", "rulesets", "training", "profiles", "history"},
    {"cache", "config", "bootstrap", "writing", "locking"},
    {"core"},
    {"errors"},
)
"""From the roof down: a room imports only from the floors below it, and from itself."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
SIBLINGS = ("estimators", "sources", "sinks")
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, at its top or inside a function, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relative to itself"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name: str) -> str | None:
    """Return the room of a dotted name of ours; None for the package itself and for others."""
    parts = name.split(".")
    ours = parts[0] == "posture_cli" and len(parts) > 1
    return parts[1] if ours and parts[1] != "__version__" else None


def outside(path: Path) -> set[str]:
    """Return the packages of others that a file imports."""
    return {name.split(".")[0] for name in imports(path)} - {"posture_cli"}


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.parent != PACKAGE or p.stem != "__init__"], ids=module_of
)
def test_imports_point_down_only(path):
    own = room_of(module_of(path))
    assert own in FLOOR, f"{own} has no place in the house: give it one in FLOORS"
    theirs = {room for name in imports(path) if (room := room_of(name)) and room != own}
    assert theirs <= FLOOR.keys()
    assert {room for room in theirs if FLOOR[room] <= FLOOR[own]} == set()


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=module_of)
def test_the_core_imports_only_the_standard_library_numpy_and_itself(path):
    assert outside(path) <= {*sys.stdlib_module_names, "numpy"}
    assert {room_of(name) for name in imports(path)} - {None} <= {"core"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=module_of)
def test_the_core_knows_no_clock_no_file_no_log_and_no_chance(path):
    impure = {"time", "datetime", "os", "io", "pathlib", "logging", "random", "subprocess", "sys"}
    assert outside(path) & impure == set()
    source = path.read_text(encoding="utf-8")
    assert "np.random" not in source.replace("np.random.RandomState(SEED)", "always the same")
    called = {
        n.func.id
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert called & {"open", "print", "input"} == set()


@pytest.mark.parametrize(
    "path", [p for p in FILES if room_of(module_of(p)) in SIBLINGS], ids=module_of
)
def test_siblings_do_not_import_each_other(path):
    own, room = module_of(path), room_of(module_of(path))
    family = {module_of(p) for p in FILES if room_of(module_of(p)) in SIBLINGS}
    houses = {f"posture_cli.{room}" for room in SIBLINGS}  # a family's own front door is open
    named = {name for name in imports(path) if room_of(name) in SIBLINGS}
    siblings = {
        m for m in family - houses - {own} if any(f"{n}.".startswith(f"{m}.") for n in named)
    }
    assert siblings == set()
    assert {room_of(name) for name in named} <= {room}


@pytest.mark.parametrize(
    ("package", "door"),
    [
        ("openvino", "engine"),
        ("cv2", "vision"),
        ("cv2_enumerate_cameras", "cameras"),
        ("sklearn", "training"),
        ("apprise", "notify"),
        ("ray", "label"),
        ("tkinter", "window"),
        ("jeepney", "screen_lock"),
        ("fsspec", "label"),
    ],
)
def test_a_library_has_one_door(package, door):
    users = {room_of(module_of(path)) for path in FILES if package in outside(path)}
    assert users == {door}


def test_the_errors_import_nothing_of_ours():
    assert {room_of(name) for name in imports(PACKAGE / "errors.py")} == {None}


def test_the_parser_sees_imports_inside_functions_and_of_rooms(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("from posture_cli import vision\ndef f():\n    import cv2.gapi\n", "utf-8")
    assert list(imports(file)) == ["posture_cli.vision", "cv2.gapi"]
    assert room_of("posture_cli.vision") == "vision"
    assert outside(file) == {"cv2"}
