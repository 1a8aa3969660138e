"""What `posture label` does with a picture while it is in memory: keep it to sort, and draw."""

from __future__ import annotations

from pathlib import Path, PurePath

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.items import INSIDE, Item
from posture_cli.label.formats.naming import SIGN_BYTES, digest, shortened
from posture_cli.label.sort import Sorter
from posture_cli.sinks.pictures import FORMATS, AnnotatedPictures

OF_DRIVES = str.maketrans(":\\/", "___")
r"""What no folder may be called on Windows; a drive there is `C:`, or `\\host\share`."""


def keep(
    sorter: Sorter | None, drawn: Path | None, item: Item, observation: Observation, frame: Frame
) -> None:
    """Do what needs the pixels, before the picture counts as done.

    Args:
        sorter: Keeps what is no file; None to keep nothing.
        drawn: The folder to draw into; None to draw nothing.
        item: Where the picture came from.
        observation: What is seen in it.
        frame: The picture.
    Raises:
        OutputError: If something cannot be written.
    """
    if sorter:
        sorter.keep(item.key, frame)
    if drawn:
        AnnotatedPictures(drawing(drawn, item, frame), one_file=True).write(observation, frame)


def drawing(folder: Path, item: Item, frame: Frame) -> Path:
    """Return where a picture is drawn: below the folder as it is named, so always the same.

    `/a/x.jpg` is drawn where `a/x.jpg` would be.

    Frames of a film are in a folder of its name. A name that cannot stay as it is (`..`, a colon,
    an ending that we do not write), or that an archive may hold twice, gets a sign that is made of
    the key: else one drawing could replace another one.
    """
    name = PurePath(item.name)
    named = [part for part in name.parts if part != name.anchor]
    parts = [part.replace(":", "_") for part in named if part != ".."]
    place = folder.joinpath(name.drive.translate(OF_DRIVES), *parts)
    if frame.time_s is not None:
        place = place / f"{item.frame:06}.jpg"
    known = place.suffix.lower() in FORMATS
    of_scheme = "://" in item.name  # the colon of `s3:` is always there
    if known and parts[of_scheme:] == named[of_scheme:] and INSIDE not in item.name:
        return place
    stem, ending = (place.stem, place.suffix) if known else (place.name, ".png")
    return place.with_name(f"{shortened(stem)}~{digest(item.key, SIGN_BYTES)}{ending}")
