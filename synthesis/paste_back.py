"""What becomes of a drawn face before it is seen: limited to a region, put back where it was."""

from collections.abc import Callable

import numpy as np

from encoder.faces.alignment_job import AlignedFace
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from encoder.faces.pasting import blend_faces, outline_mask, paste_face, to_aligned
from stylegan_tf.errors import InputError
from synthesis.regions import Region

Finish = Callable[[np.ndarray], np.ndarray]


def make_finish(
    unedited: np.ndarray,
    region: Region | None = None,
    place: AlignedFace | None = None,
    detector: str = "cnn",
) -> Finish | None:
    """What to do with each edited picture of one face; None for nothing.

    Args:
      unedited: uint8 RGB `[S, S, 3]`, the face before it was edited, as the generator draws it.
      region: what of it may change; None for everything.
      place: where to put it back; None for a picture of the face alone.
      detector: what finds the region where there is no `place`.

    Returns:
      A function from uint8 RGB `[S, S, 3]` to uint8 RGB of the same size, or of the size of the
      place's picture.

    Raises:
      InputError: the region is to be found in a picture without a face.
    """
    outline = None if region is None else region.outline
    if outline is None and place is None:
        return None
    side = unedited.shape[0]
    part = None
    if outline is not None:
        if place is not None:
            landmarks = to_aligned(place.landmarks, place.landmarks, side)
        else:
            found = detect_faces(unedited, detector, CLOSE_UP_DETECTION_SIZE)
            if not found:
                raise InputError(f"the {detector} detector finds no face to limit to a region")
            landmarks = found[0].landmarks
        part = outline_mask(landmarks, (side, side), outline, scale=side)
    whole = None
    if place is not None:
        whole = outline_mask(place.landmarks, (place.picture.shape[1], place.picture.shape[0]))

    def finish(face: np.ndarray) -> np.ndarray:
        if part is not None:
            face = blend_faces(face, unedited, part)
        if place is None:
            return face
        return paste_face(place.picture, face, place.landmarks, unedited=unedited, mask=whole)

    return finish
