import os
import pathlib
import random
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.training.checkpoints import Checkpoints

ROOT = pathlib.Path(__file__).parents[3]


def make(folder, size=3):
    variables = [tf.Variable(tf.zeros([size])), tf.Variable(tf.zeros([size]))]
    return Checkpoints(folder, {"network": variables}), variables


def test_the_last_one_counts_and_two_are_kept(tmp_path):
    checkpoints, (first, _) = make(tmp_path)
    assert checkpoints.restore() == 0
    for step in (5, 10, 15):
        first.assign(tf.fill([3], float(step)))
        checkpoints.save(step)
    assert len(list(tmp_path.glob("*.index"))) == 2
    again, (first, _) = make(tmp_path)
    assert again.restore() == 15
    np.testing.assert_array_equal(first, [15, 15, 15])


def test_another_training_is_refused(tmp_path):
    checkpoints, _ = make(tmp_path)
    checkpoints.save(1)
    with pytest.raises(InputError, match="holds no checkpoint of this model in this size"):
        make(tmp_path, size=4)[0].restore()


def test_a_kill_at_any_moment_leaves_a_whole_one(tmp_path):
    """Saves without pause; whenever it is killed, both variables are of the last step written."""
    script = textwrap.dedent(
        """
        import sys
        import tensorflow as tf
        from stylegan_tf.training.checkpoints import Checkpoints
        variables = [tf.Variable(tf.zeros([300_000])) for _ in range(2)]
        checkpoints = Checkpoints(sys.argv[1], {"network": variables})
        step = checkpoints.restore()
        print("ready", flush=True)
        while True:
            step += 1
            for variable in variables:
                variable.assign(tf.fill([300_000], float(step)))
            checkpoints.save(step)
        """
    )
    drawn = random.Random(0)
    last = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(drawn.uniform(0.2, 0.6))
            process.send_signal(signal.SIGKILL)
        checkpoints, variables = make(tmp_path, size=300_000)
        step = checkpoints.restore()
        assert step > last
        last = step
        for variable in variables:
            assert (variable.numpy() == step).all()
