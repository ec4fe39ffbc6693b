import csv

import numpy as np
import pytest

from encoder.rendered_faces.head.learning.distillation import Settings, distil
from encoder.rendered_faces.head.learning.network_file import save_head_networks
from encoder.rendered_faces.head.learning.stages import STAGES, SYNTHESIS_KWARGS, Stage
from encoder.rendered_faces.head.training_set import TrainingSet
from stylegan_tf import load_networks
from stylegan_tf.errors import InputError

STAGES_TINY = (
    Stage(16, 32, 24, 4, 1.2e-2, 3e-3, frontal_steps=4),
    Stage(32, 32, 4, 4, 6e-3, 1e-3, trained_from=32),
)
TINY = {"fmap_base": 64, "fmap_max": 16, "fmap_min": 4}
SETTINGS = Settings(checkpoint_steps=8, held_out=4)


def read_log(folder) -> list[dict]:
    with open(folder / "log.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_training_learns_stage_by_stage(tmp_path, made_set):
    network = distil(tmp_path, {32: made_set}, None, STAGES_TINY, SETTINGS, TINY)

    log = read_log(tmp_path)
    assert [row["step"] for row in log] == ["8", "16", "24", "4"]
    assert float(log[2]["loss"]) < 0.8 * float(log[0]["loss"])
    assert float(log[2]["psnr"]) > float(log[0]["psnr"])
    assert network.resolution == 32
    assert (tmp_path / "sheet16.png").is_file()
    with np.load(tmp_path / "stage16.npz") as before:
        for name, variable in network.variables_by_name.items():
            kept = name in before and bool((before[name] == variable.numpy()).all())
            assert kept == (name in before), name  # the second stage trains its own block only


def test_a_stopped_training_goes_on_and_ends_the_same(tmp_path, made_set):
    whole = distil(tmp_path / "whole", {32: made_set}, None, STAGES_TINY[:1], SETTINGS, TINY)
    stages = (Stage(16, 32, 24, 4, 1.2e-2, 3e-3, frontal_steps=4),)

    class StoppedError(Exception):
        pass

    def stop(*_):
        raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("encoder.rendered_faces.head.learning.distillation.StageTrainer._log", stop)
        with pytest.raises(StoppedError):
            distil(tmp_path / "stopped", {32: made_set}, None, stages, SETTINGS, TINY)
    resumed = distil(tmp_path / "stopped", {32: made_set}, None, stages, SETTINGS, TINY)

    assert [row["step"] for row in read_log(tmp_path / "stopped")] == ["16", "24"]
    for name, variable in whole.variables_by_name.items():
        np.testing.assert_allclose(
            resumed.variables_by_name[name].numpy(), variable.numpy(), atol=1e-5, err_msg=name
        )


def test_a_missing_set_is_named_before_training(tmp_path, made_set):
    with pytest.raises(InputError, match="the stage at 512 needs faces of 1024"):
        distil(tmp_path, {32: made_set}, None, (STAGES[4],), SETTINGS, TINY)


def test_too_few_faces_are_refused(tmp_path, made_set):
    with pytest.raises(InputError, match="too few faces of 32 pixels"):
        distil(tmp_path, {32: made_set}, None, STAGES_TINY, Settings(held_out=14), TINY)


def test_the_pickle_maps_z_as_the_codes_do(tmp_path, made_set):
    from encoder.rendered_faces.head.learning.codes import vectors_from_z, w_from_vectors

    network = distil(tmp_path, {32: made_set}, None, STAGES_TINY, SETTINGS, TINY)
    save_head_networks(tmp_path / "head.pkl.xz", network, 0, TINY)

    Gs = load_networks(tmp_path / "head.pkl.xz").Gs
    z = Gs.sample_z([1, 2])
    w = Gs.map(z)
    assert w.shape == (2, network.num_layers, 512)
    np.testing.assert_allclose(w[:, 0], w_from_vectors(vectors_from_z(z)), atol=0.02)
    made = Gs.synthesize(w, noise="none")
    np.testing.assert_allclose(made, network(w, noise="none"), atol=0.02)


def test_the_shipped_shape_fits_in_sixteen_megabytes():
    from stylegan_tf.networks.stylegan2 import Synthesis

    network = Synthesis(resolution=1024, **SYNTHESIS_KWARGS)
    count = sum(
        int(np.prod(v.shape))
        for name, v in network.variables_by_name.items()
        if not name.startswith("noise")
    )
    assert 2 * count < 14e6  # float16; mapping and discriminator take the rest


def test_sets_are_read_while_they_grow(tmp_path, made_set_writer):
    made_set_writer(tmp_path / "s", size=16, shards=3)
    (tmp_path / "s" / "00001-images.npy").unlink()

    faces = TrainingSet(tmp_path / "s")

    assert faces.shards == [0, 2]
    assert len(faces) == 16
    expected = faces.manifest.vectors(2)[1]
    np.testing.assert_array_equal(faces.vectors[9], expected)
    colour = np.rint(127.5 + 100 * expected[faces.manifest.parameters.index("melanin")])
    assert faces.images(np.array([9]))[0, 3, 3, 0] == colour
