"""The type of options that name a file or a folder on this machine."""

from __future__ import annotations

import os

import click


class LocalPath(click.Path):
    """A file or a folder on this machine; `s3://...` would become a folder with the name `s3:`."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Refuse an address."""
        if "://" in str(value):
            kind = "file or folder" if self.file_okay else "folder"
            self.fail(f"{str(value)!r} is not a {kind} on this machine.", param, ctx)
        return super().convert(value, param, ctx)
