"""Flags of drivers that write one video, and the record beside it."""

from absl import flags, logging

from stylegan_tf.errors import InputError
from synthesis.rendering import BATCH_SIZE, NOISES
from synthesis.video.format import CRF, VideoFormat
from synthesis.video.record import write_record
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "output", None, "NAME.mp4, .webm or .gif; a name without suffix is a folder of PNG files."
)
flags.DEFINE_integer("crf", CRF, "Quality of .mp4 and .webm, 0 is lossless.", lower_bound=0)
flags.DEFINE_string("audio", None, "A file whose sound goes with the video.")
flags.DEFINE_integer("batch_size", BATCH_SIZE, "Frames a step of the network.", lower_bound=1)
flags.DEFINE_enum("noise", "const", NOISES, "The network's noise, the same in all frames.")
flags.DEFINE_bool("overwrite", False, "Make it again although --output exists.")
flags.mark_flag_as_required("output")


def output_is_done(video: VideoFormat) -> bool:
    """Whether there is nothing to do; says so.

    Raises:
      InputError: there is a video, but made with other flags.
    """
    if FLAGS.overwrite or not (video.path.exists() and video.record_path.exists()):
        return False
    changed = flag_values.changed_flags(video.record_path)
    if changed:
        raise InputError(
            f"{video.path} was made with another --{changed[0]}; give another --output, or "
            "--overwrite"
        )
    logging.info("%s is there already; --overwrite makes it again", video.path)
    return True


def record_video(video: VideoFormat, network: str, **facts: object) -> None:
    """Writes NAME.json beside the video: all flags, the network's checksum, versions, `facts`."""
    write_record(video.record_path, {**flag_values.describe_run(network), **facts})
