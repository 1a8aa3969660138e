"""Take pictures of the page of `posture report` in Chromium, and those that docs/history.md shows.

python -m docs.figures.report_pages            # the pictures of docs/history.md
python -m docs.figures.report_pages SHEETS     # every page and width, light, dark and printed

The days are made up (`made_up_days.py`).
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from PIL import Image

from docs.figures.made_up_days import LAST, past
from posture_cli import __version__
from posture_cli.history.dates import Dates
from posture_cli.history.past import Past
from posture_cli.report.history_page import page
from tests.browser import CHROMIUM, Page, browser

PLACE = Path(__file__).parents[1] / "pictures"
DAYS = {"day": 1, "week": 7, "weeks": 84}
DESK, PHONE = 1280, 390
A4_IN = (8.27, 11.69)
NOW = LAST + timedelta(hours=17.5)
WRITTEN = Dates("dmy")
SHOWN = {
    "report_desk": ("weeks", DESK, False, 1400),
    "report_phone": ("weeks", PHONE, True, 2000),
    "report_week": ("week", DESK, True, 1400),
    "report_day": ("day", PHONE, False, 1400),
}
"""Picture -> days, width, dark, and how much of the page is shown at most, pixels."""
QUALITY = 80


def pages() -> Mapping[str, str]:
    """Return the page of each number of days, and that of none."""
    made = {name: past(days) for name, days in DAYS.items()}
    empty = Past(made["weeks"].first, made["weeks"].last)
    return {name: _page(days) for name, days in {**made, "empty": empty}.items()}


def _page(days: Past) -> str:
    return page(days, __version__, NOW, WRITTEN)


@contextmanager
def _opened() -> Iterator[tuple[Page, Path]]:
    """Start a browser, and give it with a folder that has all pages."""
    if CHROMIUM is None:
        sys.exit("Chromium is missing: install `chromium` to take the pictures of the report anew")
    with tempfile.TemporaryDirectory() as at, browser(Path(at) / "profile", HIDE) as tab:
        for name, text in pages().items():
            (Path(at) / f"{name}.html").write_text(text, encoding="utf-8")
        yield tab, Path(at)


HIDE = "--hide-scrollbars"


def documented() -> None:
    """Take the pictures of docs/history.md."""
    with _opened() as (tab, at):
        for picture, (name, width, dark, most) in SHOWN.items():
            taken = at / f"{picture}.png"
            tab.open(at / f"{name}.html", width, dark=dark)
            tab.screenshot(taken)
            with Image.open(taken) as whole:
                shown = whole.convert("RGB").crop((0, 0, whole.width, min(most, whole.height)))
                shown.save(PLACE / f"{picture}.jpg", quality=QUALITY, optimize=True)


def everything(folder: Path) -> None:
    """Take every page at both widths, light and dark, and print it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _opened() as (tab, at):
        for name in pages():
            for width in (DESK, PHONE):
                for dark in (False, True):
                    tab.open(at / f"{name}.html", width, dark=dark)
                    tab.screenshot(folder / f"{name}_{width}_{'dark' if dark else 'light'}.png")
            size = dict(zip(("paperWidth", "paperHeight"), A4_IN, strict=True))
            printed = tab.call("Page.printToPDF", preferCSSPageSize=False, **size)
            (folder / f"{name}.pdf").write_bytes(base64.b64decode(printed["data"]))


if __name__ == "__main__":
    everything(Path(sys.argv[1])) if len(sys.argv) > 1 else documented()
