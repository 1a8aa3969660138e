"""Videos and stores know only the modules of `inputs/` that lie below them."""

from __future__ import annotations

import ast
from pathlib import Path

import posture_cli.inputs

ROOM = Path(posture_cli.inputs.__file__).parent
BOTTOM = {"names", "refusals", "decode", "pictures"}
"""What the sub-rooms may import."""


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOM).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path): path for path in ROOM.rglob("*.py") if path != ROOM / "__init__.py"}


def imported(path: Path) -> set[str]:
    """Return the modules of `inputs/` that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("posture_cli.inputs."):
            head = f"{node.module}.".removeprefix("posture_cli.inputs.")
            inner = {head + alias.name for alias in node.names} & MODULES.keys()
            found |= inner or {head.rstrip(".")}
    return found


def test_sub_rooms_import_only_what_lies_below_them() -> None:
    for name, path in MODULES.items():
        room = name.partition(".")[0]
        if room in ("video", "stores"):
            above = {one for one in imported(path) if one.partition(".")[0] != room}
            assert above <= BOTTOM, name
