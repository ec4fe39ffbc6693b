"""The loop with a model small enough to be trained in a test."""

import os
import pathlib
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.training.checkpoints import Checkpoints
from synthesis.baselines.pose_gan.training import PoseGanOptions, PoseGanTraining
from synthesis.baselines.training_loop import Schedule, train

ROOT = pathlib.Path(__file__).parents[3]


def build():
    tf.keras.utils.set_random_seed(0)
    return PoseGanTraining(PoseGanOptions(width=2, batch_size=4))


def batches(first_step, replicas):
    def draw(step):
        key = tf.stack([step, 0])
        return {
            "images": tf.cast(
                tf.random.stateless_uniform([4 // replicas, 64, 64, 3], key, 0, 256, tf.int32),
                tf.uint8,
            ),
            "yaws": tf.random.stateless_uniform([4 // replicas], key, -75, 75),
        }

    return tf.data.Dataset.range(first_step * replicas, 1 << 40).map(draw)


def weights_in(folder):
    training = build()
    step = Checkpoints(folder / "checkpoints", training.state()).restore()
    return step, [v.numpy() for part in training.state().values() for v in part]


def test_a_stopped_training_goes_on_with_the_same_numbers(tmp_path):
    steps = []
    report = train(build, batches, tmp_path / "whole", Schedule(4, 2, 4, 2), on_step=steps.append)
    assert steps == [1, 2, 3, 4]
    assert report["traces"] == 1
    assert report["steps"] == 4
    assert report["steps_per_second"] > 0
    train(build, batches, tmp_path / "parts", Schedule(2, 2, 4, 2))
    report = train(build, batches, tmp_path / "parts", Schedule(4, 2, 4, 2))
    assert report["traces"] == 1
    (step, whole), (_, parts) = weights_in(tmp_path / "whole"), weights_in(tmp_path / "parts")
    assert step == 4
    for a, b in zip(whole, parts, strict=True):
        # Other noise makes a difference of the learning rate, 2e-4 where weights are about 1. Sums
        # in another order make one of 1e-6 of an array's largest number, through Adam up to 2e-6.
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5 * max(1, np.abs(b).max()))
    assert train(build, batches, tmp_path / "whole", Schedule(4, 2, 4, 2))["traces"] == 0


def test_what_a_training_leaves(tmp_path):
    train(build, batches, tmp_path, Schedule(3, log_every=1, sample_every=2, save_every=1))
    samples = sorted(path.name for path in (tmp_path / "samples").iterdir())
    assert samples == [f"step{step:06d}.{kind}" for step in (2, 3) for kind in ("gif", "png")]
    kept = sorted(path.name for path in (tmp_path / "checkpoints").glob("*.index"))
    assert kept == ["ckpt-2.index", "ckpt-3.index"]
    (events,) = (tmp_path / "log").iterdir()
    seen = {}
    for record in tf.data.TFRecordDataset(str(events)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            plugin = value.metadata.plugin_data.plugin_name
            seen.setdefault((value.tag, plugin), []).append(event.step)
    assert seen["samples", "images"] == [2, 3]
    for name in ("critic", "generator", "pose_real", "pose_fake"):
        assert seen[f"loss/{name}", "scalars"] == [1, 2, 3]


def test_a_half_written_checkpoint_is_not_used(tmp_path):
    train(build, batches, tmp_path, Schedule(2, 2, 2, 1))
    _, before = weights_in(tmp_path)
    # Killed while it wrote the next one: the data are there, the file that names it is the old one.
    (tmp_path / "checkpoints" / "ckpt-3.data-00000-of-00001").write_bytes(b"half")
    step, after = weights_in(tmp_path)
    assert step == 2
    np.testing.assert_array_equal(before[0], after[0])


def test_another_models_checkpoints_are_refused(tmp_path):
    train(build, batches, tmp_path, Schedule(1, 1, 1, 1))

    def wider():
        return PoseGanTraining(PoseGanOptions(width=3, batch_size=4))

    with pytest.raises(InputError, match="holds no checkpoint of this model in this size"):
        train(wider, batches, tmp_path, Schedule(2, 1, 1, 1))


def test_a_loss_that_is_no_number_ends_the_training(tmp_path):
    def broken():
        training = build()
        training.critic.trainable_variables[0].assign(
            np.full(training.critic.trainable_variables[0].shape, np.nan)
        )
        return training

    with pytest.raises(InputError, match="the loss critic is no longer a number at step 2"):
        train(broken, batches, tmp_path, Schedule(4, 2, 4, 4))
    assert not (tmp_path / "checkpoints").exists()


def test_two_devices_train_alike(tmp_path):
    """Two logical CPUs under MirroredStrategy; every replica ends with the same weights."""
    script = textwrap.dedent(
        f"""
        import pathlib, sys
        import tensorflow as tf
        tf.config.set_logical_device_configuration(
            tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
        )
        sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})
        import test_training_loop as case
        from stylegan_tf.training.replicas import Replicas
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        kept = []
        def build():
            kept.append(case.build())
            return kept[0]
        schedule = case.Schedule(3, 1, 3, 3)
        replicas = Replicas(strategy)
        report = case.train(build, case.batches, pathlib.Path(sys.argv[1]), schedule, replicas)
        assert report["traces"] == 1, report
        for variable in kept[0].generator.variables:
            first, second = strategy.experimental_local_results(variable.value)
            assert (first.numpy() == second.numpy()).all(), variable.path
        """
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    step, _ = weights_in(tmp_path)
    assert step == 3
