import hashlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from stylegan_tf.files.keras_archives import save_model

# Keras' own, while it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

_SAVE = """
import sys
import keras
from stylegan_tf.files.keras_archives import save_model

kept = [object() for _ in range(int(sys.argv[2]))]  # other addresses in memory
start = keras.initializers.GlorotUniform(seed=1)
layers = [keras.layers.Dense(3, kernel_initializer=start) for _ in range(2)]
save_model(keras.Sequential([keras.Input((4,)), *layers]), sys.argv[1])
"""


def test_two_processes_write_the_same_bytes(tmp_path):
    checksums = set()
    for number in (1, 2):
        path = tmp_path / f"{number}.keras"
        subprocess.run([sys.executable, "-c", _SAVE, path, str(number * 1000)], check=True)
        checksums.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(checksums) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras"]


def test_keras_reads_it(tmp_path):
    shared = keras.layers.Dense(4)
    x = keras.Input((4,))
    model = keras.Model(x, shared(shared(x)))
    save_model(model, tmp_path / "a.keras")
    read = keras.models.load_model(tmp_path / "a.keras")
    batch = np.ones((1, 4), np.float32)
    np.testing.assert_array_equal(read(batch).numpy(), model(batch).numpy())
    assert len(read.weights) == 2
