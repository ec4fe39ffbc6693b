import numpy as np
import pytest

from encoder.embedding.latents import LatentError, check_latent, load_latent, save_latent


@pytest.fixture
def w():
    return np.random.default_rng(0).normal(size=(10, 512)).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_round_trip(tmp_path, w, dtype):
    save_latent(tmp_path / "a.npy", w.astype(dtype))
    read = load_latent(tmp_path / "a.npy", 10)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, w.astype(dtype))


def test_reads_the_shapes_other_encoders_write(tmp_path, w):
    np.save(tmp_path / "batch.npy", w[None])
    np.testing.assert_array_equal(load_latent(tmp_path / "batch.npy"), w)
    np.save(tmp_path / "single.npy", w[0].astype(np.float64))
    np.testing.assert_array_equal(load_latent(tmp_path / "single.npy", 10), np.tile(w[0], (10, 1)))


def test_never_takes_z_for_w(w):
    with pytest.raises(
        LatentError, match=r"shape \(1, 512\) of a Z code; map it to W\+ with Gs.map"
    ):
        check_latent(w[:1], 10)


def test_refuses_what_is_no_latent(w):
    with pytest.raises(LatentError, match=r"face\.npy has 10 layers, the generator has 18"):
        check_latent(w, 18, "face.npy")
    with pytest.raises(LatentError, match=r"has shape \(10, 100\); a latent is \(L, 512\)"):
        check_latent(w[:, :100])
    with pytest.raises(LatentError, match=r"has shape \(2, 10, 512\)"):
        check_latent(np.stack([w, w]), 10)
    with pytest.raises(LatentError, match="holds int64"):
        check_latent(np.zeros((10, 512), np.int64))
    w[3, 4] = np.nan
    with pytest.raises(LatentError, match="NaN or infinite"):
        check_latent(w)


def test_refuses_files_that_are_no_latents(tmp_path, w):
    with pytest.raises(LatentError, match="there is no latent file"):
        load_latent(tmp_path / "missing.npy")
    (tmp_path / "text.npy").write_text("<html>")
    with pytest.raises(LatentError, match=r"text\.npy is not a NumPy array file"):
        load_latent(tmp_path / "text.npy")
    (tmp_path / "empty.npy").touch()
    with pytest.raises(LatentError, match=r"empty\.npy is not a NumPy array file"):
        load_latent(tmp_path / "empty.npy")
    np.savez(tmp_path / "many.npz", w=w)
    with pytest.raises(LatentError, match="archive of arrays"):
        load_latent(tmp_path / "many.npz")
    with pytest.raises(LatentError, match=r"ends in \.npy"):
        save_latent(tmp_path / "face.png", w)
    assert not (tmp_path / "face.png").exists()


def test_a_generator_may_have_a_w_of_another_width(tmp_path, w):
    narrow = w[:, :48]
    save_latent(tmp_path / "narrow.npy", narrow)
    np.testing.assert_array_equal(load_latent(tmp_path / "narrow.npy", 10, 48), narrow)
    np.testing.assert_array_equal(load_latent(tmp_path / "narrow.npy", w_size=None), narrow)
    np.testing.assert_array_equal(check_latent(narrow[0], 3, w_size=48), np.tile(narrow[0], (3, 1)))
    with pytest.raises(LatentError, match=r"has shape \(10, 48\); a latent is \(10, 512\)"):
        load_latent(tmp_path / "narrow.npy", 10)
    with pytest.raises(LatentError, match=r"shape \(1, 48\) of a Z code"):
        check_latent(narrow[:1], 10, w_size=None)
