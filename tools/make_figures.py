"""Makes the thesis' result figures with the network at hand.

    python tools/make_figures.py --figure=20,22,25,26,27 --seeds=1,2,3 --output=out/figures

Writes figure_NN.png for each. 17 and 18 (coarse and fine recovery) take --photo pictures, or the
faces of --seeds; 17 needs --encoder, 19 a clip (--input). 21 is the emotion sequence. 20 shows
the first two faces, 25, 26 and 27 one face each. 23 and 24 show clips of other models, which you
have trained with tools/train_baseline.py: TGAN (--tgan) and MoCoGAN (--mocogan).
"""

from tools import driver
from tools.flag_sets import baselines as baseline_flags
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import embedding as embedding_flags
from tools.flag_sets import faces as face_flags
from tools.flag_sets import mask as mask_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer
from tools.flag_sets.seeds import number_ranges

import dataclasses
import functools
import pathlib
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from encoder.embedder import PTI
from encoder.images import write_image
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.output_folder import check_folder
from synthesis.baselines.training_folder import read_training
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask

if TYPE_CHECKING:
    from encoder.embedder import EmbeddingOptions
    from stylegan_tf.generator import Generator

FLAGS = flags.FLAGS
for module in (
    baseline_flags,
    coefficient_flags,
    direction_flags,
    face_flags,
    mask_flags,
    output_flags,
):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("seeds", ["1", "2", "3"])

FIGURES = ("17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27")
_WITH_DIRECTIONS = {"20", "22", "25", "26", "27"}
_OF_BASELINES = {"23": "tgan", "24": "mocogan"}
_WITHOUT_NETWORK = {"21", *_OF_BASELINES}
_POSE_FRAMES = 8
_CLIPS = 6  # of a baseline without classes

