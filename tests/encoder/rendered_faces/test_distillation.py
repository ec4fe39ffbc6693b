import numpy as np
import pytest
import tensorflow as tf

import encoder.rendered_faces.distillation as distillation
from encoder.rendered_faces.distillation import Stage, attention, distil, image_loss

STAGES = (
    Stage(16, 12, 32, 24, 4, 1.2e-2, 3e-3),
    Stage(32, 12, 32, 4, 4, 6e-3, 1e-3, trained_from=32),
)


def test_loss_of_a_constant_difference():
    made, target = tf.ones([2, 32, 32, 3]), tf.zeros([2, 32, 32, 3])
    # The weights average 1 and each of the four scales sees a difference of 1.
    assert float(image_loss(made, target, attention(32))) == pytest.approx(4.0, rel=1e-5)


def test_attention_is_on_eyes_and_mouth():
    weights = attention(64)[0, ..., 0]
    assert weights.mean() == pytest.approx(1, rel=1e-5)
    eye, mouth, corner = weights[28, 24], weights[48, 32], weights[2, 2]
    assert min(eye, mouth) > 3 * corner


def test_training_learns_and_a_stopped_one_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(distillation, "CHECKPOINT_STEPS", 8)
    losses = []
    monkeypatch.setattr(distillation.logging, "info", lambda _, *values: losses.append(values))
    whole = distil(tmp_path / "whole", STAGES)
    at16 = [values[2] for values in losses if len(values) == 3 and values[0] == 16]
    assert len(at16) == 3
    assert at16[-1] < 0.8 * at16[0]
    assert whole.resolution == 32
    before = np.load(tmp_path / "whole" / "stage16.npz")
    for name, variable in whole.variables_by_name.items():
        kept = name in before and bool((before[name] == variable.numpy()).all())
        untrained = "noise" in name or not name.startswith("32x32")
        assert kept == (untrained and not name.startswith(("32x32", "noise5", "noise6"))), name

    class StoppedError(Exception):
        pass

    def stop(*arguments):
        if arguments[1:3] == (16, 16):  # resolution, step
            raise StoppedError

    monkeypatch.setattr(distillation.logging, "info", stop)
    with pytest.raises(StoppedError):
        distil(tmp_path / "stopped", STAGES)
    monkeypatch.setattr(distillation.logging, "info", lambda _, *values: losses.append(values))
    losses.clear()
    resumed = distil(tmp_path / "stopped", STAGES)
    assert [values[1] for values in losses if values[0] == 16] == [24]
    for name, variable in whole.variables_by_name.items():
        np.testing.assert_allclose(
            resumed.variables_by_name[name].numpy(), variable.numpy(), atol=0.02, err_msg=name
        )
    for name, variable in whole.variables_by_name.items():
        if name.startswith("noise") or name.endswith("noise_strength"):
            assert not variable.numpy().any()
