"""Flags of drivers that embed photographs or frames on the way: how."""

from tools.flag_sets import fine_blocks, perceptual, tuning
from tools.flag_sets.numbers import define_integer

from absl import flags

from encoder.embedder import COARSE, EMBEDDING_METHODS, EmbeddingOptions

FLAGS = flags.FLAGS

for module in (fine_blocks, perceptual, tuning):
    flags.adopt_module_key_flags(module)

flags.DEFINE_enum(
    "method",
    "thesis",
    EMBEDDING_METHODS,
    "How to embed; pti tunes the network to the pictures, which must all show one person.",
)
define_integer(
    "iterations",
    None,
    "Steps of embedding; none: the method's own, 1000 (thesis 4.2), of pti 450.",
    0,
    1_000_000,
)
flags.DEFINE_string(
    "encoder", None, "With --method=coarse: an .npz file, or the name of one that ships."
)
define_integer("embedding_seed", 0, "Of embedding: of random starts and weights.", 0, 2**32 - 1)


def embedding_options(method: str | None = None) -> EmbeddingOptions:
    """How to embed, from the flags; `method` instead of --method."""
    method = method or FLAGS.method
    return EmbeddingOptions(
        method,
        FLAGS.iterations,
        FLAGS.vgg_weights,
        FLAGS.encoder if method == COARSE else None,
        FLAGS.skip_fine_blocks,
        FLAGS.embedding_seed,
        tuning.tuning_options(FLAGS.embedding_seed),
    )
