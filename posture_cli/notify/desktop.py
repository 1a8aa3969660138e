"""Notifications on a Linux desktop, over D-Bus. Apprise's own way needs more packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from html import escape

from posture_cli.errors import DependencyError
from posture_cli.notify import EventJson, undelivered
from posture_cli.notify.message import message

TIMEOUT_S = 10.0
"""Guess: a notification service that has to start takes a second or two."""
SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
URGENCY = {False: 1, True: 2}
"""Normal and critical. Source: Desktop Notifications Specification 1.2, "Urgency Levels"."""
SERVER_DECIDES = -1
"""How long it is shown. Source: the same, `expire_timeout`."""
HINT = "run posture in a desktop session with a notification service"


class Desktop:
    """Shows notifications on this machine's screen."""

    name = "desktop"

    def __init__(self) -> None:
        """Check that this is Linux; no notification service is called before the first event.

        Raises:
            DependencyError: If it is not.
        """
        if sys.platform != "linux":
            hint = "let --on-alert run a program that shows one, or use --sound, --bell or a URL"
            raise DependencyError("desktop notifications are for Linux only", hint=hint)

    def deliver(self, event: EventJson) -> None:
        """Let the notification service of this session show an event.

        Raises:
            OutputError: If there is no session bus or no service, or it refuses or does not answer.
        """
        shown = message(event)
        body = escape(shown.body, quote=False)  # the service reads it as markup
        hints = {"urgency": ("y", URGENCY[shown.urgent])}
        what = ("posture", 0, "", shown.title, body)
        self._called("Notify", "susssasa{sv}i", (*what, [], hints, SERVER_DECIDES))

    def service(self) -> str:
        """Return the name of the notification service; nothing is shown.

        Raises:
            OutputError: As `deliver`.
        """
        name, *_ = self._called("GetServerInformation")
        return str(name)

    def _called(
        self, method: str, signature: str | None = None, values: tuple[object, ...] = ()
    ) -> Sequence[object]:
        """Return what the notification service answers to a call."""
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg

        address = DBusAddress(PATH, bus_name=SERVICE, interface=SERVICE)
        call = new_method_call(address, method, signature, values)
        try:
            with open_dbus_connection(_session_bus(), auth_timeout=TIMEOUT_S) as connection:
                answer = connection.send_and_get_reply(call, timeout=TIMEOUT_S)
                return tuple(unwrap_msg(answer))
        except TimeoutError as error:
            why = f"did not answer within {TIMEOUT_S:g} s"
            raise undelivered(self.name, why, HINT) from error
        except DBusErrorResponse as error:
            why = f"cannot show notifications: {next(iter(error.data), error.name)}"
            raise undelivered(self.name, why, HINT) from error
        except (OSError, ValueError, RuntimeError) as error:  # the last two: an unusable address
            why = f"has no session bus: {getattr(error, 'strerror', None) or error}"
            raise undelivered(self.name, why, HINT) from error

    def close(self) -> None:
        """Nothing to stop: a call ends by its time limit."""


def _session_bus() -> str:
    """Return the address of the bus; where none is set, systemd's. Source: pam_systemd(8)."""
    usual = f"unix:path={os.environ.get('XDG_RUNTIME_DIR', '')}/bus"
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or usual
