"""One face, one slider: a strip of pictures with rising strengths of an emotion (thesis 3.9, 4.4).

    python tools/edit_face.py --seed=66 --emotion=happiness --output=out/happiness.png

--emotion also takes several at once ("fear:0.5+sadness"). --save_latents=FOLDER keeps the edited
latents, for tools/synthesize_video.py --latent, and the tuned network of each if there is one;
--save_pictures=FOLDER the single pictures. With --photo, --paste_back puts the faces back into the
photographs; --region lets only a part of the face change.
"""

from tools import driver
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import faces as face_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import paste_back as paste_flags
from tools.flag_sets import region as region_flags
from tools.flag_sets import rendering as rendering_flags
from tools.flag_sets.numbers import define_integer

import numpy as np
from absl import flags, logging

from emotion.directions import files as direction_files
from encoder.embedding.latents import save_latent
from encoder.images import write_image
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import tuned_path
from stylegan_tf.numbers import MAX_COEFFICIENT
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.whole_folder import WholeFolder
from synthesis.keyframes import make_keyframe, needed_emotions
from synthesis.rendering import render_frames
from synthesis.timeline import EmotionTimeline, TimelineRow
from synthesis.video.contact_sheet import contact_sheet

FLAGS = flags.FLAGS
for module in (
    coefficient_flags,
    direction_flags,
    face_flags,
    output_flags,
    paste_flags,
    rendering_flags,
):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("output", None, "The .png or .jpg strip to write.", required=True)
flags.DEFINE_string("emotion", None, "What the slider moves: happiness, fear:0.5+sadness.")
flags.DEFINE_list("strengths", ["-0.5", "0", "0.25", "0.5", "0.75", "1"], "The slider's places.")
define_integer("cell", 256, "Side of each picture of the strip, in pixels.", 16, 4096)
flags.DEFINE_string("save_latents", None, "A folder for the edited latents.")
flags.DEFINE_string("save_pictures", None, "A folder for the single pictures at full size.")
_FOLDERS = ("save_latents", "save_pictures")
flags.mark_flag_as_required("emotion")
flags.register_validator(
    "output", lambda path: path.lower().endswith((".png", ".jpg")), "must end in .png or .jpg"
)


def main() -> None:
    """Checks the flags and draws a row for each face."""
    row, mask, strengths = (
        TimelineRow.parse(FLAGS.emotion),
        region_flags.layer_mask(),
        read_strengths(),
    )
    emotions = needed_emotions([EmotionTimeline((row,))])
    paste_flags.check()
    face_flags.check(paste_back=FLAGS.paste_back)
    direction_files.check_directions(FLAGS.directions, emotions)
    record = output_flags.make_record(FLAGS.network, ignored=_FOLDERS)
    output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
    named = {name: str(FLAGS[name].value) for name in _FOLDERS if FLAGS[name].value is not None}
    output_flags.check_distinct(("output", FLAGS.output), *named.items())
    kept = {
        name: WholeFolder(path, record, overwrite=FLAGS.overwrite) for name, path in named.items()
    }
    results: list[OutputFile | WholeFolder] = [output, *kept.values()]
    left = [one for one in results if not one.is_done()]
    if not left:
        logging.info("%s is there already; --overwrite makes it again", output.path)
        return

    generator = network_flags.load_generator()
    directions = direction_files.load_directions(FLAGS.directions, emotions, generator.num_layers)
    latents, difference = face_flags.load_tuned_faces(generator)
    edited = np.stack(
        [
            make_keyframe(
                latent,
                directions,
                {emotion: share * strength for emotion, share in row.emotions.items()},
                mask,
                FLAGS.coefficient,
            )
            for latent in latents
            for strength in strengths
        ]
    )
    names = [
        f"face{face:02d}_{row.label}_{strength:g}"
        for face in range(len(latents))
        for strength in strengths
    ]
    if kept.get("save_latents") in left:
        with kept["save_latents"].making() as stage:
            for name, latent in zip(names, edited, strict=True):
                save_latent(stage / f"{name}.npy", latent)
                if difference is not None:
                    difference.save(tuned_path(stage / f"{name}.npy"))
    if left == [kept.get("save_latents")]:
        return
    finishes = [
        finish for finish in paste_flags.make_finishes(generator, latents) for _ in strengths
    ]
    drawn = render_frames(generator, [edited], FLAGS.batch_size, FLAGS.noise)
    pictures = [
        finish(picture) if finish is not None else picture
        for picture, finish in zip(drawn, finishes, strict=True)
    ]
    if kept.get("save_pictures") in left:
        with kept["save_pictures"].making() as stage:
            for name, picture in zip(names, pictures, strict=True):
                write_image(stage / f"{name}.png", picture)
    if output in left:
        labels = [f"{row.label} {strength:g}" for strength in strengths] * len(latents)
        squares = [square(picture) for picture in pictures]
        with output.making() as stage:
            sheet = contact_sheet(squares, labels, len(strengths), FLAGS.cell)
            write_image(stage / output.path.name, sheet)
        logging.info("%s: %d pictures", output.path, len(pictures))


def square(picture: np.ndarray) -> np.ndarray:
    """A photograph with white above and below, or left and right: uint8 `[S, S, 3]`."""
    height, width = picture.shape[:2]
    rims = ((max(width - height, 0), 0), (max(height - width, 0), 0), (0, 0))
    halves = [(whole // 2, whole - whole // 2) for whole, _ in rims]
    return np.pad(picture, halves, constant_values=255)


def read_strengths() -> list[float]:
    """The numbers of --strengths."""
    try:
        strengths = [float(text) for text in FLAGS.strengths]
    except ValueError as error:
        raise InputError(f"--strengths: {error}") from None
    if not strengths or not (np.abs(strengths) <= MAX_COEFFICIENT).all():
        raise InputError(
            f"--strengths needs finite numbers, up to {MAX_COEFFICIENT:g}, such as 0,0.5,1"
        )
    return strengths


if __name__ == "__main__":
    driver.run(main)
