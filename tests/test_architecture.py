"""The house keeps its floors: imports point down only, and never in a circle."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.rooms import FLOORS, INSIDE, PAGE, ROOT, rewritten

PACKAGE = ROOT / "posture_cli"
FILES = sorted(PACKAGE.rglob("*.py"))
EVERYWHERE = {"errors", "reading", "reporter"}
"""Rooms that the others on their floor may import too."""
MOST_ROOMS, MOST_FLOORS = 38, 6


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}
ROOMS = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, at its top or inside a function, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relative to itself"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, but for the package itself."""
    named = (name for name in imports(path) if name.split(".")[0] == "posture_cli")
    found = {name if name in MODULES else name.rpartition(".")[0] for name in named}
    return found - {"posture_cli"}


def outside(path: Path) -> set[str]:
    """Return the packages of others that a file imports."""
    return {name.split(".")[0] for name in imports(path)} - {"posture_cli"}


def room_of(module: str) -> str:
    """Return the room of a module of ours: its folder, or the file itself at the top."""
    parts = module.split(".")[1:] or ["posture_cli"]
    folder = parts if MODULES[module].name == "__init__.py" else parts[:-1]
    return "/".join(folder) or parts[0]


def house_of(room: str) -> str:
    return room.split("/")[0]


CHECKED = [path for path in FILES if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", CHECKED, ids=module_of)
def test_imports_point_down_only(path):
    own = room_of(module_of(path))
    if own == "__main__":
        return
    assert own in ROOMS, f"{own} has no place in the house: give it one in tests/rooms.py"
    theirs = {room_of(module) for module in ours(path)}
    others = {r for r in theirs if house_of(r) != house_of(own)} - EVERYWHERE
    assert {room for room in others if ROOMS[room] <= ROOMS[own]} == set()


@pytest.mark.parametrize("path", CHECKED, ids=module_of)
def test_a_house_of_several_rooms_keeps_its_own_order(path):
    own = room_of(module_of(path))
    order = INSIDE.get(house_of(own))
    if order is None:
        return
    level = {room: number for number, rooms in enumerate(order) for room in rooms}
    theirs = {room_of(module) for module in ours(path)} & level.keys() - {own}
    assert {room for room in theirs if level[room] <= level[own]} == set()


def test_no_import_goes_in_a_circle():
    graph = {module: ours(path) - {module} for module, path in MODULES.items()}
    del graph["posture_cli"]  # its names are imported when they are asked for
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)


def test_there_are_few_rooms_on_few_floors_and_the_page_shows_them():
    there = {room_of(module) for module in MODULES if module != "posture_cli"} - {"__main__"}
    assert there == set(ROOMS)
    assert len(ROOMS) <= MOST_ROOMS and len(FLOORS) <= MOST_FLOORS
    page = PAGE.read_text(encoding="utf-8")
    assert rewritten(page) == page, "run `make docs`"


CORE = sorted((PACKAGE / "core").rglob("*.py"))


@pytest.mark.parametrize("path", CORE, ids=module_of)
def test_the_core_imports_only_the_standard_library_numpy_and_itself(path):
    assert outside(path) <= {*sys.stdlib_module_names, "numpy"}
    assert {house_of(room_of(module)) for module in ours(path)} <= {"core"}


@pytest.mark.parametrize("path", CORE, ids=module_of)
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


@pytest.mark.parametrize("family", ["estimators", "sinks", "label/formats"])
def test_siblings_do_not_import_each_other(family):
    siblings = {
        module
        for module in MODULES
        if room_of(module) == family and MODULES[module].name != "__init__.py"
    }
    shared = {
        "naming",
        "rows",
        "coco_ids",
        "coco_parts",
        "json_array",
        "drawing",
        "cards",
    }  # what a family has in common
    known = {
        (module, other)
        for module in siblings
        for other in ours(MODULES[module]) & siblings - {module}
        if other.rpartition(".")[2] not in shared
    }
    assert known == set()


@pytest.mark.parametrize(
    ("package", "doors"),
    [
        ("openvino", {"estimators/runtime"}),
        ("cv2", {"vision"}),
        ("cv2_enumerate_cameras", {"inputs/video"}),
        ("sklearn", {"dataset"}),
        ("apprise", {"notify"}),
        ("ray", {"label/cluster"}),
        ("tkinter", {"watch"}),
        ("jeepney", {"watch", "notify"}),
        ("jinja2", {"report"}),
        ("fsspec", {"inputs/stores"}),
        ("pi_heif", {"inputs"}),
    ],
)
def test_a_library_has_few_doors(package, doors):
    users = {room_of(module) for module, path in MODULES.items() if package in outside(path)}
    assert users == doors


@pytest.mark.parametrize(
    "path", [p for p in FILES if house_of(room_of(module_of(p))) != "cli"], ids=module_of
)
def test_only_the_command_line_knows_click(path):
    colours = {"posture_cli.sinks.text"}  # click.style and click.echo, for a terminal's colours
    assert "click" not in outside(path) or module_of(path) in colours


def test_the_errors_import_nothing_of_ours():
    assert ours(PACKAGE / "errors.py") == set()


def test_the_parser_sees_imports_inside_functions_and_of_rooms(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("from posture_cli import vision\ndef f():\n    import cv2.gapi\n", "utf-8")
    assert list(imports(file)) == ["posture_cli.vision", "cv2.gapi"]
    assert room_of("posture_cli.vision") == "vision"
    assert room_of("posture_cli.core.judge.labels") == "core/judge"
    assert outside(file) == {"cv2"}
