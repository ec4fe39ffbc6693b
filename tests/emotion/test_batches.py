import numpy as np

from emotion.batches import shuffled_batches

X = np.arange(12, dtype=np.float32).reshape(6, 1, 2, 1)
Y = np.arange(6)


def test_every_example_once_an_epoch_in_changing_order():
    batches = list(shuffled_batches(X, Y, size=4, epochs=2, seed=0).as_numpy_iterator())
    assert [len(targets) for _, targets in batches] == [4, 2, 4, 2]
    first, second = (np.concatenate([batches[i][1], batches[i + 1][1]]) for i in (0, 2))
    assert sorted(first) == sorted(second) == Y.tolist()
    assert first.tolist() != second.tolist()
    for inputs, targets in batches:
        assert np.array_equal(inputs, X[targets])


def test_half_are_mirrored():
    batches = shuffled_batches(X, Y, size=6, epochs=50, seed=0, mirror=True).as_numpy_iterator()
    mirrored = []
    for inputs, targets in batches:
        same = (inputs == X[targets]).all(axis=(1, 2, 3))
        turned = (inputs == X[targets][:, :, ::-1]).all(axis=(1, 2, 3))
        assert (same ^ turned).all()
        mirrored.append(turned.mean())
    assert 0.4 < np.mean(mirrored) < 0.6
