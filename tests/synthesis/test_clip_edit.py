import numpy as np
import pytest

from encoder.clips.reading import read_frames
from encoder.faces.pasting import outline_mask
from stylegan_tf import Generator
from stylegan_tf.errors import InputError
from synthesis.clip_edit import ClipFaces, edited_frames, evenly, ramped
from synthesis.pose.driving_clip import Stretch
from synthesis.regions import Region
from synthesis.video.writing import write_video


@pytest.fixture(scope="module")
def generator():
    made = Generator.create(resolution=64, fmap_base=64, fmap_max=8, mapping_layers=1, seed=1)
    for variable in made.synthesis.variables_by_name.values():
        if variable.name.endswith("ToRGB.weight"):
            variable.assign(variable * 0.1)  # within the range of a picture
    return made


def landmarks(x):
    ring = np.stack([np.cos(np.arange(68)), np.sin(np.arange(68))], axis=1) * 8
    ring[36:42], ring[42:48], ring[48:] = (-8, -6), (8, -6), (0, 10)
    return (ring + np.array([x, 48])).astype(np.float32)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    y, x = np.mgrid[:96, :128]
    frames = [np.stack([x + k, y + 50, 0 * x + 99], -1).astype(np.uint8) for k in range(9)]
    write_video(path, frames, fps=10, crf=0)
    return path


@pytest.fixture(scope="module")
def faces(clip):
    return ClipFaces.of(Stretch(clip, 10.0, 3, np.stack([landmarks(50 + k) for k in range(4)])))


@pytest.fixture(scope="module")
def latents(generator):
    return generator.map(generator.sample_z(range(4)))


def test_only_the_face_of_the_stretch_changes(generator, clip, faces, latents):
    originals = list(read_frames(clip))
    offsets = np.full_like(latents, 0.5)
    made = list(edited_frames(generator, faces, latents, offsets, batch_size=2))
    assert len(made) == len(originals) == 9
    for index in (0, 1, 2, 7, 8):
        np.testing.assert_array_equal(made[index], originals[index])
    for index in (3, 4, 5, 6):
        mask = outline_mask(faces.outlines[index - 3], (128, 96))
        changed = np.zeros((96, 128), bool)
        changed[mask.rows, mask.columns] = mask.weights > 0
        differs = (made[index] != originals[index]).any(axis=-1)
        assert differs.any()
        assert not (differs & ~changed).any()


def test_a_region_changes_less(generator, faces, latents):
    def frames(offset, region=None):
        offsets = np.full_like(latents, offset)
        return [f.astype(int) for f in edited_frames(generator, faces, latents, offsets, region)]

    calm, moved, mouth = frames(0), frames(0.5), frames(0.5, Region("mouth"))
    everywhere, there = (
        (np.abs(one[4] - calm[4]).max(axis=-1) > 0).sum() for one in (moved, mouth)
    )
    assert 0 < there < 0.8 * everywhere


def test_the_outline_follows_and_the_square_glides(faces):
    rough = faces.stretch.landmarks + np.random.default_rng(0).normal(0, 1, (4, 1, 2))
    shaken = ClipFaces.of(Stretch(faces.stretch.path, 10.0, 3, rough.astype(np.float32)))
    assert len(shaken) == 4
    still = ClipFaces.of(shaken.stretch, smoothing_seconds=0)
    np.testing.assert_array_equal(still.outlines, shaken.stretch.landmarks)
    jumps = [np.abs(np.diff(x.mean(1), 2, axis=0)).max() for x in (still.outlines, shaken.outlines)]
    assert jumps[1] < 0.7 * jumps[0]


def test_a_change_sets_in_and_fades_out():
    offset = np.ones((2, 3), np.float32)
    weights = ramped(offset, 41, 10.0, 1.0)[:, 0, 0]
    assert weights[[0, 40]].tolist() == [0, 0]
    assert weights[[5, 35]] == pytest.approx([0.5, 0.5])
    assert (weights[10:31] == 1).all()
    assert (ramped(offset, 5, 10.0, 0) == 1).all()
    with pytest.raises(InputError, match="ramp_seconds is -1; it must be 0 or more"):
        ramped(offset, 5, 10.0, -1)


def test_frames_to_tune_to_are_spread():
    assert evenly(100, 4).tolist() == [0, 33, 66, 99]
    assert evenly(3, 10).tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="tuning_pictures is 0"):
        evenly(3, 0)


def test_latents_and_frames_must_go_together(generator, faces, latents):
    with pytest.raises(InputError, match="3 latents and 4 changes do not go with 4 frames"):
        next(edited_frames(generator, faces, latents[:3], latents))
