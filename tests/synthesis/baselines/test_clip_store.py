import pathlib

import numpy as np
import pytest
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.baselines.clip_sets import Clip
from synthesis.baselines.clip_store import ClipStore, build_store
from synthesis.video.writing import write_video


@pytest.fixture
def clips(tmp_path):
    """Three clips of 4, 5 and 6 frames, 30×20, whose grey says which frame of which clip it is."""
    made = []
    for number in range(3):
        folder = tmp_path / "source" / str(number)
        folder.mkdir(parents=True)
        paths = []
        for frame in range(4 + number):
            picture = np.full((20, 30, 3), 10 * frame + number, np.uint8)
            picture[:, :5] = picture[:, -5:] = 255  # outside of the central square
            paths.append(folder / f"{frame}.png")
            Image.fromarray(picture).save(paths[-1])
        made.append(Clip(str(number), tuple(paths), "ab"[number % 2]))
    return made


def test_frames_are_cut_scaled_and_kept(tmp_path, clips):
    store = build_store(tmp_path / "store", clips, 8)
    assert store.size == 8
    assert store.names == ["0", "1", "2"]
    assert store.classes == ["a", "b"]
    np.testing.assert_array_equal(store.labels, [0, 1, 0])
    np.testing.assert_array_equal(store.lengths, [4, 5, 6])
    frames = store.frames(1, np.array([3, 0]))
    assert frames.shape == (2, 8, 8, 3)
    assert frames.dtype == np.uint8
    np.testing.assert_array_equal(frames[0], 31)
    np.testing.assert_array_equal(frames[1], 1)
    np.testing.assert_array_equal(store.frame(4 + 4), 41)  # the last of the second clip
    np.testing.assert_array_equal(store.frame(4 + 5), 2)
    again = ClipStore(tmp_path / "store")
    np.testing.assert_array_equal(again.frame(14), 52)


def test_videos_are_decoded(tmp_path):
    frames = [np.full((32, 32, 3), level, np.uint8) for level in (0, 128, 255)]
    write_video(tmp_path / "clip.mp4", frames)
    store = build_store(tmp_path / "store", [Clip("clip", tmp_path / "clip.mp4", None)], 16)
    assert store.classes == []
    levels = store.frames(0, np.arange(3)).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(levels, [0, 128, 255], atol=3)


def test_decoding_goes_on_where_it_was(tmp_path, clips, monkeypatch):
    (tmp_path / "2").mkdir()
    broken = Clip("broken", (tmp_path / "missing.png",), "a")
    with pytest.raises(InputError, match=r"missing.png does not exist"):
        build_store(tmp_path / "store", [*clips, broken], 8)
    with pytest.raises(InputError, match="holds no decoded clips"):
        ClipStore(tmp_path / "store")
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(tmp_path / "missing.png")
    written = (tmp_path / "store" / "000000.npy").stat().st_mtime_ns
    store = build_store(tmp_path / "store", [*clips, broken], 8)
    assert (tmp_path / "store" / "000000.npy").stat().st_mtime_ns == written
    assert len(store.names) == 4


def test_another_store_is_not_overwritten(tmp_path, clips):
    build_store(tmp_path / "store", clips, 8)
    with pytest.raises(InputError, match="holds other clips, or the same in another size"):
        build_store(tmp_path / "store", clips, 16)


def test_crop_around_the_face(tmp_path):
    face = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"
    picture = Image.new("RGB", (600, 400), (0, 0, 255))
    picture.paste(Image.open(face).convert("RGB").resize((200, 200)), (380, 150))
    picture.save(tmp_path / "face.png")
    Image.new("RGB", (600, 400), (0, 0, 255)).save(tmp_path / "none.png")
    clips = [Clip(name, (tmp_path / f"{name}.png",), None) for name in ("face", "none")]
    store = build_store(tmp_path / "store", clips, 32, crop="face")
    assert store.names == ["face"]  # the other shows none
    blue = (store.frame(0) == (0, 0, 255)).all(axis=-1).mean()
    assert blue < 0.3
    with pytest.raises(InputError, match="none of the clips shows a face"):
        build_store(tmp_path / "none", clips[1:], 32, crop="face")
