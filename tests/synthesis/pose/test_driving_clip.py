import pathlib

import numpy as np
import pytest

from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.pose.driving_clip import aligned_frames, find_stretch
from synthesis.pose.smoothing import alignment_jitter, smooth_alignment
from synthesis.video.writing import write_video

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Three frames of nothing, a face that drifts for six, one of nothing, the face for two."""
    face = read_image(FACE)
    empty = np.full((288, 320, 3), 90, np.uint8)

    def shifted(step):
        frame = empty.copy()
        frame[16:272, 10 + 5 * step : 266 + 5 * step] = face
        return frame

    frames = [empty] * 3 + [shifted(k) for k in range(6)] + [empty] + [shifted(6)] * 2
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    write_video(path, frames, fps=10, crf=5)
    return path


def test_longest_stretch_is_found_and_aligned(clip):
    looked = []
    stretch = find_stretch(clip, "hog", 320, workers=2, on_frame=lambda: looked.append(1))
    assert len(looked) == 12
    assert (stretch.first, len(stretch), stretch.fps) == (3, 6, 10)
    assert stretch.start_seconds == pytest.approx(0.3)
    drift = stretch.landmarks.mean(axis=1)[:, 0]
    np.testing.assert_allclose(np.diff(drift), 5, atol=1.5)
    assert len(stretch.cut(4)) == 4
    smoothed = smooth_alignment(stretch.landmarks, stretch.fps)
    assert alignment_jitter(smoothed) < alignment_jitter(stretch.landmarks)
    faces = list(aligned_frames(stretch, size=64))
    assert [face.shape for face in faces] == [(64, 64, 3)] * 6
    # Aligned, the drift is gone.
    assert np.abs(faces[0].astype(int) - faces[5]).mean() < 12


def test_clip_without_a_person_is_refused(clip, tmp_path):
    with pytest.raises(InputError, match="found in at most 6 frames in a row, 7 are needed"):
        find_stretch(clip, "hog", 320, minimum=7)
    (tmp_path / "a.mp4").write_text("no video")
    with pytest.raises(InputError, match=r"a.mp4 is not a video"):
        find_stretch(tmp_path / "a.mp4")
