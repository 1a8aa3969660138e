"""What `posture watch` shows in terminals of three sizes, as tmux captures it, on made-up moments.

python -m docs.figures.watch_states            # writes watch_states.txt; needs tmux
python -m docs.figures.watch_states FOLDER     # also a picture of each, SVG
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from docs.figures.watch_page import SHOWN
from posture_cli.core.judge.labels import Posture
from posture_cli.core.wording import alert_text
from posture_cli.terminal import ShownAlert, Status, view
from posture_cli.terminal.page import page
from posture_cli.terminal.status import Stretch
from tests import people
from tests.terminal.statuses import HOUR, RULES, status
from tests.terminal.test_tmux import Pane

PLACE = Path(__file__).with_suffix(".txt")
SIZES = ((120, 40), (80, 24), (30, 8))
DAY = {name: getattr(SHOWN, name) for name in ("today", "next_break_s", "alerts", "fps", "cpu")}


def _hour(latest: Posture, held_s: float) -> tuple[Stretch, ...]:
    """Return the last hour, with what is held now at its end."""
    *before, last = HOUR[:-1]
    return (*before, last._replace(ended_s=held_s), Stretch(latest, held_s, 0.0))


UPRIGHT = status(people.SITTING, held_s=372.0, hour=_hour("sitting", 372.0), **DAY)
ALERT = ShownAlert("11:59", alert_text("hunching", 1, 30.0))
FRONT = people.before_the_camera(legs=True)
MOMENTS: Mapping[str, Status] = {
    "upright": UPRIGHT,
    "leaning forward, alerted": replace(SHOWN, held_s=42.0, alerts=(*SHOWN.alerts, ALERT)),
    "unknown, with advice": status(FRONT, held_s=95.0, hour=_hour("unknown", 95.0), **DAY),
    "paused": replace(UPRIGHT, state="paused", hour=HOUR[:-1]),
    "no picture": replace(UPRIGHT, state="lost", note="trying again in 8 s", hour=HOUR[:-1]),
}


def screens() -> Iterator[tuple[str, tuple[int, int], list[str]]]:
    """Yield what the code draws of each moment at each size, without a terminal."""
    for name, moment in MOMENTS.items():
        for size in SIZES:
            yield name, size, [line.plain.rstrip() for line in page(moment, RULES, *size)]


def show(name: str) -> None:
    """Show a moment in this terminal until the process is ended."""
    with view(RULES, data=False) as shown:
        while True:
            shown.show(MOMENTS[name])
            shown.keys()
            time.sleep(0.05)


def captured(pane: Pane, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the screens of a moment, as text with escapes, once each is drawn."""
    words = [sys.executable, "-m", "docs.figures.watch_states", "show", name]
    pane.run(shlex.join(words))
    for size in SIZES:
        pane.tmux("resize-window", "-x", str(size[0]), "-y", str(size[1]))
        wanted = next(lines for n, s, lines in screens() if (n, s) == (name, size))
        pane.until(lambda lines, wanted=wanted: lines[: len(wanted)] == wanted)
        yield size, pane.tmux("capture-pane", "-p", "-e")
    pane.type("C-c")
    pane.shows("ready>")
    pane.tmux("resize-window", "-x", "80", "-y", "24")
    pane.run("clear")


def main(pictures: Path | None) -> None:
    """Capture everything."""
    parts = []
    with tempfile.TemporaryDirectory() as at:
        pane = Pane(Path(at) / "tmux")
        try:
            pane.shows("ready>")
            for name in MOMENTS:
                for (columns, lines), screen in captured(pane, name):
                    title = f"{name}, {columns}x{lines}"
                    parts.append(framed(title, columns, Text.from_ansi(screen).plain))
                    if pictures:
                        path = pictures / f"{title.replace(', ', '_').replace(' ', '_')}.svg"
                        path.write_text(drawn(title, columns, screen), encoding="utf-8")
        finally:
            pane.tmux("kill-server")
    PLACE.write_text("\n".join(parts), encoding="utf-8")


def framed(title: str, columns: int, screen: str) -> str:
    """Return a screen with its frame and its title."""
    rows = [f"│{line.rstrip():<{columns}}│" for line in screen.rstrip("\n").split("\n")]
    edge = "─" * columns
    return "\n".join([title, f"┌{edge}┐", *rows, f"└{edge}┘", ""])


def drawn(title: str, columns: int, screen: str) -> str:
    """Return a screen as a picture, to look at."""
    console = Console(file=StringIO(), record=True, width=columns, force_terminal=True)
    console.print(Text.from_ansi(screen), soft_wrap=True)
    return console.export_svg(title=title)


if __name__ == "__main__":
    if sys.argv[1:2] == ["show"]:
        show(sys.argv[2])
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
