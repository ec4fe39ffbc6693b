import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.arithmetic import add_and_subtract, mix_styles, mixing_table
from synthesis.masks import LayerMask


@pytest.fixture
def latents():
    return np.random.RandomState(0).randn(3, 18, 512).astype(np.float32)


def test_smiling_woman_minus_woman_plus_man(latents):
    woman, smile, man = latents
    result = add_and_subtract([woman + smile, man], [woman])
    np.testing.assert_allclose(result, man + smile, atol=1e-6)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(add_and_subtract([man], []), man)


def test_sums_that_are_no_face_are_refused(latents):
    with pytest.raises(InputError, match="2 latents to add and 0 to subtract"):
        add_and_subtract(latents[:2], [])
    with pytest.raises(InputError, match="have one shape"):
        add_and_subtract([latents[0], latents[1][:10]], [latents[2]])


def test_styles_are_taken_bit_by_bit(latents):
    face, style, _ = latents
    mixed = mix_styles(face, style, LayerMask("4-7"))
    assert mixed[4:8].tobytes() == style[4:8].tobytes()
    assert mixed[:4].tobytes() == face[:4].tobytes()
    assert mixed[8:].tobytes() == face[8:].tobytes()


def test_table_has_faces_in_rows(latents):
    table = mixing_table(latents[:2], latents, LayerMask("0-3"))
    assert table.shape == (2, 3, 18, 512)
    np.testing.assert_array_equal(table[1, 2, 0], latents[2, 0])
    np.testing.assert_array_equal(table[1, 2, 17], latents[1, 17])
