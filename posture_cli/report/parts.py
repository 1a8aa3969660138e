"""Pieces of a page that stands alone: its frame, sections and tables."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib import resources

from posture_cli.core.score.tables import Table, shown

NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page's own content security policy: not even a mistake of ours opens a connection."""
SCROLL = '<div class="scroll" tabindex="0">'
"""Around what may be wider than the screen; the keyboard can scroll it too."""


def document(mark: str, title: str, styles: Iterable[str], body: Iterable[str]) -> str:
    """Return a page as HTML that stands alone.

    Args:
        mark: A `meta` element by which pages of its kind are known.
        title: Its name, for people.
        styles: Names of style sheets in this folder.
        body: Its parts, HTML.
    """
    folder = resources.files("posture_cli.report")
    style = "".join(folder.joinpath(name).read_text("utf-8") for name in styles)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{mark}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_FROM_OUTSIDE}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"
    )


def text(words: str) -> str:
    """Return what may come from outside as text of the page, in one line."""
    return escape(shown(words))


def section(title: str, body: str) -> str:
    """Return a part of a page with its title."""
    return f"<section>\n<h2>{text(title)}</h2>\n{body}</section>\n"


def table(content: Table) -> str:
    """Return a table, which can be scrolled where it is too wide, and its note."""
    head = "".join(f'<th scope="col">{text(cell)}</th>' for cell in content.head)
    rows = "".join(
        f'<tr><th scope="row">{text(name)}</th>'
        f"{''.join(f'<td>{text(cell)}</td>' for cell in cells)}</tr>\n"
        for name, *cells in content.rows
    )
    note = f'<p class="note">{text(content.note)}</p>\n' if content.note else ""
    return (
        f'{SCROLL}<table><caption class="hidden">{text(content.title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n{note}"
    )
