import numpy as np
import pytest

from encoder.faces.pasting import outline_mask
from stylegan_tf.errors import InputError
from synthesis.clip_edit import ClipFaces
from synthesis.clip_edit_audit import audit_clip_edit
from synthesis.pose.driving_clip import Stretch

SIDE, FRAMES, FIRST, CHANGED = 160, 8, 2, 5


@pytest.fixture
def faces(landmarks_68):
    points = np.stack([landmarks_68 + np.float32([number, 0]) for number in range(CHANGED)])
    return ClipFaces(Stretch(None, 10.0, FIRST, points), points, points)


@pytest.fixture
def landmarks_68():
    """A plain face: a chin, brows, a nose, eyes and a mouth."""
    angle = np.linspace(0, np.pi, 17)
    chin = np.stack([80 - 40 * np.cos(angle), 70 + 45 * np.sin(angle)], axis=1)
    brows = [[50 + 4 * i + 20 * (i > 4), 55] for i in range(10)]
    nose = [[80, 65 + 4 * i] for i in range(4)] + [[72 + 4 * i, 82] for i in range(5)]
    eyes = [
        [x + dx, 65 + dy]
        for x in (55, 95)
        for dx, dy in ((0, 0), (4, -2), (8, -2), (12, 0), (8, 2), (4, 2))
    ]
    mouth = [[80 + 15 * np.cos(a), 98 + 5 * np.sin(a)] for a in np.linspace(np.pi, 3 * np.pi, 20)]
    return np.array([*chin, *brows, *nose, *eyes, *mouth], np.float32)


def make_clip():
    ramp = np.linspace(20, 200, SIDE, dtype=np.float32)
    picture = np.broadcast_to(ramp[:, None, None], (SIDE, SIDE, 3)).astype(np.uint8)
    return [picture.copy() for _ in range(FRAMES)]


def inside(faces, number):
    mask = outline_mask(faces.outlines[number], (SIDE, SIDE))
    weights = np.zeros([SIDE, SIDE])
    weights[mask.rows, mask.columns] = mask.weights
    return weights


def test_a_clip_that_was_not_changed(faces):
    audit = audit_clip_edit(faces, make_clip(), make_clip())
    assert (audit.frames, audit.outside) == (CHANGED, 0)
    assert audit.border_flicker == audit.border_flicker_before == 0
    assert audit.psnr is None
    assert audit.crop_jitter == audit.crop_jitter_before
    assert audit.crop_jitter == pytest.approx(0, abs=1e-5)  # it glides


def test_flicker_at_the_border_and_the_truth(faces):
    real, made, truth = make_clip(), make_clip(), make_clip()
    for number in range(CHANGED):
        weights = inside(faces, number)
        truth[FIRST + number][weights > 0.5] += 20
        made[FIRST + number][weights > 0.5] += 10
        if number % 2:
            made[FIRST + number][(weights > 0) & (weights < 1)] += 4
    audit = audit_clip_edit(faces, real, made, truth)
    assert audit.outside == 0
    assert audit.border_flicker_before == 0
    assert 4 < audit.border_flicker < 16
    assert audit.psnr_before == pytest.approx(20 * np.log10(255 / 20), abs=0.01)
    assert audit.psnr == pytest.approx(20 * np.log10(255 / 10), abs=0.6)


def test_what_lies_outside_is_counted(faces):
    made = make_clip()
    made[0][3, 3] += 1  # before the stretch
    made[FIRST + 1][0, 0] += 1
    assert audit_clip_edit(faces, make_clip(), made).outside == 2


def test_clips_must_go_together(faces):
    with pytest.raises(InputError, match="not of one length and size"):
        audit_clip_edit(faces, make_clip(), make_clip()[:-1])
    with pytest.raises(InputError, match="end before the stretch"):
        audit_clip_edit(faces, make_clip()[:3], make_clip()[:3])
