"""The files that one name means: a file, a folder, a pattern, or an address of a store."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from functools import partial
from glob import has_magic

from posture_cli.core.masking import masked
from posture_cli.inputs import folders, refusals
from posture_cli.inputs.archives import member_of
from posture_cli.inputs.names import written
from posture_cli.inputs.pictures import is_picture
from posture_cli.inputs.refusals import Unread, missing
from posture_cli.inputs.skipped import Skip, has_ending, ignore
from posture_cli.inputs.stores import addresses, listing
from posture_cli.inputs.stores.refusals import PASSING, for_now

Wanted = Callable[[str], bool]
"""Whether a file of a folder is input."""
NOTHING = "there is no picture in this folder, and no video or archive"


def named(
    name: str,
    endings: tuple[str, ...],
    leave_out: Collection[str] = (),
    skip: Skip = ignore,
) -> Iterator[str | Unread]:
    """Yield the files that a name means, in order, or why there is none.

    In folders a file without an ending is opened: its content tells whether it is a picture.

    Args:
        name: A file, a folder, a pattern, an address, or a member of an archive.
        endings: What folders are searched for, in small letters.
        leave_out: Folders that are not searched, and files that no pattern matches; real paths.
        skip: Is given what is left out of a folder because of its ending.
    Raises:
        SourceError: If a store cannot be reached or refuses the login.
    """
    wanted = partial(_is_wanted, endings, skip)
    if "://" in name and not addresses.is_address(name):
        yield Unread(masked(name), refusals.unknown_address())
    elif member_of(name) and masked(name) == name:  # a password is refused below
        yield name
    elif addresses.is_address(name):
        yield from _or_nothing(_in_store(name, wanted), name, NOTHING)
    elif not name:
        yield Unread(name, missing("the name is empty"))
    elif os.path.isdir(name):
        yield from _in_folder(name, wanted, leave_out)
    elif has_magic(name) and not os.path.lexists(name):
        found = _matching(name, wanted, leave_out)
        yield from _or_nothing(found, name, "no file matches this pattern")
    else:
        yield name


def _is_wanted(endings: tuple[str, ...], skip: Skip, found: str) -> bool:
    if found.lower().endswith(endings):
        return True
    if not has_ending(found):
        return not addresses.is_address(found) and is_picture(found)
    skip(found)
    return False


def _in_store(address: str, wanted: Wanted) -> Iterator[str | Unread]:
    for found in listing.listed(address, wanted):
        if isinstance(found, Unread) and found.problem.code in PASSING:
            raise for_now(written(found.name), found.problem)
        yield found


def _in_folder(folder: str, wanted: Wanted, leave_out: Collection[str]) -> Iterator[str | Unread]:
    found = folders.files_in(folder, leave_out)
    inputs = (one for one in found if isinstance(one, Unread) or wanted(one))
    return _or_nothing(inputs, folder, NOTHING)


def _matching(pattern: str, wanted: Wanted, leave_out: Collection[str]) -> Iterator[str | Unread]:
    for found in folders.matching(pattern, leave_out):
        if isinstance(found, Unread):
            yield found
        elif os.path.realpath(found) in leave_out:
            continue
        elif os.path.isdir(found):
            yield from _in_folder(found, wanted, leave_out)
        else:
            yield found


def _or_nothing(found: Iterator[str | Unread], name: str, message: str) -> Iterator[str | Unread]:
    """Yield what was found behind a name, or that there is nothing."""
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield Unread(name, refusals.nothing(message))
