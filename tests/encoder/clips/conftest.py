"""A small video."""

import imageio_ffmpeg
import numpy as np
import pytest


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """Three shots of 10, 15 and 5 frames at 10 a second; something moves in each."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    writer = imageio_ffmpeg.write_frames(str(path), (96, 64), fps=10, quality=8)
    writer.send(None)
    for shot, (colour, length) in enumerate(
        [((30, 40, 90), 10), ((90, 50, 30), 15), ((9,) * 3, 5)]
    ):
        for index in range(length):
            frame = np.full((64, 96, 3), colour, np.uint8)
            frame[10 + index : 30 + index, 20 + shot * 10 : 40 + shot * 10] = 180
            writer.send(frame)
    writer.close()
    return path