flags.DEFINE_list("figure", None, f"Which: {', '.join(FIGURES)}.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_string("input", None, "For 19: the driving clip.")
define_integer("sequence_seed", 0, "For 21: of the sequence.", 0, 2**32 - 1)


def main() -> None:
    """Checks the flags and makes what is missing."""
    folder = check_folder(FLAGS.output)
    figures = check()
    record = output_flags.make_record(FLAGS.network, ignored=["figure", *baseline_flags.NAMES])
    outputs = {}
    for figure in figures:
        own = record
        if figure in _OF_BASELINES:
            training = read_training(str(FLAGS[_OF_BASELINES[figure]].value))
            networks = [[training.model, training.checksum()]]
            own = dataclasses.replace(record, inputs={**record.inputs, "training": networks})
        path = folder / f"figure_{figure}.png"
        outputs[figure] = OutputFile(path, own, overwrite=FLAGS.overwrite)
    missing = [figure for figure, output in outputs.items() if not output.is_done()]
    generator = network_flags.load_generator() if set(missing) - _WITHOUT_NETWORK else None
    for figure in missing:
        with outputs[figure].making() as stage:
            path = stage / outputs[figure].path.name
            if figure == "21":
                plot_sequence(path)
            elif figure in _OF_BASELINES:
                write_image(path, baseline_figure(str(FLAGS[_OF_BASELINES[figure]].value)))
            elif generator is not None:
                write_image(path, make(figure, generator))
    for figure, output in outputs.items():
        logging.info("%s%s", output.path, "" if figure in missing else " was there already")


def check() -> list[str]:
    """The figures asked for; refuses wrong flags."""
    for figure in FLAGS.figure:
        if figure not in FIGURES:
            raise InputError(f"--figure={figure}; choose from {', '.join(FIGURES)}")
    chosen = set(FLAGS.figure)
    LayerMask(FLAGS.mask)
    face_flags.check(encoder_alone=True)
    if FLAGS.method == PTI and chosen & {"18", "19"}:
        raise InputError("figures 18 and 19 show what one network draws; choose another --method")
    if "17" in chosen and FLAGS.encoder is None:
        raise InputError("figure 17 needs --encoder: rendered-faces, or a file of your own")
    if "19" in chosen and not (FLAGS.input and pathlib.Path(FLAGS.input).is_file()):
        raise InputError("figure 19 needs --input, a driving clip")
    for figure, flag in _OF_BASELINES.items():
        if figure in chosen and FLAGS[flag].value is None:
            name = baseline_flags.NAMES[flag]
            raise InputError(f"figure {figure} needs --{flag}, a {name} of tools/train_baseline.py")
    baseline_flags.trainings()
    faces = len(FLAGS.latent or FLAGS.photo or number_ranges("seeds", FLAGS.seeds))
    for figure, needed in (("26", 2), ("27", 3)):
        if figure in chosen and faces < needed:
            raise InputError(f"figure {figure} shows face {needed}; {faces} given")
    if chosen & _WITH_DIRECTIONS:
        direction_files.check_directions(FLAGS.directions, list(Emotion)[1:])
    return [figure for figure in FIGURES if figure in chosen]


def make(figure: str, generator: "Generator") -> np.ndarray:
    """One figure as a picture."""
    from synthesis import figures

    if figure in ("17", "18"):
        pictures = input_pictures(generator)
        options = embedding_flags.embedding_options("coarse" if figure == "17" else None)
        return figures.pairs_figure(generator, pictures, embed(generator, pictures, options))
    latents = load_faces(generator)
    if figure == "19":
        return pose_figure(generator, latents[0])
    mask, coefficient = LayerMask(FLAGS.mask), FLAGS.coefficient
    directions = direction_files.load_directions(
        FLAGS.directions, list(Emotion)[1:], generator.num_layers
    )
    if figure == "20":
        return figures.mask_figure(generator, latents[:2], directions, mask, coefficient)
    if figure == "22":
        happy = make_keyframe(latents[0], directions, {Emotion.HAPPINESS: 1.0}, mask, coefficient)
        return figures.frames_figure(generator, latents[0], happy)
    face = latents[int(figure) - 25]
    return figures.expressions_figure(generator, face, directions, mask, coefficient)


@functools.cache
def load_faces(generator: "Generator") -> np.ndarray:
    """The faces of the flags, once for all figures: a tuned network is not tuned again."""
    return face_flags.load_faces(generator)


def input_pictures(generator: "Generator") -> list[np.ndarray]:
    """The photographs, aligned, or the faces of --seeds or --latent, drawn."""
    if not FLAGS.photo:
        from synthesis.figures import draw

        return draw(generator, load_faces(generator), generator.resolution)
    return face_flags.load_photos()


def embed(
    generator: "Generator", pictures: list[np.ndarray], options: "EmbeddingOptions"
) -> np.ndarray:
    """Latents of aligned faces, float32 [n, L, 512]."""
    from tqdm import tqdm

    from encoder.embedder import FaceEmbedder

    embedder = FaceEmbedder(generator, options)
    return np.stack([embedder.embed(one) for one in tqdm(pictures, "embedding", unit="face")])


def pose_figure(generator: "Generator", face: np.ndarray) -> np.ndarray:
    """Eight frames of the clip's longest stretch, evenly spread, and the face that follows."""
    from stylegan_tf.runners.local_runner import count_cores
    from synthesis import figures
    from synthesis.pose.driving_clip import aligned_frames, find_stretch
    from synthesis.pose.smoothing import smooth_alignment
    from synthesis.pose.transfer import transfer_pose

    stretch = find_stretch(FLAGS.input, FLAGS.detector, workers=count_cores())
    landmarks = smooth_alignment(stretch.landmarks, stretch.fps)
    chosen = set(np.linspace(0, len(stretch) - 1, _POSE_FRAMES).round().astype(int).tolist())
    frames = enumerate(aligned_frames(stretch, landmarks))
    originals = [frame for index, frame in frames if index in chosen]
    driving = embed(generator, originals, embedding_flags.embedding_options())
    return figures.pose_figure(generator, originals, transfer_pose(face, driving))


def baseline_figure(folder: str) -> np.ndarray:
    """A clip of each class, or of six seeds, by a trained baseline."""
    from synthesis.baselines.models import load_trained
    from synthesis.baselines.samples import to_pixels
    from synthesis.figures import clips_figure

    trained = load_trained(folder)
    if not trained.training.classes:
        return clips_figure(to_pixels(trained.training.generate(range(_CLIPS))), [])
    labels = range(len(trained.classes))
    clips = trained.training.generate([0] * len(labels), labels)
    return clips_figure(to_pixels(clips), trained.classes)


def plot_sequence(path: pathlib.Path) -> None:
    """Figure 21: a sequence that the LSTM has not seen, and what it predicts at each place."""
    from emotion.plots import plot_predictions
    from emotion.sequences.markov_chain import example_chain
    from emotion.sequences.model import EmotionSequenceModel

    clip = example_chain().sample(1, 60, 10_000 + FLAGS.sequence_seed)
    result = EmotionSequenceModel.load("markov-chain").evaluate(clip)
    plot_predictions(path, result.truth, result.predicted)


if __name__ == "__main__":
    driver.run(main)
