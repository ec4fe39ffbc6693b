import numpy as np

from synthesis.video.labels import burn_labels, draw_label


def test_label_changes_only_its_corner_and_not_the_original():
    frame = np.full((256, 256, 3), 90, np.uint8)
    labelled = draw_label(frame, "happiness")
    assert labelled.shape == frame.shape
    assert np.all(frame == 90)
    changed = np.argwhere(np.any(labelled != 90, axis=-1))
    assert len(changed) > 100
    assert changed[:, 0].min() > 200
    assert changed[:, 1].max() < 128
    assert labelled.max() == 255
    assert labelled.min() == 0


def test_labels_go_with_their_frames():
    frames = [np.zeros((64, 64, 3), np.uint8)] * 3
    calm, fear, again = burn_labels(frames, ["calm", "fear", "calm"])
    np.testing.assert_array_equal(calm, again)
    assert np.any(calm != fear)
