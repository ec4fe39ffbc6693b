"""The notebook runs from top to bottom and makes what it says; it is stored without outputs."""

import ast
import asyncio
import os
import pathlib

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "tour.ipynb"


def test_tour_is_stored_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:zmq", "ignore::DeprecationWarning:jupyter")
def test_tour_makes_a_video(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    asyncio.run(client.async_execute())

    outputs = [_text(cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert "(1024, 18, 512)" in outputs
    assert sum("PIL.Image" in text for text in outputs) == 3
    _, faces, frames = ast.literal_eval(outputs[-1])
    assert faces == frames == 11  # 3 keyframes and twice 4 in between
    assert (tmp_path / "out/tour/tour.mp4").stat().st_size > 10_000


def _text(cell: nbformat.NotebookNode) -> str:
    return "".join(
        output.data["text/plain"] for output in cell.outputs if output.output_type != "stream"
    )
