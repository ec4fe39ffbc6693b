import pathlib

import numpy as np
import pytest

from encoder.descriptors import DescriptorOptions
from encoder.images import read_image, write_image
from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import LocalRunner
from synthesis.scores import description_job
from synthesis.scores.description_job import describe_clips, remove_descriptions

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture
def clip(tmp_path):
    face = read_image(FACE)
    write_image(tmp_path / "clip" / "0.png", face)
    write_image(tmp_path / "clip" / "1.png", face[:, ::-1])
    return tmp_path / "clip"


def test_descriptions_are_kept_and_found_again(tmp_path, clip, monkeypatch):
    parts = tmp_path / "parts"
    first = describe_clips([clip], detector="hog", folder=parts)
    assert len(list(parts.iterdir())) == 1
    description = first[str(clip)]
    assert (description.num_frames, description.num_faces) == (2, 2)

    described = []
    original = description_job._describe

    def count(name, **options):
        described.append(name)
        return original(name, **options)

    monkeypatch.setattr(description_job, "_describe", count)
    steps = []
    again = describe_clips([clip], detector="hog", folder=parts, on_clip=lambda: steps.append(1))
    assert (described, steps) == ([], [1])
    np.testing.assert_array_equal(again[str(clip)].landmarks, description.landmarks)
    np.testing.assert_array_equal(again[str(clip)].descriptors[0], description.descriptors[0])

    write_image(clip / "2.png", read_image(FACE))
    assert describe_clips([clip], detector="hog", folder=parts)[str(clip)].num_frames == 3
    describe_clips([clip], detector="hog", detection_size=300, folder=parts)
    assert len(described) == 2
    for path in parts.iterdir():
        path.write_bytes(b"damaged")
    describe_clips([clip], detector="hog", folder=parts)
    assert len(described) == 3
    remove_descriptions(parts)
    assert not parts.exists()


def test_only_descriptions_are_removed(tmp_path):
    (tmp_path / "a.npz").touch()
    (tmp_path / "notes.txt").touch()
    remove_descriptions(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_faces_are_found_once_for_several_descriptors(clip, openface_file):
    options = [DescriptorOptions(), DescriptorOptions("openface", str(openface_file))]
    description = describe_clips([clip], options, detector="hog")[str(clip)]
    dlib, openface = description.descriptors
    assert dlib.shape == openface.shape == (2, 128)
    np.testing.assert_allclose(np.linalg.norm(openface, axis=1), 1, atol=1e-5)


def test_workers_give_the_same(tmp_path, clip):
    other = tmp_path / "other"
    write_image(other / "0.png", read_image(FACE)[4:, 4:])
    alone = describe_clips([clip, other], detector="hog")
    together = describe_clips([clip, other], detector="hog", runner=LocalRunner(2))
    assert list(together) == [str(clip), str(other)]
    for name, description in alone.items():
        np.testing.assert_array_equal(together[name].landmarks, description.landmarks)


def test_unreadable_clip_is_named(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(InputError, match=r"clip\.mp4 is not a video that ffmpeg can read"):
        describe_clips([path])
