"""The example notebook runs from a folder to a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"
LONGEST_S = 120


@pytest.fixture(scope="module")
def outputs() -> list[list[Any]]:
    nbformat, nbclient = map(pytest.importorskip, ("nbformat", "nbclient"))
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
    nbclient.NotebookClient(notebook, timeout=LONGEST_S, resources=resources).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def shown(outputs: list[list[Any]], kind: str) -> list[str]:
    return [one.data[kind] for each in outputs for one in each if kind in getattr(one, "data", {})]


def test_the_notebook_is_kept_without_results() -> None:
    text = NOTEBOOK.read_text("utf-8")
    assert text.count('"outputs": []') == text.count('"outputs"') > 0


def test_the_notebook_shows_a_picture_tables_and_figures(outputs: list[list[Any]]) -> None:
    picture, table = shown(outputs, "text/html")
    assert "data:image/jpeg;base64," in picture and "<td>hunching</td>" in picture
    assert "distract_noperson.jpg" in table and "slump_deg" not in table
    assert len(shown(outputs, "image/png")) == 2
    assert any("hunching" in text for text in shown(outputs, "text/plain"))
    assert not [one for each in outputs for one in each if one.output_type == "stream"]
