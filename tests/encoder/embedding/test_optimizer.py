import resource

import numpy as np
import pytest
import tensorflow as tf

from encoder.embedding.methods import METHODS
from encoder.embedding.optimizer import LatentOptimizer
from encoder.embedding.perceptual import PerceptualModel
from stylegan_tf import Generator, to_uint8
from stylegan_tf.errors import InputError


@pytest.fixture(scope="module")
def generator():
    return Generator.create(
        "G_main", resolution=32, fmap_base=256, fmap_max=32, mapping_layers=2, seed=1
    )


@pytest.fixture(scope="module")
def images(generator):
    return to_uint8(generator.generate(generator.sample_z([1, 2, 3])))


@pytest.fixture(scope="module")
def optimizers(generator):
    """method → an optimiser of three images at once."""

    def make(method, **kwargs):
        key = (method, *sorted(kwargs.items()))
        if key not in made:
            features = METHODS[method].features
            perceptual = PerceptualModel(features, "random") if features else None
            made[key] = LatentOptimizer(generator, method, perceptual, batch_size=3, **kwargs)
        return made[key]

    made = {}
    return make


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gets_closer(generator, images, optimizers, method):
    start = np.full((8, 512), 0.1, np.float32) if method == "puzer" else None  # 0 is a flat image
    results = optimizers(method).optimize(images[:2], 15, start=start)
    assert len(results) == 2
    for embedding in results:
        assert embedding.latent.shape == (8, 512)
        assert embedding.latent.dtype == np.float32
        assert embedding.losses.shape == (16,)
        assert embedding.loss == embedding.losses.min()
        assert embedding.loss < 0.97 * embedding.losses[0]


@pytest.mark.parametrize("method", ["thesis", "image2stylegan", "lipton"])
def test_the_latent_has_the_loss_it_claims(generator, images, optimizers, method):
    optimizer = optimizers(method)
    results = optimizer.optimize(images, 6)
    drawn = generator.synthesize(np.stack([e.latent for e in results]))
    pixels = (drawn - (images / 127.5 - 1).astype(np.float32)) * 127.5
    expected = np.square(pixels).mean((1, 2, 3))
    if method != "lipton":
        model = PerceptualModel(METHODS[method].features, "random")
        target = model(tf.constant(images / 127.5 - 1, tf.float32))
        distance = model.distance(model(drawn), target).numpy()
        if method == "thesis":
            expected = distance / model.distance([0 * f for f in target], target).numpy()
        else:
            expected += distance
    np.testing.assert_allclose([e.loss for e in results], expected, rtol=2e-3)


def test_puzer_is_gradient_descent(generator, images, optimizers):
    start = generator.map(generator.sample_z([7, 8, 9]))
    steps = optimizers("puzer").optimize(images, 1, start=start, snapshot_steps=[0, 1])
    model = PerceptualModel("vgg16-layer9", "random")
    w = tf.Variable(start)
    with tf.GradientTape() as tape:
        features = model(generator.synthesis(w))[0]
        target = model(tf.constant(images / 127.5 - 1, tf.float32))[0]
        losses = tf.reduce_mean(tf.square(features - target), [1, 2, 3]) / 82890
    gradient = tape.gradient(losses, w).numpy()
    np.testing.assert_allclose([e.losses[0] for e in steps], losses, rtol=1e-4)
    for i, embedding in enumerate(steps):
        np.testing.assert_array_equal(embedding.snapshots[0], start[i])
        moved = embedding.snapshots[1] - start[i]
        np.testing.assert_allclose(moved, -gradient[i], atol=1e-3 * np.abs(gradient[i]).max())


def test_adam_moves_by_the_learning_rate_first(optimizers, images, generator):
    results = optimizers("image2stylegan").optimize(images, 1, snapshot_steps=[0, 1])
    moved = results[0].snapshots[1] - results[0].snapshots[0]
    moved = np.abs(moved[np.abs(moved) > 1e-6])
    np.testing.assert_allclose(np.median(moved), 0.01, rtol=1e-3)


