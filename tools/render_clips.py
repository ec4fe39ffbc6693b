"""Renders clips, calm, then an emotion, then calm, in the layout of MUG.

    python tools/render_clips.py --subjects=35 --output=out/clips
    python tools/train_baseline.py --model=mocogan --data=out/clips --output=out/mocogan

They stand in for MUG, whose clips only its owners can hand out. Under --output:
subjects3/001/anger/take000/img_0000.jpg, … which every --dataset=mug reads. Run again, it renders
what is not there yet.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets import workers as worker_flags
from tools.flag_sets.numbers import define_integer

from absl import flags, logging
from tqdm import tqdm

from encoder.rendered_faces.clips import render_clips, rendered_clips, write_take
from stylegan_tf.outputs.output_folder import OutputFolder

FLAGS = flags.FLAGS
for module in (output_flags, worker_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("output", None, "The folder to write.", required=True)
define_integer("subjects", 35, "How many persons (thesis 4.8: 35 faces).", 1, 999)
define_integer("frames", 40, "Frames a clip.", 3, 10000)
define_integer("size", 96, "Side of the frames in pixels.", 64, 1024)
define_integer("seed", 0, "Of the persons.", 0, 2**32 - 1)


def main() -> None:
    """Renders what is missing."""
    # More subjects with the same seed begin with the same ones.
    folder = OutputFolder(
        FLAGS.output, output_flags.make_record(ignored=["subjects"]), overwrite=FLAGS.overwrite
    )
    clips = rendered_clips(FLAGS.subjects, FLAGS.seed)
    left = [clip for clip in clips if not folder.is_done(clip.name)]
    if not left:
        logging.info("all %d clips are in %s already", len(clips), folder.path)
        return
    rendered = render_clips(left, FLAGS.frames, FLAGS.size, worker_flags.count())
    with folder.opened():
        for clip, frames in tqdm(rendered, "rendering", len(left), unit="clip"):
            with folder.making(clip.name) as stage:
                write_take(stage / clip.name, frames)
    logging.info("%d clips of %d frames in %s", len(left), FLAGS.frames, folder.path)


if __name__ == "__main__":
    driver.run(main)
