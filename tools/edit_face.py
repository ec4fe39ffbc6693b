"""One face, one slider: a strip of pictures with rising strengths of an emotion (thesis 3.9, 4.4).

    python tools/edit_face.py --seed=66 --emotion=happiness --output=out/happiness.png

--emotion also takes several at once ("fear:0.5+sadness"). --save_latents=FOLDER keeps the edited
latents, for tools/synthesize_video.py --latent.
"""

import pathlib

import numpy as np
from absl import flags, logging

from emotion.directions import files as direction_files
from encoder.embedding.latents import save_latent
from encoder.images import write_image
from stylegan_tf.errors import InputError
from synthesis.keyframes import EMOTION_COEFFICIENT, make_keyframe, needed_emotions
from synthesis.masks import LayerMask
from synthesis.rendering import BATCH_SIZE, NOISES, render_frames
from synthesis.timeline import EmotionTimeline, TimelineRow
from synthesis.video.contact_sheet import contact_sheet
from tools import driver
from tools.flag_sets import faces as face_flags

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(face_flags)

flags.DEFINE_string("output", None, "The .png or .jpg strip to write.", required=True)
flags.DEFINE_string(
    "directions", direction_files.SHIPPED[0], "A folder of EMOTION.npy, or one that ships."
)
flags.DEFINE_string("emotion", None, "What the slider moves: happiness, fear:0.5+sadness.")
flags.DEFINE_list("strengths", ["-0.5", "0", "0.25", "0.5", "0.75", "1"], "The slider's places.")
flags.DEFINE_float("coefficient", EMOTION_COEFFICIENT, "Factor of the directions (thesis 4.4).")
flags.DEFINE_string("mask", "emotion", "emotion, keyframe, pose, none, or layers: 0-7, 0-4:0-255.")
flags.DEFINE_integer("cell", 256, "Side of each picture of the strip, in pixels.", lower_bound=16)
flags.DEFINE_string("save_latents", None, "A folder for the edited latents.")
flags.DEFINE_integer("batch_size", BATCH_SIZE, "Pictures a step of the network.", lower_bound=1)
flags.DEFINE_enum("noise", "const", NOISES, "The network's noise.")
flags.DEFINE_bool("overwrite", False, "Make it again although --output exists.")
flags.mark_flag_as_required("emotion")
flags.register_validator(
    "output", lambda path: path.lower().endswith((".png", ".jpg")), "must end in .png or .jpg"
)


def main() -> None:
    """Checks the flags and draws a row for each face."""
    output = pathlib.Path(FLAGS.output)
    if output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite makes it again", output)
        return
    row, mask, strengths = TimelineRow.parse(FLAGS.emotion), LayerMask(FLAGS.mask), read_strengths()
    emotions = needed_emotions([EmotionTimeline((row,))])
    face_flags.check()
    direction_files.check_directions(FLAGS.directions, emotions)

    generator = face_flags.load_generator()
    directions = direction_files.load_directions(FLAGS.directions, emotions, generator.num_layers)
    latents = face_flags.load_faces(generator)
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
    pictures = list(render_frames(generator, [edited], FLAGS.batch_size, FLAGS.noise))
    labels = [f"{row.label} {strength:g}" for strength in strengths] * len(latents)
    write_image(output, contact_sheet(pictures, labels, len(strengths), FLAGS.cell))
    if FLAGS.save_latents:
        for index, latent in enumerate(edited):
            face, place = divmod(index, len(strengths))
            name = f"face{face:02d}_{row.label}_{strengths[place]:g}.npy"
            save_latent(pathlib.Path(FLAGS.save_latents) / name, latent)
    logging.info("%s: %d pictures", output, len(pictures))


def read_strengths() -> list[float]:
    """The numbers of --strengths."""
    try:
        strengths = [float(text) for text in FLAGS.strengths]
    except ValueError as error:
        raise InputError(f"--strengths: {error}") from None
    if not strengths or not np.isfinite(strengths).all():
        raise InputError("--strengths needs one or more finite numbers, such as 0,0.5,1")
    return strengths


if __name__ == "__main__":
    driver.run(main)
