"""One picture of a face data set, and what the data set says about it."""

import dataclasses
import os
import pathlib

from absl import logging

from stylegan_tf.errors import InputError

# The thesis' names and order (4.5, figure 21); data sets' own names are translated to these.
EXPRESSIONS = ("calm", "anger", "happiness", "surprise", "disgust", "fear", "sadness")
_MANY = 8  # how many names a message spells out


@dataclasses.dataclass(frozen=True)
class FaceSample:
    """A picture of a data set; what the data set does not say is None."""

    path: pathlib.Path
    subject: str | None = None  # who it is, as the data set names them
    expression: str | None = None  # one of EXPRESSIONS
    frame: int | None = None  # the data set's number of the picture, within its clip if it has any

    def name(self, root: str | os.PathLike) -> str:
        """A file name for things made from the picture: its path under `root`, joined by `_`."""
        return "_".join(self.path.relative_to(root).with_suffix("").parts)


def check_root(root: str | os.PathLike, dataset: str) -> pathlib.Path:
    """Returns `root` as a path; raises InputError if there is no such folder."""
    root = pathlib.Path(root)
    if not root.is_dir():
        raise InputError(f"there is no folder {root} to read {dataset} from")
    return root


def check_samples(
    samples: list[FaceSample], root: pathlib.Path, dataset: str, layout: str, odd: list[str]
) -> list[FaceSample]:
    """Returns the samples, and logs what is odd about the folder in one warning.

    Args:
      layout: an example of a path in the data set, for the message.
      odd: what is missing or not understood, each in a few words.

    Raises:
      InputError: there are no samples.
    """
    problems = "; ".join(odd[:_MANY]) + (f"; and {len(odd) - _MANY} more" if odd[_MANY:] else "")
    if not samples:
        detail = f" ({problems})" if odd else ""
        raise InputError(f"{root} does not hold {dataset}: there is no {layout}{detail}")
    if odd:
        logging.warning("%s in %s: %s", dataset, root, problems)
    return samples
