"""The 68 landmarks (iBUG's scheme, dlib's order) as vertices of the skin."""

import numpy as np

# Where each lies on the mean calm head, in the units of `HeadMesh.rest`: the viewer's left half
# and the middle; the right half mirrors it.
_JAW = []  # placed below
NUM_LANDMARKS = 68
LANDMARKS_AT_REST = np.zeros((NUM_LANDMARKS, 3), np.float32)


def landmark_vertices(rest: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """The vertices [68] that lie nearest to the landmarks.

    Args:
      rest: [N, 3], the skin's vertices on the mean head.
      outside: [N], whether a vertex may be chosen.
    """
    distances = ((rest[None] - LANDMARKS_AT_REST[:, None]) ** 2).sum(axis=-1)
    return np.argmin(np.where(outside, distances, np.inf), axis=1)
