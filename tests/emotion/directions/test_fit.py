import json

import numpy as np
import pytest

from emotion import Emotion, fit_directions, load_direction
from emotion.directions.files import save_directions
from emotion.directions.fit import layer_accuracies
from emotion.directions.options import DirectionOptions
from stylegan_tf.errors import InputError

LAYERS = 3


@pytest.fixture(scope="module")
def world():
    """Twelve people in a W+ of 3 layers; anger and happiness are known directions."""
    random = np.random.default_rng(0)
    true = {
        emotion: random.normal(size=(LAYERS, 512)) for emotion in (Emotion.ANGER, Emotion.HAPPINESS)
    }
    latents, emotions, subjects = [], [], []
    for subject in range(12):
        person = random.normal(size=(LAYERS, 512))
        for emotion in (Emotion.CALM, Emotion.ANGER, Emotion.HAPPINESS):
            code = person + 0.5 * true.get(emotion, 0)
            latents.append(code + 0.05 * random.normal(size=code.shape))
            emotions.append(emotion)
            subjects.append(f"s{subject:03d}")
    return np.array(latents, np.float32), emotions, subjects, true


@pytest.fixture(scope="module")
def fitted(world):
    return fit_directions(*world[:3])


def cosine(a, b):
    return float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))


def projection_gap(world, emotion, direction):
    """How far the mean code of an emotion lies from the calm mean along a direction."""
    latents, emotions, _, _ = world
    normal = direction / np.linalg.norm(direction)
    along = (latents * normal).sum(axis=(1, 2))
    labels = np.array(emotions)
    return along[labels == emotion].mean() - along[labels == Emotion.CALM].mean()


def test_finds_the_true_directions(world, fitted):
    assert list(fitted.vectors) == [Emotion.ANGER, Emotion.HAPPINESS]
    for emotion, vector in fitted.vectors.items():
        assert vector.shape == (LAYERS, 512)
        assert vector.dtype == np.float32
        assert cosine(vector, world[3][emotion]) > 0.9
        assert fitted.report["emotions"][emotion.label]["accuracy"] > 0.9


def test_coefficient_eight_carries_calm_to_the_emotion(world, fitted):
    for emotion, vector in fitted.vectors.items():
        gap = projection_gap(world, emotion, vector)
        assert 8 * np.linalg.norm(vector) == pytest.approx(gap, rel=1e-4)


def test_scales_share_the_normal(world, fitted):
    def fit(scale):
        found = fit_directions(*world[:3], DirectionOptions(scale=scale))
        return found.vectors[Emotion.ANGER], found.report["emotions"]["anger"]

    for scale in ("raw", "unit", "sigma"):
        vector, entry = fit(scale)
        assert cosine(vector, fitted.vectors[Emotion.ANGER]) == pytest.approx(1, abs=1e-5)
        expected = {"raw": entry["raw_norm"], "unit": 1, "sigma": entry["projection_sd"]}[scale]
        assert np.linalg.norm(vector) == pytest.approx(expected, rel=1e-5)
        steps = 8 * entry["norm"] / entry["projection_sd"]
        assert entry["step_at_coefficient_in_sd"] == pytest.approx(steps)
    assert fit("sigma")[1]["step_at_coefficient_in_sd"] == pytest.approx(8)


def test_mean_difference(world):
    found = fit_directions(*world[:3], DirectionOptions(method="mean-difference", scale="raw"))
    latents, emotions, _, _ = world
    labels = np.array(emotions)
    expected = latents[labels == 1].mean(axis=0) - latents[labels == 0].mean(axis=0)
    assert found.vectors[Emotion.ANGER] == pytest.approx(expected, abs=1e-5)
    # On this scale the mean difference is eight times what class-means gives.
    scaled = fit_directions(*world[:3], DirectionOptions(method="mean-difference"))
    assert 8 * scaled.vectors[Emotion.ANGER] == pytest.approx(expected, abs=1e-5)


def test_per_layer(world):
    """Each layer's part is the direction that this layer alone gives."""
    options = DirectionOptions(method="per-layer", scale="raw")
    found = fit_directions(*world[:3], options).vectors[Emotion.ANGER]
    for layer in range(LAYERS):
        alone = DirectionOptions(scale="raw", layers=(layer, layer + 1))
        expected = fit_directions(*world[:3], alone).vectors[Emotion.ANGER]
        assert found[layer] == pytest.approx(expected[layer], rel=1e-4, abs=1e-6)
    assert cosine(found, world[3][Emotion.ANGER]) > 0.9


def test_against_the_rest(world):
    found = fit_directions(*world[:3], DirectionOptions(reference="rest"))
    assert found.report["emotions"]["anger"]["reference_codes"] == 24
    assert cosine(found.vectors[Emotion.ANGER], world[3][Emotion.ANGER]) > 0.7


def test_only_the_layers_asked_for(world):
    found = fit_directions(*world[:3], DirectionOptions(layers=(0, 2)))
    vector = found.vectors[Emotion.HAPPINESS]
    assert np.abs(vector[:2]).min() > 0
    assert not vector[2].any()
    assert found.report["layers"] == [0, 2]


