"""Pictures that `posture label` saves while it has the pixels: annotated, or to be sorted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from glob import has_magic
from itertools import takewhile
from os.path import isdir
from pathlib import Path, PurePath

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.items import ENDINGS, INSIDE, Item, is_list
from posture_cli.inputs.names import written
from posture_cli.inputs.pictures import STDIN
from posture_cli.label.formats.naming import SIGN_BYTES, digest, shortened
from posture_cli.label.sort import Sorter
from posture_cli.sinks.pictures import FORMATS, write_annotated

OF_DRIVES = str.maketrans(":\\/", "___")
r"""Letters that a folder on Windows cannot have; a drive there is `C:`, or `\\host\share`."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder of annotated copies, in the tree that the pictures have below the inputs.

    Attributes:
        folder: Where the copies go.
        below: The parts of the path that all inputs have in common, which copies do without.
    """

    folder: Path
    below: tuple[str, ...] = ()

    def path(self, item: Item, frame: Frame) -> Path:
        """Return where to draw a picture: always at the same place in this folder.

        Below the input `/a`, `/a/b/x.jpg` is drawn at `b/x.jpg`, and frame 7 of `/a/x.mp4` at
        `x.mp4/000007.jpg`. A digest of the key is added to a name that cannot stay as it is (`..`,
        a colon, an ending that posture does not write), or that may occur twice, as in an archive:
        two pictures must not share a file.
        """
        name = self._inside(item.name)
        named = [part for part in name.parts if part != name.anchor]
        parts = [part.replace(":", "_") for part in named if part != ".."]
        place = self.folder.joinpath(name.drive.translate(OF_DRIVES), *parts)
        if frame.time_s is not None:
            place = place / f"{item.frame:06}.jpg"
        known = place.suffix.lower() in FORMATS
        of_scheme = name.parts[:1] == PurePath(item.name).parts[:1] and "://" in item.name
        elsewhere = self.below and name == PurePath(item.name)
        once = not (elsewhere or INSIDE in item.name or _is_relative_too(name))
        if known and once and parts[of_scheme:] == named[of_scheme:]:  # `s3:` has its colon always
            return place
        stem, ending = (place.stem, place.suffix) if known else (place.name, ".png")
        return place.with_name(f"{shortened(stem)}~{digest(item.key, SIGN_BYTES)}{ending}")

    def _inside(self, name: str) -> PurePath:
        """Return the path of a picture below the inputs; all of it if it is elsewhere."""
        whole, depth = PurePath("stdin" if name == STDIN else name), len(self.below)
        return PurePath(*whole.parts[depth:]) if whole.parts[:depth] == self.below else whole


def save_pictures(
    sorter: Sorter | None,
    annotated: Mirror | None,
    item: Item,
    observation: Observation,
    frame: Frame,
) -> None:
    """Save a picture before it counts as done.

    Args:
        sorter: Keeps a picture that is not a file; None without `--sort`.
        annotated: Where annotated copies go; None without `--annotate`.
        item: Where the picture came from.
        observation: What was seen in it.
        frame: The picture.
    Raises:
        OutputError: If a file cannot be written.
    """
    if sorter:
        sorter.keep(item.key, frame)
    if annotated:
        write_annotated(annotated.path(item, frame), observation, frame)


def mirror(folder: Path, inputs: Sequence[str]) -> Mirror:
    """Return the folder of annotated copies of what these inputs name.

    Of a list, the names are not known yet: there, copies have the whole path.
    """
    if any(is_list(name) for name in inputs):
        return Mirror(folder)
    levels = zip(*map(_parts, inputs), strict=False)
    common = takewhile(lambda level: len(set(level)) == 1, levels)
    return Mirror(folder, tuple(level[0] for level in common))


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of the path to the folder that an input is, or lies in."""
    outside, inside, _ = written(name).partition(INSIDE)
    parts = PurePath(outside).parts
    if has_magic(name) and not os.path.lexists(name):
        return tuple(takewhile(lambda part: not has_magic(part), parts[:-1]))
    is_file = inside or (outside.lower().endswith(ENDINGS) if "://" in name else not isdir(name))
    return parts[:-1] if is_file else parts


def _is_relative_too(name: PurePath) -> bool:
    """Whether there is another picture of the same path, relative to the current folder."""
    return bool(name.anchor) and os.path.lexists(PurePath(*name.parts[1:]))
