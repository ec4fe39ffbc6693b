import pathlib

import numpy as np
import pytest

from encoder.clips.reading import read_frames
from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.pose.driving_clip import find_stretch
from synthesis.pose.mimicry import Mimicry, mimic_clip
from synthesis.video.format import VideoFormat
from synthesis.video.writing import write_video

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


class BrightGenerator:
    """Draws grey pictures as bright as the first number of the latent."""

    resolution = 32
    w_avg = np.zeros(4, np.float32)

    def sample_z(self, seeds):
        return np.ones((len(seeds), 4), np.float32)

    def map(self, z):
        return np.ones((len(z), 6, 4), np.float32)

    def synthesize(self, w, noise):
        return np.tile(w[:, 0, 0][:, None, None, None], (1, 32, 32, 3))


class CountingEmbedder:
    """Latents 0.1, 0.3, 0.5 and so on, all numbers alike."""

    def embed_sequence(self, images, frame_iterations):
        self.frame_iterations = frame_iterations
        for index, image in enumerate(images):
            assert image.shape == (1024, 1024, 3)
            yield np.full((6, 4), 0.1 + 0.2 * index, np.float32)


def test_face_moves_as_the_embedded_clip_does(tmp_path):
    face = read_image(FACE)
    clip = tmp_path / "clip.mp4"
    write_video(clip, [np.roll(face, 3 * k, axis=1) for k in range(3)], fps=10, crf=5)
    stretch = find_stretch(clip, "hog", 256)
    stages, embedder = [], CountingEmbedder()

    def progress(frames, stage):
        stages.append(stage)
        return frames

    options = Mimicry(LayerMask("0-3"), 0.5, None, frame_iterations=7, compare=True, detector="hog")
    calm = np.full((6, 4), -0.5, np.float32)
    video = VideoFormat(tmp_path / "frames")
    scores = mimic_clip(BrightGenerator(), calm, stretch, embedder, video, options, progress)
    frames = np.stack(list(read_frames(tmp_path / "frames")))
    assert frames.shape == (3, 32, 64, 3)
    grey = frames[:, 16, 48, 0].astype(float) / 127.5 - 1
    np.testing.assert_allclose(grey, [-0.5, -0.4, -0.3], atol=0.01)
    assert frames[0, :, :32].std() > 10  # the clip's own face stands on the left
    assert stages == ["embedding", "frames"]
    assert embedder.frame_iterations == 7
    assert scores["frames_with_face"] == 0
    assert scores["alignment_jitter_after"] == scores["alignment_jitter_before"]
    assert scores["drift_start"] == pytest.approx(0.5)


def test_steps_cannot_be_negative():
    with pytest.raises(InputError, match="frame_iterations is -1; it must be 0 or more"):
        Mimicry(frame_iterations=-1)
