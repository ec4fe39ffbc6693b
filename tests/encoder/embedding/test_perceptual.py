import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from encoder.embedding.perceptual import PerceptualModel
from stylegan_tf.errors import InputError


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory):
    """Keras' own writing of a VGG16 without its dense layers."""
    keras.utils.set_random_seed(1)
    vgg = keras.applications.VGG16(include_top=False, weights=None)
    path = tmp_path_factory.mktemp("vgg") / "vgg16.h5"

    with h5py.File(path, "w") as file:  # the layout of the published files
        for layer in vgg.layers:
            group = file.create_group(layer.name)
            for kind, value in zip("Wb", [w.numpy() for w in layer.weights], strict=False):
                group[f"{layer.name}_{kind}_1:0"] = value
    return path, vgg


@pytest.mark.parametrize(
    ("features", "shapes"),
    [
        ("vgg16-conv5", [(2, 2, 512)]),
        ("vgg16-layer9", [(8, 8, 256)]),
        ("image2stylegan", [(32, 32, 64), (32, 32, 64), (8, 8, 256), (4, 4, 512)]),
    ],
)
def test_feature_shapes(images, features, shapes):
    model = PerceptualModel(features, "random")
    assert [tuple(f.shape[1:]) for f in model(images)] == shapes


def test_layer9_is_the_tenth_of_keras_vgg16():
    vgg = keras.applications.VGG16(include_top=False, weights=None)
    assert PerceptualModel("vgg16-layer9", "random").layers == (vgg.layers[9].name,)


def test_preprocesses_as_keras_does(images, weights_file):
    path, vgg = weights_file
    model = PerceptualModel("vgg16-layer9", path)
    inputs = keras.applications.vgg16.preprocess_input((images + 1) * 127.5)
    expected = keras.Model(vgg.input, vgg.get_layer("block3_conv3").output)(inputs)
    np.testing.assert_allclose(model(images)[0], expected, rtol=1e-4, atol=1e-4)


def test_distance_is_equation_2(images):
    model = PerceptualModel("image2stylegan", "random")
    a, b = model(images), model(images[::-1])
    expected = [
        sum(np.square(x[i] - y[i]).sum() / x[i].size for x, y in zip(a_np, b_np, strict=True))
        for a_np, b_np in [([t.numpy() for t in a], [t.numpy() for t in b])]
        for i in range(2)
    ]
    np.testing.assert_allclose(model.distance(a, b), expected, rtol=1e-5)
    np.testing.assert_array_equal(model.distance(a, a), [0, 0])


def test_random_weights_come_from_their_seed_and_keep_the_scale(images):
    one, same, other = (PerceptualModel(weights="random", seed=s)(images)[0] for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1
    inputs = keras.applications.vgg16.preprocess_input((images + 1) * 127.5)
    ratio = np.sqrt(np.mean(np.square(one)) / np.mean(np.square(inputs)))
    assert 0.3 < ratio < 3


def test_gradient_reaches_the_image(images):
    model = PerceptualModel("vgg16-conv5", "random")
    x = tf.Variable(images)
    with tf.GradientTape() as tape:
        distance = tf.reduce_sum(model.distance(model(x), model(tf.zeros_like(x))))
    assert np.abs(tape.gradient(distance, x)).max() > 0


def test_refuses_what_it_cannot_load(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="unknown features 'vgg19'; choose one of vgg16-conv5"):
        PerceptualModel("vgg19", "random")
    with pytest.raises(
        InputError, match=r"no VGG16 weights file nowhere\.h5; give a file, imagenet"
    ):
        PerceptualModel(weights="nowhere.h5")
    (tmp_path / "page.h5").write_text("<html>")
    with pytest.raises(InputError, match=r"page\.h5 is not an HDF5 file of VGG16 weights"):
        PerceptualModel(weights=tmp_path / "page.h5")
    with h5py.File(tmp_path / "other.weights.h5", "w") as file:
        file["dense/kernel"] = np.zeros((4, 2))
    with pytest.raises(
        InputError, match="has no layer block1_conv1; it does not hold Keras' VGG16"
    ):
        PerceptualModel(weights=tmp_path / "other.weights.h5")

    def offline(*args, **kwargs):
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "VGG16", offline)
    with pytest.raises(InputError, match=r"cannot be had \(URL fetch failure\); download the file"):
        PerceptualModel()
