"""Label Studio's export as labels: the choice `posture` of each task that somebody submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from posture_cli.dataset.label_coco import located
from posture_cli.dataset.label_csv import Line, placed
from posture_cli.errors import SourceError
from posture_cli.inputs.names import on_disk

POSTURE = "posture"
LOCAL = "?d="
"""What is before the name of a file of the server."""
Form = Mapping[str, Any]


def is_of(form: Any) -> bool:
    """Whether these are tasks, with annotations or only with predictions."""
    first = form[0] if isinstance(form, list) and form else None
    return isinstance(first, dict) and isinstance(first.get("data"), dict)


def lines(name: str, form: Any) -> list[Line]:
    """Return the label of each task: of several annotations the last one counts.

    Tasks that nobody has annotated, or that were skipped, are left out.

    Args:
        name: The file or address; pictures are named relative to it, or to the current folder.
        form: What it holds.
    Raises:
        SourceError: If there is no annotation, or one without the choice.
    """
    done = [(task, [one for one in task.get("annotations", ()) if _counts(one)]) for task in form]
    found = [_line(name, task, annotations[-1]) for task, annotations in done if annotations]
    if not found:
        hint = "submit tasks in Label Studio, and export them as JSON"
        raise SourceError("no task has an annotation", hint=hint)
    return found


def _counts(annotation: Form) -> bool:
    return not annotation.get("was_cancelled")


def _line(name: str, task: Form, annotation: Form) -> Line:
    file, frame, about = _picture(name, task["data"])
    chosen = (one for one in annotation["result"] if one.get("from_name") == POSTURE)
    values: list[Any] = next((one["value"]["choices"] for one in chosen), [])
    if len(values) != 1:
        hint = "choose one in Label Studio, and export again"
        raise SourceError(f"task {task.get('id', file)}: no `{POSTURE}` is chosen", hint=hint)
    return Line(file, str(values[0]).strip().casefold(), about, frame)


def _picture(name: str, data: Form) -> tuple[str, int | None, Mapping[str, str]]:
    """Return the picture or video of a task, as `posture label` or another program names it."""
    if "source" not in data:
        image = str(data["image"])
        return located(name, unquote(image.partition(LOCAL)[2]) if LOCAL in image else image)
    frame = None if data.get("frame") is None else int(data["frame"])
    return placed(name, on_disk(str(data["source"]))), frame, {}
