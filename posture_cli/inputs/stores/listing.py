"""What is behind an address of a store: objects by name, a folder at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from glob import has_magic
from typing import Any, NamedTuple

from posture_cli.errors import PostureError
from posture_cli.inputs.folders import DEEP, fits
from posture_cli.inputs.stores import addresses, refusals


class Unread(NamedTuple):
    """A place that could not be read or listed, by its address without what may be secret."""

    name: str
    problem: PostureError


def listed(address: str, endings: Sequence[str]) -> Iterator[str | Unread]:
    """Yield the addresses of the objects behind one, by name, a folder at a time.

    Names are taken as they are: nothing in an address is decoded. Links to folders are not
    followed, because nobody could tell when to stop.

    Args:
        address: An object; a folder, searched with the folders in it; or a pattern, which may have
            `**`. What is hidden is left out.
        endings: What is taken of a folder, in small letters.
    """
    try:
        addresses.check(address)
        store = addresses.store_of(address)
        path = store.path(address)
        kind = None if address.endswith("/") else addresses.kind_of(store.system, path)
    except Exception as error:  # every package has its own
        yield Unread(addresses.shown(address), refusals.of_store(error))
        return
    if kind == "other":
        yield Unread(address, refusals.no_file())
    elif kind not in (None, "directory"):
        yield address
    elif kind is None and has_magic(address[len(store.head) :]):
        yield from _matching(store, path, endings)
    else:
        for one in _below(store, path, _any):
            if isinstance(one, Unread) or one.lower().endswith(tuple(endings)):
                yield one if isinstance(one, Unread) else store.address(one)


def _any(_: str) -> bool:
    return True


def _matching(
    store: addresses.Store, pattern: str, endings: Sequence[str]
) -> Iterator[str | Unread]:
    """Yield what a pattern means; without `**` it may mean folders too, with all in them."""
    parts = pattern.split("/")
    first = next(number for number, part in enumerate(parts) if has_magic(part))
    wanted, found = parts[first:], False
    known = wanted[: wanted.index(DEEP)] if DEEP in wanted else wanted

    def is_on_the_way(path: str) -> bool:
        return all(map(fnmatchcase, path.split("/")[first:], known))

    for one in _below(store, "/".join(parts[:first]) or "/", is_on_the_way):
        if isinstance(one, Unread):
            yield one
            found = True
            continue
        names = one.split("/")[first:]
        in_folder = known is wanted and len(names) > len(wanted) and is_on_the_way(one)
        if fits(names, wanted) or (in_folder and one.lower().endswith(tuple(endings))):
            yield store.address(one)
            found = True
    if not found:
        problem = refusals.missing("no object matches this pattern")
        yield Unread(store.address(pattern), problem)


def _below(
    store: addresses.Store, folder: str, goes: Callable[[str], bool]
) -> Iterator[str | Unread]:
    """Yield the paths of the objects in a folder, and in the folders in it where it goes."""
    todo = [folder]
    while todo:
        here = todo.pop()
        try:
            files, folders, itself = _entries(store.system, here)
        except Exception as error:  # every package has its own
            yield Unread(store.address(here), refusals.of_store(error))
            continue
        yield from files
        if itself and addresses.PACKAGES.get(store.head.partition("://")[0]) == "s3fs":
            yield Unread(store.address(here) + "//", refusals.nameless())
        todo += [path for path in reversed(folders) if goes(path)]


def _entries(system: Any, folder: str) -> tuple[list[str], list[str], bool]:
    """Return the objects and the folders in a folder, by name, and whether it is in itself.

    Hidden ones are left out. Of names with `//`, s3fs tells no more than that: a search would turn
    in a circle.
    """
    files: list[str] = []
    folders: list[str] = []
    itself = False
    base = folder.rstrip("/") + "/"
    for entry in system.ls(folder, detail=True):
        path = entry["name"].rstrip("/")
        name = path.removeprefix(base)
        if name == path or name.startswith(".") or "/" in name:
            itself |= f"{path}/" == base and entry["type"] == "directory"
            continue
        kind, is_link = entry["type"], entry.get("islink")
        if kind == "directory" and not is_link:
            folders.append(path)
        elif system.isfile(path) if is_link else kind in ("file", "link"):
            files.append(path)
    system.invalidate_cache(folder)  # else all names of all folders would be kept
    return sorted(files), sorted(folders), itself
