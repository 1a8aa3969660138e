"""Options that say who is told about events and how, and the `Delivery` made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

import click

from posture_cli.errors import ConfigError

if TYPE_CHECKING:
    from posture_cli.notify import Notifier
    from posture_cli.notify.channel import Tell
    from posture_cli.notify.delivery import Delivery

Made = TypeVar("Made", bound=Callable[..., None])
DESKTOP = "desktop"


@dataclass(frozen=True)
class Telling:
    """Who is told, and of what: what `telling` asks for."""

    notify: tuple[Notifier, ...]
    on_alert: Notifier | None
    sound: bool
    bell: bool
    notify_recovered: bool

    def notifiers(self) -> tuple[Notifier, ...]:
        """Return all ways that were asked for.

        Raises:
            DependencyError: If there is nothing to play a sound with.
        """
        from posture_cli.notify.sound import Bell, Sound

        command = () if self.on_alert is None else (self.on_alert,)
        sound = (Sound(),) if self.sound else ()
        bell = (Bell(),) if self.bell else ()
        return (*self.notify, *command, *sound, *bell)

    def delivery(self, tell: Tell) -> Delivery:
        """Return what takes events and tells them, to be closed at the end.

        Args:
            tell: Is given a message and a hint if a way begins to fail or works again; it is
                called from other threads.
        Raises:
            DependencyError: As `notifiers`.
        """
        from posture_cli.notify.delivery import Delivery

        return Delivery(self.notifiers(), tell, recovered=self.notify_recovered)


def telling(command: Made) -> Made:
    """Let a command have the options of `Telling`, and give it their values as one."""

    @wraps(command)
    def gathered(*args: object, **given: object) -> None:
        mine = {field.name: given.pop(field.name) for field in fields(Telling)}
        command(*args, telling=Telling(**mine), **given)  # type: ignore[arg-type]

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return cast(Made, gathered)


class _Told(click.ParamType):  # type: ignore[type-arg]  # generic only since Click 8.2
    """What becomes a notifier; a typo in it is wrong usage. Its text is never shown."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Notifier:
        if not isinstance(value, str):  # it is one already
            return cast("Notifier", value)
        try:
            return self.make(value)
        except ConfigError as error:
            self.fail(f"{error.message}: {error.hint}.", param, ctx)

    def make(self, text: str) -> Notifier:
        raise NotImplementedError


class Address(_Told):
    """`desktop`, or an address of Apprise."""

    name = "url"

    def make(self, text: str) -> Notifier:
        from posture_cli.notify.addresses import Address
        from posture_cli.notify.desktop import Desktop

        return Desktop() if text.lower() in (DESKTOP, f"{DESKTOP}://") else Address(text)


class CommandLine(_Told):
    """A program with its arguments."""

    name = "command"

    def make(self, text: str) -> Notifier:
        from posture_cli.notify.command import Command

        return Command(text)


_OPTIONS = (
    click.option(
        "--notify",
        type=Address(),
        multiple=True,
        metavar="desktop|URL",
        envvar="POSTURE_WATCH_NOTIFY",
        help="Tell of alerts on the desktop, or by mail, webhook, SMS and much more through an "
        "address of Apprise; may be given more than once. Put passwords into the settings or "
        "POSTURE_WATCH_NOTIFY: other users can see a command line.",
    ),
    click.option(
        "--on-alert",
        type=CommandLine(),
        metavar="CMD",
        envvar="POSTURE_WATCH_ON_ALERT",
        help="Run a command for each of them, without a shell; it reads the event as JSON on "
        "stdin and is ended after 30 s.",
    ),
    click.option("--sound", is_flag=True, help="Play two soft notes."),
    click.option("--bell", is_flag=True, help="Ring the terminal's bell, if stderr is one."),
    click.option("--notify-recovered", is_flag=True, help="Tell in the same ways when it is over."),
)
