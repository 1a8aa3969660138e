"""Read what a figure is made of: the content of a file says what it is, not its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from posture_cli import reading
from posture_cli.core.observation import MALFORMED
from posture_cli.errors import PostureError, SourceError
from posture_cli.history import past
from posture_cli.plot import days, lines, tables
from posture_cli.plot.collected import Collected
from posture_cli.plot.recorded import Recording

HEAD = 16
"""Bytes that tell what a file is."""
SQLITE, PARQUET = b"SQLite format 3\0", b"PAR1"
WITHOUT = "the figure is made without them"


def read(
    path: Path, angles: Sequence[str], wanted: tuple[date, date] | None, tracks: Sequence[int] = ()
) -> Recording:
    """Read labels, a watch or a history.

    Args:
        path: CSV, JSON lines or Parquet of `posture label`, JSON lines of `posture watch --json`,
            or a history.
        angles: Names of the angles, such as `slump_deg`.
        wanted: The first and the last day of a history.
        tracks: Only these people, if any.
    Raises:
        SourceError: If it cannot be read, has nothing to show, or not these people.
        DependencyError: If it is Parquet, and pyarrow is missing.
    """
    with refusals(path):
        head = _head(path)
    if not path.is_file():  # what was read of a pipe is gone
        raise SourceError(f"{path} is no file", hint="save what comes out of it, and name that")
    if not head.strip():
        raise SourceError(f"{path} is empty", hint="name what `posture label` wrote")
    if head.startswith(SQLITE):
        _check_no_tracks(path, tracks)
        return days.recording(past.read(path, *(wanted or (date.min, date.max))))
    with refusals(path):
        if head.startswith(PARQUET):
            found = tables.parquet(path, angles)
        elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            found, watched = lines.read(path, angles)
            if watched:
                _check_no_tracks(path, tracks)
                return lines.recording(path, found, watched)
        else:
            found = tables.csv_table(path, angles)
    return _of_labels(path, found, tracks)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file into the error for it."""
    try:
        yield
    except PostureError:
        raise
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise SourceError(message, hint="check the path") from error
    except MALFORMED as error:  # UnicodeDecodeError is a ValueError; so is a NUL in the name
        hint = "name what `posture label` or `posture watch --json` wrote, or a history"
        raise SourceError(f"{path} cannot be read: {error}", hint=hint) from error


def _head(path: Path) -> bytes:
    with reading.opened(path) as file:
        return file.read(HEAD)


def _check_no_tracks(path: Path, tracks: Sequence[int]) -> None:
    if tracks:
        hint = "a watch and a history are about one person: leave out --track"
        raise SourceError(f"{path} has no track {tracks[0]}", hint=hint)


def _of_labels(path: Path, found: Collected, tracks: Sequence[int]) -> Recording:
    if missing := sorted({*tracks} - found.tracks):
        there = ", ".join(map(str, sorted(found.tracks))) or "none"
        raise SourceError(f"{path} has no track {missing[0]}", hint=f"it has {there}")
    samples = found.samples(tracks)
    if not len(samples.label):
        raise SourceError(f"{path} shows nobody", hint="label pictures with people in them")
    return Recording(found.followed(tracks), samples, None, [*_left_out(found)])


def _left_out(found: Collected) -> Iterator[tuple[str, str]]:
    if found.has_times and found.pictures:
        yield f"{found.pictures:,} rows have no time: they are pictures", WITHOUT
    if found.unfollowed:
        what = f"{found.unfollowed:,} rows are about people without a track"
        yield f"{what}: nobody can say who is who", WITHOUT
