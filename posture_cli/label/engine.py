"""From items to the lines of the journal, on this machine, by several threads.

Another engine is another function that yields a `Line` an item, in any order. What comes before it
(what there is) and after it (the journal, the formats) stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation
from posture_cli.errors import OutputError, PostureError
from posture_cli.inputs.items import Item
from posture_cli.inputs.refusals import CRASH_HINT, CRASHED, crashed, raised
from posture_cli.inputs.stores import refusals
from posture_cli.label.journal import encoded
from posture_cli.pipeline import in_parallel

Observe = Callable[[Frame], Observation]
Keep = Callable[[Item, Observation, Frame], None]
"""What else is done with a picture while it is in memory, such as drawing; raises OutputError."""


class Line(NamedTuple):
    """What is written down of one item.

    Attributes:
        data: Its line in the journal.
        failure: Why it could not be read, if so.
        trouble: What else went wrong: a drawing that could not be written.
    """

    data: bytes
    failure: Failure | None = None
    trouble: PostureError | None = None


def lines(
    items: Iterable[Item], observe: Observe, workers: int, keep: Keep | None = None
) -> Iterator[Line]:
    """Yield a line an item, in their order.

    Args:
        items: What there is to label. Few are taken ahead, so memory does not grow.
        observe: From a frame to what is seen in it; called by several threads.
        workers: How many threads.
        keep: What else is done with each picture that could be read.
    Raises:
        SourceError: As `line`; lines of pictures that came before are yielded first.
    """
    work = partial(line, observe=observe, keep=keep)
    return in_parallel(work, items, workers, weight=lambda item: item.carried)


def line(item: Item, *, observe: Observe, keep: Keep | None = None) -> Line:
    """Label one item; what goes wrong with it is in its line, not raised.

    Raises:
        SourceError: If its store cannot be reached or does not know us any more. That says nothing
            about the picture: the run ends without a line of it, and can go on later.
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
    except Exception as error:  # a library's own: else the run would end here, again and again
        return _failed(item, crashed(error))
    trouble = _kept(item, observation, frame, keep) if keep else None
    if trouble:
        data = encoded(item.key, {**form, "trouble": _form(trouble)})
    return Line(data, trouble=trouble)


def _kept(item: Item, observation: Observation, frame: Frame, keep: Keep) -> PostureError | None:
    """Do what else is to be done, and return what went wrong."""
    try:
        keep(item, observation, frame)
    except PostureError as error:
        return error
    except Exception as error:  # as above
        message = f"{item.name} cannot be drawn or sorted: {raised(error)}"
        return OutputError(message, hint=CRASH_HINT, code=CRASHED)
    return None


def _failed(item: Item, error: PostureError) -> Line:
    failure = Failure(item.name, error.code, error.message, error.hint)
    return Line(encoded(item.key, failure.to_json()), failure)


def _form(trouble: PostureError) -> dict[str, str]:
    """Return what the journal keeps of it, in the form of an `error`; no output has it."""
    return {"code": trouble.code, "message": trouble.message, "hint": trouble.hint}
