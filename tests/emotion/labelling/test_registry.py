import pytest

from emotion.labelling.registry import load_labeller
from stylegan_tf.errors import InputError


def test_unknown_labeller():
    with pytest.raises(InputError, match="unknown labeller 'vgg'; use one of"):
        load_labeller("vgg")
