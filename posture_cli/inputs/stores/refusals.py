"""Why a store cannot be read or written, in words: each package behind it has its own exceptions.

They are recognised by the names of their classes, so that no package has to be installed.
"""

from __future__ import annotations

import re

from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.names import written
from posture_cli.inputs.refusals import LONGEST

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
"""Codes of S3 for wrong credentials; s3fs turns them into PermissionError."""
LOGIN, PERMISSION, NETWORK_DOWN = "login", "permission", "network"
PASSING = (LOGIN, NETWORK_DOWN)
"""Codes of what may pass, and has nothing to do with the objects."""
SECRET = re.compile(r"(?<=://)[^/\s]*@|[?&][^\s\"']*=[^\s\"']*")


def of_store(error: Exception) -> PostureError:
    """Return why a store cannot be read or written; a PostureError is returned unchanged."""
    if isinstance(error, PostureError):
        return error
    names = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    codes = {str(code) for cause in _causes(error) if (code := _code(cause))}
    reason = _reason(error)
    if names & CREDENTIALS or codes & set(NO_KEY):
        hint = "log in with the store's own tools, or set the credentials in the environment"
        return SourceError(f"there are no credentials that work: {reason}", hint=hint, code=LOGIN)
    if "FileNotFoundError" in names:
        return missing("there is nothing of this name")
    if "PermissionError" in names:
        hint = "check which account is used, and what it may do"
        return SourceError(f"is not permitted: {reason}", hint=hint, code=PERMISSION)
    if names & NETWORK:
        hint = "check the network and the address of the store"
        return SourceError(f"cannot be reached: {reason}", hint=hint, code=NETWORK_DOWN)
    return SourceError(reason, hint="check the address and permissions")


def for_now(name: str, problem: PostureError) -> SourceError:
    """Return why a run ends now and can go on later; the name is as `written`."""
    hint = f"{problem.hint}; the same command goes on where it stopped"
    return SourceError(f"{name}: {problem.message}", hint=hint, code=problem.code)


def missing(message: str) -> SourceError:
    """Return why there is nothing at an address."""
    return SourceError(message, hint="check the address", code="not_found")


def nameless() -> SourceError:
    """Return why objects behind `//` are not found."""
    hint = "rename them, or name each of them"
    return SourceError("is a folder without a name, which is not searched", hint=hint)


def _causes(error: BaseException) -> list[BaseException]:
    """Return an error and those that it was raised from."""
    found = [error]
    while (cause := found[-1].__cause__) and cause not in found:
        found.append(cause)
    return found


def _code(error: BaseException) -> object:
    """Return the code in the answer of S3, if this error has one."""
    response = getattr(error, "response", None)
    about = response.get("Error") if isinstance(response, dict) else None
    return about.get("Code") if isinstance(about, dict) else None


def _reason(error: Exception) -> str:
    """Return one line of the message of a package, without what may be secret."""
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    return written(SECRET.sub("", text)[:LONGEST]) or type(error).__name__
