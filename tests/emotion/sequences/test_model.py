import itertools

import numpy as np
import pytest
import tensorflow as tf

from emotion import Emotion, EmotionSequenceModel
from emotion.sequences.markov_chain import example_chain
from emotion.sequences.model import make_windows, split_clips
from stylegan_tf.errors import InputError

# Keras hands TensorFlow's variables to numpy 2, which finds their __array__ old-fashioned.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def shipped():
    return EmotionSequenceModel.load("markov-chain")


def circles(clips, length):
    """Clips that go through the emotions in order: what comes next is certain."""
    return [[(clip + step) % 7 for step in range(length)] for clip in range(clips)]


@pytest.fixture(scope="module")
def trained():
    model = EmotionSequenceModel.build(window=2, units=16, dropout=0.0, seed=1)
    history = model.fit(circles(70, 8), circles(7, 8), epochs=16, batch_size=32, learning_rate=2e-2)
    return model, history


def test_windows_begin_with_start_signs():
    windows, following = make_windows([[0, 3, 1], [5]], window=2)
    assert windows.tolist() == [[7, 7], [7, 0], [0, 3], [7, 7]]
    assert following.tolist() == [0, 3, 1, 5]
    windows, following = make_windows([[0, 3, 1], [5]], window=2, skip=2)
    assert windows.tolist() == [[0, 3]]
    assert following.tolist() == [1]


def test_split_keeps_clips_whole():
    clips = [[i] * 3 for i in range(7)]
    training, validation = split_clips(clips, 0.3, seed=4)
    assert len(validation) == 2
    assert sorted(training + validation) == clips
    assert split_clips(clips, 0.3, seed=4) == (training, validation)


def test_one_clip_cannot_be_split():
    with pytest.raises(InputError, match="1 clips cannot be parted for validation"):
        split_clips([[0, 1]])
    with pytest.raises(InputError, match=r"validation share 1\.5 is not between"):
        split_clips([[0], [1]], 1.5)


def test_four_lstm_layers_with_dropout_on_each(shipped):
    kinds = [type(layer).__name__ for layer in shipped.network.layers[2:-1]]
    assert kinds == ["LSTM", "Dropout"] * 4
    assert all(layer.rate > 0 for layer in shipped.network.layers[3:-1:2])
    assert shipped.network.layers[-1].units == 7


def test_learns_what_is_certain(trained):
    model, history = trained
    evaluation = model.evaluate(circles(7, 8), skip=1)
    assert evaluation.accuracy > 0.9
    assert evaluation.perplexity < 1.5
    assert history.validation_loss[-1] < history.validation_loss[0]
    assert len(history.loss) == 16
    assert set(evaluation.class_report) >= {emotion.label for emotion in Emotion}
    assert model.predict([4, 5], 4, method="greedy") == [6, 0, 1, 2]


def test_training_is_reproducible():
    def train():
        model = EmotionSequenceModel.build(window=2, units=4, dropout=0.3, seed=3)
        model.fit(circles(7, 4), circles(7, 4), epochs=2, batch_size=16, seed=8)
        return model.probabilities(np.array([[0, 1], [7, 7]]))

    first = train()
    tf.random.set_seed(1)  # as other code in the same process may
    assert np.array_equal(first, train())


def test_save_and_load(trained, tmp_path):
    model, _ = trained
    model.save(tmp_path / "model.keras")
    loaded = EmotionSequenceModel.load(tmp_path / "model.keras")
    windows = np.array([[7, 0], [3, 4]])
    assert loaded.window == 2
    assert np.array_equal(loaded.probabilities(windows), model.probabilities(windows))


def test_bad_files(tmp_path):
    with pytest.raises(InputError, match=r"does not exist; give a \.keras file or one of markov"):
        EmotionSequenceModel.load(tmp_path / "none.keras")
    (tmp_path / "page.keras").write_text("<html>")
    with pytest.raises(InputError, match=r"page\.keras is not a Keras model file"):
        EmotionSequenceModel.load(tmp_path / "page.keras")
    with pytest.raises(InputError, match=r"saved as a \.keras file"):
        EmotionSequenceModel.build(units=1).save(tmp_path / "model.h5")


def test_another_model_is_refused(tmp_path):
    import keras

    keras.Sequential([keras.Input([3]), keras.layers.Dense(7)]).save(tmp_path / "other.keras")
    with pytest.raises(InputError, match="is a Keras model, but none of emotion sequences"):
        EmotionSequenceModel.load(tmp_path / "other.keras")


def test_prediction_has_no_self_transitions(shipped):
    for method in ("sample", "greedy", "top-k"):
        sequence = [Emotion.CALM, *shipped.predict([Emotion.CALM], 100, method, temperature=3)]
        assert len(sequence) == 101
        assert all(a != b for a, b in itertools.pairwise(sequence))


def test_self_transitions_can_be_let_in(shipped):
    sequence = shipped.predict([0], 200, temperature=20, self_transitions=True)
    assert any(a == b for a, b in itertools.pairwise(sequence))


def test_seed_decides(shipped):
    assert shipped.predict([0], 20, seed=1) == shipped.predict([0], 20, seed=1)
    assert shipped.predict([0], 20, seed=1) != shipped.predict([0], 20, seed=2)
    assert shipped.predict([0], 20, "greedy", seed=1) == shipped.predict([0], 20, "greedy", seed=2)


def test_top_k_draws_from_the_likeliest(shipped):
    greedy = shipped.predict([1, 0], 20, "greedy")
    assert shipped.predict([1, 0], 20, "top-k", top_k=1) == greedy
    window = np.full([1, shipped.window], 7)
    window[0, -2:] = [1, 0]
    likeliest = set(np.argsort(shipped.probabilities(window)[0])[-2:])
    drawn = {shipped.predict([1, 0], 1, "top-k", top_k=2, seed=s)[0] for s in range(30)}
    assert drawn == likeliest


def test_empty_start(shipped):
    assert len(shipped.predict([], 5)) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "beam"}, "unknown method 'beam'; use one of sample, greedy, top-k"),
        ({"length": -1}, "length -1 is negative"),
        ({"temperature": 0}, "temperature 0 is not more than 0"),
        ({"top_k": 8}, "top_k 8 is not one of 1 to 7"),
    ],
)
def test_bad_arguments(shipped, arguments, message):
    with pytest.raises(InputError, match=message):
        shipped.predict(**({"start": [0], "length": 3} | arguments))


def test_shipped_model_is_near_the_best_possible(shipped):
    chain = example_chain()
    evaluation = shipped.evaluate(chain.sample(1000, 60, seed=77), skip=2)
    assert evaluation.accuracy >= 0.98 * chain.best_accuracy
    assert chain.perplexity < evaluation.perplexity < 1.03 * chain.perplexity
