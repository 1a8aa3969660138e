"""Addresses of Apprise: mail, webhooks, SMS and many more; the only file that imports it."""

from __future__ import annotations

import json
import logging
import re
import threading
from io import StringIO
from typing import Any
from urllib.parse import unquote

from posture_cli.core.masking import MASK
from posture_cli.errors import ConfigError, DependencyError
from posture_cli.notify import EventJson, undelivered
from posture_cli.notify.message import message

WEBHOOKS = re.compile(r"(json|xml|form)s?")
HOSTED = re.compile(r"(json|xml|form|mailto)s?")
"""A host follows the `://`; in other addresses it can be a secret."""
EVENT = "event"
"""Webhooks get the whole event under this name, beside Apprise's title and message."""
SHORTEST_SECRET = 3
"""Shorter words stay in messages, as they occur everywhere."""
COMPLAINT = "%(thread)d %(message)s"
"""Apprise gives its reasons only in its log, which all threads share."""
LIST = "Apprise's documentation lists its services"
HINT_DESKTOP = "use --notify desktop, which needs nothing else on Linux, or --on-alert"


class Address:
    """Sends notifications to an address of Apprise."""

    def __init__(self, url: str) -> None:
        """Check the URL; nothing is sent.

        Raises:
            DependencyError: If Apprise is not installed.
            ConfigError: If Apprise does not know the service, cannot use it here, or the URL is
                incomplete.
        """
        apprise = _import()
        scheme = url.partition("://")[0].lower() if "://" in url else ""
        _check(apprise, scheme)
        with apprise.LogCapture(level=logging.WARNING, fmt=COMPLAINT) as said:
            service = apprise.Apprise.instantiate(url, asset=_asset(apprise))
        if service is None:
            why = _reason(said, url) or "it is incomplete"
            raise ConfigError(f"the {scheme}:// address cannot be used: {why}", hint=LIST)
        self._host = service.host if HOSTED.fullmatch(scheme) else None
        self.name = f"{scheme}://{self._host or MASK}"
        self._url = url
        self._webhook = WEBHOOKS.fullmatch(scheme)
        self._service = service
        self._apprise = apprise.Apprise(asset=service.asset)
        self._apprise.add(service)

    def deliver(self, event: EventJson) -> None:
        sent = message(event)
        if self._webhook:  # nested in JSON, elsewhere as text
            whole = dict(event) if self.name.startswith("json") else json.dumps(event)
            self._service.payload_extras[EVENT] = whole
        with _import().LogCapture(level=logging.WARNING, fmt=COMPLAINT) as said:
            done = self._apprise.notify(sent.body, sent.title, sent.tone, body_format="text")
        if not done:
            why = _reason(said, self._url, self._host) or "no reason given"
            hint = "check address and network"
            raise undelivered(self.name, f"did not accept the message: {why}", hint)

    def close(self) -> None:
        """Nothing to stop: Apprise has its own time limits."""


def _import() -> Any:
    try:
        import apprise
    except ImportError as error:
        hint = "pip install 'posture-cli[notify]', or use --notify desktop"
        raise DependencyError("--notify with an address needs Apprise", hint=hint) from error
    return apprise


def _check(apprise: Any, scheme: str) -> None:
    """Refuse what Apprise does not know or cannot use here; never show the address itself."""
    services = apprise.NotificationManager()
    if not re.fullmatch(r"[a-z0-9_+-]+", scheme):
        hint = "write --notify desktop, or an address of Apprise such as mailto:// or json://"
        raise ConfigError("this is not an address of Apprise", hint=hint)
    if scheme not in services:
        webhook = f"for a webhook write json{scheme[4:]}:// in place of {scheme}://"
        hint = webhook if scheme in ("http", "https") else LIST
        raise ConfigError(f"Apprise does not know {scheme}://", hint=hint)
    if not services[scheme].enabled:
        raise ConfigError(f"{scheme}:// needs software that is not installed", hint=HINT_DESKTOP)


def _asset(apprise: Any) -> Any:
    """Return the name under which we appear, and settings that keep all work in this thread.

    With its own time limit, Apprise works in threads, and Python waits for them at the end. Older
    releases have no such limit to switch off.
    """
    ours = {"app_id": "posture", "app_desc": "posture", "app_url": "", "async_mode": False}
    try:
        return apprise.AppriseAsset(**ours, service_timeout=0)
    except (AttributeError, TypeError):
        return apprise.AppriseAsset(**ours)


def _reason(said: StringIO, url: str, host: str | None = None) -> str:
    """Return this thread's first useful complaint in one line, without secrets; empty if none."""
    ours = f"{threading.get_ident()} "
    lines = [line[len(ours) :] for line in said.getvalue().splitlines() if line.startswith(ours)]
    useful = next((line for line in lines if not line.startswith("Unparseable")), "")
    return " ".join(without_secrets(useful, url, host).split())


def without_secrets(text: str, url: str, host: str | None = None) -> str:
    """Return a text without any word of an address but its host."""
    place, _, query = url.partition("://")[2].partition("?")
    values = [part.partition("=")[2] for part in query.split("&")]
    raw = {word for part in (place, *values) for word in re.split(r"[/@:,;?&=#]+", part)}
    words = (raw | {unquote(word) for word in raw}) - {host}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_SECRET:
            text = text.replace(word, "...")
    return text
