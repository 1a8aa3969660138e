"""Why a store refuses, in words of ours: each package behind it has exceptions of its own.

They are known by the names of their classes, so that none of the packages need be there.
"""

from __future__ import annotations

import re

from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.crashes import LONGEST
from posture_cli.inputs.names import written

CREDENTIALS = frozenset(
    (
        "NoCredentialsError",  # botocore
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "TokenRetrievalError",
        "SSOTokenLoadError",
        "UnauthorizedSSOTokenError",
        "ProfileNotFound",
        "DefaultCredentialsError",  # google.auth
        "RefreshError",
        "ClientAuthenticationError",  # azure
        "CredentialUnavailableError",
        "AuthenticationException",  # paramiko
        "BadHostKeyException",
    )
)
NETWORK = frozenset(
    (
        "ConnectionError",  # Python's own, botocore's and requests'
        "TimeoutError",
        "gaierror",
        "HTTPClientError",  # botocore
        "ClientConnectionError",  # aiohttp
        "ClientPayloadError",
        "ServiceRequestError",  # azure
        "ServiceResponseError",
        "SSHException",  # paramiko
        "NoValidConnectionsError",
        "TransportError",  # google.auth
        "FSTimeoutError",  # fsspec
    )
)
NO_KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")
"""Codes of S3 for who we are; s3fs makes them a PermissionError."""
LOGIN, PERMISSION, NETWORK_DOWN = "login", "permission", "network"
PASSING = (LOGIN, NETWORK_DOWN)
"""Codes of what may be better tomorrow, and says nothing about the objects."""
SECRET = re.compile(r"(?<=://)[^/\s]*@|[?&][^\s\"']*=[^\s\"']*")


def of_store(error: Exception) -> PostureError:
    """Return why a store cannot be read, or written; errors of ours are returned as they are."""
    if isinstance(error, PostureError):
        return error
    names = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    codes = {str(code) for cause in _causes(error) if (code := _code(cause))}
    reason = _reason(error)
    if names & CREDENTIALS or codes & set(NO_KEY):
        hint = "log in with the store's own tools, or name the credentials in the environment"
        return SourceError(f"there are no credentials that work: {reason}", hint=hint, code=LOGIN)
    if "FileNotFoundError" in names:
        return missing("there is nothing of this name")
    if "PermissionError" in names:
        hint = "check who you are, and what this account may do"
        return SourceError(f"is not permitted: {reason}", hint=hint, code=PERMISSION)
    if names & NETWORK:
        hint = "check the network and the address of the store"
        return SourceError(f"cannot be reached: {reason}", hint=hint, code=NETWORK_DOWN)
    return SourceError(reason, hint="check the address and permissions")


def for_now(name: str, problem: PostureError) -> SourceError:
    """Return why a run ends that can go on as soon as this is better; the name is as `written`."""
    hint = f"{problem.hint}; the same command goes on where it stopped"
    return SourceError(f"{name}: {problem.message}", hint=hint, code=problem.code)


def missing(message: str) -> SourceError:
    """Return why there is nothing at an address."""
    return SourceError(message, hint="check the address", code="not_found")


def no_file() -> SourceError:
    """Return why a device is not read."""
    hint = "name a file or a folder"
    return SourceError("is a device or a pipe, and could be endless", hint=hint)


def nameless() -> SourceError:
    """Return why objects behind `//` are not found."""
    hint = "rename them, or name each of them"
    return SourceError("is a folder without a name, and not looked into", hint=hint)


def _causes(error: BaseException) -> list[BaseException]:
    """Return an error and what it was raised from."""
    found = [error]
    while (cause := found[-1].__cause__) and cause not in found:
        found.append(cause)
    return found


def _code(error: BaseException) -> object:
    """Return the code that S3 gave with its answer, if this error has one."""
    response = getattr(error, "response", None)
    about = response.get("Error") if isinstance(response, dict) else None
    return about.get("Code") if isinstance(about, dict) else None


def _reason(error: Exception) -> str:
    """Return one line of what a package says, without what may be secret."""
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    return written(SECRET.sub("", text)[:LONGEST]) or type(error).__name__
