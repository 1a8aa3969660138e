"""Downloads over HTTP(S): with a timeout, going on where an earlier one stopped."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from posture_cli import __version__
from posture_cli.errors import ModelError
from posture_cli.estimators.models.disk import (
    CHUNK_BYTES,
    MOST_BYTES,
    Progress,
    check_room,
    damaged,
    megabytes,
)

ATTEMPTS = 3
"""How often a connection may break before the download fails. A guess."""
PARTIAL, NOTHING_MORE = 206, 416
"""HTTP's answers to a request for the rest of a file. Source: RFC 9110."""
OTHERWISE = (
    "Set MXNET_GLUON_REPO to another address, or copy the file from another computer: "
    "posture models import FILE"
)
NETWORK = (OSError, http.client.HTTPException, ValueError)
"""What `urllib` and `http` raise."""
AGAIN = "Run the same command again: it goes on where it stopped."


class _NoDowngrade(HTTPRedirectHandler):
    """Follows a redirection, but not from https to something that others can read."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in ("https", req.type):
            fp.close()
            raise URLError(f"it redirects from {req.type} to {urlsplit(newurl).scheme}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def download(url: str, part: Path, *, timeout_s: float, progress: Progress) -> None:
    """Download an address into a file, going on after what the file already has.

    Names in the zoo carry a hash, so the content of an address never changes. A broken connection
    leaves the file as far as it came.

    Args:
        url: An http or https address.
        part: The file, which may exist.
        timeout_s: How long the server may send nothing, seconds.
        progress: Called after every chunk, if the full size is known.
    Raises:
        ModelError: If the server cannot be reached, refuses, sends nothing or breaks off.
        OSError: If the file cannot be written.
    """
    _check(url)
    for _ in range(ATTEMPTS):
        try:
            return _go_on(url, part, timeout_s, progress)
        except ConnectionError as error:  # the connection ended before the file did
            reason = error
    here = megabytes(part.stat().st_size if part.exists() else 0)
    message = f"the connection broke off {ATTEMPTS} times, after {here}: {reason}"
    raise ModelError(message, hint=AGAIN) from reason


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search("[@?#]", url):  # names of files follow; a password would not work
        raise ModelError(
            "MXNET_GLUON_REPO is not an address that can be used",
            hint="Write it like https://host/folder/, or with http, without password and query.",
        )


def _go_on(url: str, part: Path, timeout_s: float, progress: Progress) -> None:
    """Ask for what is missing, and write it."""
    here = part.stat().st_size if part.exists() else 0
    response = _ask(url, here, timeout_s)
    if response is None:
        return  # it was whole already
    with response:
        start = _start(response, here, part)
        total = None if response.length is None else start + response.length
        check_room(part.parent, 2 * (total or 0) - start)  # as an archive and unpacked
        with part.open("ab" if start else "wb") as file:
            for chunk in _chunks(response, timeout_s):
                file.write(chunk)
                file.flush()  # even a killed process leaves what came
                start += len(chunk)
                if max(start, total or 0) > MOST_BYTES:
                    most = megabytes(MOST_BYTES)
                    raise damaged(f"the server sends more than {most}; no model is so large")
                if total:
                    progress(start, total)
        if total and start < total:
            raise ConnectionError(f"{megabytes(start)} of {megabytes(total)}")


def _ask(url: str, here: int, timeout_s: float) -> http.client.HTTPResponse | None:
    """Return the answer to a request for what comes after `here`; None if nothing does."""
    headers = {"User-Agent": f"posture/{__version__}", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    try:
        request = Request(url, headers=headers)
        answer: http.client.HTTPResponse = build_opener(_NoDowngrade).open(request, None, timeout_s)
        return answer
    except HTTPError as error:
        phrase = http.client.responses.get(error.code, "")
        with error:
            if error.code == NOTHING_MORE and here:
                whole = str(error.headers.get("Content-Range", "")).endswith(f"*/{here}")
                return None if whole else _ask(url, 0, timeout_s)
            message = f"the server answers {error.code} {phrase}: {url}"
        raise ModelError(message, hint=OTHERWISE) from error
    except NETWORK as error:
        raise _unreachable(url, timeout_s, error) from error


def _start(response: http.client.HTTPResponse, here: int, part: Path) -> int:
    """Return where the answer's first byte belongs: 0 if the server sends everything again."""
    if response.status != PARTIAL:
        return 0
    stated = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    if stated and int(stated[1]) == here:
        return here
    part.unlink(missing_ok=True)
    raise ConnectionError("the server sent another part than the missing one")


def _chunks(response: http.client.HTTPResponse, timeout_s: float) -> Iterator[bytes]:
    """Yield what the server sends; network errors become ours, file errors do not."""
    while True:
        try:
            chunk = response.read1(CHUNK_BYTES)
        except TimeoutError as error:
            raise _unreachable(response.url, timeout_s, error) from error
        except NETWORK as error:
            raise ConnectionError(_reason(error)) from error
        if not chunk:
            return
        yield chunk


def _unreachable(url: str, timeout_s: float, error: Exception) -> ModelError:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        message = f"{urlsplit(url).netloc} sent nothing for {timeout_s:g} s"
        return ModelError(message, hint=f"{AGAIN} {OTHERWISE}")
    message = f"cannot get {url}: {_reason(reason)}"
    return ModelError(message, hint=f"Is this machine online? {OTHERWISE}")


def _reason(error: object) -> str:
    """Return what an error says, without letters that move the cursor: a server may send some."""
    text = str(getattr(error, "strerror", None) or error)
    return "".join(c for c in text if c.isprintable())[:200] or type(error).__name__
