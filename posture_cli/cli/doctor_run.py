"""What `posture doctor` looks at: each look imports what it needs, which may be what is broken."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import platformdirs

from posture_cli import __version__, settings
from posture_cli.cli.console.messages import out, plain
from posture_cli.cli.console.tables import table_lines, terminal_columns
from posture_cli.core.table import Table
from posture_cli.errors import ConfigError, OutputError, PostureError, SourceError
from posture_cli.storage.whole import may_write

SCHEMA = "posture-doctor/1"
EXTRAS = {
    "notify": "apprise",
    "heic": "pi_heif",
    "serve": "uvicorn",
    "train": "sklearn",
    "pipeline": "dvc",
    "parquet": "pyarrow",
    "plot": "matplotlib",
    "notebook": "ipykernel",
    "stores": "fsspec",
    "ray": "ray",
    "int8": "nncf",
    "gluoncv": "mxnet",
}
"""Extra of pyproject.toml -> the module that tells whether it is installed."""
PACKAGES = ("openvino", "opencv-python-headless", "numpy", "pillow")
PROFILE = "me"
"""The profile that `posture calibrate` writes by default."""


class Finding(NamedTuple):
    """What was found.

    Attributes:
        name: What was looked at.
        ok: Whether it works.
        found: What is there, or what is wrong.
        hint: What to do, if it does not work.
    """

    name: str
    ok: bool
    found: str
    hint: str | None = None


def run(*, as_json: bool) -> int:
    """Look at everything, say it, and return the exit code."""
    found = [looked(name, look) for name, look in LOOKS.items()]
    if as_json:
        checks = [finding._asdict() for finding in found]
        out(json.dumps({"schema": SCHEMA, "checks": checks}, ensure_ascii=False, indent=2))
    else:
        out("\n".join(table_lines(table(found), terminal_columns())))
    return int(not all(finding.ok for finding in found if finding.name in NEEDED))


def looked(name: str, look: Callable[[], str]) -> Finding:
    """Return what one look finds; an error of ours is a finding."""
    try:
        return Finding(name, True, plain(look()))
    except PostureError as error:
        return Finding(name, False, plain(error.message), plain(error.hint))


def table(found: Sequence[Finding]) -> Table:
    """Return one row per look: whether it works, what was found, and what to do."""
    rows = tuple(
        ("OK" if ok else "no", name, f"{what}: {hint}" if hint else what)
        for name, ok, what, hint in found
    )
    return Table("what works on this machine", ("", "what", "found"), rows, left=("what", "found"))


def _versions() -> str:
    return f"posture {__version__}, Python {platform.python_version()}, {platform.platform()}"


def _packages() -> str:
    return ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # OpenCV has several
        return "not found"


def _networks() -> str:
    """Run the default networks on a grey picture."""
    import numpy as np

    from posture_cli import Posture
    from posture_cli.core.body.scene import Frame

    with Posture() as posture:
        posture.observe(Frame(np.full((480, 640, 3), 127, np.uint8), "grey"))
    return "blazepose: they run"


def _cameras() -> str:
    from posture_cli.inputs.video import cameras

    found = cameras.connected()
    if not found:
        raise SourceError("no camera is connected", hint=cameras.CONNECT)
    closed = [one for one in found if one.path and not os.access(one.path, os.R_OK | os.W_OK)]
    if closed and closed == list(found):
        hint = "sudo usermod -aG video $USER, then log out and in"
        raise SourceError(f"you may not open {closed[0].path}", hint=hint)
    return ", ".join(f"{camera.number} {camera.name}" for camera in found)


def _window() -> str:
    from posture_cli.watch.window import Window

    with closing(Window("posture")):
        return "for watch --show"


def _desktop() -> str:
    from posture_cli.notify.desktop import Desktop

    return f"shown by {Desktop().service()}, for watch --notify desktop"


def _sound() -> str:
    from posture_cli.notify.sound import Sound

    return f"{Sound().players[0]} is there; posture notify-test --sound tries it"


def _auto_pause() -> str:
    from posture_cli.watch.occupied import calls, presentations

    if not calls():
        return "not on this system: posture pause and posture snooze do it"
    shown = ", ".join(presentations()) or "not noticed here"
    return f"calls: {', '.join(calls())}; presentations: {shown}"


def _settings() -> str:
    path = settings.default_path()
    if path is None:
        raise ConfigError("there is no home folder for settings", hint="set HOME")
    return str(path) if settings.is_there(path) else f"none, defaults are used; they go to {path}"


def _profile() -> str:
    from posture_cli.judging.profiles import Profiles

    if PROFILE not in Profiles().names():
        return "none; posture calibrate learns how you sit upright"
    return f"{PROFILE}: --profile {PROFILE} judges by how you sit upright"


def _history() -> str:
    from posture_cli.history.opening import default_path

    return str(_writable(default_path()))


def _cache() -> str:
    return (
        f"compiled networks in {_writable(platformdirs.user_cache_path('posture') / 'any').parent}"
    )


def _writable(path: Path) -> Path:
    if not may_write(path):
        raise OutputError(f"{path.parent} cannot be written", hint="check who owns that folder")
    return path


def _extras() -> str:
    there = [name for name, module in EXTRAS.items() if find_spec(module)]
    missing = [name for name in EXTRAS if name not in there]
    return f"{', '.join(there) or 'none'}; not installed: {', '.join(missing) or 'none'}"


LOOKS: dict[str, Callable[[], str]] = {
    "versions": _versions,
    "packages": _packages,
    "networks": _networks,
    "cameras": _cameras,
    "window": _window,
    "notifications": _desktop,
    "sound": _sound,
    "auto pause": _auto_pause,
    "settings": _settings,
    "profile": _profile,
    "history": _history,
    "cache": _cache,
    "extras": _extras,
}
"""What is looked at, in the order in which it is shown."""
NEEDED = ("networks",)
"""Without these, no picture is labelled."""
