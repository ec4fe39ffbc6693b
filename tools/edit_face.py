"""One face, one slider: a strip of pictures with rising strengths of an emotion (thesis 3.9, 4.4).

    python tools/edit_face.py --seed=66 --emotion=happiness --output=out/happiness.png

--emotion also takes several at once ("fear:0.5+sadness"). --save_latents=FOLDER keeps the edited
latents, for tools/synthesize_video.py --latent, and the tuned network of each if there is one.
"""

from tools import driver
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import faces as face_flags
from tools.flag_sets import mask as mask_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import rendering as rendering_flags
from tools.flag_sets.numbers import MOST

import numpy as np
from absl import flags, logging

from emotion.directions import files as direction_files
from encoder.embedding.latents import save_latent
from encoder.images import write_image
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import tuned_path
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.whole_folder import WholeFolder
from synthesis.keyframes import make_keyframe, needed_emotions
from synthesis.masks import LayerMask
from synthesis.rendering import render_frames
from synthesis.timeline import EmotionTimeline, TimelineRow
from synthesis.video.contact_sheet import contact_sheet

FLAGS = flags.FLAGS
for module in (
    coefficient_flags,
    direction_flags,
    face_flags,
    mask_flags,
    output_flags,
    rendering_flags,
):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("output", None, "The .png or .jpg strip to write.", required=True)
flags.DEFINE_string("emotion", None, "What the slider moves: happiness, fear:0.5+sadness.")
flags.DEFINE_list("strengths", ["-0.5", "0", "0.25", "0.5", "0.75", "1"], "The slider's places.")
flags.DEFINE_integer("cell", 256, "Side of each picture of the strip, in pixels.", lower_bound=16)
flags.DEFINE_string("save_latents", None, "A folder for the edited latents.")
flags.mark_flag_as_required("emotion")
flags.register_validator(
    "output", lambda path: path.lower().endswith((".png", ".jpg")), "must end in .png or .jpg"
)


def main() -> None:
    """Checks the flags and draws a row for each face."""
    row, mask, strengths = TimelineRow.parse(FLAGS.emotion), LayerMask(FLAGS.mask), read_strengths()
    emotions = needed_emotions([EmotionTimeline((row,))])
    face_flags.check()
    direction_files.check_directions(FLAGS.directions, emotions)
    record = output_flags.make_record(FLAGS.network, ignored=["save_latents"])
    output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
    kept = None
    if FLAGS.save_latents is not None:
        output_flags.check_distinct(("output", FLAGS.output), ("save_latents", FLAGS.save_latents))
        kept = WholeFolder(FLAGS.save_latents, record, overwrite=FLAGS.overwrite)
    left = [one for one in (output, kept) if one is not None and not one.is_done()]
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
    if kept in left:
        with kept.making() as stage:
            for index, latent in enumerate(edited):
                face, place = divmod(index, len(strengths))
                name = f"face{face:02d}_{row.label}_{strengths[place]:g}.npy"
                save_latent(stage / name, latent)
                if difference is not None:
                    difference.save(tuned_path(stage / name))
    if output not in left:
        return
    pictures = list(render_frames(generator, [edited], FLAGS.batch_size, FLAGS.noise))
    labels = [f"{row.label} {strength:g}" for strength in strengths] * len(latents)
    with output.making() as stage:
        sheet = contact_sheet(pictures, labels, len(strengths), FLAGS.cell)
        write_image(stage / output.path.name, sheet)
    logging.info("%s: %d pictures", output.path, len(pictures))


def read_strengths() -> list[float]:
    """The numbers of --strengths."""
    try:
        strengths = [float(text) for text in FLAGS.strengths]
    except ValueError as error:
        raise InputError(f"--strengths: {error}") from None
    if not strengths or not (np.abs(strengths) <= MOST).all():
        raise InputError(
            f"--strengths needs one or more finite numbers, up to {MOST:g}, such as 0,0.5,1"
        )
    return strengths


if __name__ == "__main__":
    driver.run(main)
