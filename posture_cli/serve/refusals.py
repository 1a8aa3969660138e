"""Errors of a request, each with its status of HTTP."""

from __future__ import annotations

from posture_cli.core.observation import Failure
from posture_cli.errors import DependencyError, PostureError, RequestError, SourceError

STATUS_BY_CODE = {"too_large": 413, "damaged": 422, "unreadable": 415}
"""Status of a picture that cannot be read. Source: RFC 9110, section 15.5."""
PICTURE = "picture"
"""What a picture is called in an answer: nothing of its name is kept."""


class RefusedError(PostureError):
    """A request that is not answered.

    Attributes:
        status: The status of HTTP.
    """

    code = "request"

    def __init__(self, status: int, message: str, *, hint: str, code: str | None = None) -> None:
        super().__init__(message, hint=hint, code=code)
        self.status = status


def status_of(error: PostureError) -> int:
    """Return the status of HTTP for an error."""
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, RequestError):
        return 400
    if isinstance(error, SourceError):
        return STATUS_BY_CODE.get(error.code, 422)
    return 415 if isinstance(error, DependencyError) else 500


def failure(error: PostureError) -> Failure:
    """Return an error as `posture/1` has it."""
    begins = error.message.startswith(("is ", "has "))  # elsewhere a name comes before
    message = f"this {error.message}" if begins else error.message
    return Failure(PICTURE, error.code, message, error.hint)


def busy() -> RefusedError:
    """Return why a request is not accepted while the queue is full."""
    hint = "try again in a second"
    return RefusedError(503, "too many requests are waiting", hint=hint, code="busy")


def too_large(most_bytes: int) -> RefusedError:
    """Return why a body is not read."""
    hint = "send smaller pictures, or fewer at a time"
    message = f"the body has more than {most_bytes} bytes"
    return RefusedError(413, message, hint=hint, code="too_large")


def too_slow(what: str, timeout_s: float) -> RefusedError:
    """Return why a request is given up: `the body` or `the answer` took too long."""
    status = 408 if what == "the body" else 504
    hint = "send smaller pictures, or fewer at a time"
    return RefusedError(status, f"{what} took more than {timeout_s:g} s", hint=hint, code="timeout")
