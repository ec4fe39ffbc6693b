"""Flags of drivers that score clips: --pairing, --extractor, --openface_model and its alignment."""

from tools.flag_sets import perceptual

from collections.abc import Sequence

from absl import flags

from encoder.descriptors import EXTRACTORS, DescriptorOptions, find_openface_file
from encoder.openface.alignment import DEFAULT_TEMPLATE, TEMPLATES
from encoder.openface.torch7_file import read_torch7_file
from stylegan_tf.errors import InputError
from synthesis.scores.acd import PAIRINGS

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(perceptual)

flags.DEFINE_list(
    "pairing", "consecutive", "consecutive: thesis 4.8; all: every two, as MoCoGAN; or both."
)
flags.DEFINE_list(
    "extractor", "dlib", f"What describes a face, one or more of {', '.join(EXTRACTORS)}."
)
flags.DEFINE_string(
    "openface_model", None, "OpenFace's nn4.small2.v1.t7; unset: ~/.cache/stylegan-video."
)
flags.DEFINE_enum(
    "openface_alignment", DEFAULT_TEMPLATE, list(TEMPLATES), "How OpenFace's faces are cut out."
)


def check_pairings() -> None:
    """Refuses a --pairing that is unknown or named twice."""
    _check_choices("pairing", FLAGS.pairing, PAIRINGS)


def descriptor_options() -> list[DescriptorOptions]:
    """What --extractor names, with its files looked into before anything is loaded."""
    _check_choices("extractor", FLAGS.extractor, EXTRACTORS)
    if "vgg16" in FLAGS.extractor:
        perceptual.check()
    model = None
    if "openface" in FLAGS.extractor:
        model = str(find_openface_file(FLAGS.openface_model))
        read_torch7_file(model)
    return [
        DescriptorOptions(name, model, FLAGS.openface_alignment, FLAGS.vgg_weights)
        for name in FLAGS.extractor
    ]


def _check_choices(flag: str, chosen: Sequence[str], known: Sequence[str]) -> None:
    wrong = [name for name in chosen if name not in known]
    if wrong or not chosen or len(set(chosen)) < len(chosen):
        what = repr(wrong[0]) if wrong else "the choice"
        raise InputError(f"--{flag}: {what} is not one of {', '.join(known)}, each at most once")
