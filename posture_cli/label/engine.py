"""From items to the lines of the journal, in the threads of this process.

`cluster/pool.py` yields the same lines from the processes of a Ray cluster, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation
from posture_cli.errors import NothingError, OutputError, PostureError
from posture_cli.inputs.items import Item
from posture_cli.inputs.refusals import CRASH_HINT, CRASHED, crashed, raised
from posture_cli.inputs.stores import refusals
from posture_cli.label.journal import encoded
from posture_cli.pipeline import in_parallel

Observe = Callable[[Frame], Observation]
Save = Callable[[Item, Observation, Frame], None]
"""Saves pictures, annotated or to be sorted, before the item counts as done. Raises OutputError."""


class Line(NamedTuple):
    """The result for one item.

    Attributes:
        data: Its line in the journal; empty if there is no picture, as in an empty folder.
        failure: Why the item could not be read, if so.
        trouble: Why a picture could not be saved, if so.
    """

    data: bytes
    failure: Failure | None = None
    trouble: PostureError | None = None


def label_items(
    items: Iterable[Item], observe: Observe, workers: int, save: Save | None = None
) -> Iterator[Line]:
    """Yield one line per item, in their order.

    Args:
        items: What to label. Few are taken ahead, so memory does not grow.
        observe: From a frame to its observation; called by several threads.
        workers: Number of threads.
        save: Called for each item that could be read.
    Raises:
        SourceError: As `label_item`; lines of earlier items are yielded first.
    """
    work = partial(label_item, observe=observe, save=save)
    return in_parallel(work, items, workers, weight=lambda item: item.carried)


def label_item(item: Item, *, observe: Observe, save: Save | None = None) -> Line:
    """Label one item; a problem with it is part of its line, and not raised.

    Raises:
        SourceError: If its store is out of reach or needs a new login, which says nothing about the
            item: the run ends without a line for it, and can continue later.
    """
    try:
        frame = item.load()
        observation = observe(frame)
        form = observation.to_json()
        data = encoded(item.key, form)
    except PostureError as error:
        if error.code in refusals.PASSING:
            raise refusals.for_now(item.name, error) from error
        return _failed(item, error)
    except Exception as error:  # of a library; raised, it would end every run at this item
        return _failed(item, crashed(error))
    trouble = _saved(item, observation, frame, save) if save else None
    if trouble:
        data = encoded(item.key, {**form, "trouble": _form(trouble)})
    return Line(data, trouble=trouble)


def _saved(item: Item, observation: Observation, frame: Frame, save: Save) -> PostureError | None:
    """Save pictures, and return what went wrong."""
    try:
        save(item, observation, frame)
    except PostureError as error:
        return error
    except Exception as error:  # as above
        message = f"{item.name} cannot be drawn or sorted: {raised(error)}"
        return OutputError(message, hint=CRASH_HINT, code=CRASHED)
    return None


def _failed(item: Item, error: PostureError) -> Line:
    failure = Failure(item.name, error.code, error.message, error.hint)
    no_picture = isinstance(error, NothingError)
    return Line(b"" if no_picture else encoded(item.key, failure.to_json()), failure)


def _form(trouble: PostureError) -> dict[str, str]:
    """Return trouble in the form of an `error`, for the journal; no output contains it."""
    return {"code": trouble.code, "message": trouble.message, "hint": trouble.hint}
