"""Notifications on this desktop: over D-Bus on Linux, by a program of the system elsewhere.

Apprise's own ways need more packages. The ways for macOS and Windows are written from the sources
named below; we have not run them.
"""

from __future__ import annotations

import os
import sys
from html import escape

from posture_cli.notify import EventJson, undelivered
from posture_cli.notify.message import Message, message
from posture_cli.notify.programs import Programs

TIMEOUT_S = 10.0
"""Guess: a notification service that has to start, or Windows PowerShell, takes a second or two."""
SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
URGENCY = {False: 1, True: 2}
"""Normal and critical. Source: Desktop Notifications Specification 1.2, "Urgency Levels"."""
SERVER_DECIDES = -1
"""How long it is shown. Source: the same, `expire_timeout`."""
SCRIPT = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
"""For osascript; the texts are arguments and so never part of it."""
TOAST = r"""
$ErrorActionPreference = 'Stop'
[Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime] > $null
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$texts = $toast.GetElementsByTagName('text')
$texts.Item(0).AppendChild($toast.CreateTextNode($env:POSTURE_TITLE)) > $null
$texts.Item(1).AppendChild($toast.CreateTextNode($env:POSTURE_BODY)) > $null
$shown = [Windows.UI.Notifications.ToastNotification]::new($toast)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe').Show($shown)
"""  # noqa: E501
"""For Windows PowerShell 5.1, under its own name: only programs that Windows knows may show toasts.
Source: Microsoft, "Windows.UI.Notifications" and "Application User Model IDs"."""
HINTS = {
    "darwin": "allow notifications of Script Editor in System Settings",
    "win32": "allow notifications in Settings, System",
}
HINT = "run posture in a desktop session with a notification service"


class Desktop:
    """Shows notifications on this machine's screen."""

    name = "desktop"

    def __init__(self) -> None:
        """Nothing is tried before the first event."""
        self._programs = Programs(self.name, TIMEOUT_S)

    def deliver(self, event: EventJson) -> None:
        shown = message(event)
        if hint := HINTS.get(sys.platform):
            texts = {"POSTURE_TITLE": shown.title, "POSTURE_BODY": shown.body}
            self._programs.run(command(shown, sys.platform), hint, variables=texts)
        else:
            _notify(shown)

    def close(self) -> None:
        """End a program that runs; a call over D-Bus ends by its time limit."""
        self._programs.close()


def command(shown: Message, platform: str) -> list[str]:
    """Return the program, with arguments, that shows a message on macOS or Windows."""
    if platform == "darwin":
        return ["osascript", "-e", SCRIPT, shown.title, shown.body]
    lines = "; ".join(TOAST.strip().splitlines())
    return ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", lines]


def _notify(shown: Message) -> None:
    """Let the notification service of this session show a message.

    Raises:
        OutputError: If there is no session bus or no service, or it refuses or does not answer.
    """
    from jeepney import DBusAddress, DBusErrorResponse, new_method_call
    from jeepney.io.blocking import open_dbus_connection
    from jeepney.wrappers import unwrap_msg

    body = escape(shown.body, quote=False)  # the service reads it as markup
    hints = {"urgency": ("y", URGENCY[shown.urgent])}
    values: tuple[object, ...]
    values = ("posture", 0, "", shown.title, body, [], hints, SERVER_DECIDES)
    service = DBusAddress(PATH, bus_name=SERVICE, interface=SERVICE)
    call = new_method_call(service, "Notify", "susssasa{sv}i", values)
    try:
        with open_dbus_connection(_session_bus(), auth_timeout=TIMEOUT_S) as connection:
            unwrap_msg(connection.send_and_get_reply(call, timeout=TIMEOUT_S))
    except TimeoutError as error:
        why = f"did not answer within {TIMEOUT_S:g} s"
        raise undelivered(Desktop.name, why, HINT) from error
    except DBusErrorResponse as error:
        why = f"cannot show notifications: {next(iter(error.data), error.name)}"
        raise undelivered(Desktop.name, why, HINT) from error
    except (OSError, ValueError, RuntimeError) as error:  # the last two: an address it cannot use
        why = f"has no session bus: {getattr(error, 'strerror', None) or error}"
        raise undelivered(Desktop.name, why, HINT) from error


def _session_bus() -> str:
    """Return the address of the bus; where none is set, systemd's. Source: pam_systemd(8)."""
    usual = f"unix:path={os.environ.get('XDG_RUNTIME_DIR', '')}/bus"
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or usual
