"""`posture init`: begin a pipeline of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from posture_cli.cli.options.paths import LocalPath


@click.command(short_help="Begin a pipeline: from your pictures to a judge in use.")
@click.argument("folder", type=LocalPath(path_type=Path), metavar="DIR")
@click.option(
    "--sagemaker", is_flag=True, help="Add pipeline.py: the same as a pipeline of Amazon SageMaker."
)
@click.pass_context
def init(ctx: click.Context, folder: Path, sagemaker: bool) -> None:
    """Begin a pipeline in DIR: split, train, evaluate, gate, release.

    \b
    pip install 'posture-cli[pipeline,train]'
    posture init mine
    cd mine && dvc repro

    It writes dvc.yaml with the stages, params.yaml with their numbers, and a README that says how
    to bring your pictures, release and roll back. DIR is new or empty; it becomes a git repository
    if it is not in one. Nothing is downloaded.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    from posture_cli.cli.init_run import run

    ctx.exit(run(folder, sagemaker=sagemaker))
