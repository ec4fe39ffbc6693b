import numpy as np

from encoder.rendered_faces.head.shading.skin_masks import lip_mask, skin_masks

LIP, CHEEK, FOREHEAD, BACK = [0, -1.3, 0.5], [0.62, -0.55, 0.2], [0, 0.85, 0.4], [0, 0.5, -2.8]
REST = np.array([LIP, CHEEK, FOREHEAD, BACK])


def test_lips_are_red_and_where_a_mouth_is():
    red, pale = np.array([[0.8, 0.3, 0.3]] * 4), np.array([[0.8, 0.7, 0.6]] * 4)

    np.testing.assert_allclose(lip_mask(REST, red), [1, 0, 0, 0])
    np.testing.assert_allclose(lip_mask(REST, pale), 0)


def test_masks_lie_where_they_say():
    masks = skin_masks(REST, np.array([1.0, 0, 0, 0]))

    assert int(masks["cheek"].argmax()) == 1
    assert int(masks["forehead"].argmax()) == 2
    assert int(masks["lips"].argmax()) == 0
    assert masks["freckles"][3] == 0
