"""What may be shown of a text from outside: no password, and nothing that moves the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

MASK = "***"
STREAMS = ("http", "https", "rtsp", "rtsps", "ray")
"""Addresses of servers: host and path are shown, but nothing before `@` or from `?`, `#`, `=` on:
some cameras want `/user=me&password=...`."""
STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "sftp", "ssh", "ftp", "file")
"""Addresses of files: shown as they are, or not at all if they may have a password."""
NOTIFIERS = ("json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
"""Addresses of Apprise with a host, which alone is shown; in all others it can be a secret."""
KNOWN = "|".join((*STREAMS, *STORES, *NOTIFIERS))
ADDRESS = re.compile(
    # `pathlib` makes one slash of two. A password may have any letter, even a space: what is before
    # the last `@` of the text counts as part of the address.
    rf"(?P<scheme>(?:\b(?:{KNOWN}):/(?!/)|[a-z][a-z0-9+.-]*://))(?P<rest>(?=\S)(?:.*@)?\S*)",
    re.DOTALL | re.IGNORECASE,
)
AROUND = ".,:;'\"`)"
"""What may follow an address in a sentence."""


def masked(text: str) -> str:
    """Return a text, or an address alone, with every address in it as it may be shown.

    Where a `/`, `?` or `#` comes before an `@`, nobody can tell a password from a path, and nothing
    after `://` is shown.
    """
    return ADDRESS.sub(_masked, text)


def one_line(name: str) -> str:
    """Return a file name without characters that break the line or move the cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def has_password(rest: str) -> bool:
    """Whether what follows the `://` of a store may have a password, with `/` and `@` in it."""
    place = rest.partition("/")[0].rstrip(AROUND)
    if place.startswith("arn:"):  # Amazon's own names of buckets
        return False
    user, _, host = place.rpartition("@")
    named = "@" in place or ":" not in place  # else `12/secret@host` may follow the colon
    return ":" in user or not _has_port(host) or ("@" in rest and not named)


def _masked(found: re.Match[str]) -> str:
    head, rest = found["scheme"], found["rest"]
    if not rest.strip(AROUND):
        return found[0]
    return head + SHOWN.get(head.partition(":")[0].lower(), _nothing)(rest)


def _nothing(rest: str) -> str:
    return MASK


def _stream(rest: str) -> str:
    before, _, after = rest.rpartition("@")
    place = _place(after)
    if re.search(r"[/?#\s]", before) or not _has_port(place.rstrip(AROUND)):
        return MASK
    return re.split(r"[?#=]", after, maxsplit=1)[0]


def _store(rest: str) -> str:
    if has_password(rest):
        return MASK
    word = re.match(r"\S*", rest)
    end = word.end() if word else 0
    return rest[:end] + masked(rest[end:])


def _notifier(rest: str) -> str:
    return _place(_stream(rest)) or MASK


def _place(after: str) -> str:
    return re.split(r"[/?#\s]", after, maxsplit=1)[0]


def _has_port(host: str) -> bool:
    """Whether what follows a host can be a port, if anything does."""
    return not re.search(r":(?!\d*$)", re.sub(r"^\[[^]]*\]", "", host))


SHOWN: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(STREAMS, _stream),
    **dict.fromkeys(STORES, _store),
    **dict.fromkeys(NOTIFIERS, _notifier),
}
"""Kind of address -> what is shown of what follows its `://`."""