def test_conditional_directions_are_orthogonal_to_the_plain_others(world, fitted):
    found = fit_directions(*world[:3], DirectionOptions(conditional=True))
    assert cosine(found.vectors[Emotion.ANGER], fitted.vectors[Emotion.HAPPINESS]) == pytest.approx(
        0, abs=1e-6
    )
    assert cosine(found.vectors[Emotion.ANGER], world[3][Emotion.ANGER]) > 0.85


def test_removed_directions(world):
    glasses = np.random.default_rng(5).normal(size=(LAYERS, 512))
    found = fit_directions(*world[:3], remove=[glasses])
    assert cosine(found.vectors[Emotion.ANGER], glasses) == pytest.approx(0, abs=1e-6)
    assert found.report["removed_directions"] == 1


def test_chance_is_reported_as_chance():
    random = np.random.default_rng(1)
    latents = random.normal(size=(80, 1, 512))
    found = fit_directions(latents, [0, 5] * 40, np.arange(80) // 2)
    assert 0.3 < found.report["emotions"]["fear"]["accuracy"] < 0.7


def test_layer_accuracies_find_the_layer():
    random = np.random.default_rng(2)
    latents = random.normal(size=(60, 2, 512))
    emotions = [0, 2] * 30
    latents[1::2, 1, :20] += 2
    found = layer_accuracies(latents, emotions, np.arange(60) // 2)
    assert found[Emotion.HAPPINESS][1] > 0.9
    assert found[Emotion.HAPPINESS][0] < 0.75


def test_standard_deviations_are_of_all_and_of_calm_codes(world, fitted):
    latents, emotions, _, _ = world
    vector = fitted.vectors[Emotion.ANGER]
    along = (latents * (vector / np.linalg.norm(vector))).sum(axis=(1, 2))
    entry = fitted.report["emotions"]["anger"]
    assert entry["projection_sd"] == pytest.approx(along.std(), rel=1e-4)
    calm = along[np.array(emotions) == Emotion.CALM]
    assert entry["reference_sd"] == pytest.approx(calm.std(), rel=1e-4)


def test_report(fitted, tmp_path):
    save_directions(tmp_path, fitted)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["scale"] == "class-means"
    assert report["coefficient"] == 8
    assert report["subjects"] == 12
    assert report["calm_codes"] == 12
    assert report["emotions"]["anger"]["folds"] == 5
    gap = report["emotions"]["anger"]["class_mean_gap"]
    assert 0.8 * gap < report["emotions"]["anger"]["held_out_gap"] <= gap
    matrix = np.array(report["cosines"]["matrix"])
    assert report["cosines"]["order"] == ["anger", "happiness"]
    assert np.diag(matrix) == pytest.approx(1)
    assert matrix[0, 1] == pytest.approx(matrix[1, 0])
    loaded = load_direction(tmp_path / "anger.npy", LAYERS)
    assert np.array_equal(loaded, fitted.vectors[Emotion.ANGER])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latents": np.zeros((4, 512))}, r"codes have shape \(4, 512\); they must be \(n, L, 512"),
        ({"emotions": [0, 1, 0]}, "4 codes, 3 emotions and 4 subjects"),
        ({"latents": np.full((4, 1, 512), np.nan)}, "NaN or infinite"),
        ({"emotions": [0, 0, 0, 0]}, "all faces are calm"),
        ({"subjects": [1, 1, 1, 2]}, "1 people are calm; 2 or more are needed"),
        ({"emotions": [1, 1, 1, 1]}, "0 people are calm"),
        ({"emotions": [0, 1, 0, 2]}, "no emotion is shown by 2 people or more"),
        (
            {"emotions": [1, 1, 1, 1], "options": DirectionOptions(reference="rest")},
            "everybody shows anger; there is no rest",
        ),
    ],
)
def test_bad_data(change, message):
    data = {
        "latents": np.random.default_rng(0).normal(size=(4, 1, 512)),
        "emotions": [0, 1, 0, 1],
        "subjects": [1, 1, 2, 2],
    }
    with pytest.raises(InputError, match=message):
        fit_directions(**(data | change))


def test_what_one_person_shows_is_left_out(world):
    latents, emotions, subjects, _ = world
    emotions = [Emotion.FEAR, *emotions[1:]]
    found = fit_directions(latents, emotions, subjects)
    assert list(found.vectors) == [Emotion.ANGER, Emotion.HAPPINESS]
    assert found.report["left_out"] == ["fear"]


def test_bad_options(world):
    with pytest.raises(InputError, match="unknown scale 'big'; use one of class-means, raw"):
        DirectionOptions(scale="big")
    with pytest.raises(InputError, match="1 folds cannot cross-validate"):
        DirectionOptions(folds=1)
    with pytest.raises(InputError, match="layers 2 to 9 are not in 0 to 3"):
        fit_directions(*world[:3], DirectionOptions(layers=(2, 9)))
