"""Mixes faces: style mixing, vector arithmetic, walks from face to face (thesis 2.8, chapter 3).

A table of every face with every style, the coarse layers from the styles (thesis' coarse mapping):

    python tools/mix_faces.py --seeds=1,2,3 --styles=4,5 --mask=0-3 --output=out/mixed.png

Arithmetic on latents ("smiling woman − woman + man"), as a picture and a latent:

    python tools/mix_faces.py --plus=a.npy,b.npy --minus=c.npy --output=out/sum.png

A walk through seeds, along great circles of z (slerp) or in W (the other kinds):

    python tools/mix_faces.py --seeds=1,2,3 --interpolation=slerp --loop --output=out/walk.mp4
"""

from tools import driver
from tools.flag_sets import mask as mask_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import rendering as rendering_flags
from tools.flag_sets import truncation
from tools.flag_sets import tuned as tuned_flags
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.seeds import number_ranges

import pathlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging

from encoder.embedding.latents import load_latent, save_latent
from encoder.images import write_image
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import tuned_path
from stylegan_tf.outputs.output_file import OutputFile
from synthesis.arithmetic import add_and_subtract, mixing_table
from synthesis.interpolation import ALL_KINDS, interpolate
from synthesis.masks import LayerMask
from synthesis.rendering import render_frames
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.video.contact_sheet import contact_sheet
from synthesis.video.format import FPS, VideoFormat
from synthesis.video.writing import write_video

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

FLAGS = flags.FLAGS
for module in (mask_flags, network_flags, output_flags, rendering_flags, truncation, tuned_flags):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("mask", "0-3")  # of the styles: 0-3 shape, 4-7 features, 8-17

flags.DEFINE_string("output", None, "A picture (.png), or for a walk a video.", required=True)
flags.DEFINE_list("seeds", [], "Faces: the rows of a table, or the stations of a walk.")
flags.DEFINE_list("styles", [], "Seeds whose styles the faces take: the columns of a table.")
flags.DEFINE_list("plus", [], "Latent files to add; one more than --minus.")
flags.DEFINE_list("minus", [], "Latent files to subtract.")
flags.DEFINE_enum("interpolation", "slerp", ALL_KINDS, "Of a walk: slerp in z, the others in W.")
define_integer("frames_between", FRAMES_BETWEEN, "Of a walk (thesis 3.10).", 0, 100_000)
define_number("fps", FPS, "Of a walk: frames per second.", 0.01, 1000)
flags.DEFINE_bool("loop", False, "Of a walk: go back to the first face.")


def main() -> None:
    """Sees which of the three is asked for, checks its flags, and does it."""
    output = pathlib.Path(FLAGS.output)
    network_flags.check()
    if FLAGS.plus:
        if FLAGS.seeds or FLAGS.styles:
            raise InputError("--plus takes latent files; leave --seeds and --styles out")
        _check_picture(output)
        add_faces(output)
    elif FLAGS.styles:
        _check_picture(output)
        mix_table(output, _numbers("seeds"), _numbers("styles"), LayerMask(FLAGS.mask))
    else:
        walk(VideoFormat(output, FLAGS.fps), _numbers("seeds"))


def open_output(
    path: pathlib.Path, beside: Sequence[str] = (), record_path: pathlib.Path | None = None
) -> OutputFile | None:
    """The result to make; None if it is there, which is said."""
    record = output_flags.make_record(FLAGS.network)
    output = OutputFile(
        path, record, overwrite=FLAGS.overwrite, record_path=record_path, beside=beside
    )
    if output.is_done():
        logging.info("%s is there already; --overwrite makes it again", path)
        return None
    return output


