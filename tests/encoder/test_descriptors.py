import pathlib

import numpy as np
import pytest

from encoder import descriptors
from encoder.descriptors import (
    DescriptorOptions,
    find_openface_file,
    load_face_descriptor,
)
from encoder.faces.identity import describe_face
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image
from encoder.openface.alignment import align_for_openface
from encoder.openface.network import load_openface_network
from stylegan_tf.errors import InputError

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def image():
    return read_image(FACE)


@pytest.fixture(scope="module")
def face(image):
    return detect_faces(image, "hog")[0]


def test_dlib_is_the_default(image, face):
    descriptor = load_face_descriptor(DescriptorOptions())
    assert (descriptor.extractor, descriptor.alignment) == ("dlib", "dlib-68")
    np.testing.assert_array_equal(descriptor.describe(image, face), describe_face(image, face))


@pytest.mark.parametrize("template", ["outer-eyes-and-nose", "inner-eyes-and-bottom-lip"])
def test_openface_sees_its_own_alignment(image, face, openface_file, template):
    options = DescriptorOptions("openface", str(openface_file), template)
    descriptor = load_face_descriptor(options)
    assert (descriptor.extractor, descriptor.alignment) == ("openface", f"openface/{template}")
    aligned = align_for_openface(image, face.landmarks, template)
    expected = load_openface_network(openface_file)(aligned[None].astype(np.float32) / 255)
    described = descriptor.describe(image, face)
    assert described.shape == (descriptor.size,)
    np.testing.assert_allclose(described, np.asarray(expected)[0], atol=1e-6)


def test_other_weights_than_the_published_are_named(openface_file, monkeypatch):
    weights = load_face_descriptor(DescriptorOptions("openface", str(openface_file))).weights
    assert weights.startswith("openface_random.t7, md5 ")
    assert weights.endswith(", not the published nn4.small2.v1")
    monkeypatch.setattr(descriptors, "OPENFACE_MD5", weights.split()[2].rstrip(","))
    assert descriptors.describe_openface_file(openface_file) == "nn4.small2.v1"


def test_vgg16_describes_with_length_1(image, face):
    descriptor = load_face_descriptor(DescriptorOptions("vgg16", vgg_weights="random"))
    assert (descriptor.weights, descriptor.alignment) == ("random", "ffhq")
    described = descriptor.describe(image, face)
    assert described.shape == (512,)
    assert np.linalg.norm(described) == pytest.approx(1, abs=1e-5)


def test_wrong_choices_are_refused(tmp_path, openface_file):
    with pytest.raises(InputError, match="unknown extractor 'x'; choose one of dlib, openface, vg"):
        DescriptorOptions("x")
    with pytest.raises(InputError, match="unknown template 'x'; choose one of outer-eyes-and-nose"):
        load_face_descriptor(DescriptorOptions("openface", str(openface_file), "x"))
    with pytest.raises(InputError, match=r"no OpenFace file .*none\.t7; download https://storage"):
        find_openface_file(tmp_path / "none.t7")
    with pytest.raises(InputError, match=r"there is no VGG16 weights file none\.h5"):
        load_face_descriptor(DescriptorOptions("vgg16", vgg_weights="none.h5"))
