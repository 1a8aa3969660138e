"""How loops report while they work: callbacks, so that they know no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

Tell = Callable[[str, str], None]
"""Is called with what is wrong, and what to do."""
Say = Callable[[str], None]
"""Is called with one line of news."""
Step = Callable[[], None]
"""Is called after each piece of work."""
Total = int | Callable[[], int | None] | None
"""How many pieces there are; or what counts them meanwhile, in a thread; or unknown."""


class Progress(Protocol):
    """Shows how far some work is, for as long as its context lasts."""

    def __call__(self, total: Total = None, *, before: int = 0) -> AbstractContextManager[Step]:
        """Begin with `before` of `total` pieces, done by earlier runs."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Where reports go."""

    tell: Tell
    say: Say
    progress: Progress


@contextmanager
def no_progress(total: Total = None, *, before: int = 0) -> Iterator[Step]:
    """Show nothing."""
    yield lambda: None
