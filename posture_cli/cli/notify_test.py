"""`posture notify-test`: try the ways in which `posture watch` sends alerts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from posture_cli.cli.console.messages import tell
from posture_cli.cli.options.notify import NotifyOptions, notify
from posture_cli.errors import PostureError

if TYPE_CHECKING:
    from posture_cli.notify import EventJson, Notifier

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
    if not (notifiers := notify.notifiers()):
        raise click.UsageError("Which way? Name --notify, --on-alert, --sound or --bell.")

    from posture_cli.core.time.events import Alert  # heavy: only when there is work

    event = Alert("hunching", 0.0, 0.0, WORDS).to_json(datetime.now().astimezone().isoformat())
    done = [_sent(notifier, event) for notifier in notifiers]
    ctx.exit(int(not all(done)))


def _sent(notifier: Notifier, event: EventJson) -> bool:
    """Send it in one way, and say how that went."""
    try:
        notifier.deliver(event)
    except PostureError as error:
        tell(error.message, error.hint)
        return False
    finally:
        notifier.close()
    click.echo(f"{notifier.name}  sent")
    return True
