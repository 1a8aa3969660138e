"""The work behind `posture init`: write the files of a project, in a git repository."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import click

from posture_cli.cli.console.messages import out, tell
from posture_cli.core.masking import one_line
from posture_cli.errors import OutputError
from posture_cli.storage.whole import check_folder, refusals, whole_folder, write_whole

TEMPLATES = files("posture_cli.dataset").joinpath("project")
SETTINGS = ".dvc/config"
FILES = {
    "README.md": "README.md",
    "dvc.yaml": "dvc.yaml",
    "params.yaml": "params.yaml",
    ".gitignore": "gitignore",
    "data/labels.csv": "labels.csv",
    "release/Containerfile": "Containerfile",
    "production/.gitkeep": "gitkeep",
    SETTINGS: "dvc_config",
    ".dvc/.gitignore": "dvc_gitignore",
}
"""Where a file goes -> its template. Those with a dot would be obeyed where they lie."""
SAGEMAKER = {"pipeline.py": "sagemaker_pipeline"}
"""The same for what `--sagemaker` adds. It imports the SDK, which is no dependency of ours."""
GIT = ".git"
WITHOUT_GIT = b"    no_scm = true\n"
"""What DVC's settings say where there is no git. Source: `dvc init --no-scm`, DVC 3.67."""
NEEDED = {"dvc": "pipeline", "gto": "pipeline", "sklearn": "train"}
"""Package -> the extra that it comes with."""


def run(folder: Path, *, sagemaker: bool = False) -> int:
    """Write the project and return the exit code.

    Args:
        folder: Where it goes.
        sagemaker: Whether to add a pipeline of SageMaker.
    Raises:
        OutputError: If there is something in the folder, or it cannot be written.
    """
    _check(folder)
    git = shutil.which("git")
    inside = git is not None and _in_repository(git, folder)
    new = nullcontext(folder) if os.path.isdir(folder) else whole_folder(folder, None)
    with new as place:
        for path, data in _contents(
            FILES | (SAGEMAKER if sagemaker else {}), git=git is not None
        ).items():
            write_whole(place / path, data)
    if git and not inside:
        _begin_repository(git, folder)
    if git is None:
        hint = "install it, then `git init` here and remove no_scm from .dvc/config"
        tell("git is not installed: the pipeline runs, but nothing can be released with it", hint)
    for line in _next(folder):
        out(line)
    return 0


def _check(folder: Path) -> None:
    """Refuse a folder with anything in it but a repository."""
    if os.path.isdir(folder):
        with refusals(folder):
            held = sorted({each.name for each in folder.iterdir()} - {GIT})
        if held:
            hint = f"name a new folder, such as {folder / 'pipeline'}"
            raise OutputError(f"{folder} already holds {held[0]!r}", hint=hint)
    else:
        check_folder(folder, None)


def _contents(templates: Mapping[str, str], *, git: bool) -> dict[str, bytes]:
    """Return what is in each file."""
    found = {path: TEMPLATES.joinpath(name).read_bytes() for path, name in templates.items()}
    if not git:
        found[SETTINGS] += WITHOUT_GIT
    return found


def _in_repository(git: str, folder: Path) -> bool:
    """Whether a folder is, or will be, in a git repository."""
    path = folder.absolute()
    there = next((each for each in (path, *path.parents) if os.path.isdir(each)), Path())
    command = [git, "-C", str(there), "rev-parse", "--is-inside-work-tree"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "true"


def _begin_repository(git: str, folder: Path) -> None:
    command = [git, "init", "--quiet", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = f"run `git init` in {folder} yourself; all files are there"
        raise OutputError(f"git init failed: {done.stderr.strip()}", hint=hint)


def _next(folder: Path) -> list[str]:
    """Return what to do now."""
    missing = sorted({extra for name, extra in NEEDED.items() if find_spec(name) is None})
    extras = [f"pip install 'posture-cli[{','.join(missing)}]'"] if missing else []
    name = shlex.quote(one_line(click.format_filename(folder)))
    return [
        f"{name} is ready. Now:",
        *(f"  {line}" for line in extras),
        f"  copy your pictures into {name}/data, and write a line for each into labels.csv there",
        f"  cd {name} && dvc repro",
        f"{name}/README.md says what each stage does.",
    ]
