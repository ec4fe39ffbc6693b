import numpy as np
import pytest
from PIL import Image

from encoder.images import check_image, list_images, read_image, write_image
from stylegan_tf.errors import InputError


def _gradient(height=6, width=8):
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 30, y * 40, np.full_like(x, 100)], -1).astype(np.uint8)


def test_reads_what_was_written(tmp_path):
    image = _gradient()
    write_image(tmp_path / "a.png", image)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), image)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_applies_exif_rotation(tmp_path):
    image = _gradient()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate 90° clockwise to view
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), np.rot90(image, -1))


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB"])
def test_reads_other_modes_as_rgb(tmp_path, mode):
    picture = Image.fromarray(_gradient()).convert(mode)
    picture.save(tmp_path / "a.png")
    np.testing.assert_array_equal(
        read_image(tmp_path / "a.png"), np.asarray(picture.convert("RGB"))
    )


def test_lays_transparent_pixels_over_white(tmp_path):
    rgba = np.zeros((2, 2, 4), np.uint8)
    rgba[0] = [200, 0, 0, 255]
    rgba[1, 0] = [200, 0, 0, 0]
    rgba[1, 1] = [0, 0, 0, 51]
    Image.fromarray(rgba).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert image[0, 0].tolist() == [200, 0, 0]
    assert image[1, 0].tolist() == [255, 255, 255]
    assert image[1, 1].tolist() == [204, 204, 204]


def test_scales_16_bit_grey(tmp_path):
    levels = np.array([[0, 32768, 65535]], np.uint16)
    Image.fromarray(levels).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png")[0, :, 0].tolist() == [0, 128, 255]
    Image.fromarray(levels).save(tmp_path / "a.tif")
    assert read_image(tmp_path / "a.tif")[0, :, 2].tolist() == [0, 128, 255]


def test_reads_cmyk(tmp_path):
    cmyk = np.zeros((16, 16, 4), np.uint8)
    cmyk[..., 1:3] = 255  # magenta and yellow: red
    Image.frombytes("CMYK", (16, 16), cmyk.tobytes()).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_image(tmp_path / "a.jpg")[8, 8].astype(int) - [255, 0, 0]).max() <= 3


def test_refuses_what_is_no_picture(tmp_path):
    with pytest.raises(InputError, match=r"missing\.png does not exist"):
        read_image(tmp_path / "missing.png")
    with pytest.raises(InputError, match="is a folder, not a picture"):
        read_image(tmp_path)
    (tmp_path / "page.png").write_text("<html>quota exceeded</html>")
    with pytest.raises(InputError, match=r"page\.png is not a readable picture"):
        read_image(tmp_path / "page.png")
    write_image(
        tmp_path / "whole.png", np.random.default_rng(0).integers(0, 256, (64, 64, 3), "u1")
    )
    (tmp_path / "half.png").write_bytes((tmp_path / "whole.png").read_bytes()[:6000])
    with pytest.raises(InputError, match=r"half\.png is not a readable picture"):
        read_image(tmp_path / "half.png")


def test_refuses_arrays_that_are_no_image():
    with pytest.raises(
        InputError, match=r"uint8 RGB of shape \[H, W, 3\], not float64 \(4, 4, 3\)"
    ):
        check_image(np.zeros((4, 4, 3)))
    with pytest.raises(InputError, match=r"not uint8 \(4, 4\)"):
        check_image(np.zeros((4, 4), np.uint8))


def test_lists_pictures_by_name(tmp_path):
    for name in ["b.PNG", "a.jpg", "notes.txt", ".hidden.png"]:
        (tmp_path / name).touch()
    assert [p.name for p in list_images(tmp_path)] == ["a.jpg", "b.PNG"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no pictures"):
        list_images(tmp_path / "empty")
    with pytest.raises(InputError, match="there is no folder"):
        list_images(tmp_path / "nowhere")
