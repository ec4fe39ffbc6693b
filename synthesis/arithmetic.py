"""Sums and mixtures of latents (thesis 2.8, 2.2.2 and chapter 3)."""

from collections.abc import Sequence

import numpy as np

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask


def add_and_subtract(plus: Sequence[np.ndarray], minus: Sequence[np.ndarray]) -> np.ndarray:
    """Vector arithmetic (Radford et al. 2015; thesis figure 12): Σ plus − Σ minus.

    "A smiling woman subtracts a neutral woman and adds a neutral man": two plus, one minus. There
    must be one more plus than minus, so that the weights add up to 1 and the sum lies among faces.

    Args:
      plus, minus: latents `[L, 512]`, each perhaps the mean of several faces of its kind.

    Returns:
      float32 `[L, 512]`.

    Raises:
      InputError: another count, or latents of different shapes.
    """
    if len(plus) != len(minus) + 1:
        raise InputError(
            f"{len(plus)} latents to add and {len(minus)} to subtract: there must be one more to "
            "add, or the result is no face"
        )
    _check_shapes([*plus, *minus])
    total = np.sum(np.asarray(plus, np.float64), axis=0)
    if len(minus):
        total -= np.sum(np.asarray(minus, np.float64), axis=0)
    return total.astype(np.float32)


def mix_styles(face: np.ndarray, style: np.ndarray, mask: LayerMask) -> np.ndarray:
    """Style mixing (thesis 2.2.2): the masked part of `style` on the rest of `face`.

    With the coarse layers it is the thesis' coarse mapping (chapter 3), "style transfer directly
    from manipulating the latent code from another image", which it found to bring the other
    person along with the expression.

    Args:
      face, style: float32 `[L, 512]`.
      mask: what comes from `style`: `0-3` pose and shape, `4-7` features, `8-17` colours.

    Returns:
      float32 `[L, 512]`; each number is bit-equal to that of `face` or of `style`.
    """
    _check_shapes([face, style])
    return mask.apply(face, style)


def mixing_table(faces: np.ndarray, styles: np.ndarray, mask: LayerMask) -> np.ndarray:
    """Every face with every style: float32 `[faces, styles, L, 512]`."""
    return np.stack([[mix_styles(face, style, mask) for style in styles] for face in faces])


def _check_shapes(latents: Sequence[np.ndarray]) -> None:
    shapes = {np.shape(latent) for latent in latents}
    if len(shapes) > 1:
        raise InputError(f"latents of one network have one shape; got {sorted(shapes)}")
