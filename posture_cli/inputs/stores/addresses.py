"""Pictures on shared folders and in object stores, by address: `s3://bucket/photos`, `sftp://...`.

An address is all that it takes to read one, in any thread, process or machine. Who we are comes
from where the tools of a store look for it (environment, files of settings, machine roles), never
from the address, which is printed and written to files. The packages behind it are fsspec and one
for each kind of store.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from posture_cli.errors import DependencyError, SourceError
from posture_cli.inputs.stores import refusals

PACKAGES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "smb": "smbprotocol",
    "hdfs": "pyarrow",
    "webhdfs": "requests",
    "oss": "ossfs",
    "oci": "ocifs",
    "hf": "huggingface_hub",
    "ftp": "",
    "file": "",
}
"""What each kind of store needs besides fsspec. Source: fsspec's `known_implementations`."""
LOCAL = ("file", "local")
NO_STORES = {"http", "https", "data", "zip", "tar", "libarchive", "reference", "dir", "generic"} | {
    "cached",
    "simplecache",
    "filecache",
    "blockcache",
    "async_wrapper",
}
"""What fsspec knows too, and is no place: pages, and views of other places."""
ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://")
EXTRA = "posture-cli[stores]"
VERSION = "?versionId="
"""s3fs takes it off every name, and would read another object."""


class Store(NamedTuple):
    """What speaks to a store, and how names become its paths."""

    system: Any
    head: str
    """What all of its addresses begin with: `s3://bucket/`."""
    root: str
    """The same in its paths, which have no `?` or `#` that could be taken for more: `bucket/`."""

    def path(self, address: str) -> str:
        """Return the path of an address."""
        return (self.root + address[len(self.head) :]).rstrip("/") or "/"

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return self.head + f"{path}/".removeprefix(self.root)[:-1]


def is_address(name: str) -> bool:
    """Whether this is a place in a store; web pages and cameras are none."""
    match = ADDRESS.match(name)
    return match is not None and (match[1] in PACKAGES or match[1] in _known() - NO_STORES)


def shown(address: str) -> str:
    """Return an address as it may be printed; one with a password keeps only what it begins with.

    Others stay as they are: what is shown is enough to read them again.
    """
    scheme, between, rest = address.partition("://")
    return f"{scheme}://***" if between and _has_secret(rest) else address


def check(address: str) -> None:
    """See before the work whether there is what this address needs; nothing is connected.

    Raises:
        DependencyError: If a package is missing.
        SourceError: If it holds a password, or names no place.
    """
    scheme, _, rest = address.partition("://")
    if _has_secret(rest):
        aws = PACKAGES.get(scheme) == "s3fs"
        name = "AWS_SECRET_ACCESS_KEY" if aws else f"FSSPEC_{scheme.upper()}_PASSWORD"
        hint = f"give it as the store's own tools want it, or in the environment as {name}"
        message = f"{shown(address)}: a password does not belong in an address"
        raise SourceError(message, hint=hint, code="credentials")
    if not rest.partition("/")[0] and scheme not in (*LOCAL, "memory"):
        raise SourceError(
            f"{address} names no place", hint=f"write it like {scheme}://bucket/photos", code="url"
        )
    _kind(scheme)


def exists(address: str) -> bool:
    """Whether there is something of this name, or with nothing behind `bucket/`, this bucket.

    Raises:
        SourceError: If nobody can tell.
        DependencyError: If a package is missing.
    """
    try:
        store = store_of(address)
        return kind_of(store.system, store.path(address)) is not None
    except Exception as error:  # every package has its own
        raise refusals.of_store(error) from error


def put(file: Path, address: str, *, whole: bool) -> None:
    """Put a file of ours at an address; what is there is replaced.

    Args:
        file: The file.
        address: Where it goes.
        whole: Whether nobody sees an object of this store before all of it is there. Otherwise it
            is put beside its place first, whose folder is made if missing, and then moved.
    Raises:
        Exception: Of many kinds, if it cannot be.
    """
    store = store_of(address)
    path = store.path(address)
    if whole:
        store.system.put_file(str(file), path)
        return
    if kind_of(store.system, path) == "directory":  # it would be moved into it
        raise IsADirectoryError("it is a folder")
    folder, _, name = path.rpartition("/")
    store.system.makedirs(folder or "/", exist_ok=True)
    beside = f"{folder}/.{name}.part"
    try:
        store.system.put_file(str(file), beside)
        _move(store.system, beside, path)
    except BaseException:
        with suppress(Exception):
            store.system.rm_file(beside)
        raise


def _move(system: Any, beside: str, path: str) -> None:
    """Move a file to its place, also where a store replaces nothing (SMB), or does not say that it
    has not (HDFS).
    """
    try:
        system.mv(beside, path)
    except Exception:
        if kind_of(system, path) is None:
            raise
    if kind_of(system, beside) is None:
        return
    system.rm_file(path)
    system.mv(beside, path)
    if kind_of(system, beside):
        raise OSError("it could not be moved to its place")


def kind_of(system: Any, path: str) -> str | None:
    """Return `file`, `directory` or `other`; None if there is nothing of this name.

    Raises:
        Exception: Of many kinds, if nobody can tell.
    """
    try:
        return str(system.info(path)["type"])
    except FileNotFoundError:
        return None


def store_of(address: str) -> Store:
    """Return the store of an address; fsspec keeps it for this thread or process.

    Raises:
        Exception: Of many kinds, as everything does that is asked of it: see `refusals`.
    """
    scheme, _, rest = address.partition("://")
    if VERSION in address and PACKAGES.get(scheme) == "s3fs":
        hint = "copy the version that you want to a name of its own"
        raise SourceError("names a version, which is not read", hint=hint, code="url")
    head = f"{scheme}://{rest.partition('/')[0]}/"
    kind = _kind(scheme)
    root = kind._strip_protocol(f"{head}x")[:-1]
    if os.name == "nt" and scheme in LOCAL:  # file:///C:/photos
        root = ""
    return Store(kind(**kind._get_kwargs_from_urls(f"{head}x")), head, root)


def _kind(scheme: str) -> Any:
    """Return what speaks to this kind of store."""
    package = PACKAGES.get(scheme)
    try:
        import fsspec

        return fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        hint = f"pip install '{EXTRA}' {package or ''}".rstrip()
        missing = package or error.name or "fsspec"  # fsspec leaves out the name
        raise DependencyError(f"{scheme}:// needs the package {missing}", hint=hint) from error
    except ValueError as error:
        raise SourceError(f"{scheme}:// is no store", hint="see the help", code="url") from error


def _known() -> frozenset[str]:
    """Return the beginnings of addresses that fsspec knows."""
    try:
        from fsspec import available_protocols
    except ImportError:
        return frozenset()
    return frozenset(available_protocols())


def _has_secret(rest: str) -> bool:
    """Whether there may be a password in what follows `://`; it may itself have `/` and `@`."""
    place = rest.partition("/")[0]
    if place.startswith("arn:"):  # Amazon's own names of places
        return False
    user, _, host = place.rpartition("@")
    return ":" in user or bool(re.search(r":(?!\d*$)", re.sub(r"^\[[^]]*\]", "", host)))
