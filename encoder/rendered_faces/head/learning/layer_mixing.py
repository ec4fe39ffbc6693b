"""Which layers are told what: another face's entries stand in where a layer should not listen.

In real StyleGANs coarse layers (4×4 to 8×8) carry pose and head shape, middle ones (16×16 and
32×32) features and expression, fine ones colours and light. Here every layer gets the whole w, so
in part of the pictures a layer's w has another face's entries of a group that is not the layer's
own: it learns not to depend on them.
"""

import numpy as np

from encoder.rendered_faces.head.parameters import GROUPS, NUM_PARAMETERS, group_indices

# How many layers are coarse, and how many coarse or middle; the rest are fine.
COARSE_LAYERS, MIDDLE_LAYERS = 3, 7
# In what part of the pictures coarse, middle and fine layers are told of a group.
_TOLD = {
    "pose": (1.0, 0.8, 0.5),
    "head": (1.0, 0.8, 0.5),
    "features": (0.7, 1.0, 0.6),
    "emotion": (0.7, 1.0, 0.6),
    "colour": (0.5, 0.7, 1.0),
}


def draw_mixed_vectors(
    vectors: np.ndarray, others: np.ndarray, layers: int, rng: np.random.Generator
) -> np.ndarray:
    """The vectors that each layer is given, [n, layers, NUM_PARAMETERS], float32.

    Args:
      vectors: [n, NUM_PARAMETERS], of the pictures.
      others: [n, NUM_PARAMETERS], of other faces.
      layers: of the network.
    """
    mixed = np.repeat(vectors[:, None], layers, axis=1).astype(np.float32)
    bounds = (0, min(COARSE_LAYERS, layers), min(MIDDLE_LAYERS, layers), layers)
    for group in (*GROUPS, "emotion"):
        entries = group_indices(group)
        for block, told in enumerate(_TOLD[group]):
            deaf = np.flatnonzero(rng.random(len(vectors)) >= told)
            span = np.arange(bounds[block], bounds[block + 1])
            if len(deaf) and len(span):
                place = np.ix_(deaf, span, entries)
                mixed[place] = others[np.ix_(deaf, entries)][:, None]
    return mixed


assert sum(len(group_indices(group)) for group in _TOLD) == NUM_PARAMETERS
