import numpy as np
from PIL import Image

from emotion import plots


def ink(path):
    """Share of pixels that are not white."""
    with Image.open(path) as picture:
        return (np.asarray(picture.convert("L")) < 250).mean()


def test_matrix_shows_its_counts(tmp_path):
    plots.plot_matrix(tmp_path / "few.png", np.eye(7, dtype=int), "true", "predicted")
    plots.plot_matrix(tmp_path / "many.png", np.ones((7, 7)) / 7, "true", "predicted")
    assert 0.02 < ink(tmp_path / "few.png") < ink(tmp_path / "many.png")


def test_curves(tmp_path):
    plots.plot_loss(tmp_path / "loss.png", [2, 1.5, 1.2], [2, 1.7, 1.6])
    plots.plot_predictions(tmp_path / "sequence.png", [0, 1, 2, 0], [0, 1, 3, 0])
    assert ink(tmp_path / "loss.png") > 0.01
    assert ink(tmp_path / "sequence.png") > 0.01
