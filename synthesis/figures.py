"""The thesis' result figures, made anew with the network and directions at hand.

| figure | shows                                                    | function                |
|--------|----------------------------------------------------------|-------------------------|
| 17     | pictures and what the coarse encoder makes of them       | `pairs_figure`          |
| 18     | pictures and their fine embedding                        | `pairs_figure`          |
| 19     | the pose of a clip on another face                       | `pose_figure`           |
| 20     | keyframes with the mask and without                      | `mask_figure`           |
| 21     | an emotion sequence and its prediction                   | `sequences.plots`       |
| 22     | the frames of a video                                    | `frames_figure`         |
| 23, 24 | clips of TGAN and MoCoGAN, trained by you                | `clips_figure`          |
| 25–27  | three frames of each of six expressions, a face a figure | `expressions_figure`    |
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from encoder.images import resize_image
from synthesis.interpolation import interpolate
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask
from synthesis.rendering import BATCH_SIZE, render_frames
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.video.contact_sheet import contact_sheet

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

EMOTIONS = tuple(emotion for emotion in Emotion if emotion != Emotion.CALM)
_SHOWN_FRAMES = 3  # thesis 4.7.3: "three frames for each emotion"


def draw(generator: "Generator", latents: np.ndarray, side: int = 256) -> list[np.ndarray]:
    """Small pictures of latents `[n, L, 512]`: uint8 `[side, side, 3]` each."""
    pieces = (latents[k : k + BATCH_SIZE] for k in range(0, len(latents), BATCH_SIZE))
    return [resize_image(frame, side, side) for frame in render_frames(generator, pieces)]


def pairs_figure(
    generator: "Generator", pictures: Sequence[np.ndarray], latents: np.ndarray
) -> np.ndarray:
    """Figures 17 and 18: line 1 the pictures, line 2 what their latents show."""
    drawn = draw(generator, latents)
    cells = [resize_image(picture, 256, 256) for picture in pictures] + drawn
    names = ["input", "recovered"]
    return contact_sheet(cells, [""] * len(cells), len(drawn), row_labels=names)


def pose_figure(
    generator: "Generator", originals: Sequence[np.ndarray], latents: np.ndarray, columns: int = 4
) -> np.ndarray:
    """Figure 19: lines 1, 3, ... the clip's frames, lines 2, 4, ... the face that follows them."""
    drawn = draw(generator, latents)
    cells, names = [], []
    for start in range(0, len(drawn), columns):
        for name, row in (("clip", originals), ("transfer", drawn)):
            part = [resize_image(picture, 256, 256) for picture in row[start : start + columns]]
            cells += part + [np.full((256, 256, 3), 255, np.uint8)] * (columns - len(part))
            names.append(name)
    return contact_sheet(cells, [""] * len(cells), columns, row_labels=names)


def mask_figure(
    generator: "Generator",
    latents: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
) -> np.ndarray:
    """Figure 20: for each face a line with the mask and one without, calm and six emotions."""
    shown = (Emotion.CALM, *EMOTIONS)
    rows = [(latent, one) for latent in latents for one in (mask, LayerMask("none"))]
    keyframes = np.stack(
        [
            make_keyframe(latent, directions, {emotion: 1.0}, one, coefficient)
            for latent, one in rows
            for emotion in shown
        ]
    )
    labels = [emotion.label for emotion in shown] * len(rows)
    names = [f"mask {one}" if one == mask else "no mask" for _, one in rows]
    return contact_sheet(draw(generator, keyframes), labels, len(shown), row_labels=names)


def frames_figure(generator: "Generator", start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Figure 22: the 32 in-between frames from one keyframe to another, in reading order."""
    frames = interpolate(np.stack([start, end]), FRAMES_BETWEEN)[1:-1]
    return contact_sheet(draw(generator, frames, 128), [""] * len(frames), 8, cell=128)


def clips_figure(videos: np.ndarray, names: Sequence[str], shown: int = 8) -> np.ndarray:
    """Figures 23 and 24: a line for each clip, with `shown` of its frames, evenly spread.

    Args:
      videos: uint8 `[n, T, H, W, 3]`.
      names: a label for each clip, or none.
      shown: frames a line, at most T.
    """
    shown = min(shown, videos.shape[1])
    places = np.linspace(0, videos.shape[1] - 1, shown).round().astype(int)
    cells = [resize_image(frame, 128, 128) for video in videos for frame in video[places]]
    return contact_sheet(cells, [""] * len(cells), shown, cell=128, row_labels=names)


def expressions_figure(
    generator: "Generator",
    latent: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
) -> np.ndarray:
    """Figures 25 to 27: one face, a line for each emotion, three frames of its way there."""
    frames = []
    for emotion in EMOTIONS:
        keyframe = make_keyframe(latent, directions, {emotion: 1.0}, mask, coefficient)
        frames.append(interpolate(np.stack([latent, keyframe]), _SHOWN_FRAMES - 1)[1:])
    pictures = draw(generator, np.concatenate(frames))
    names = [emotion.label for emotion in EMOTIONS]
    return contact_sheet(pictures, [""] * len(pictures), _SHOWN_FRAMES, row_labels=names)
