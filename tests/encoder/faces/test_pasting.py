import numpy as np
import pytest
from scipy import ndimage

from encoder.faces.alignment import align_face
from encoder.faces.pasting import blend_faces, outline_mask, paste_face, to_aligned
from stylegan_tf.errors import InputError


def face_points(centre=(150.0, 140.0), breadth=100.0, turn=0.0):
    """68 plausible landmarks: jaw, brows, nose, eyes, mouth."""
    jaw = [(np.sin(t) * 0.5, 0.05 + np.cos(t) * 0.55) for t in np.linspace(-1.5, 1.5, 17)]
    brows = [(x, -0.22) for x in (*np.linspace(-0.4, -0.1, 5), *np.linspace(0.1, 0.4, 5))]
    nose = [(0, y) for y in np.linspace(-0.1, 0.12, 4)]
    nose += [(x, 0.17) for x in np.linspace(-0.1, 0.1, 5)]
    ring = [(np.cos(t), np.sin(t)) for t in np.linspace(0, 2 * np.pi, 7)[:6]]
    eyes = [(side * 0.22 - 0.08 * c, -0.1 + 0.03 * s) for side in (-1, 1) for c, s in ring]
    mouth = [
        (-0.2 * np.cos(t), 0.35 - 0.06 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 13)[:12]
    ]
    mouth += [(x, 0.35) for x in np.linspace(-0.15, 0.15, 8)]
    points = np.array([*jaw, *brows, *nose, *eyes, *mouth]) * breadth
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return (points @ rotation.T + centre).astype(np.float32)


@pytest.fixture
def picture():
    """Smooth colours: what alignment and its way back can carry."""
    y, x = np.mgrid[:300, :320]
    waves = [128 + 90 * np.sin(x / 23 + k) * np.cos(y / 31 - k) for k in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.mark.parametrize("turn", [0.0, 0.4])
@pytest.mark.parametrize("breadth", [60.0, 100.0])
def test_a_face_goes_back_where_it_came_from(picture, turn, breadth):
    points = face_points(breadth=breadth, turn=turn)
    face = align_face(picture, points, 512)
    result = paste_face(picture, face, points, unedited=face)
    mask = outline_mask(points, (320, 300))
    outside = np.ones(picture.shape[:2], bool)
    outside[mask.rows, mask.columns] = mask.weights == 0
    assert 0.3 < outside.mean() < 0.99
    np.testing.assert_array_equal(result[outside], picture[outside])
    # The picture shows through nowhere, so this is also how far it is from the face.
    assert np.abs(result.astype(int) - picture).max() <= 2


def test_what_was_drawn_is_what_is_seen_inside(picture):
    points = face_points()
    y, x = np.mgrid[:512, :512]
    face = np.stack([90 + 60 * np.sin(x / 80), 120 + 50 * np.cos(y / 70), x * 0 + 99.0], -1)
    face = face.astype(np.uint8)
    result = paste_face(picture, face, points)
    again = align_face(result, points, 512)
    inside = outline_mask(to_aligned(points, points, 512), (512, 512), scale=512)
    core = ndimage.binary_erosion(inside.weights == 1, iterations=6)  # off the soft edge
    there = again[inside.rows, inside.columns][core].astype(int)
    assert core.sum() > 10_000
    assert np.abs(there - face[inside.rows, inside.columns][core]).max() <= 2


def test_colours_meet_at_the_edge_and_the_edit_stays(picture):
    points = face_points()
    drawn = np.clip(align_face(picture, points, 256) + np.array([25, 0, -25]), 0, 255)
    drawn = drawn.astype(np.uint8)
    edited = drawn.copy()
    edited[120:136, 120:136] = 255
    plain = paste_face(picture, drawn, points)
    matched = paste_face(picture, drawn, points, unedited=drawn)
    assert np.abs(plain.astype(int) - picture).max() >= 20
    assert np.abs(matched.astype(int) - picture).max() <= 6
    moved = paste_face(picture, edited, points, unedited=drawn).astype(int) - matched
    assert moved.max() > 50  # an edit is no error of colour
    far = np.abs(moved).sum(axis=-1) == 0
    assert far.mean() > 0.95


def test_a_face_cut_by_the_picture(picture):
    points = face_points(centre=(20.0, 140.0))
    face = align_face(picture, points, 256)
    result = paste_face(picture, face, points, unedited=face)
    # Alignment itself blurs what is near the picture's rim.
    assert np.abs(result.astype(int) - picture)[:, 30:].max() <= 2
    with pytest.raises(InputError, match="the face lies outside the picture"):
        outline_mask(face_points(centre=(-500.0, 0.0)), (320, 300))


def test_points_of_the_aligned_face():
    points = face_points(turn=0.3)
    aligned = to_aligned(points, points, 100)
    assert aligned.min() > 0
    assert aligned.max() < 100
    eyes = aligned[36:42].mean(0), aligned[42:48].mean(0)
    assert eyes[0][1] == pytest.approx(eyes[1][1], abs=1e-4)  # upright


def test_only_a_part_changes():
    points = to_aligned(face_points(), face_points(), 256)
    unedited, edited = (np.full((256, 256, 3), level, np.uint8) for level in (50, 200))
    mouth, eyes = (
        blend_faces(edited, unedited, outline_mask(points, (256, 256), part, scale=256))
        for part in ("mouth", "eyes")
    )
    inside, across = points[48:68].mean(0).astype(int), points[27].astype(int)
    assert mouth[inside[1], inside[0]].tolist() == [200] * 3
    assert (mouth[: across[1]] == 50).all()
    assert (eyes[inside[1] :] == 50).all()
    for eye in (points[36:42].mean(0), points[42:48].mean(0)):
        x, y = eye.astype(int)
        assert eyes[y, x, 0] > 120
        assert mouth[y, x, 0] == 50
    with pytest.raises(InputError, match="there is no part 'nose' of a face; choose from face"):
        outline_mask(points, (256, 256), "nose")
