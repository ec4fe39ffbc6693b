"""Flags of drivers that write one video, and the record beside it."""

from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import rendering as rendering_flags
from tools.flag_sets.numbers import define_integer

from absl import flags, logging

from stylegan_tf.outputs.output_file import OutputFile
from synthesis.video.format import CRF, VideoFormat

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(rendering_flags)

flags.DEFINE_string(
    "output", None, "NAME.mp4, .webm or .gif; a name without suffix is a folder of PNG files."
)
define_integer("crf", CRF, "Quality of .mp4 and .webm, 0 is lossless.", 0, 63)
flags.DEFINE_string("audio", None, "A file whose sound goes with the video.")
flags.mark_flag_as_required("output")


def open_output(video: VideoFormat, network: str | None) -> OutputFile | None:
    """The video as a result to make, with NAME.json beside it; None if it is there, which is said.

    Raises:
      InputError: there is a video, but made with other flags, or something of the user's own.
    """
    if network is not None:
        network_flags.check_network(network)
    record = output_flags.make_record(network)
    output = OutputFile(
        video.path, record, overwrite=FLAGS.overwrite, record_path=video.record_path
    )
    if output.is_done():
        logging.info("%s is there already; --overwrite makes it again", video.path)
        return None
    return output
