"""Addresses of object stores and servers: `s3://bucket/photos`, `sftp://host/photos`.

An address is enough to read an object in any thread, process or machine. Credentials come from
where the tools of a store look for them (environment, settings files, machine roles), never from
the address, which is printed and written to files. fsspec and a package per store do the work.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from posture_cli.core.masking import has_password, masked
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
    "ftp": "",
    "file": "",
}
"""What each kind of store needs besides fsspec. Source: fsspec's `known_implementations`."""
LOCAL = "file"
ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://")
EXTRA = "posture-cli[stores]"
VERSION = "?versionId="
"""s3fs removes it from every name, and would read another object."""


class Store(NamedTuple):
    """A connection to a store, and how addresses become its paths."""

    system: Any
    head: str
    """What all its addresses begin with: `s3://bucket/`."""
    root: str
    """What all its paths begin with: `bucket/`."""

    def path(self, address: str) -> str:
        """Return the path of an address."""
        return (self.root + address[len(self.head) :]).rstrip("/") or "/"

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return self.head + f"{path}/".removeprefix(self.root)[:-1]


def is_address(name: str) -> bool:
    """Whether this is an address in a store; those of web pages and cameras are not."""
    match = ADDRESS.match(name)
    return match is not None and match[1] in PACKAGES


def check(address: str) -> None:
    """Check an address and its package before the work, without a connection.

    Raises:
        DependencyError: If a package is missing.
        SourceError: If it has a password, or no bucket or host.
    """
    scheme, _, rest = address.partition("://")
    if has_password(rest):
        aws = PACKAGES.get(scheme) == "s3fs"
        name = "AWS_SECRET_ACCESS_KEY" if aws else f"FSSPEC_{scheme.upper()}_PASSWORD"
        hint = f"configure it for the store's own tools, or set {name} in the environment"
        message = f"{masked(address)}: a password does not belong in an address"
        raise SourceError(message, hint=hint, code="credentials")
    if not rest.partition("/")[0] and scheme != LOCAL:
        hint = f"write it like {scheme}://bucket/photos"
        raise SourceError(f"{address} has no bucket or host", hint=hint, code="url")
    _kind(scheme)


def exists(address: str) -> bool:
    """Whether this object or folder exists; for `s3://bucket/`, whether the bucket does.

    Raises:
        SourceError: If that cannot be found out.
        DependencyError: If a package is missing.
    """
    try:
        store = store_of(address)
        return kind_of(store.system, store.path(address)) is not None
    except Exception as error:  # every package has its own
        raise refusals.of_store(error) from error


def put(file: Path, address: str, *, whole: bool) -> None:
    """Upload a file to an address; an object that exists there is replaced.

    Args:
        file: The file.
        address: Where it goes.
        whole: Whether this store shows an object only when it is complete. Otherwise the file is
            uploaded under another name into the same folder, and then renamed.
    Raises:
        Exception: Of many kinds, if that fails.
    """
    store = store_of(address)
    path = store.path(address)
    if whole:
        store.system.put_file(str(file), path)
        return
    if kind_of(store.system, path) == "directory":  # the file would be moved into it
        raise IsADirectoryError("it is a folder")
    folder, _, name = path.rpartition("/")
    store.system.makedirs(folder or "/", exist_ok=True)
    beside = f"{folder}/.{name}.part"
    try:
        store.system.put_file(str(file), beside)
        store.system.mv(beside, path)
    except BaseException:
        with suppress(Exception):
            store.system.rm_file(beside)
        raise


def kind_of(system: Any, path: str) -> str | None:
    """Return `file`, `directory` or `other`; None if there is nothing of this name.

    Raises:
        Exception: Of many kinds, if that cannot be found out.
    """
    try:
        return str(system.info(path)["type"])
    except FileNotFoundError:
        return None


def store_of(address: str) -> Store:
    """Return the store of an address; fsspec keeps it for this thread or process.

    Raises:
        Exception: Of many kinds, as all calls of its `system` do: see `refusals`.
    """
    scheme, _, rest = address.partition("://")
    if VERSION in address and PACKAGES.get(scheme) == "s3fs":
        hint = "copy this version to a name of its own"
        raise SourceError("names a version of an object, which is not read", hint=hint, code="url")
    head = f"{scheme}://{rest.partition('/')[0]}/"
    kind = _kind(scheme)
    root = kind._strip_protocol(f"{head}x")[:-1]
    if os.name == "nt" and scheme == LOCAL:  # file:///C:/photos; guess, not run on Windows
        root = ""
    return Store(kind(**kind._get_kwargs_from_urls(f"{head}x")), head, root)


def _kind(scheme: str) -> Any:
    """Return fsspec's class for this kind of store."""
    package = PACKAGES[scheme]
    try:
        import fsspec

        return fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        hint = f"pip install '{EXTRA}' {package}".rstrip()
        message = f"{scheme}:// needs the package {package or 'fsspec'}"
        raise DependencyError(message, hint=hint) from error
