"""Synthesis in parts: what an edit leaves alone is computed once."""

import dataclasses

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.generator import Generator
from stylegan_tf.graphs import Graphs
from stylegan_tf.networks.growing import GrowingNetwork
from stylegan_tf.networks.network import State, resolution_log2


@dataclasses.dataclass(frozen=True)
class Features:
    """What the blocks of a synthesis network up to a resolution made of one latent.

    Attributes:
      resolution: of the last of these blocks, in pixels.
      state: the features `[1, resolution, resolution, C]`, and the image so far if there is one.
    """

    resolution: int
    state: State

    @property
    def image(self) -> np.ndarray | None:
        """The image so far, float32 `[resolution, resolution, channels]`, nominally in [-1, 1].

        At full resolution it is the picture. Below, only the skip architecture of StyleGAN2 has
        one: the sum over the blocks so far, without what finer ones would change. Otherwise None.
        """
        return self.state[1].numpy()[0].astype(np.float32) if len(self.state) > 1 else None


class PartialSynthesis:
    """Runs a generator's synthesis network from any of its blocks to any other.

    Two layers paint each resolution, so an edit whose first changed layer is k leaves the blocks
    before resolution 2^(k // 2 + 2) alone. Graphs are kept by where they begin and end.
    """

    def __init__(self, generator: Generator, noise: str = "const") -> None:
        """Looks at the network.

        Args:
          generator: whose pictures are made.
          noise: `const` or `none`; noise drawn anew would not go together.

        Raises:
          InputError: another noise, or a network at a level of detail below its full resolution.
        """
        if noise not in ("const", "none"):
            raise InputError(f"parts of one picture need fixed noise, const or none, not {noise!r}")
        if isinstance(generator.synthesis, GrowingNetwork) and generator.lod:
            raise InputError(f"{generator.name} is not at full resolution: its lod is not 0")
        self.generator = generator
        self.noise = noise
        self._graphs = Graphs()

    def untouched(self, layer: int) -> int:
        """The resolution up to which blocks ignore `layer` and all later ones; 0 for none."""
        return 2 ** (layer // 2 + 1) if layer >= 2 else 0

    def run(self, w: np.ndarray, resolution: int, after: Features | None = None) -> Features:
        """Runs the blocks up to a resolution.

        Args:
          w: one latent, float32 `[L, dlatent_size]`.
          resolution: of the last block to run, a power of two from 4 to the generator's.
          after: features of a latent that agrees with `w` in all layers their blocks look at;
            those blocks are not run again.

        Raises:
          InputError: a wrong shape or resolution, or `after` is beyond it.
        """
        first = 2 if after is None else resolution_log2(after.resolution) + 1
        last = resolution_log2(resolution)
        if resolution > self.generator.resolution:
            raise InputError(
                f"there is no block of {resolution} pixels: {self.generator.name} ends at "
                f"{self.generator.resolution}"
            )
        if after is not None and after.resolution >= resolution:
            if after.resolution == resolution:
                return after
            raise InputError(
                f"the features are of {after.resolution} pixels already, beyond {resolution}"
            )
        shape = [self.generator.num_layers, self.generator.dlatent_size]
        w = np.asarray(w, np.float32)
        if list(w.shape) != shape:
            raise InputError(f"one latent has shape {shape}, not {list(w.shape)}")
        state = () if after is None else after.state
        signature = [
            tf.TensorSpec([1, *shape], tf.float32),
            [tf.TensorSpec(part.shape, part.dtype) for part in state],
        ]

        def blocks(w: tf.Tensor, state: list[tf.Tensor]) -> State:
            result: State = tuple(state)
            for res in range(first, last + 1):
                result = self.generator.synthesis.advance(result, res, w, self.noise)
            return result

        run = self._graphs.get((first, last), blocks, signature)
        return Features(resolution, tuple(run(tf.constant(w[None]), list(state))))
