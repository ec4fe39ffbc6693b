"""The 68 landmarks (iBUG's scheme, dlib's order) as vertices of the skin."""

import numpy as np

# Where each lies on the mean calm head, in the units of `HeadMesh.rest`: the medians over 24
# persons of the skin below the points that dlib's predictor found, made symmetric.
LANDMARKS_AT_REST = np.array([
    # the jaw, from ear to ear
    (-1.18, 0.03, -0.93), (-1.17, -0.33, -0.92), (-1.09, -0.67, -0.7), (-1.02, -0.98, -0.7),
    (-0.95, -1.29, -0.57), (-0.82, -1.57, -0.53), (-0.56, -1.77, -0.01), (-0.31, -1.96, 0.08),
    (0, -1.99, 0.21), (0.31, -1.96, 0.08), (0.56, -1.77, -0.01), (0.82, -1.57, -0.53),
    (0.95, -1.29, -0.57), (1.02, -0.98, -0.7), (1.09, -0.67, -0.7), (1.17, -0.33, -0.92),
    (1.18, 0.03, -0.93),
    # the viewer's left brow
    (-0.99, 0.25, -0.09), (-0.83, 0.39, 0.17), (-0.64, 0.46, 0.34), (-0.42, 0.43, 0.45),
    (-0.19, 0.36, 0.48),
    # the right one
    (0.19, 0.36, 0.48), (0.42, 0.43, 0.45), (0.64, 0.46, 0.34), (0.83, 0.39, 0.17),
    (0.99, 0.25, -0.09),
    # the bridge of the nose
    (0, 0.04, 0.45), (0, -0.16, 0.52), (0, -0.4, 0.69), (0, -0.59, 0.79),
    # its underside
    (-0.21, -0.79, 0.43), (-0.1, -0.82, 0.54), (0, -0.88, 0.58), (0.1, -0.82, 0.54),
    (0.21, -0.79, 0.43),
    # the left eye
    (-0.73, -0.04, 0.14), (-0.58, 0.04, 0.27), (-0.42, 0.03, 0.27), (-0.29, -0.06, 0.22),
    (-0.43, -0.1, 0.25), (-0.61, -0.11, 0.23),
    # the right eye
    (0.29, -0.06, 0.22), (0.42, 0.03, 0.27), (0.58, 0.04, 0.27), (0.73, -0.04, 0.14),
    (0.61, -0.11, 0.23), (0.43, -0.1, 0.25),
    # outer lips
    (-0.4, -1.25, 0.3), (-0.25, -1.14, 0.49), (-0.11, -1.09, 0.58), (0, -1.12, 0.59),
    (0.11, -1.09, 0.58), (0.25, -1.14, 0.49), (0.4, -1.25, 0.3), (0.26, -1.34, 0.41),
    (0.11, -1.39, 0.46), (0, -1.4, 0.48), (-0.11, -1.39, 0.46), (-0.26, -1.34, 0.41),
    # inner lips
    (-0.34, -1.24, 0.3), (-0.12, -1.19, 0.49), (0, -1.21, 0.49), (0.12, -1.19, 0.49),
    (0.34, -1.24, 0.3), (0.11, -1.24, 0.46), (0, -1.23, 0.48), (-0.11, -1.24, 0.46),
])  # fmt: skip
NUM_LANDMARKS = len(LANDMARKS_AT_REST)


def landmark_vertices(rest: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """The vertices [68] that lie nearest to the landmarks.

    Args:
      rest: [N, 3], the skin's vertices on the mean head.
      outside: [N], whether a vertex may be chosen.
    """
    distances = ((rest[None] - LANDMARKS_AT_REST[:, None]) ** 2).sum(axis=-1)
    return np.argmin(np.where(outside, distances, np.inf), axis=1)
