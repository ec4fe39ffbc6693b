import numpy as np
import pytest
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.baselines.clip_batches import ClipWindow, clip_batches
from synthesis.baselines.clip_sets import Clip
from synthesis.baselines.clip_store import build_store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Five clips of 20 frames of 4×4; red is the clip, green the frame."""
    root = tmp_path_factory.mktemp("clips")
    clips = []
    for number in range(5):
        paths = []
        for frame in range(20):
            paths.append(root / f"{number}-{frame:02d}.png")
            Image.fromarray(np.full((4, 4, 3), (number, frame, 0), np.uint8)).save(paths[-1])
        clips.append(Clip(str(number), tuple(paths), "abcde"[number]))
    return build_store(root / "store", clips, 4)


def take(dataset, count):
    return [{k: v.numpy() for k, v in batch.items()} for batch in dataset.take(count)]


def test_an_epoch_shows_every_clip_once(store):
    batches = take(clip_batches(store, ClipWindow(4), 5, 0, seed=3, first_step=0), 3)
    orders = [batch["videos"][:, 0, 0, 0, 0].tolist() for batch in batches]
    for order, batch in zip(orders, batches, strict=True):
        assert sorted(order) == [0, 1, 2, 3, 4]
        np.testing.assert_array_equal(batch["labels"], order)
        assert batch["videos"].shape == (5, 4, 4, 4, 3)
        assert batch["videos"].dtype == np.uint8
        frames = batch["videos"][:, :, 0, 0, 1].astype(int)
        np.testing.assert_array_equal(np.diff(frames, axis=1), 1)
    assert len({tuple(order) for order in orders}) > 1


def test_a_batch_depends_on_its_step_alone(store):
    window = ClipWindow(4, every=2)
    begun = take(clip_batches(store, window, 2, 3, seed=1, first_step=0), 6)
    resumed = take(clip_batches(store, window, 2, 3, seed=1, first_step=4), 2)
    for a, b in zip(begun[4:], resumed, strict=True):
        for key in ("videos", "labels", "images"):
            np.testing.assert_array_equal(a[key], b[key])
    other = take(clip_batches(store, window, 2, 3, seed=2, first_step=0), 6)
    assert any((a["videos"] != b["videos"]).any() for a, b in zip(begun, other, strict=True))


def test_replicas_share_a_batch(store):
    whole = take(clip_batches(store, ClipWindow(4), 4, 2, seed=0, first_step=1), 1)[0]
    halves = take(clip_batches(store, ClipWindow(4), 4, 2, 0, 1, replicas=2), 2)
    for key in ("videos", "images"):
        joined = np.concatenate([half[key] for half in halves])
        np.testing.assert_array_equal(joined, whole[key])
    with pytest.raises(InputError, match="does not divide among 3 devices"):
        clip_batches(store, ClipWindow(4), 4, 2, 0, 1, replicas=3)


def test_images_are_all_frames(store):
    batches = take(clip_batches(store, ClipWindow(4), 1, 10, seed=0, first_step=0), 10)
    images = np.concatenate([batch["images"] for batch in batches])[:, 0, 0, :2]
    assert len({tuple(image) for image in images.tolist()}) == 100


def test_clips_that_are_too_short(store):
    with pytest.raises(InputError, match="5 of 5 clips have fewer than 21 frames, such as 0 with"):
        clip_batches(store, ClipWindow(21), 1, 0, 0, 0)
    rows = ClipWindow(32, start="first", short="repeat").rows(20, np.random.default_rng(0))
    np.testing.assert_array_equal(rows, [*range(20), *[19] * 12])
    rows = ClipWindow(16, every=2).rows(20, np.random.default_rng(0))
    np.testing.assert_array_equal(rows, range(16))  # MoCoGAN: too short to leave frames out


def test_windows_reach_both_ends():
    random = np.random.default_rng(0)
    rows = [ClipWindow(16, every=2).rows(34, random) for _ in range(100)]
    assert {int(row[0]) for row in rows} == {0, 1, 2, 3}
    assert max(int(row[-1]) for row in rows) == 33
    first = ClipWindow(16, start="first").rows(99, random)
    np.testing.assert_array_equal(first, range(16))
