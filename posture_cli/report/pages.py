"""The one way to make a page: a template and values become HTML that stands alone.

A page runs no script and loads nothing. Whatever a value says is text of the page, in one line.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from posture_cli.core.judge.labels import POSTURES
from posture_cli.core.score.tables import shown


def render(template: str, **values: object) -> str:
    """Return a page.

    Args:
        template: Name of a file in `templates/`.
        values: What it shows, by the names that it uses.
    """
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """Return the reader of all templates; the labels and their colours are known in each."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=PackageLoader("posture_cli.report"),
    )
    made.globals["postures"] = POSTURES
    made.filters["svg_file"] = svg_file
    return made


def svg_file(drawing: str) -> str:
    """Return a drawing of a page as the address of an SVG file that stands alone, on white."""
    find = environment().get_template
    rules = find("light.css").render(), find("drawing.css").render()
    style = "<style>:root {{ background: var(--paper); {} }} {}</style>".format(*rules)
    head, rest = drawing.strip().split(">", 1)
    alone = f'{head} xmlns="http://www.w3.org/2000/svg">{style}{rest}'
    return f"data:image/svg+xml;base64,{b64encode(alone.encode()).decode()}"


def _one_line(value: object) -> object:
    """Return a text from outside without control characters; markup and numbers as they are."""
    return shown(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
