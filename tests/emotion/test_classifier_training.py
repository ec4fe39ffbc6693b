import dataclasses

import keras
import numpy as np
import pytest

from emotion.classifier_training import Epochs, Examples, train_classifier
from stylegan_tf.errors import InputError

EPOCHS = Epochs(count=6, batch_size=16, best_by="loss", seed=3)


def make_examples(count, seed):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(count, 4)).astype(np.float32)
    return Examples(inputs, (inputs[:, 0] > 0).astype(np.int64) + (inputs[:, 1] > 0))


def make_network(width=8):
    glorot = keras.initializers.GlorotUniform
    x = inputs = keras.Input([4])
    x = keras.layers.Dense(width, "relu", kernel_initializer=glorot(1))(x)
    x = keras.layers.Dropout(0.1, seed=2)(x)
    x = keras.layers.Dense(3, "softmax", kernel_initializer=glorot(3))(x)
    return keras.Model(inputs, x), keras.optimizers.Adam(3e-2)


def train(folder=None, width=8, epochs=EPOCHS, **more):
    network, optimizer = make_network(width)
    training, validation = make_examples(70, 0), make_examples(30, 1)  # 70 is no multiple of 16
    history, best = train_classifier(
        network, optimizer, training, validation, epochs, folder=folder, **more
    )
    return network, history, best


def test_learns_and_keeps_the_best_epoch():
    network, history, best = train()
    assert len(history.loss) == 6
    assert history.loss[-1] < 0.7 * history.loss[0]
    assert best == 1 + int(np.argmin(history.validation_loss))
    validation = make_examples(30, 1)
    chances = network.predict(validation.inputs, verbose=0)
    losses = -np.log(chances[np.arange(30), validation.classes])
    assert losses.mean() == pytest.approx(min(history.validation_loss), rel=1e-5)
    right = chances.argmax(axis=1) == validation.classes
    assert right.mean() == pytest.approx(history.validation_accuracy[best - 1])


def test_the_best_by_accuracy_is_the_first_of_equals():
    _, history, best = train(epochs=dataclasses.replace(EPOCHS, best_by="accuracy"))
    assert best == 1 + int(np.argmax(history.validation_accuracy))


def test_a_stopped_training_goes_on_and_ends_the_same(tmp_path):
    whole, history, best = train()

    def stop(epoch):
        if epoch == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, on_epoch=stop)
    seen = []
    resumed, again, best_again = train(tmp_path, on_epoch=seen.append)
    assert seen == [5, 6]
    assert best_again == best
    np.testing.assert_allclose(again.validation_loss, history.validation_loss, rtol=1e-6)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_networks_checkpoints_are_refused(tmp_path):
    train(tmp_path)
    with pytest.raises(InputError, match="holds no checkpoint of this model"):
        train(tmp_path, width=9)
