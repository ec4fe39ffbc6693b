"""The ways of embedding an image by optimisation, by name."""

import dataclasses

from stylegan_tf.errors import InputError

ITERATIONS = 1000  # steps for each image, thesis 4.2
# Puzer's encoder and Image2StyleGAN compare images at this resolution, whatever the generator's.
WORKING_RESOLUTION = 256
# VGG16 halves the image once before each block; block 5 of a 16-pixel image is one pixel.
MIN_RESOLUTION = 16


@dataclasses.dataclass(frozen=True)
class Method:
    """What is minimised over which code, and how.

    The loss of an image is perceptual distance / feature scale + pixel_weight · mean squared
    difference of the pixels, the pixels in 0 to 255.
    """

    code: str  # "w" (W or W+) or "z"
    features: str | None  # a feature set of encoder.embedding.perceptual, None for pixels alone
    feature_scale: float | None  # None: the target's own mean squared feature
    pixel_weight: float
    optimizer: str  # "adam", "sgd" or "clipped-sgd"
    learning_rate: float
    start: str  # "w_avg", "zeros" or "random"


METHODS = {
    # Thesis 3.8 and 4.2: VGG16's Conv 5 features alone, only the latent code changes. It does not
    # name the optimiser. Divided by the target's own features, a loss of 1 is as far from the
    # target as features that are all 0, whatever the image and the weights.
    "thesis": Method("w", "vgg16-conv5", None, 0.0, "adam", 0.02, "w_avg"),
    # Puzer/stylegan-encoder: gradient descent from zeros, learning rate 1, the mean squared
    # difference of the features / 82890. The divisor belongs to ImageNet weights.
    "puzer": Method("w", "vgg16-layer9", 82890.0, 0.0, "sgd", 1.0, "zeros"),
    # Image2StyleGAN (Abdal et al. 2019), equations 1 and 2 of the thesis: λ_mse = 1, Adam with
    # learning rate 0.01 from the mean W.
    "image2stylegan": Method("w", "image2stylegan", 1.0, 1.0, "adam", 0.01, "w_avg"),
    # Lipton and Tripathi 2017, figure 10 of the thesis: pixels alone, gradient steps on z, and a
    # component that leaves the prior's range is drawn anew in it (stochastic clipping).
    "lipton": Method("z", None, 1.0, 1.0, "clipped-sgd", 0.05, "random"),
}

# The range of stochastic clipping. Lipton and Tripathi's z is uniform in [-1, 1]; a StyleGAN's is
# normal, and this holds 99 % of it.
LIPTON_RANGE = 2.576


def find_method(name: str) -> Method:
    """The method of that name; raises InputError if there is none."""
    if name not in METHODS:
        raise InputError(f"unknown method {name!r}; choose one of {', '.join(METHODS)}")
    return METHODS[name]
