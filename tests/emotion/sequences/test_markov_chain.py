import itertools

import numpy as np
import pytest

from emotion.sequences.markov_chain import MarkovChain, example_chain
from emotion.sequences.statistics import count_transitions
from stylegan_tf.errors import InputError


def test_example_never_repeats_an_emotion():
    clips = example_chain().sample(50, 100, seed=1)
    assert len(clips) == 50
    assert all(len(clip) == 100 for clip in clips)
    assert np.trace(count_transitions(clips)) == 0


def test_same_seed_same_clips():
    chain = example_chain()
    assert chain.sample(3, 20, seed=5) == chain.sample(3, 20, seed=5)
    assert chain.sample(3, 20, seed=5) != chain.sample(3, 20, seed=6)


def test_best_accuracy_and_perplexity_are_those_of_the_samples():
    chain = example_chain()
    clips = np.array(chain.sample(2000, 60, seed=2))
    rows = chain.probabilities[clips[:, 9:-2], clips[:, 10:-1]]
    truth = clips[:, 11:]
    assert (rows.argmax(axis=-1) == truth).mean() == pytest.approx(chain.best_accuracy, abs=0.005)
    likelihood = np.take_along_axis(rows, truth[..., None], axis=-1)
    measured = np.exp(-np.log(likelihood).mean())
    assert measured == pytest.approx(chain.perplexity, abs=0.03)


def test_the_emotion_before_last_matters():
    chain = example_chain()
    first_order = np.einsum("ij,ijk->jk", chain.stationary, chain.probabilities)
    assert first_order.max(axis=1).sum() < 0.85 * chain.best_accuracy


def test_a_known_chain():
    table = np.zeros((7, 7, 7))
    table[:, np.arange(7), (np.arange(7) + 1) % 7] = 1
    chain = MarkovChain(table)
    assert chain.best_accuracy == pytest.approx(1)
    assert chain.perplexity == pytest.approx(1)
    clip = chain.sample(1, 5, seed=0)[0]
    assert [(b - a) % 7 for a, b in itertools.pairwise(clip)] == [1, 1, 1, 1]


def test_bad_tables():
    with pytest.raises(InputError, match=r"table is \(7, 7\), not \(7, 7, 7\)"):
        MarkovChain(np.eye(7))
    with pytest.raises(InputError, match="not probabilities that sum to 1"):
        MarkovChain(np.ones((7, 7, 7)))
