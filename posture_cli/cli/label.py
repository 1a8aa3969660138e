"""`posture label`: label many pictures into one file, and go on where an earlier run stopped."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click
from click.core import ParameterSource

from posture_cli.cli.console.signals import ended_by_signals
from posture_cli.cli.options import estimation as options

STRENGTH = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
)


# Older releases of Click take no argument there.
class Workers(click.ParamType):  # type: ignore[type-arg]
    """A number from 1, or `auto`."""

    name = "workers"
    most = 64

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Literal["auto"]:
        """Refuse what is neither."""
        text = str(value)
        if text == "auto":
            return "auto"
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= self.most:
            self.fail(f"{text!r} is neither auto nor a number from 1 to {self.most}.", param, ctx)
        return int(text)


class Folder(click.Path):
    """A folder of this machine."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Refuse an address."""
        if "://" in str(value):
            self.fail(f"{str(value)!r} is no folder of this machine.", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    required=True,
    metavar="OUT",
    help="Where the labels go; the ending is the format: .csv, .jsonl, .parquet, .coco.json, or "
    ".openpose for a folder. May be an address, like s3://bucket/labels.csv.",
)
@click.option(
    "--sort",
    type=Folder(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also put each picture into DIR/sitting, standing, hunching, unknown or nobody.",
)
@click.option(
    "--annotate",
    type=Folder(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write the pictures with skeleton, box, label and angles drawn in.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of a video, label each N-th frame.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True, max=1000),
    metavar="N",
    help="Of a video, label N frames a second; 1 if neither is given.",
)
@click.option(
    "--coco-annotations",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="For .coco.json: take the ids of the images from these annotations, by file name.",
)
@click.option(
    "--workers",
    type=Workers(),
    default="auto",
    show_default=True,
    metavar="auto|N",
    help="How many pictures the networks look at side by side; auto by the cores.",
)
@click.option("--restart", is_flag=True, help="Throw away what an interrupted run has labelled.")
@click.option("--force", is_flag=True, help="Replace an output that is there already.")
@click.option("-q", "--quiet", is_flag=True, help="Only tell what goes wrong.")
@options.estimation_or_ray
@click.option(
    "--ray-address",
    metavar="HOST:PORT",
    help="For --engine ray: the cluster to join, auto for the one on this machine; without this, "
    "one of our own is started and ended.",
)
@options.rules
@options.own_profile
@options.camera_roll
@click.pass_context
def label(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: str,
    sort: Path | None,
    annotate: Path | None,
    every: int | None,
    rate: float | None,
    coco_annotations: Path | None,
    workers: int | Literal["auto"],
    restart: bool,
    force: bool,
    quiet: bool,
    estimation: options.Estimation,
    ray_address: str | None,
    rules: str,
    profile: str | None,
    camera_roll: float,
) -> None:
    """Label many pictures: folders, lists (@list.txt or -), patterns, videos, ZIP and TAR files.

    \b
    posture label photos -o labels.csv
    posture label clip.mp4 archive.zip --rate 2 -o labels.parquet
    posture label photos -o labels.jsonl --sort review
    posture label s3://bucket/photos -o s3://bucket/labels.parquet

    What is labelled is kept in OUT.partial at once. Interrupted, the same command goes on where it
    stopped; OUT appears when all is done.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage, 130 interrupted.
    """
    every, rate = _stronger(ctx, every, rate)
    profile = options.profile_with(ctx, rules, profile)
    on_ray = estimation.engine == options.RAY
    if ray_address and not on_ray:
        raise click.UsageError("--ray-address needs --engine ray.")
    if on_ray:  # the rows are the same, so either may go on with what the other has begun
        estimation = replace(estimation, engine="openvino")

    from posture_cli.inputs.stores import addresses
    from posture_cli.label import uploads
    from posture_cli.label.request import Asked  # heavy: only when there is work
    from posture_cli.label.run import Labelling

    address = output if addresses.is_address(output) else None
    if "://" in output and not address:
        raise click.UsageError(f"{addresses.shown(output)} is nowhere that labels can be put.")
    asked = Asked(
        inputs=inputs,
        output=uploads.local(address) if address else Path(output),
        sort=sort,
        annotate=annotate,
        every=every,
        rate=rate,
        coco_annotations=coco_annotations,
        workers=workers,
        restart=restart,
        force=force,
        quiet=quiet,
        estimation=estimation,
        cluster=(ray_address or "local") if on_ray else None,
        rules=rules,
        profile=profile,
        camera_roll=camera_roll,
        address=address,
    )
    with ended_by_signals():
        ctx.exit(Labelling(asked).run())


def _stronger(
    ctx: click.Context, every: int | None, rate: float | None
) -> tuple[int | None, float | None]:
    """Return which frames were asked for: the command line counts more than the environment, and
    that more than the file.

    Raises:
        UsageError: If one place asks for both.
    """
    if every is None or rate is None:
        return every, rate
    first, second = (STRENGTH.index(ctx.get_parameter_source(name)) for name in ("every", "rate"))
    if first == second:
        raise click.UsageError("--every and --rate exclude each other.")
    return (every, None) if first < second else (None, rate)