@pytest.mark.parametrize("method", ["image2stylegan", "lipton"])
def test_results_do_not_depend_on_the_batch(images, optimizers, method):
    optimizer = optimizers(method)
    together = optimizer.optimize(images, 8)
    alone = optimizer.optimize(images[1:2], 8)
    reordered = optimizer.optimize([images[1], images[0]], 8)
    for other in (alone[0], reordered[0]):
        np.testing.assert_allclose(other.latent, together[1].latent, atol=1e-5)
        np.testing.assert_allclose(other.losses, together[1].losses, rtol=1e-5)


def test_more_images_than_a_batch_holds(images, optimizers):
    optimizer = optimizers("image2stylegan")
    many = optimizer.optimize([*images, images[0]], 3)
    assert len(many) == 4
    np.testing.assert_allclose(many[3].latent, many[0].latent, atol=1e-5)


def test_starts(generator, images, optimizers):
    def first(start, method="image2stylegan"):
        (embedding,) = optimizers(method).optimize(images[:1], 0, start=start)
        return embedding.latent

    latents = generator.map(generator.sample_z([5, 6]))
    np.testing.assert_array_equal(first("zeros"), np.zeros((8, 512)))
    np.testing.assert_array_equal(first(None), np.tile(generator.w_avg, (8, 1)))
    np.testing.assert_array_equal(first(latents[0]), latents[0])
    np.testing.assert_array_equal(first(latents[1:]), latents[1])
    with pytest.raises(InputError, match="unknown start 'mean'; give w_avg, zeros or latents"):
        first("mean")
    with pytest.raises(InputError, match="2 starting latents for 1 images"):
        first(latents)
    with pytest.raises(InputError, match="the start has 3 layers, the generator has 8"):
        first(latents[0, :3])
    with pytest.raises(InputError, match="lipton starts from a random z only"):
        first("zeros", "lipton")


def test_w_space_gives_one_code_to_all_layers(images, optimizers):
    optimizer = optimizers("image2stylegan", space="w")
    (embedding,) = optimizer.optimize(images[:1], 5)
    assert np.ptp(embedding.latent, axis=0).max() == 0
    assert np.ptp(embedding.latent) > 0


def _with_losses(monkeypatch, optimizer, losses):
    """The optimiser with prescribed losses [steps, 3] in place of steps."""
    steps = iter(np.float32(losses))
    monkeypatch.setattr(optimizer, "_step", lambda: tf.constant(next(steps)))
    return optimizer


def test_patience_stops_an_image_that_no_longer_improves(monkeypatch, images, optimizers):
    losses = [[9, 9, 9], [8, 9, 8], [7, 9, 8.5], [6, 8.9999, 7], [5, 9, 9], [4, 9, 9], [3, 9, 9]]
    optimizer = _with_losses(monkeypatch, optimizers("lipton"), losses)
    results = optimizer.optimize(images, 6, patience=3)
    assert [len(e.losses) for e in results] == [7, 4, 7]
    assert [e.best_step for e in results] == [6, 3, 3]


def test_a_loss_that_is_no_number_ends_its_image_alone(monkeypatch, images, optimizers):
    losses = [[9, 9, 9], [8, 8, 8], [np.inf, 7, 7], [1, 6, np.nan], [1, 5, 1]]
    optimizer = _with_losses(monkeypatch, optimizers("lipton"), losses)
    results = optimizer.optimize(images, 4)
    assert [len(e.losses) for e in results] == [3, 5, 4]
    assert [e.loss for e in results] == [8, 5, 7]
    optimizer = _with_losses(monkeypatch, optimizers("lipton"), [[1, np.nan, 1]] * 2)
    with pytest.raises(InputError, match="not a number at the start; choose another start"):
        optimizer.optimize(images, 1)


