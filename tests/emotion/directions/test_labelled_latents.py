import numpy as np
import pandas as pd
import pytest

from emotion import Emotion
from emotion.directions import labelled_latents
from stylegan_tf.errors import InputError


class BrightGenerator:
    """Its picture is as bright as the first number of the code; it counts what it draws."""

    def __init__(self):
        self.drawn = 0

    def sample_z(self, seeds):
        self.drawn += len(seeds)
        return np.stack([np.full(512, seed / 10, np.float32) for seed in seeds])

    def map(self, z, truncation_psi):
        return np.repeat(z[:, None], 2, axis=1) * truncation_psi

    def synthesize(self, w):
        return np.broadcast_to(w[:, 0, 0, None, None, None], (len(w), 32, 32, 3))


class BrightnessLabeller:
    def predict(self, faces):
        emotions = [Emotion.HAPPINESS if face.mean() > 150 else Emotion.CALM for face in faces]
        probabilities = np.full((len(faces), 7), 0.05, np.float32)
        probabilities[np.arange(len(faces)), emotions] = [face.mean() / 255 for face in faces]
        return emotions, probabilities


def test_sampling_writes_labelled_codes_and_goes_on(tmp_path):
    generator = BrightGenerator()
    done = []

    def sample(seeds):
        labelled_latents.sample_labelled_latents(
            generator, BrightnessLabeller(), seeds, tmp_path, 1.0, 2, done.append
        )

    sample([0, 8, 1])
    data = labelled_latents.read_labelled_latents(tmp_path, tmp_path / "labels.csv")
    assert data.emotions == [Emotion.CALM, Emotion.HAPPINESS, Emotion.CALM]
    assert data.subjects == ["seed000000", "seed000008", "seed000001"]
    assert data.latents.shape == (3, 2, 512)
    assert data.latents[1, 0, 0] == pytest.approx(0.8)
    sample([0, 8, 1, 9])
    assert generator.drawn == 4
    assert sum(done) == 7
    sure = labelled_latents.read_labelled_latents(tmp_path, tmp_path / "labels.csv", 0.85)
    assert sure.emotions == [Emotion.HAPPINESS] * 2


def write(folder, rows, columns=("name", "subject", "emotion")):
    pd.DataFrame(rows, columns=columns).to_csv(folder / "labels.csv", index=False)
    return labelled_latents.read_labelled_latents(folder, folder / "labels.csv")


def test_names_stay_text(tmp_path):
    np.save(tmp_path / "007.npy", np.zeros((18, 512), np.float32))
    data = write(tmp_path, [["007", "001", "happy"]])
    assert data.subjects == ["001"]
    assert data.emotions == [Emotion.HAPPINESS]


def test_bad_tables(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((18, 512), np.float32))
    np.save(tmp_path / "b.npy", np.zeros((10, 512), np.float32))
    with pytest.raises(InputError, match="there is no label file"):
        labelled_latents.read_labelled_latents(tmp_path, tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"line 1: there is no column subject; its columns are"):
        write(tmp_path, [["a", "calm"]], ["name", "emotion"])
    with pytest.raises(InputError, match="names no codes"):
        write(tmp_path, [])
    with pytest.raises(InputError, match="line 2: it has empty fields"):
        write(tmp_path, [["a", None, "calm"]])
    with pytest.raises(InputError, match="there is no latent file"):
        write(tmp_path, [["c", "1", "calm"]])
    with pytest.raises(InputError, match=r"b\.npy has 10 layers, a\.npy 18: they are of different"):
        write(tmp_path, [["a", "1", "calm"], ["b", "1", "calm"]])
