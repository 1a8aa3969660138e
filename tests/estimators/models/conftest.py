"""A zoo and an empty store for every test that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posture_cli.estimators.models.store import Store
from tests.estimators.models.zoo import MODELS, Zoo


@pytest.fixture
def zoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zoo]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Zoo() as running:
        yield running


@pytest.fixture
def store(zoo: Zoo, tmp_path: Path) -> Store:
    return Store(MODELS, tmp_path / "store", tmp_path / "mxnet", zoo.address)
