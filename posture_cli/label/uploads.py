"""Results for a shared folder or an object store: written here first, and uploaded at the end.

The journal of such a run is in the current folder, under the last part of the address:
`labels.csv.partial` for `s3://bucket/labels.csv`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from posture_cli.core.masking import masked
from posture_cli.errors import OutputError, PostureError, SourceError
from posture_cli.inputs.stores import addresses, refusals
from posture_cli.label import formats
from posture_cli.label.formats.naming import Line
from posture_cli.storage.whole import beside, unwritable

WHOLE_PUTS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"}
"""Where an object appears only when all of it is there. Elsewhere it gets its name at the end."""
TRY_AGAIN = "the labels are kept: the same command tries again"


def local(address: str) -> Path:
    """Return the file of the current folder that an output at an address is written to first."""
    return Path(address.rpartition("/")[2])


def to(address: str, form: formats.Format) -> formats.Format:
    """Return a format of results that uploads them to an address."""
    return replace(form, write=partial(_write, address, form))


def check(address: str, form: formats.Format, *, force: bool) -> None:
    """Check, before the work, that results can be uploaded to an address.

    Raises:
        OutputError: If something is there and must not be replaced, if the address cannot be read,
            or if the format is a folder.
        DependencyError: If a package is missing.
    """
    if formats.ending(local(address)).endswith("/"):
        hint = "write it to a folder of this machine, then copy that"
        raise OutputError(f"{masked(address)}: a folder cannot be uploaded", hint=hint)
    try:
        addresses.check(address)
        there = None if force else next(filter(addresses.exists, _addresses(address, form)), None)
        bucket = bool(there) or _has_bucket(address)
    except PostureError as error:
        raise unwritable(masked(address), error, error.hint) from error
    if there:
        hint = "replace it with --force, or name another output"
        raise OutputError(f"{there} already exists", hint=hint)
    if not bucket:
        message = f"{address} cannot be written: there is no such bucket"
        raise OutputError(message, hint="create it first, or check the address")


def _has_bucket(address: str) -> bool:
    """Whether the bucket exists, or may not be read: some users may only write."""
    scheme, _, rest = address.partition("://")
    try:
        return addresses.exists(f"{scheme}://{rest.partition('/')[0]}/")
    except SourceError as error:
        if error.code == refusals.PERMISSION:
            return True
        raise


def _addresses(address: str, form: formats.Format) -> list[str]:
    """Return the addresses of all files of an output, its own last."""
    name = local(address)
    folder = address[: -len(name.name)]
    return [folder + place.name for place in reversed(form.places(name))]


def _write(
    address: str, form: formats.Format, lines: Iterable[Line], path: Path
) -> tuple[str, ...]:
    """Write the files beside the journal, where there is room, then upload them."""
    folder = beside(path, "upload")
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    try:
        folder.mkdir()
        remarks = form.write(lines, folder / path.name)
        for place in _addresses(address, form):
            _put(folder / place.rpartition("/")[2], place)
        return remarks
    except OSError as error:
        hint = "change to a folder with room and permission"
        raise unwritable(path.parent, error, hint) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(file: Path, address: str) -> None:
    try:
        addresses.put(file, address, whole=address.partition("://")[0] in WHOLE_PUTS)
    except Exception as error:  # every package has its own
        problem = refusals.of_store(error)
        raise unwritable(address, problem, f"{problem.hint}; {TRY_AGAIN}") from error
