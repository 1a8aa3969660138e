"""Pictures that `posture label` saves while it has the pixels: annotated, or to be sorted."""

from __future__ import annotations

from pathlib import Path, PurePath

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.items import INSIDE, Item
from posture_cli.label.formats.naming import SIGN_BYTES, digest, shortened
from posture_cli.label.sort import Sorter
from posture_cli.sinks.pictures import FORMATS, AnnotatedPictures

OF_DRIVES = str.maketrans(":\\/", "___")
r"""Letters that a folder on Windows cannot have; a drive there is `C:`, or `\\host\share`."""


def save_pictures(
    sorter: Sorter | None,
    annotated: Path | None,
    item: Item,
    observation: Observation,
    frame: Frame,
) -> None:
    """Save a picture before it counts as done.

    Args:
        sorter: Keeps a picture that is not a file; None without `--sort`.
        annotated: Folder for annotated pictures; None without `--annotate`.
        item: Where the picture came from.
        observation: What was seen in it.
        frame: The picture.
    Raises:
        OutputError: If a file cannot be written.
    """
    if sorter:
        sorter.keep(item.key, frame)
    if annotated:
        path = annotated_path(annotated, item, frame)
        AnnotatedPictures(path, one_file=True).write(observation, frame)


def annotated_path(folder: Path, item: Item, frame: Frame) -> Path:
    """Return where to draw a picture: at its own path below the folder, so always the same.

    `/a/x.jpg` is drawn at `a/x.jpg`, and frame 7 of `a/x.mp4` at `a/x.mp4/000007.jpg`. A digest of
    the key is added to a name that cannot stay as it is (`..`, a colon, an ending that posture does
    not write), or that an archive may hold twice: two pictures must not share a file.
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
