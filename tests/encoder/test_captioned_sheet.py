import numpy as np

from encoder.captioned_sheet import captioned_sheet


def test_sheet_has_originals_above_reconstructions():
    dark, light = (np.full((32, 32, 3), value, np.uint8) for value in (10, 200))
    sheet = captioned_sheet([[dark, dark, dark], [light, light, light]], ["a", "b", "c"])
    assert sheet.shape == (16 + 512, 768, 3)
    assert sheet[100, 400].tolist() == [10, 10, 10]
    assert sheet[400, 400].tolist() == [200, 200, 200]
    caption = sheet[:16].reshape(16, 3, 256, 3)
    assert (caption.min(axis=(0, 2, 3)) < 100).all()  # letters over every column
    assert caption.max() == 255
