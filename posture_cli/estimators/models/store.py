"""The model store: the user's own folder, and `~/.mxnet/models`, whose files are used in place."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from posture_cli.errors import ModelError
from posture_cli.estimators.models import folders
from posture_cli.estimators.models.archive import recognise, unpack
from posture_cli.estimators.models.catalogue import GROUPS, INSIDE, MODELS, Model, Weights
from posture_cli.estimators.models.disk import Progress, Waiting, alone, place, sha1_of
from posture_cli.estimators.models.own import OwnModels
from posture_cli.storage.whole import sweep

ZOO = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/"
"""Source: the address that GluonCV and MXNet use, unless MXNET_GLUON_REPO names another."""

TIMEOUT_S = 30.0
"""How long the zoo may send nothing. A guess."""


@dataclass(frozen=True)
class Held:
    """A file on disk.

    Attributes:
        path: Where it is.
        intact: Whether its content is what the catalogue says.
    """

    path: Path
    intact: bool


class Store:
    """The models on this machine.

    Args:
        models: The catalogue; tests give their own.
        folder: Where pulled files go; by default in the user's cache folder.
        mxnet: GluonCV's folder; by default `$MXNET_HOME/models` or `~/.mxnet/models`.
        zoo: Address of the zoo; by default MXNET_GLUON_REPO or that of GluonCV.
        own_folder: Where the user's own models are; by default in the user's data folder.
    """

    def __init__(
        self,
        models: Mapping[str, Model] = MODELS,
        folder: Path | None = None,
        mxnet: Path | None = None,
        zoo: str | None = None,
        own_folder: Path | None = None,
    ) -> None:
        self.models = models
        self.folder = folder or folders.fetched_folder()
        self._mxnet = mxnet or folders.mxnet_folder()
        self._zoo = zoo or os.environ.get("MXNET_GLUON_REPO") or ZOO
        self.own = OwnModels(self.folder, own_folder)

    def model(self, name: str) -> Model:
        """Return a model of the catalogue, or of the user's own.

        Raises:
            ModelError: If there is none of this name, it comes with this package, or what is known
                of the user's own is damaged.
        """
        if name in self.models:
            return self.models[name]
        if name in (ours := self.own.names()):
            return self.own.model(name)
        if name in INSIDE:
            hint = "It is always there, and can neither be pulled nor removed."
            raise ModelError(f"{name} is part of posture and not of the store", hint=hint)
        near = difflib.get_close_matches(name, [*GROUPS, *self.models, *ours], n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ModelError(f"no model is called {name!r}", hint=f"{hint}See: posture models")

    def held(self, name: str, *, fresh: bool = False) -> Held | None:
        """Return the file of a model, an intact one before a damaged one; None if there is none.

        Args:
            name: The model.
            fresh: Hash the files now, even if they were hashed before.
        """
        if name in INSIDE:
            embedded = INSIDE[name][1]
            return Held(embedded.path, embedded.intact()) if embedded.path.exists() else None
        model = self.model(name)
        there = (self.own.folder,) if model.own else (self.folder, self._mxnet)
        paths = [folder / model.file_name for folder in there]
        found = [held for path in paths if (held := self._look(path, model, fresh))]
        return max(found, key=lambda held: held.intact, default=None)

    def find(self, name: str) -> Path | None:
        """Return the intact file of a model, or None."""
        held = self.held(name)
        return held.path if held and held.intact else None

    def require(self, name: str, *, fresh: bool = False) -> Path:
        """Return the intact file of a model.

        Args:
            name: The model.
            fresh: Hash the files now, even if they were hashed before.
        Raises:
            ModelError: If there is none; the hint says how to get it.
        """
        held = self.held(name, fresh=fresh)
        if held and held.intact:
            return held.path
        fault = f"is damaged: {held.path}" if held else "is not on this machine"
        raise ModelError(f"the model {name} {fault}", hint=self._how_to_get(name))

    def address(self, name: str) -> str:
        """Return where the zoo offers a model."""
        return f"{self._zoo.rstrip('/')}/gluon/models/{self.model(name).zip_name}"

    def pull(
        self,
        name: str,
        *,
        timeout_s: float = TIMEOUT_S,
        progress: Progress = lambda here, whole: None,
        waiting: Waiting = lambda holder: None,
    ) -> Path:
        """Download a model unless it is here; after an interruption the next call goes on.

        Args:
            name: The model.
            timeout_s: How long the zoo may send nothing, seconds.
            progress: Called with the bytes that have come so far, and all of them.
            waiting: Called before a wait for another process that downloads it.
        Raises:
            ModelError: If it cannot be downloaded or written, or is not what it should be.
        """
        from posture_cli.estimators.models.fetch import download  # urllib and ssl: only to download

        model = self.model(name)
        if model.own:
            raise ModelError(f"{name} is your own, no zoo has it", hint=self._how_to_get(name))
        if found := self.find(name):
            return found
        with alone(self.folder, model.name, waiting):
            if found := self.find(name):
                return found  # another process has downloaded it meanwhile
            sweep(self.folder / model.file_name)
            part = self._part(model)
            try:
                download(self.address(name), part, timeout_s=timeout_s, progress=progress)
                unpack(part, self.folder / model.file_name, model.sha1)
            except ModelError as error:
                if error.code == "damaged":  # after other errors it is still of use
                    part.unlink(missing_ok=True)
                raise
            part.unlink()
        return self.require(name)

    def add(self, file: Path, waiting: Waiting = lambda holder: None) -> tuple[Model, Path]:
        """Copy a file into the store, whatever its name: its hash tells which model it is.

        Args:
            file: A .params file, or the archive that the zoo offers.
            waiting: Called before a wait for another process that writes the same model.
        Raises:
            ModelError: If it cannot be read, is not a known model, or cannot be written.
        """
        model, archived = recognise(file, self.models)
        target = self.folder / model.file_name
        with alone(self.folder, model.name, waiting):
            if archived:
                unpack(file, target, model.sha1)
            else:
                with file.open("rb") as source:
                    place(source, target, model.sha1)
        return model, target

    def remove(self, name: str) -> Path:
        """Delete a model's file, its int8 network and what an interrupted pull left.

        Returns:
            Where the file was.

        Raises:
            ModelError: If the store has nothing of it.
        """
        if name in self.own.names():
            return self.own.remove(name)
        model = self.model(name)
        path = self.folder / model.file_name
        ours = (path, self._part(model), self.folder / int8_name(model.name, model.sha1))
        if not any(file.is_file() for file in ours):
            held = self.held(name)
            where = "is not on this machine"
            if held:
                where = f"is used in place and belongs to GluonCV, delete it by hand: {held.path}"
            raise ModelError(f"{name} {where}", hint="See: posture models")
        with alone(self.folder, name, lambda holder: None):
            for file in ours:
                file.unlink(missing_ok=True)
                sweep(file)
        return path

    def _look(self, path: Path, model: Model, fresh: bool) -> Held | None:
        try:
            if not path.is_file():
                return None
            return Held(path, sha1_of(path, fresh=fresh) == model.sha1)
        except OSError:
            return Held(path, intact=False)  # it may not be read

    def _how_to_get(self, name: str) -> str:
        if name in INSIDE:
            return "Install posture again: pip install --force-reinstall posture-cli"
        if known := self.model(name).own:
            again = f"posture models import {known.source} --as {known.network} --name {name}"
            person = f" --person-class {known.person}" if known.classes else ""
            return f"Import it again: {again}{person} --force"
        group = next((group for group, names in GROUPS.items() if name in names), name)
        return f"Get it with `posture models pull {group}`, or with `posture models import FILE`."

    def _part(self, model: Model) -> Path:
        return self.folder / f"{model.zip_name}.part"


def find(name: str) -> Path | None:
    """Return the intact file of a model on this machine, or None."""
    return Store().find(name)


def weights(name: str) -> Weights:
    """Return a model and its intact file on this machine.

    Raises:
        ModelError: If there is none; the hint says how to get it.
    """
    store = Store()
    return Weights(store.model(name), store.require(name))


def int8_name(name: str, weights_sha1: str) -> str:
    """Return the name of the file with the int8 network made of these weights."""
    return f"{name}-{weights_sha1[:8]}.int8.zip"
