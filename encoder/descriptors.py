"""Face descriptors by name: what turns a face into numbers, and how the face is cut out before.

Distances between descriptors of one kind say how alike two faces are; distances of different kinds,
alignments or weights cannot be compared.
"""

import abc
import dataclasses
import functools
import hashlib
import os
import pathlib

import numpy as np

from encoder.faces.alignment import align_face
from encoder.faces.identity import describe_face
from encoder.faces.landmarks import Face
from encoder.openface.alignment import DEFAULT_TEMPLATE, TEMPLATES, align_for_openface
from stylegan_tf.downloads import cache_folder
from stylegan_tf.errors import InputError

EXTRACTORS = ("dlib", "openface", "vgg16")
OPENFACE_FILE = "nn4.small2.v1.t7"
OPENFACE_ADDRESS = f"https://storage.cmusatyalab.org/openface-models/{OPENFACE_FILE}"
OPENFACE_MD5 = "c95bfd8cc1adf05210e979ff623013b6"  # of the published file
_VGG_SIZE = 224  # pixels a side, of ImageNet's pictures


class FaceDescriptor(abc.ABC):
    """Maps faces to vectors.

    Attributes:
      extractor: one of `EXTRACTORS`.
      weights: which weights it works with.
      alignment: how a face is cut out of its picture.
      size: how many numbers describe a face.
    """

    def __init__(self, extractor: str, weights: str, alignment: str, size: int) -> None:
        self.extractor = extractor
        self.weights = weights
        self.alignment = alignment
        self.size = size

    @abc.abstractmethod
    def describe(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The descriptor of a face, float32 `[size]`.

        Args:
          image: uint8 RGB `[H, W, 3]`.
          face: one of `detect_faces(image)`.
        """


class DlibDescriptor(FaceDescriptor):
    """dlib's 29-layer ResNet on its own 150×150 chip from 68 landmarks: 128 numbers."""

    def __init__(self) -> None:
        super().__init__("dlib", "dlib_face_recognition_resnet_model_v1", "dlib-68", 128)

    def describe(self, image: np.ndarray, face: Face) -> np.ndarray:
        """See `encoder.describe_face`."""
        return describe_face(image, face)


class OpenFaceDescriptor(FaceDescriptor):
    """OpenFace's nn4.small2 on its own 96×96 alignment: 128 numbers of length 1 (MoCoGAN's ACD)."""

    def __init__(
        self, path: str | os.PathLike[str] | None = None, template: str = DEFAULT_TEMPLATE
    ) -> None:
        """Builds the network of a file.

        Args:
          path: see `find_openface_file`.
          template: one of `encoder.openface.alignment.TEMPLATES`.

        Raises:
          InputError: no such file or template, or not such a network.
        """
        if template not in TEMPLATES:
            raise InputError(f"unknown template {template!r}; choose one of {', '.join(TEMPLATES)}")
        file = find_openface_file(path)
        import tensorflow as tf  # here, so that a missing file is named before it loads

        from encoder.openface.network import load_openface_network

        self._template = template
        self._run = tf.function(load_openface_network(file), reduce_retracing=True)
        super().__init__("openface", describe_openface_file(file), f"openface/{template}", 128)

    def describe(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The descriptor of OpenFace's 96×96 cut-out."""
        aligned = align_for_openface(image, face.landmarks, self._template)
        return np.asarray(self._run(aligned[None].astype(np.float32) / 255)[0])


class VggDescriptor(FaceDescriptor):
    """VGG16's conv5_3, averaged over FFHQ's cut-out at 224×224: 512 numbers of length 1.

    It was trained on objects, not on faces: it sees pose, light and hair as much as the person.
    """

    def __init__(self, weights: str | os.PathLike[str] = "imagenet") -> None:
        """Loads VGG16; see `encoder.PerceptualModel` for `weights` and errors."""
        from encoder.embedding.perceptual import PerceptualModel  # loads TensorFlow

        self._model = PerceptualModel("vgg16-conv5", weights)
        name = str(weights) if weights in ("imagenet", "random") else pathlib.Path(weights).name
        super().__init__("vgg16", name, "ffhq", 512)

    def describe(self, image: np.ndarray, face: Face) -> np.ndarray:
        """The mean feature over the cut-out."""
        aligned = align_face(image, face.landmarks, _VGG_SIZE).astype(np.float32)
        (features,) = self._model(aligned[None] / 127.5 - 1)
        mean = np.asarray(features)[0].mean(axis=(0, 1))
        return mean / np.linalg.norm(mean)


@dataclasses.dataclass(frozen=True)
class DescriptorOptions:
    """Which descriptor, by values that can be sent to another process.

    Attributes:
      extractor: one of `EXTRACTORS`.
      openface_model: the Lua Torch file; None: see `find_openface_file`.
      openface_template: how OpenFace aligns.
      vgg_weights: see `encoder.PerceptualModel`.
    """

    extractor: str = "dlib"
    openface_model: str | None = None
    openface_template: str = DEFAULT_TEMPLATE
    vgg_weights: str = "imagenet"

    def __post_init__(self) -> None:
        if self.extractor not in EXTRACTORS:
            raise InputError(
                f"unknown extractor {self.extractor!r}; choose one of {', '.join(EXTRACTORS)}"
            )


@functools.cache
def load_face_descriptor(options: DescriptorOptions) -> FaceDescriptor:
    """Loads a descriptor, once a process.

    Raises:
      InputError: its files are missing or wrong.
    """
    if options.extractor == "openface":
        return OpenFaceDescriptor(options.openface_model, options.openface_template)
    if options.extractor == "vgg16":
        return VggDescriptor(options.vgg_weights)
    return DlibDescriptor()


def find_openface_file(path: str | os.PathLike[str] | None = None) -> pathlib.Path:
    """Where OpenFace's file is; loads nothing.

    Args:
      path: the file; None looks for `nn4.small2.v1.t7` among the downloaded networks
        (`stylegan_tf.downloads.cache_folder`).

    Raises:
      InputError: it is not there.
    """
    file = pathlib.Path(path) if path is not None else cache_folder() / OPENFACE_FILE
    if not file.is_file():
        raise InputError(
            f"there is no OpenFace file {file}; download {OPENFACE_ADDRESS} (31.5 MB, md5 "
            f"{OPENFACE_MD5}) to it"
        )
    return file


def describe_openface_file(path: pathlib.Path) -> str:
    """`nn4.small2.v1` if it is the published file, else its name and checksum.

    Scores of other weights, random ones above all, say nothing about persons; so they carry this.
    """
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "md5").hexdigest()
    if digest == OPENFACE_MD5:
        return "nn4.small2.v1"
    return f"{path.name}, md5 {digest}, not the published nn4.small2.v1"
