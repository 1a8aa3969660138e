"""Why an input cannot be read, and what to do about it: each reason once, for all inputs."""

from __future__ import annotations

from typing import NamedTuple

from posture_cli.errors import NothingError, PostureError, SourceError
from posture_cli.inputs.names import written

CRASHED, CRASH_HINT = "crashed", "try this picture alone, with `posture check`"
LONGEST = 300
"""Letters that are shown of a message of another library. Guess."""


class Unread(NamedTuple):
    """A file, a folder or an object that cannot be read, and why."""

    name: str
    problem: PostureError


def missing(message: str) -> SourceError:
    """Return that there is nothing, in these words."""
    return SourceError(message, hint="check the path", code="not_found")


def nothing(message: str) -> NothingError:
    """Return that a folder, a pattern or an archive has nothing to read, in these words."""
    return NothingError(message, hint="check the path")


def closed(error: Exception) -> SourceError:
    """Return that something cannot be opened, and why."""
    reason = getattr(error, "strerror", None) or error
    return SourceError(f"cannot be opened: {reason}", hint="check its path and permissions")


def no_memory() -> SourceError:
    """Return that there was no memory left for an input."""
    hint = "close other programs, or give it smaller files"
    return SourceError("cannot be read: there is not enough memory", hint=hint, code="memory")


def folder() -> SourceError:
    """Return why a folder is not read as a picture."""
    return SourceError("is a folder", hint="name the pictures in it", code="folder")


def endless() -> SourceError:
    """Return why a device is not read."""
    hint = "name a file, or pipe the picture in with -"
    return SourceError("is a device or a pipe, and could be endless", hint=hint)


def too_large(size: int, most: int) -> SourceError:
    """Return why a file of so many bytes is not read."""
    message = f"has {size / 1e6:.0f} MB; the limit is {most / 1e6:.0f} MB"
    return SourceError(message, hint="scale it down, or save it as JPEG", code="too_large")


def empty() -> SourceError:
    """Return why a file without content is not read."""
    return SourceError("is empty", hint="copy or save the picture again", code="empty")


def link() -> SourceError:
    """Return why a link in an archive is not read."""
    message = "is a link, and links in an archive are not followed"
    hint = "pack the archive again with the files that links lead to"
    return SourceError(message, hint=hint, code="link")


def damaged(error: Exception) -> SourceError:
    """Return why an archive, or a member of one, cannot be read."""
    reason = written(" ".join(str(error).split())) or type(error).__name__
    hint = "copy, download or pack the archive again"
    return SourceError(f"is damaged: {reason}", hint=hint, code="damaged")


def video() -> SourceError:
    """Return why a video is not read where one picture is needed."""
    hint = "save the frames that matter as pictures, for example with ffmpeg"
    return SourceError("is a video and not a picture", hint=hint, code="video")


def table() -> SourceError:
    """Return why a table is not read where pictures are needed."""
    hint = "posture evaluate and posture train read tables of labels; name the pictures here"
    return SourceError("is a table and not a picture", hint=hint, code="table")


def unknown_address() -> SourceError:
    """Return why an address is not read that is not in a store."""
    hint = "download the file first; only stores are read, such as s3://bucket/photos"
    return SourceError("addresses are not fetched", hint=hint, code="url")


def crashed(error: Exception) -> SourceError:
    """Return why a picture cannot be labelled: what a library raised, in one line."""
    return SourceError(f"cannot be labelled: {raised(error)}", hint=CRASH_HINT, code=CRASHED)


def raised(error: Exception) -> str:
    """Return in one line what a library raised."""
    return written(" ".join(f"{type(error).__name__}: {error}".split())[:LONGEST])
