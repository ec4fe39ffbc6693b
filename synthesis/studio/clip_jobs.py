"""A clip becomes a timeline of its emotions, or moves a face."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from emotion.labelling.clip_labelling import label_clip
from emotion.labelling.registry import load_labeller
from emotion.sequences.changes import timed_changes
from emotion.sequences.smoothing import smooth_labels
from encoder.clips.face_search import FaceSearch, count_frames
from encoder.embedding.latents import save_latent
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.runners.local_runner import LocalRunner, count_cores
from synthesis.masks import LayerMask
from synthesis.pose.driving_clip import find_stretch
from synthesis.pose.mimicry import FRAME_ITERATIONS, Mimicry, mimic_clip
from synthesis.studio.face import FILE, Face
from synthesis.studio.jobs import Job
from synthesis.studio.origin import Origin
from synthesis.studio.painter import Painter
from synthesis.studio.photo_job import Embedders
from synthesis.studio.uploads import check_clip
from synthesis.studio.video_job import GIF, LATENTS, MAX_ROWS, VIDEO, finish, make_gif
from synthesis.video.format import VideoFormat

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

CLIP = "clip.mp4"  # in the job's folder, whatever its kind: ffmpeg looks at the content
# A hundred times faster than the CNN, which takes 2 s a frame: near-frontal faces only.
_DETECTOR = "hog"
_FPS = 5.0  # at which emotions are looked for
_WINDOW = 5  # of smoothing: a second
_DWELL = 3  # frames that an emotion must last
MAX_POSE_FRAMES = 150


def label_emotions(job: Job, embedders: Embedders) -> None:
    """Reads the emotions of the clip in the job's folder; the answer has a timeline's `rows`.

    Raises:
      InputError: it is no film, or shows no face.
    """
    path = job.folder / CLIP
    try:
        clip = check_clip(path)
        search = FaceSearch(
            min(_FPS, clip.fps),
            detector=_DETECTOR,
            detection_size=embedders.options.detection_size,
            # Never in this process: dlib holds Python's lock.
            runner=LocalRunner(max(count_cores(), 2)),
        )
        job.begin("reading emotions", count_frames(clip, search) or 0)
        labeller = load_labeller("auto")
        labels = label_clip(path, job.folder / "journal.jsonl", labeller, search, job.step)
    finally:
        path.unlink()
        (job.folder / "journal.jsonl").unlink(missing_ok=True)
    if not labels.emotions:
        raise InputError("no face that looks towards the camera was found in this film")
    smooth = smooth_labels(labels.emotions, _WINDOW, _DWELL)
    emotions, seconds = timed_changes(smooth, labels.seconds)
    job.answer = {
        "rows": [
            {"emotions": {emotion.label: 1.0} if emotion else {}, "seconds": round(time, 2)}
            for emotion, time in zip(emotions, seconds, strict=True)
        ][:MAX_ROWS]
    }


def follow_pose(
    job: Job,
    face: Face,
    generator: "Generator",
    embedders: Embedders,
    painter: Painter,
    origin: Origin,
) -> None:
    """Moves a face as the head in the clip in the job's folder moves, and makes a video of it.

    Raises:
      InputError: it is no film, or no person is seen long enough.
    """
    path = job.folder / CLIP
    clip = check_clip(path)
    options = embedders.options
    job.begin("following the head", clip.num_frames or 0)
    try:
        stretch = find_stretch(
            path,
            _DETECTOR,
            options.detection_size,
            workers=max(count_cores(), 2),
            on_frame=job.step,
        ).cut(MAX_POSE_FRAMES)
    except InputError as error:
        raise InputError(str(error).replace(str(path), "this film")) from None

    def progress(frames: Iterable[np.ndarray], stage: str) -> Iterable[np.ndarray]:
        for frame in job.follow(frames, stage, len(stretch)):
            painter.give_way()
            yield frame

    def keep(latents: np.ndarray) -> None:
        with write_atomically(job.folder / LATENTS) as temporary:
            np.save(temporary, latents)

    mimicry = Mimicry(LayerMask("pose"), detector=_DETECTOR)
    embedder = embedders.guess or embedders.search
    scores = mimic_clip(
        generator,
        face.latent,
        stretch,
        embedder,
        VideoFormat(job.folder / VIDEO),
        mimicry,
        progress,
        on_latents=keep,
    )
    count = len(stretch)
    make_gif(job, stretch.fps, count)
    save_latent(job.folder / FILE, face.latent)
    flags: dict[str, object] = {
        **origin.flags,
        **face.flags,
        "input": CLIP,
        "max_frames": MAX_POSE_FRAMES,
        "detector": _DETECTOR,
        "detection_size": options.detection_size,
    }
    if embedders.guess is not None:
        flags |= {"method": "coarse", "encoder": options.encoder}
    else:
        search = options.search
        flags |= {
            "method": search.method,
            "iterations": search.iterations,
            "frame_iterations": FRAME_ITERATIONS,
            "vgg_weights": search.vgg_weights,
            "skip_fine_blocks": search.skip_fine_blocks,
        }
    finish(
        job,
        origin,
        "transfer_pose",
        flags,
        count,
        stretch.fps,
        [VIDEO, GIF, LATENTS, FILE],
    )
    job.answer["scores"] = scores
