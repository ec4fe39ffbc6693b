"""The whole way of mimicry: a clip's stretch → the video of a face that follows it (thesis 4.3)."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.paste_back import Finish
from synthesis.pose.driving_clip import Stretch, aligned_frames
from synthesis.pose.smoothing import SMOOTHING_SECONDS, alignment_jitter, smooth_alignment
from synthesis.pose.transfer import transfer_pose
from synthesis.rendering import BATCH_SIZE, render_frames
from synthesis.scores.pose_scores import PoseWatch, trajectory_drift
from synthesis.video.format import VideoFormat
from synthesis.video.grids import tile_frames
from synthesis.video.writing import write_video

if TYPE_CHECKING:
    from encoder.embedder import FaceEmbedder
    from stylegan_tf.generator import Generator

FRAME_ITERATIONS = 100  # of a frame after the first, which starts from the one before it

Progress = Callable[[Iterable[np.ndarray], str], Iterable[np.ndarray]]


@dataclasses.dataclass(frozen=True)
class Mimicry:
    """How a face follows a clip.

    Attributes:
      mask: what of the latent moves.
      strength: factor on the movement.
      smoothing_seconds: see `smooth_alignment`; None aligns each frame by itself, as the thesis.
      frame_iterations: steps of the search for each frame after the first.
      compare: put the clip's aligned frames on the left.
      detector: what finds the face when the result is measured.
      batch_size, noise: see `render_frames`.

    Raises:
      InputError: a negative number of steps.
    """

    mask: LayerMask = LayerMask("pose")  # noqa: RUF009 - frozen
    strength: float = 1.0
    smoothing_seconds: float | None = SMOOTHING_SECONDS
    frame_iterations: int = FRAME_ITERATIONS
    compare: bool = False
    detector: str = "cnn"
    batch_size: int = BATCH_SIZE
    noise: str = "const"

    def __post_init__(self) -> None:
        if self.frame_iterations < 0:
            raise InputError(f"frame_iterations is {self.frame_iterations}; it must be 0 or more")


def mimic_clip(
    generator: "Generator",
    face: np.ndarray,
    stretch: Stretch,
    embedder: "FaceEmbedder",
    video: VideoFormat,
    options: Mimicry = Mimicry(),
    progress: Progress = lambda items, _: items,
    finish: Finish | None = None,
    on_latents: Callable[[np.ndarray], object] = lambda _: None,
) -> dict[str, float | None]:
    """Embeds the frames of a stretch, moves a face as they move, writes and measures the video.

    Args:
      generator: draws the face.
      face: float32 `[L, 512]`.
      stretch: what to follow.
      embedder: of the same generator.
      video: where to write and how; the rate is the clip's, whatever it says.
      options: how to follow.
      progress: takes the frames of a stage and the stage's name, hands the frames on.
      finish: what to do with each picture of the face after it is measured; None for nothing.
      on_latents: is given the latents of the video, float32 `[F, L, 512]`, before it is drawn.

    Returns:
      What `PoseWatch.compare` and `trajectory_drift` say, and `alignment_jitter_before`,
      `alignment_jitter_after` smoothing; None where there is nothing to measure.
    """
    landmarks = stretch.landmarks
    if options.smoothing_seconds is not None:
        landmarks = smooth_alignment(landmarks, stretch.fps, options.smoothing_seconds)
    aligned = progress(aligned_frames(stretch, landmarks), "embedding")
    driving = np.stack(list(embedder.embed_sequence(aligned, options.frame_iterations)))
    latents = transfer_pose(face, driving, options.mask, options.strength)
    on_latents(latents)

    drawn = render_frames(generator, [latents], options.batch_size, options.noise)
    watch = PoseWatch(drawn, options.detector)
    frames: Iterable[np.ndarray] = watch if finish is None else map(finish, watch)
    if options.compare:
        beside = aligned_frames(stretch, landmarks, generator.resolution)
        frames = tile_frames([beside, frames], 2)
    frames = progress(frames, "frames")
    write_video(video.path, frames, stretch.fps, video.crf, video.audio, video.audio_start)
    return {
        **watch.compare(stretch.landmarks),
        "alignment_jitter_before": alignment_jitter(stretch.landmarks),
        "alignment_jitter_after": alignment_jitter(landmarks),
        **trajectory_drift(generator, latents),
    }
