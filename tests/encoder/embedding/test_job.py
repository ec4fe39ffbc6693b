import numpy as np
import pandas as pd
import pytest

from encoder.embedding.job import BatchEmbedder, EmbeddingJob, progress_strip
from encoder.embedding.latents import load_latent
from encoder.embedding.result import Embedding
from encoder.images import read_image, write_image
from encoder.picture_sets import find_pictures
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import Record


class _FlatGenerator:
    """Draws every pixel as the latent's first number."""

    def synthesize(self, w):
        return np.broadcast_to(w[:, 0, 0, None, None, None], (len(w), 32, 32, 3))


def _embed(images):
    """The latent is the image's mean in [-1, 1]; three losses."""
    result = []
    for image in images:
        latent = np.full((10, 512), image.mean() / 127.5 - 1, np.float32)
        losses = np.float32([4, 2, 1])
        result.append(Embedding(latent, losses, 2, {0: 0 * latent, 10: latent / 2}))
    return result


@pytest.fixture
def pictures(tmp_path):
    for i in range(5):
        write_image(tmp_path / "in" / f"p{i}.png", np.full((32, 32, 3), 50 * i, np.uint8))
    return find_pictures([tmp_path / "in"])


@pytest.fixture
def make_job(tmp_path):
    """`make_job(pictures)` → the job and its folder, which is to be opened."""

    def make(pictures, **options):
        folder = OutputFolder(tmp_path / "out", Record("embed", {}, version="1"), **options)
        return EmbeddingJob(pictures, folder), folder

    return make


def _run(made, embed, *arguments):
    job, folder = made
    with folder.opened():
        return job.run(BatchEmbedder(_FlatGenerator(), read_image, embed), *arguments)


def test_writes_latents_losses_and_strips(tmp_path, pictures, make_job):
    assert _run(make_job(pictures[:1]), _embed) == 1
    names = ["p0.npy", "p0_loss.csv", "p0_loss.png", "p0_strip.png", "record.json"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    np.testing.assert_allclose(load_latent(tmp_path / "out" / "p0.npy", 10), -1)
    losses = pd.read_csv(tmp_path / "out" / "p0_loss.csv")
    assert losses.to_dict("list") == {"step": [0, 1, 2], "loss": [4, 2, 1]}
    assert read_image(tmp_path / "out" / "p0_loss.png").shape[2] == 3


def test_strip_shows_target_steps_and_result():
    target = np.full((64, 64, 3), 255, np.uint8)
    (embedding,) = _embed([target])
    strip = progress_strip(target, embedding, _FlatGenerator())
    assert strip.shape == (272, 4 * 256, 3)
    assert strip[200, 128::256, 0].tolist() == [255, 128, 191, 255]


def test_embeds_in_batches(pictures, make_job):
    sizes, seen = [], []

    def embed(images):
        sizes.append(len(images))
        return _embed(images)

    assert _run(make_job(pictures), embed, 2, lambda: seen.append(1)) == 5
    assert sizes == [2, 2, 1]
    assert len(seen) == 5


def test_goes_on_where_it_was_stopped(tmp_path, pictures, make_job):
    count = 0

    def embed_three(images):
        nonlocal count
        count += len(images)
        if count > 3:
            raise KeyboardInterrupt
        return _embed(images)

    with pytest.raises(KeyboardInterrupt):
        _run(make_job(pictures), embed_three)
    (tmp_path / "out" / "p1.npy").unlink()
    job, folder = make_job(pictures)
    assert [p.name for p in job.pending] == ["p1", "p3", "p4"]
    assert _run((job, folder), _embed, 4) == 3
    assert make_job(pictures)[0].pending == []
    assert len(make_job(pictures, overwrite=True)[0].pending) == 5


def test_a_picture_with_other_content_is_not_done(pictures, make_job):
    assert _run(make_job(pictures), _embed) == 5
    write_image(pictures[2].path, np.full((32, 32, 3), 7, np.uint8))
    assert [p.name for p in make_job(pictures)[0].pending] == ["p2"]


def test_a_batch_is_the_same_whatever_is_done(tmp_path, pictures, make_job):
    """Neighbours change each other's last bits, so they stay together; p1 is unreadable."""
    (tmp_path / "in" / "p1.png").write_text("<html>")
    batches = []

    def embed(images):
        batches.append([int(image[0, 0, 0]) // 50 for image in images])
        return _embed(images)

    assert _run(make_job(pictures), embed, 3) == 4
    assert batches == [[0, 2], [3, 4]]
    (tmp_path / "out" / "p3.npy").unlink()
    before = (tmp_path / "out" / "p4.npy").stat().st_mtime_ns
    batches.clear()
    assert _run(make_job(pictures), embed, 3) == 1  # p1 is still unreadable: its batch rests
    assert batches == [[3, 4]]
    assert (tmp_path / "out" / "p4.npy").stat().st_mtime_ns == before


def test_passes_over_what_it_cannot_read(tmp_path, pictures, make_job):
    (tmp_path / "in" / "p4.png").write_text("<html>")
    job, folder = make_job(pictures)
    assert _run((job, folder), _embed, 3) == 4
    assert len(job.failed) == 1
    assert "p4.png is not a readable picture" in job.failed[0]


def test_without_losses_there_are_no_curves(tmp_path, pictures, make_job):
    def embed(images):
        return [Embedding(e.latent, np.zeros(0, np.float32), 0, {}) for e in _embed(images)]

    _run(make_job(pictures[:1]), embed)
    names = ["p0.npy", "p0_strip.png", "record.json"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
