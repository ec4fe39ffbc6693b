import pathlib

import numpy as np
import pytest
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.faces import align_photo, embed_faces

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


def test_photo_is_aligned():
    aligned = align_photo(FACE, detector="hog")
    assert aligned.shape == (1024, 1024, 3)
    assert aligned.dtype == np.uint8


def test_photo_without_a_face_is_named(tmp_path):
    Image.new("RGB", (100, 80)).save(tmp_path / "sky.png")
    with pytest.raises(InputError, match=r"sky.png: no face found"):
        align_photo(tmp_path / "sky.png", detector="hog")


def test_embedding_gives_a_latent_for_each_face():
    class Optimizer:
        def optimize(self, images, iterations, seed, on_step):
            return [type("Embedding", (), {"latent": np.full((18, 512), i)}) for i in images]

    assert embed_faces(Optimizer(), [1, 2], 3)[:, 0, 0].tolist() == [1, 2]