def add_faces(path: pathlib.Path) -> None:
    """Σ plus − Σ minus as picture and latent, beside the terms."""
    terms = [load_latent(path, w_size=None) for path in (*FLAGS.plus, *FLAGS.minus)]
    difference = tuned_flags.load_tuned([*FLAGS.plus, *FLAGS.minus])
    result = add_and_subtract(terms[: len(FLAGS.plus)], terms[len(FLAGS.plus) :])
    latent = path.with_suffix(".npy").name
    beside = [latent] if difference is None else [latent, tuned_path(latent).name]
    output = open_output(path, beside)
    if output is None:
        return
    generator = network_flags.load_generator()
    tuned_flags.tune(generator, difference)
    pictures = _paint(generator, np.stack([*terms, result]))
    labels = [f"+ {pathlib.Path(path).stem}" for path in FLAGS.plus]
    labels += [f"− {pathlib.Path(path).stem}" for path in FLAGS.minus]
    with output.making() as stage:
        sheet = contact_sheet(pictures, [*labels, "="], len(pictures))
        write_image(stage / path.name, sheet)
        save_latent(stage / latent, result)
        if difference is not None:
            difference.save(tuned_path(stage / latent))
    logging.info("wrote %s", path)


def mix_table(path: pathlib.Path, faces: list[int], styles: list[int], mask: LayerMask) -> None:
    """Faces down, styles across, mixtures in between."""
    output = open_output(path)
    if output is None:
        return
    generator = network_flags.load_generator()
    face_latents, style_latents = (_latents(generator, seeds) for seeds in (faces, styles))
    table = mixing_table(face_latents, style_latents, mask)
    pictures = _paint(
        generator, np.concatenate([style_latents, face_latents, *table]).astype(np.float32)
    )
    across, down = len(styles), len(faces)
    blank = np.full_like(pictures[0], 255)
    cells = [blank, *pictures[:across]]
    mixed = pictures[across + down :]
    for row in range(down):
        cells += [pictures[across + row], *mixed[row * across : (row + 1) * across]]
    labels = ["", *(f"style {seed}" for seed in styles), *[""] * (down * (across + 1))]
    names = [f"layers {mask}", *(f"face {seed}" for seed in faces)]
    with output.making() as stage:
        write_image(stage / path.name, contact_sheet(cells, labels, across + 1, row_labels=names))
    logging.info("wrote %s", path)


def walk(video: VideoFormat, seeds: list[int]) -> None:
    """A video from face to face."""
    from tqdm import tqdm

    if len(seeds) < 2:
        raise InputError("a walk needs two or more --seeds")
    output = open_output(video.path, record_path=video.record_path)
    if output is None:
        return
    generator = network_flags.load_generator()
    z = generator.sample_z(seeds)
    way = [FLAGS.frames_between, FLAGS.interpolation, FLAGS.loop]
    latents: Iterable[np.ndarray]
    if FLAGS.interpolation == "slerp":
        path = interpolate(z, *way)
        latents = (
            generator.map(path[k : k + 64], truncation_psi=FLAGS.truncation_psi)
            for k in range(0, len(path), 64)
        )
    else:
        path = interpolate(_latents(generator, seeds), *way)
        latents = [path]
    frames = render_frames(generator, latents, FLAGS.batch_size, FLAGS.noise)
    with output.making() as stage:
        bar = tqdm(frames, "frames", len(path), unit="frame")
        write_video(stage / video.path.name, bar, video.fps)
    logging.info("wrote %s", video.path)


def _latents(generator: "Generator", seeds: list[int]) -> np.ndarray:
    return generator.map(generator.sample_z(seeds), truncation_psi=FLAGS.truncation_psi)


def _paint(generator: "Generator", latents: np.ndarray) -> list[np.ndarray]:
    return list(render_frames(generator, [latents], FLAGS.batch_size, FLAGS.noise))


def _numbers(flag: str) -> list[int]:
    return number_ranges(flag, FLAGS[flag].value or [])


def _check_picture(output: pathlib.Path) -> None:
    if output.suffix.lower() not in (".png", ".jpg"):
        raise InputError(f"--output={output}: a table or a sum is a .png or .jpg")


if __name__ == "__main__":
    driver.run(main)
