"""The kinds of work that are timed, each on fresh networks of config-f's widths."""

import pathlib
import re
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

SGEMM = "sgemm"
KINDS = ("synthesis", "step", "video", "train")
SGEMM_SIDE = 2048  # large enough that a product runs at full speed, small enough for any memory
VIDEO_FRAMES = 8


class Workload(NamedTuple):
    """One kind of work on one size.

    Attributes:
      kind: `sgemm`, or one of `KINDS`.
      resolution: side of the images.
      batch_size: images at once.
      precision: a Keras dtype policy.
      ops: `ref`, `native` or `auto`.
    """

    kind: str
    resolution: int
    batch_size: int
    precision: str
    ops: str

    @property
    def images(self) -> int:
        """How many images one run makes."""
        return VIDEO_FRAMES if self.kind == "video" else self.batch_size


def sgemm_operations() -> int:
    """Multiplications and additions of one run of `sgemm`."""
    return 2 * SGEMM_SIDE**3


def convolution_operations(generator: "Generator") -> int:
    """Multiplications and additions of the convolutions of one image's synthesis.

    An up-convolution is counted as it is computed, once for each pixel of its input; what is not a
    convolution is not counted, so that 100 % of the roofline would mean that it takes no time.
    """
    total = 0
    for name, variable in generator.synthesis.variables_by_name.items():
        if match := re.fullmatch(r"(\d+)x\d+/(Conv\w*|ToRGB|Skip)/weight", name):
            up = match[2] in ("Conv0_up", "Skip")
            total += 2 * int(np.prod(variable.shape)) * (int(match[1]) // (2 if up else 1)) ** 2
    return total


def prepare(work: Workload) -> tuple[Callable[[], object], int]:
    """What to run, and its operations where they are counted, else 0."""
    if work.kind == SGEMM:
        return _sgemm(), sgemm_operations()
    from stylegan_tf import Generator

    generator = Generator.create(
        name="Gs", seed=1, resolution=work.resolution, compute_dtype=work.precision
    )
    w = generator.map(generator.sample_z(range(work.batch_size)), truncation_psi=0.7)
    if work.kind == "synthesis":
        operations = work.batch_size * convolution_operations(generator)
        return (lambda: generator.synthesize(w)), operations
    if work.kind == "step":
        return _step(generator, w), 0
    if work.kind == "video":
        return _video(generator, work.batch_size), 0
    return _train(generator, work), 0


def _sgemm() -> Callable[[], object]:
    import tensorflow as tf

    a = tf.random.stateless_normal([SGEMM_SIDE, SGEMM_SIDE], [1, 2])
    return lambda: tf.matmul(a, a).numpy()


def _step(generator: "Generator", w: np.ndarray) -> Callable[[], object]:
    """The gradient of a pixel loss with respect to W+: what every step of embedding begins with."""
    import tensorflow as tf

    @tf.function(autograph=False)
    def step(w: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean(tf.square(generator.synthesis(w)))
        return tape.gradient(loss, w)

    start = tf.constant(w)
    return lambda: step(start).numpy()


def _video(generator: "Generator", batch_size: int) -> Callable[[], object]:
    """Frames of a walk between two faces, written as a video."""
    from synthesis.rendering import render_frames
    from synthesis.video.writing import write_video

    ends = generator.map(generator.sample_z([0, 1]), truncation_psi=0.7)
    ways = np.linspace(0, 1, VIDEO_FRAMES, dtype=np.float32)
    track = np.stack([ends[0] + way * (ends[1] - ends[0]) for way in ways])

    def video() -> None:
        with tempfile.TemporaryDirectory() as folder:
            frames = render_frames(generator, [track], batch_size)
            write_video(pathlib.Path(folder) / "video.mp4", frames, 30)

    return video


def _train(generator: "Generator", work: Workload) -> Callable[[], object]:
    """The gradients of both networks' logistic losses, without the regularisers."""
    import tensorflow as tf

    from stylegan_tf import Discriminator
    from stylegan_tf.pickles.network_state import NetworkState

    state = NetworkState("D_stylegan2", "D", {"resolution": work.resolution})
    network = Discriminator(state, dtype=work.precision, seed=2).network

    @tf.function(autograph=False)
    def step(z: tf.Tensor, reals: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape(persistent=True) as tape:
            images = generator.synthesis(generator.mapping(z), noise="random")
            fakes = network(images)
            of_generator = tf.reduce_mean(tf.nn.softplus(-fakes))
            of_discriminator = tf.reduce_mean(
                tf.nn.softplus(network(tf.stop_gradient(images))) + tf.nn.softplus(-network(reals))
            )
        # Norms, so that no gradient can be left out, and none has to be copied out.
        return [
            tf.linalg.global_norm(tape.gradient(loss, [v.value for v in variables]))
            for loss, variables in (
                (of_generator, generator.trainable_variables),
                (of_discriminator, network.trainable_variables),
            )
        ]

    z = tf.constant(generator.sample_z(range(work.batch_size)))
    reals = tf.zeros([work.batch_size, *generator.synthesis.image_shape])
    return lambda: [norm.numpy() for norm in step(z, reals)]
