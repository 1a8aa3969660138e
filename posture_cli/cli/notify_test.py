"""`posture notify-test`: try the ways in which `posture watch` sends alerts."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from posture_cli.cli.console.messages import each, out
from posture_cli.cli.options.notify import NotifyOptions, notify

if TYPE_CHECKING:
    from posture_cli.notify import Notifier

WORDS = "This is a test of posture: alerts will look like this."


@click.command(short_help="Send a test alert.")
@notify
@click.pass_context
def notify_test(ctx: click.Context, notify: NotifyOptions) -> None:
    """Send a test alert in every way that is asked for, and say whether it left.

    \b
    posture notify-test --notify desktop --sound
    posture notify-test --notify 'mailto://user:password@example.org'
    posture notify-test --notify jsons://example.org/hook --on-alert notify.sh

    Exit codes: 0 done, 1 an alert could not be sent, 2 wrong usage, 130 interrupted.
    """
    if not (ways := notify.ways()):
        raise click.UsageError("Which way? Name --notify, --on-alert, --sound or --bell.")

    from posture_cli.core.time.events import Alert, Recovered  # heavy: only when there is work

    over = (Recovered("hunching", 0.0),) if notify.notify_recovered else ()
    at = datetime.now().astimezone().isoformat()
    events = [event.to_json(at) for event in (Alert("hunching", 0.0, 0.0, WORDS), *over)]

    def send(notifier: Notifier) -> None:
        with closing(notifier):
            for event in events:
                notifier.deliver(event)
        out(f"{notifier.name}  sent")

    ctx.exit(each(ways, send))
