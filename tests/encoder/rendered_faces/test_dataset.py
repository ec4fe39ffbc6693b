import numpy as np
import pytest
from PIL import Image

from encoder.rendered_faces.dataset import (
    labelled_vectors,
    render_faces,
    sample_faces,
    write_labelled_faces,
)
from encoder.rendered_faces.parameters import EXPRESSIONS, NUM_IDENTITY
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import Record


def test_mixture_of_expressions():
    strengths = sample_faces(4000, np.random.default_rng(0))[:, NUM_IDENTITY:]
    shown = (strengths > 0).sum(axis=1)
    np.testing.assert_allclose(np.bincount(shown) / 4000, [0.3, 0.5, 0.2], atol=0.03)
    assert 1.4 < strengths[shown == 1].max() <= 1.5
    assert strengths[shown == 2].max() <= 0.8


def test_labelled_set_has_every_expression_of_every_subject():
    faces = labelled_vectors(3, seed=1)
    assert len(faces) == 21
    names = [name for name, _ in faces]
    assert names[:2] == ["s001/calm.png", "s001/anger.png"]
    assert names[-1] == f"s003/{EXPRESSIONS[-1]}.png"
    person = np.array([vector[:NUM_IDENTITY] for _, vector in faces])
    np.testing.assert_array_equal(person[:7], person[[0] * 7])
    assert (person[0] != person[7]).all()


def test_written_set_is_kept_and_completed(tmp_path):
    def write():
        folder = OutputFolder(tmp_path, Record("test", {}))
        write_labelled_faces(folder, subjects=1, size=64)

    write()
    files = sorted(tmp_path.glob("*/*.png"))
    assert len(files) == 7
    assert np.asarray(Image.open(files[0])).shape == (64, 64, 3)
    files[0].unlink()
    kept = files[1].stat().st_mtime_ns
    write()
    assert files[0].exists()
    assert files[1].stat().st_mtime_ns == kept
    files[1].write_bytes(b"mine")
    with pytest.raises(InputError, match="was changed after it was made; move it away"):
        write()


def test_rendered_pictures_are_opened_again(tmp_path):
    vectors = sample_faces(3, np.random.default_rng(0))
    first = render_faces(vectors, 64, tmp_path / "faces.npy")
    assert first.shape == (3, 64, 64, 3)
    np.testing.assert_array_equal(first, render_faces(vectors, 64, tmp_path / "faces.npy"))
    with pytest.raises(ValueError, match="remove it to render anew"):
        render_faces(vectors[:2], 64, tmp_path / "faces.npy")
