"""Models of the user's own: a file of weights each, and what is known of it beside it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from posture_cli import reading
from posture_cli.errors import ModelError
from posture_cli.estimators.models.catalogue import (
    GROUPS,
    INSIDE,
    MODELS,
    OWN_LICENCE,
    OWN_ORIGIN,
    Model,
    Own,
    Weights,
)
from posture_cli.estimators.models.disk import FREE_SPACE, Waiting, alone, check_room, unwritable
from posture_cli.estimators.models.folders import own_folder
from posture_cli.storage.whole import sweep, write_whole

SCHEMA = "posture-model/1"
ENDING = ".json"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""What every system takes for a file name, and the name of an estimator for a part of it."""
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
"""File names that Windows does not take. Source: Microsoft, "Naming Files, Paths, Namespaces"."""
DIGESTS = re.compile(r"[0-9a-f]{40} [0-9a-f]{64}")
MOST_BYTES = 1 << 16
"""A description has a few hundred bytes. Our limit."""
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class OwnModels:
    """The user's own models.

    Args:
        cache: Folder of the int8 networks.
        folder: Where they are; by default in the user's data folder.
    """

    def __init__(self, cache: Path, folder: Path | None = None) -> None:
        self._cache, self._folder = cache, folder

    @property
    def folder(self) -> Path:
        """Where they are; raises `ModelError` for a user without a home."""
        return self._folder or own_folder()

    def names(self) -> list[str]:
        """Return the names of all, also of those with a damaged description."""
        try:
            found = sorted(path.stem for path in self.folder.iterdir() if path.suffix == ENDING)
        except OSError:  # not there, or not for us: no models
            return []
        return [name for name in found if NAME.fullmatch(name)]

    def all(self) -> list[Model]:
        """Return all, without those that have a damaged description."""
        models = []
        for name in self.names():
            with contextlib.suppress(ModelError):
                models.append(self.model(name))
        return models

    def model(self, name: str) -> Model:
        """Return a model by its description.

        Raises:
            ModelError: If the description is damaged.
        """
        path = self._description(name)
        try:
            return _decoded(name, json.loads(reading.content(path, MOST_BYTES)))
        except (OSError, *MALFORMED) as error:
            again = f"import it again with --name {name} --force"
            raise ModelError(
                f"what is known of your model {name} cannot be read: {path}: {error}",
                hint=f"{again}, or: posture models remove {name}",
                code="damaged",
            ) from error

    def add(
        self,
        name: str,
        content: bytes,
        own: Own,
        *,
        force: bool,
        waiting: Waiting = lambda holder: None,
    ) -> Weights:
        """Keep weights, which fit their network, whole or not at all.

        Args:
            name: What the user calls them.
            content: Of their `.params` file.
            own: What is known of them; the digest is set here.
            force: Whether they may replace others of this name.
            waiting: Called before a wait for another process that writes the same model.
        Raises:
            ModelError: If it is no name, is taken, or they cannot be written.
        """
        name = free_name(name)
        with alone(self.folder, name, waiting, closed):
            if name in self.names() and not force:
                hint = "replace it with --force, or choose another name with --name"
                raise ModelError(f"there is a model {name} of your own already", hint=hint)
            check_room(self.folder, len(content))
            model = _described(name, content, own)
            path = self.folder / model.file_name
            earlier = set(self._files(name)) - {path}
            write_whole(path, content, closed)
            write_whole(self._description(name), _encoded(model), closed)
            for old in earlier:
                old.unlink(missing_ok=True)
        return Weights(model, path)

    def remove(self, name: str) -> Path:
        """Delete a model, whatever state it is in, and its int8 networks; return where it was.

        Raises:
            ModelError: If it cannot be deleted.
        """
        with alone(self.folder, name, lambda holder: None, closed):
            files = [*self._files(name), self._description(name)]
            for path in files:
                path.unlink(missing_ok=True)
                sweep(path)
        return files[0]

    def _description(self, name: str) -> Path:
        return self.folder / f"{name}{ENDING}"

    def _files(self, name: str) -> list[Path]:
        """Return the weights of a model, and the int8 networks that were made of any of them."""
        pattern = re.compile(rf"{re.escape(name)}-[0-9a-f]{{8}}\.(params|int8\.zip)")
        folders = [folder for folder in (self.folder, self._cache) if folder.is_dir()]
        there = (path for folder in folders for path in folder.iterdir())
        return [path for path in there if pattern.fullmatch(path.name)]


def free_name(name: str) -> str:
    """Return a name for a model, in small letters.

    Raises:
        ModelError: If it cannot be a name, or another model has it.
    """
    plain = name.lower()
    if not NAME.fullmatch(plain) or RESERVED.fullmatch(plain):
        hint = "choose one with --name: up to 40 letters, digits, - _ and ."
        raise ModelError(f"{name!r} cannot be the name of a model", hint=hint)
    if plain in {each.lower() for each in (*MODELS, *GROUPS, *INSIDE)}:
        hint = "choose another one with --name"
        raise ModelError(f"{plain} is the name of a model that posture knows already", hint=hint)
    return plain


def _described(name: str, content: bytes, own: Own) -> Model:
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    own = replace(own, sha256=hashlib.sha256(content).hexdigest())
    return _model(name, sha1, own)


def _model(name: str, sha1: str, own: Own) -> Model:
    task, origin = MODELS[own.network].task, f"{OWN_ORIGIN}, {own.network}"
    return Model(name, task, sha1, "", origin, OWN_LICENCE, own)


def _encoded(model: Model) -> bytes:
    facts = asdict(model.own) if model.own else {}
    return json.dumps({"schema": SCHEMA, "sha1": model.sha1, **facts}, indent=1).encode()


def _decoded(name: str, form: dict[str, Any]) -> Model:
    """Return the model of a `posture-model/1` object; raises one of `MALFORMED` if it is none."""
    if form.pop("schema") != SCHEMA:
        raise ValueError(f"it has not the schema {SCHEMA}")
    sha1, own = str(form.pop("sha1")), Own(**form)
    classes = range(max(own.classes, 1))
    digests = DIGESTS.fullmatch(f"{sha1} {own.sha256}")
    if own.network not in MODELS or own.person not in classes or not digests:
        raise ValueError("it makes no sense")
    return _model(name, sha1, own)


def closed(path: Path, error: Exception) -> ModelError:
    """Return the error for a model that cannot be written."""
    found = unwritable(path, error)
    hint = "Make that folder writable, or set XDG_DATA_HOME to another one."
    return ModelError(found.message, hint=found.hint if found.hint == FREE_SPACE else hint)
