"""The objects behind an address of a store, by name, one folder at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from glob import has_magic
from typing import Any

from posture_cli.core.masking import masked
from posture_cli.inputs.names import DEEP, fits, natural
from posture_cli.inputs.refusals import Unread, endless, nothing
from posture_cli.inputs.stores import addresses, refusals


def listed(address: str, wanted: Callable[[str], bool]) -> Iterator[str | Unread]:
    """Yield the addresses of the objects behind an address, by name, one folder at a time.

    Nothing in an address is decoded. Links to folders are not followed: they may form loops.

    Args:
        address: An object; a folder, which is searched with the folders in it; or a pattern, which
            may have `**`. Hidden objects are left out.
        wanted: Whether an object of a folder is yielded, by its name.
    """
    try:
        addresses.check(address)
        store = addresses.store_of(address)
        path = store.path(address)
        kind = None if address.endswith("/") else addresses.kind_of(store.system, path)
    except Exception as error:  # every package has its own
        yield Unread(masked(address), refusals.of_store(error))
        return
    if kind == "other":
        yield Unread(address, endless())
    elif kind not in (None, "directory"):
        yield address
    elif kind is None and has_magic(address[len(store.head) :]):
        yield from _matching(store, path, wanted)
    else:
        for one in _below(store, path, _any):
            if isinstance(one, Unread) or wanted(store.address(one)):
                yield one if isinstance(one, Unread) else store.address(one)


def _any(_: str) -> bool:
    return True


def _matching(
    store: addresses.Store, pattern: str, is_input: Callable[[str], bool]
) -> Iterator[str | Unread]:
    """Yield the objects that match a pattern; without `**` also those in folders that match it."""
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
        if fits(names, wanted) or (in_folder and is_input(store.address(one))):
            yield store.address(one)
            found = True
    if not found:
        problem = nothing("no object matches this pattern")
        yield Unread(store.address(pattern), problem)


def _below(
    store: addresses.Store, folder: str, goes: Callable[[str], bool]
) -> Iterator[str | Unread]:
    """Yield the paths of the objects in a folder, and in those folders in it that `goes` allows."""
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
    """Return the objects and the folders in a folder, by name, and whether it contains itself.

    Hidden ones are left out. For names with `//`, s3fs lists the folder in itself: following it
    would never end.
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
    system.invalidate_cache(folder)  # which would keep the names of all folders
    return sorted(files, key=natural), sorted(folders, key=natural), itself