def test_working_resolution_compares_averages(generator, images, optimizers):
    optimizer = optimizers("lipton", working_resolution=16)
    (embedding,) = optimizer.optimize(images[:1], 0)
    drawn = generator.synthesize(embedding.latent[None])[0]
    difference = (drawn + 1) * 127.5 - images[0]
    difference = difference.reshape(16, 2, 16, 2, 3).mean((1, 3))
    np.testing.assert_allclose(embedding.loss, np.square(difference).mean(), rtol=1e-4)


def test_skipping_fine_blocks_leaves_their_layers_alone(images, optimizers, generator):
    optimizer = optimizers("image2stylegan", working_resolution=16, skip_fine_blocks=True)
    (embedding,) = optimizer.optimize(images[:1], 5)
    assert (np.ptp(embedding.latent[:6], axis=1) > 0).all()
    np.testing.assert_array_equal(embedding.latent[6:], np.tile(generator.w_avg, (2, 1)))
    assert embedding.loss < 0.97 * embedding.losses[0]


def test_memory_stays_flat_over_many_images(images, optimizers):
    optimizer = optimizers("lipton")
    optimizer.optimize(np.tile(images, (5, 1, 1, 1)), 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(8):
        optimizer.optimize(np.tile(images, (5, 1, 1, 1)), 2)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert growth < 20_000  # kilobytes, over 120 images
    assert optimizer._step.experimental_get_tracing_count() == 1


def test_refuses_wrong_arguments(generator, images, optimizers):
    with pytest.raises(InputError, match="unknown method 'adam'; choose one of thesis, puzer"):
        LatentOptimizer(generator, "adam")
    with pytest.raises(InputError, match="the method thesis needs a perceptual model"):
        LatentOptimizer(generator)
    with pytest.raises(InputError, match=r"unknown latent space 'z'; choose one of w\+, w"):
        LatentOptimizer(generator, "lipton", space="z")
    with pytest.raises(InputError, match="lipton searches Z; it knows no space 'w'"):
        LatentOptimizer(generator, "lipton", space="w")
    with pytest.raises(InputError, match="a power of two and 16 or more, not 100"):
        LatentOptimizer(generator, "lipton", working_resolution=100)
    with pytest.raises(InputError, match="learning_rate must be positive, not -1"):
        LatentOptimizer(generator, "lipton", learning_rate=-1)
    with pytest.raises(InputError, match="learning_rate must be positive, not inf"):
        LatentOptimizer(generator, "lipton", learning_rate=float("inf"))
    with pytest.raises(InputError, match="must be square, not 32×16; align it"):
        optimizers("lipton").optimize([images[0][:16]], 1)
    with pytest.raises(InputError, match="iterations must be 0 or more"):
        optimizers("lipton").optimize(images, -1)


@pytest.mark.parametrize("w_size", [48, 512])
def test_z_and_w_may_differ_in_width(w_size):
    narrow = Generator.create(
        resolution=16, fmap_base=64, fmap_max=8, latent_size=64, dlatent_size=w_size, seed=1
    )
    images = to_uint8(narrow.generate(narrow.sample_z([1])))
    perceptual = PerceptualModel("vgg16-layer9", "random")
    for method, space in (("lipton", "w+"), ("puzer", "w+"), ("puzer", "w")):
        model = None if method == "lipton" else perceptual
        optimizer = LatentOptimizer(narrow, method, model, space=space)
        for start in (None,) if method == "lipton" else ("w_avg", narrow.map(np.ones([1, 64]))):
            (embedding,) = optimizer.optimize(images, 2, start=start, snapshot_steps=[1])
            assert embedding.latent.shape == embedding.snapshots[1].shape == (6, w_size)
            assert np.isfinite(embedding.losses).all()
    wrong = np.zeros((6, 64), np.float32)
    with pytest.raises(InputError, match=rf"shape \(6, 64\); a latent is \(6, {w_size}\)"):
        optimizer.optimize(images, 1, start=wrong)
