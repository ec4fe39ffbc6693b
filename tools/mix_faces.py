"""Mixes faces: style mixing, vector arithmetic, walks from face to face (thesis 2.8, chapter 3).

A table of every face with every style, the coarse layers from the styles (thesis' coarse mapping):

    python tools/mix_faces.py --seeds=1,2,3 --styles=4,5 --mask=0-3 --output=out/mixed.png

Arithmetic on latents ("smiling woman − woman + man"), as a picture and a latent:

    python tools/mix_faces.py --plus=a.npy,b.npy --minus=c.npy --output=out/sum.png

A walk through seeds, along great circles of z (slerp) or in W (the other kinds):

    python tools/mix_faces.py --seeds=1,2,3 --interpolation=slerp --loop --output=out/walk.mp4
"""

import pathlib

import numpy as np
from absl import flags, logging

from encoder.embedding.latents import load_latent, save_latent
from encoder.images import write_image
from stylegan_tf.errors import InputError
from synthesis.arithmetic import add_and_subtract, mixing_table
from synthesis.interpolation import ALL_KINDS, interpolate
from synthesis.masks import LayerMask
from synthesis.rendering import BATCH_SIZE, NOISES, render_frames
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.video.contact_sheet import contact_sheet
from synthesis.video.format import FPS, VideoFormat
from synthesis.video.record import write_record
from synthesis.video.writing import write_video
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string("network", flag_values.SHIPPED_NETWORKS[0], "A pickle, or one that ships.")
flags.DEFINE_string("output", None, "A picture (.png), or for a walk a video.", required=True)
flags.DEFINE_list("seeds", [], "Faces: the rows of a table, or the stations of a walk.")
flags.DEFINE_list("styles", [], "Seeds whose styles the faces take: the columns of a table.")
flags.DEFINE_string("mask", "0-3", "What comes from the styles: 0-3 shape, 4-7 features, 8-17.")
flags.DEFINE_list("plus", [], "Latent files to add; one more than --minus.")
flags.DEFINE_list("minus", [], "Latent files to subtract.")
flags.DEFINE_float("truncation_psi", 0.7, "1 as drawn, 0 the average face.")
flags.DEFINE_enum("interpolation", "slerp", ALL_KINDS, "Of a walk: slerp in z, the others in W.")
flags.DEFINE_integer("frames_between", FRAMES_BETWEEN, "Of a walk (thesis 3.10).", lower_bound=0)
flags.DEFINE_float("fps", FPS, "Of a walk: frames per second.")
flags.DEFINE_bool("loop", False, "Of a walk: go back to the first face.")
flags.DEFINE_integer("batch_size", BATCH_SIZE, "Pictures a step of the network.", lower_bound=1)
flags.DEFINE_enum("noise", "const", NOISES, "The network's noise.")
flags.DEFINE_bool("overwrite", False, "Make it again although --output exists.")


def main() -> None:
    """Sees which of the three is asked for, checks its flags, and does it."""
    output = pathlib.Path(FLAGS.output)
    if output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite makes it again", output)
        return
    flag_values.check_network(FLAGS.network)
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
    logging.info("wrote %s", output)


def add_faces(output: pathlib.Path) -> None:
    """Σ plus − Σ minus as picture and latent, beside the terms."""
    terms = [load_latent(path, w_size=None) for path in (*FLAGS.plus, *FLAGS.minus)]
    result = add_and_subtract(terms[: len(FLAGS.plus)], terms[len(FLAGS.plus) :])
    generator = _generator()
    pictures = _paint(generator, np.stack([*terms, result]))
    labels = [f"+ {pathlib.Path(path).stem}" for path in FLAGS.plus]
    labels += [f"− {pathlib.Path(path).stem}" for path in FLAGS.minus]
    write_image(output, contact_sheet(pictures, [*labels, "="], len(pictures)))
    save_latent(output.with_suffix(".npy"), result)


def mix_table(output: pathlib.Path, faces: list[int], styles: list[int], mask: LayerMask) -> None:
    """Faces down, styles across, mixtures in between."""
    generator = _generator()
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
    write_image(output, contact_sheet(cells, labels, across + 1, row_labels=names))


def walk(video: VideoFormat, seeds: list[int]) -> None:
    """A video from face to face."""
    from tqdm import tqdm

    if len(seeds) < 2:
        raise InputError("a walk needs two or more --seeds")
    generator = _generator()
    z = generator.sample_z(seeds)
    way = [FLAGS.frames_between, FLAGS.interpolation, FLAGS.loop]
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
    write_video(video.path, tqdm(frames, "frames", len(path), unit="frame"), video.fps)
    write_record(video.record_path, flag_values.describe_run(FLAGS.network))


def _generator():
    from stylegan_tf import load_networks

    return load_networks(FLAGS.network).Gs


def _latents(generator, seeds: list[int]) -> np.ndarray:
    return generator.map(generator.sample_z(seeds), truncation_psi=FLAGS.truncation_psi)


def _paint(generator, latents: np.ndarray) -> list[np.ndarray]:
    return list(render_frames(generator, [latents], FLAGS.batch_size, FLAGS.noise))


def _numbers(flag: str) -> list[int]:
    return flag_values.seed_numbers(flag, FLAGS[flag].value)


def _check_picture(output: pathlib.Path) -> None:
    if output.suffix.lower() not in (".png", ".jpg"):
        raise InputError(f"--output={output}: a table or a sum is a .png or .jpg")


if __name__ == "__main__":
    driver.run(main)
