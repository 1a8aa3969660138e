"""Paper: sizes, letters and colours of a figure, and writing it; the only file of matplotlib's
settings.

matplotlib is imported where it is used: it is an extra, and takes half a second.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posture_cli import reading
from posture_cli.core.judge.labels import POSTURES, Posture
from posture_cli.errors import DependencyError, OutputError, RequestError
from posture_cli.storage.whole import check_file, refusals, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CM_PER_INCH = 2.54
WIDTHS_CM = {"one": 3.5 * CM_PER_INCH, "two": 7.16 * CM_PER_INCH}
"""A column and two of them, as IEEE has them (3.5 and 7.16 inches): they also fit into those of
Nature (8.9 and 18.3 cm). Source: IEEE, Resolution and Size; Nature, Final figure guide."""
NARROWEST_CM, WIDEST_CM = 5.0, 60.0
"""What has room for an axis, and a poster. Guess."""
DPI = 300
"""Of a PNG, and how fine a line is drawn: what journals ask of pictures. Source: as above."""
PLACE_DIGITS = 5
"""Of the place of an axis, as a share of the figure: finer than a dot of a poster."""
MARK = "figure of posture-cli"
"""In each file that we write, so that only such files are replaced."""
MOST_BYTES = 1 << 27
INK, GREY, FAINT = "#1a1a1a", "#595959", "#bfbfbf"
POINTS, SMALL = 7.0, 6.0
"""Sizes of letters, points: Nature asks for 5 to 7, and IEEE for what can be read at this size."""
STYLE: dict[str, Any] = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": POINTS,
    "axes.linewidth": 0.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.constrained_layout.h_pad": 0.025,
    "figure.constrained_layout.hspace": 0.0,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.dpi": DPI,  # letters are as wide in the layout as in the file
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # it comes with matplotlib: the same letters everywhere
    "font.size": POINTS,
    "hatch.linewidth": 0.5,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "path.simplify": False,  # `thinning` says which points are left out
    "pdf.fonttype": 42,  # letters stay letters
    "savefig.facecolor": "white",
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "posture",  # the same file each time
    "text.color": INK,
    "text.parse_math": False,  # a $ in the name of a film is a $
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.5,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
    "ytick.major.size": 2.5,
    "ytick.major.width": 0.5,
}
METADATA: dict[str, dict[str, str | None]] = {
    ".svg": {"Date": None, "Creator": MARK},
    ".pdf": {"CreationDate": None, "Creator": MARK},
    ".png": {"Software": MARK},
}
"""By ending: what the file says about itself; without the time, so that it is the same again."""


def check(path: Path) -> None:
    """Check, before the work, that a figure can be drawn and written here.

    Raises:
        RequestError: If the ending is unknown.
        OutputError: If something else is there.
        DependencyError: If matplotlib cannot be imported.
    """
    if path.suffix.lower() not in METADATA:
        hint = f"choose one of {', '.join(METADATA)}"
        raise RequestError(f"{path} has no ending of a figure", hint=hint)
    check_file(path)
    with refusals(path):
        ours = not path.exists() or MARK.encode() in reading.content(path, MOST_BYTES)
    if not ours:
        hint = "name another file; only figures of posture are replaced"
        raise OutputError(f"{path} already exists and posture did not write it", hint=hint)
    try:
        import matplotlib.figure  # noqa: F401 - heavy, and an extra
    except ImportError as error:
        hint = "pip install 'posture-cli[plot]'"
        raise DependencyError(f"a figure needs matplotlib: {error}", hint=hint) from error


@contextmanager
def style() -> Iterator[None]:
    """Draw in our style, whatever the user's own settings of matplotlib are."""
    import matplotlib.style

    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # docs/plot.md says it
        yield


def write(path: Path, figure: Figure) -> None:
    """Write a figure, whole or not at all; within `style`.

    Raises:
        OutputError: If it cannot be written.
    """
    ending, data = path.suffix.lower(), io.BytesIO()
    _settle(figure)
    figure.savefig(data, format=ending[1:], dpi=DPI, metadata=METADATA[ending])
    write_whole(path, data.getvalue())


def _settle(figure: Figure) -> None:
    """Lay a figure out for good: the solver's last digits differ each time, and so would names."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(x, PLACE_DIGITS) for x in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def columns_of(width_cm: float) -> int:
    """Return how many columns of dots a figure of a width has."""
    return round(width_cm / CM_PER_INCH * DPI)


def tint(label: Posture, strength: float) -> tuple[float, float, float]:
    """Return the colour of a posture on white, without transparency; strength is in [0, 1]."""
    light = POSTURES[label].light
    red, green, blue = (int(light[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(1 - strength * (1 - part) for part in (red, green, blue))  # type: ignore[return-value]
