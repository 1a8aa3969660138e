"""The options that say how alerts are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import click

from posture_cli.cli.options import group
from posture_cli.cli.options.names import named
from posture_cli.errors import ConfigError, DependencyError

if TYPE_CHECKING:
    from posture_cli.notify import Notifier

DESKTOP = "desktop"


@dataclass(frozen=True)
class NotifyOptions:
    """How alerts are sent."""

    notify: tuple[Notifier, ...]
    on_alert: Notifier | None
    sound: bool
    bell: bool
    notify_recovered: bool

    def ways(self) -> tuple[Notifier, ...]:
        """Return all ways that were asked for; one that cannot work here says so when used."""
        from posture_cli.notify.sound import Bell, Sound

        command = () if self.on_alert is None else (self.on_alert,)
        sound = (_made("sound", Sound),) if self.sound else ()
        bell = (Bell(),) if self.bell else ()
        return (*self.notify, *command, *sound, *bell)

    def notifiers(self) -> tuple[Notifier, ...]:
        """Return all ways that were asked for.

        Raises:
            DependencyError: If one of them cannot work here.
        """
        for way in (ways := self.ways()):
            if isinstance(way, Missing):
                raise way.error
        return ways


@dataclass
class Missing:
    """A way that cannot work here, and why."""

    name: str
    error: DependencyError

    def deliver(self, event: Mapping[str, object]) -> None:
        raise self.error

    def close(self) -> None:
        pass


def _made(name: str, make: Callable[[], Notifier]) -> Notifier:
    try:
        return make()
    except DependencyError as error:
        return Missing(name, error)


class _NotifierType(click.ParamType):  # type: ignore[type-arg]  # generic only since Click 8.2
    """What becomes a notifier; a typo in it is wrong usage. Its text is never shown."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Notifier:
        if not isinstance(value, str):  # it is one already
            return cast("Notifier", value)
        try:
            return _made(self.name, lambda: self.make(value))
        except ConfigError as error:
            self.fail(f"{error.message}: {error.hint}.", param, ctx)

    def make(self, text: str) -> Notifier:
        raise NotImplementedError


class Address(_NotifierType):
    """`desktop`, or an address of Apprise."""

    name = "url"

    def make(self, text: str) -> Notifier:
        from posture_cli.notify.addresses import Address
        from posture_cli.notify.desktop import Desktop

        return Desktop() if text.lower() in (DESKTOP, f"{DESKTOP}://") else Address(text)


class CommandLine(_NotifierType):
    """A program with its arguments."""

    name = "command"

    def make(self, text: str) -> Notifier:
        from posture_cli.notify.command import Command

        return Command(text)


def _options(**given: Any) -> NotifyOptions:
    """Return how alerts are sent.

    Raises:
        UsageError: If the command line asks for a message at the end of what nobody is told of.
    """
    ctx, ways = click.get_current_context(), ("notify", "on_alert", "sound", "bell")
    if named(ctx, "notify_recovered") and not any(given[way] for way in ways):
        words = "--notify-recovered goes with --notify, --on-alert, --sound or --bell."
        raise click.UsageError(words, ctx)
    return NotifyOptions(**given)


notify = group(
    "notify",
    _options,
    click.option(
        "--notify",
        type=Address(),
        multiple=True,
        metavar="desktop|URL",
        envvar="POSTURE_WATCH_NOTIFY",
        help="Show alerts on the desktop, or send them by mail, webhook, SMS and more to an "
        "address of Apprise; may be given more than once. Put passwords into the settings or "
        "POSTURE_WATCH_NOTIFY: other users can see a command line.",
    ),
    click.option(
        "--on-alert",
        type=CommandLine(),
        metavar="CMD",
        envvar="POSTURE_WATCH_ON_ALERT",
        help="Run a command for each alert, without a shell; it reads the event as JSON on stdin "
        "and is ended after 30 s.",
    ),
    click.option("--sound", is_flag=True, help="Play two soft notes."),
    click.option("--bell", is_flag=True, help="Ring the terminal's bell, if stderr is one."),
    click.option(
        "--notify-recovered", is_flag=True, help="Send a message in the same ways when it is over."
    ),
)
