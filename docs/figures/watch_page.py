"""The page of `posture watch` as a picture, drawn by the code that draws it in a terminal.

The day is made up; the angles are measured on a hand-made person, and judged.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.terminal import ShownAlert
from posture_cli.terminal.page import page
from tests.terminal.statuses import DAY

PLACE = Path(__file__).parents[1] / "pictures" / "watch.svg"
COLUMNS, LINES = 80, 24
FAR_FONT = re.compile(r"\s*@font-face \{.*?\n    \}", re.DOTALL)
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
"""What every system has, in place of a font that Rich would load from elsewhere."""
COMMAND = "posture watch --notify desktop"
SHOWN = replace(
    DAY,
    today={**DAY.today, "away": 1500.0},
    next_break_s=2160.0,
    alerts=(
        ShownAlert("09:12", "You have been hunching for 30 seconds."),
        ShownAlert("11:05", "You have been sitting for 45 minutes. Time to stand up."),
    ),
)


def lines() -> list[Text]:
    """Return the lines of the page."""
    return page(SHOWN, RULE_SETS["rules"], COLUMNS, LINES)


def watch_page() -> str:
    """Return the page as a whole SVG file."""
    console = Console(
        file=StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="standard",
        legacy_windows=False, _environ={},
    )  # fmt: skip
    console.print(Text("\n").join(lines()), soft_wrap=True)
    drawn = console.export_svg(title=COMMAND, unique_id="watch")
    return FAR_FONT.sub("", drawn).replace("Fira Code, monospace", FONTS)
