"""`posture models`: which model files there are, and getting, checking and removing them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.console.messages import each, out
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.estimators.models.store import Store

some_names = click.argument("names", nargs=-1, required=True, metavar="NAME...")


@click.group(invoke_without_command=True, short_help="List, fetch, import and check models.")
@click.pass_context
def models(ctx: click.Context) -> None:
    """List the model files, or get, check and remove them.

    \b
    posture models
    posture models pull gluoncv
    posture models import simple_pose_resnet18_v1b-f63d42ac.params

    Files in ~/.mxnet/models (or $MXNET_HOME/models) are used where they are. Only `pull` opens a
    connection. The name gluoncv stands for the pair of the DeepLens tutorial.
    """
    if ctx.invoked_subcommand is None:
        from posture_cli.cli.console.tables import terminal_columns
        from posture_cli.cli.models_run import lines

        for text in lines(_store(), terminal_columns()):
            out(text)


@models.command(short_help="Fetch models from the GluonCV zoo.")
@some_names
@click.option(
    "--timeout",
    type=click.IntRange(1, 3600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="Give up when the server says nothing for so long.",
)
@click.pass_context
def pull(ctx: click.Context, names: tuple[str, ...], timeout: int) -> None:
    """Fetch models from the GluonCV zoo: gluoncv, or names of the list.

    The address is GluonCV's, or MXNET_GLUON_REPO if that is set. An interrupted pull goes on
    where it stopped, and a file is only kept if its SHA-1 is the one of the catalogue.
    """
    from posture_cli.cli.models_run import pull_one

    store = _store()
    ctx.exit(each(_members(names), lambda name: pull_one(store, name, timeout)))


@models.command("import", short_help="Copy model files into the store.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=LocalPath())
@click.option("--as", "network", metavar="NETWORK", help="They are weights of your own for it.")
@click.option("--name", metavar="NAME", help="What you call them; by default as the file.")
@click.option(
    "--person-class",
    type=click.IntRange(min=0),
    metavar="N",
    help="Which class of your detector is people, from 0; needed if it has more than one, and not "
    "COCO's 80.",
)
@click.option("--force", is_flag=True, help="Replace weights of your own with the same name.")
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[str, ...],
    network: str | None,
    name: str | None,
    person_class: int | None,
    force: bool,
) -> None:
    """Copy model files into the store; they are known by their content.

    FILE is a .params file, of a colleague or of an old ~/.mxnet/models, or the zoo's .zip.

    \b
    posture models import best.params --as simple_pose_resnet18_v1b --name mine
    posture check photo.jpg --pose mine

    With --as, FILE is what you have trained: a .params file of GluonCV's save_parameters, or one of
    the two files of HybridBlock.export. Every array is compared with the network.
    """
    from posture_cli.cli.models_run import waiting

    store = _store()
    if network is not None:
        from posture_cli.cli.models_import import Wish, import_own

        wish = Wish(network, name, person_class, force)
        ctx.exit(each([files], lambda named: import_own(store, named, wish)))
    if name is not None or person_class is not None or force:
        raise click.UsageError("--name, --person-class and --force need --as NETWORK.")

    def add(file: str) -> None:
        model, path = store.add(Path(file), waiting)
        out(f"{model.name}  {click.format_filename(path)}")

    ctx.exit(each(files, add))


@models.command(short_help="Print where models are.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.pass_context
def path(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Print where models are, one per line; without a name, the store's folder."""
    store = _store()
    if not names:
        out(click.format_filename(store.folder))

    def show(name: str) -> None:
        out(click.format_filename(store.require(name)))

    ctx.exit(each(_members(names), show))


@models.command(short_help="Compare models with the catalogue.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Hash models again and compare with the catalogue; without a name, all that are here."""
    from posture_cli.estimators.models.catalogue import INSIDE

    store = _store()

    def check(name: str) -> None:
        path = store.require(name, fresh=True)
        out(f"{name}  intact  {click.format_filename(path)}")

    zoo = [name for name in (*INSIDE, *store.models) if store.held(name)]
    here = [*zoo, *store.own.names()]
    ctx.exit(each(_members(names) if names else here, check))


@models.command(short_help="Delete models from the store.")
@some_names
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Delete models from the store; files in ~/.mxnet/models stay."""
    store = _store()

    def delete(name: str) -> None:
        out(f"{name}  removed  {click.format_filename(store.remove(name))}")

    ctx.exit(each(_members(names), delete))


@models.command(short_help="Make an int8 network, less exact and faster.")
@click.argument("name")
@click.argument("inputs", nargs=-1, required=True, metavar="PICTURE|FOLDER...", type=click.Path())
@click.option("--detector", default="yolo3_mobilenet1.0_coco", show_default=True, metavar="MODEL")
@click.option("--detector-size", type=click.IntRange(64, 1024), default=256, show_default=True)
@click.pass_context
def quantise(
    ctx: click.Context, name: str, inputs: tuple[str, ...], detector: str, detector_size: int
) -> None:
    """Make an int8 network for --precision int8: less exact, and much faster.

    It is fitted to pictures like those that it will see; take a few dozen, with people. They stay
    on this machine. It needs pip install 'posture-cli[int8]'.
    """
    from posture_cli.cli.models_quantise import found, quantise_one

    chosen = found(inputs)

    def make(one: str) -> None:
        quantise_one(one, chosen, detector, detector_size)

    ctx.exit(each(_members([name]), make))


def _store() -> Store:
    from posture_cli.estimators.models.store import Store

    return Store()


def _members(names: Iterable[str]) -> list[str]:
    """Return the models that names stand for, each once; unknown names stay, for an error."""
    from posture_cli.estimators.models.catalogue import GROUPS

    return list(dict.fromkeys(m for name in names for m in GROUPS.get(name, (name,))))
