"""A study of made-up clips."""

import numpy as np
import pytest

from synthesis.study.study import make_study
from synthesis.video.writing import write_video


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    """Model → two clips each, of the model's own size and colour."""
    folder = tmp_path_factory.mktemp("clips")
    models = {}
    for model, (size, colour) in {
        "ours": (64, 200),
        "TGAN": (32, 120),
        "MoCoGAN": (48, 40),
    }.items():
        for k in range(2):
            frames = [np.full((size, size, 3), (colour, 10 * k, 8 * t), np.uint8) for t in range(6)]
            write_video(folder / model / f"{k}.mp4", frames, 10)
        models[model] = sorted((folder / model).iterdir())
    return models


@pytest.fixture(scope="session")
def study(clips, tmp_path_factory):
    """Four pairs of ours with TGAN, four with MoCoGAN, two attention checks."""
    return make_study(tmp_path_factory.mktemp("study"), clips, pairs=4, checks=2, size=64)
