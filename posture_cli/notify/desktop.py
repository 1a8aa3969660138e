"""A notification on this desktop, by what the system brings along: nothing has to be installed.

Apprise's own ways need more: packages that are compiled, or terminal-notifier.
"""

from __future__ import annotations

import sys
from html import escape

from posture_cli.notify import EventJson
from posture_cli.notify.message import Message, message
from posture_cli.notify.programs import Programs

TIMEOUT_S = 10.0
"""Guess: Windows PowerShell takes a second or two to start."""
PLACE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
URGENCY = {False: ("normal", "1"), True: ("critical", "2")}
"""Source: Desktop Notifications Specification 1.2, "Urgency Levels"."""
SERVER_DECIDES = "-1"
"""How long it is shown. Source: the same, `expire_timeout`."""
SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
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
HINT = "a desktop with a notification service is needed, and notify-send, gdbus or busctl"


class Desktop:
    """Shows notifications to whoever sits at this machine."""

    name = "desktop"

    def __init__(self) -> None:
        """Nothing is tried before the first event."""
        self._programs = Programs(self.name, TIMEOUT_S)

    def deliver(self, event: EventJson) -> None:
        told = message(event)
        variables = {"POSTURE_TITLE": told.title, "POSTURE_BODY": told.body}
        hint = HINTS.get(sys.platform, HINT)
        self._programs.run_first(choices(told, sys.platform), hint, variables)

    def close(self) -> None:
        self._programs.close()


def choices(told: Message, platform: str) -> tuple[list[str], ...]:
    """Return the programs, with arguments, that can show a message on such a system."""
    if platform == "darwin":
        script = [word for line in SCRIPT for word in ("-e", line)]
        return (["osascript", *script, told.title, told.body],)
    if platform == "win32":
        lines = "; ".join(TOAST.strip().splitlines())
        return (["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", lines],)
    return _freedesktop(told)


def _freedesktop(told: Message) -> tuple[list[str], ...]:
    """Return who can call the notification service of the session's bus, each with its spelling."""
    urgency, number = URGENCY[told.urgent]
    body = escape(told.body, quote=False)  # the service takes it for markup
    send = ["notify-send", "--app-name=posture", f"--urgency={urgency}", "--", told.title]
    send += [body.replace("\\", "\\\\")]  # it reads \\n and the like in it
    call = ["gdbus", "call", "--session", "--dest", PLACE, "--object-path", PATH]
    call += ["--method", f"{PLACE}.Notify", "--", "posture", "0", "''", _quoted(told.title)]
    call += [_quoted(body), "[]", f"{{'urgency': <byte {number}>}}", SERVER_DECIDES]
    bus = ["busctl", "--user", "call", PLACE, PATH, PLACE, "Notify", "--", "susssasa{sv}i"]
    bus += ["posture", "0", "", told.title, body, "0", "1", "urgency", "y", number, SERVER_DECIDES]
    return send, call, bus


def _quoted(text: str) -> str:
    """Return a text as gdbus reads it. Source: GLib, "GVariant Text Format", strings."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'
