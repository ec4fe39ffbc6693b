"""What drivers that follow a person through a clip share: the flags that say how."""

from tools.flag_sets import clip, detection

import pathlib
from typing import TYPE_CHECKING

from absl import flags

if TYPE_CHECKING:
    from synthesis.pose.driving_clip import Stretch

FLAGS = flags.FLAGS
for module in (clip, detection):
    flags.adopt_module_key_flags(module)


def follow(path: pathlib.Path, max_frames: int | None) -> "Stretch":
    """The longest stretch of a clip with a face, or the start of it, with a bar while it is sought.

    Raises:
      InputError: see `synthesis.pose.driving_clip.find_stretch`.
    """
    from tqdm import tqdm

    from encoder.clips.decoding import open_clip
    from stylegan_tf.runners.local_runner import count_cores
    from synthesis.pose.driving_clip import find_stretch

    with tqdm(total=open_clip(path).num_frames, desc="following", unit="frame") as bar:
        return find_stretch(
            path,
            FLAGS.detector,
            FLAGS.detection_size,
            workers=count_cores(),
            allow_truncated=FLAGS.allow_truncated,
            on_frame=bar.update,
        ).cut(max_frames)
