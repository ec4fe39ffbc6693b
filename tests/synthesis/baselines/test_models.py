import dataclasses
import json

import pytest

from stylegan_tf.errors import InputError
from synthesis.baselines.models import MODELS, describe, load_trained, make_options


def test_defaults_are_the_originals():
    mocogan = make_options("mocogan", {})
    assert (mocogan.width, mocogan.content_size, mocogan.motion_size) == (64, 50, 10)
    assert (mocogan.frames, mocogan.classes, mocogan.learning_rate) == (16, 6, 2e-4)
    tgan = make_options("tgan", {})
    assert (tgan.width, tgan.critic_width, tgan.code_size) == (512, 64, 100)
    assert (tgan.batch_size, tgan.learning_rate, tgan.clip_every) == (32, 5e-5, 5)
    vgan = make_options("vgan", {})
    assert (vgan.width, vgan.batch_size, vgan.mask_penalty) == (64, 64, 0.1)
    dvdgan = make_options("dvdgan", {})
    assert (dvdgan.frames, dvdgan.width, dvdgan.batch_size) == (12, 128, 512)
    assert dvdgan.clips_per_step == 1024  # the critics are updated twice a step


def test_options_from_texts():
    options = make_options("mocogan", {"noise": "0.1", "infogan": "false", "width": "8"})
    assert (options.noise, options.infogan, options.width) == (0.1, False, 8)
    assert make_options("vgan", {"generator_gradient": "fresh"}).generator_gradient == "fresh"
    assert make_options("dvdgan", {"frames": "48"}).window.frames == 48


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        ("mocogan", {"size": "96"}, "draws 64×64, not 96: the original is hard-wired"),
        ("mocogan", {"wdith": "8"}, "mocogan has no option 'wdith'; it has size, width,"),
        ("mocogan", {"width": "eight"}, "option width=eight is not a whole number"),
        ("mocogan", {"noise": "-1"}, "option noise is -1; it must be from 0"),
        ("mocogan", {"noise": "nan"}, "option noise is nan; it must be a finite number"),
        ("mocogan", {"infogan": "yes"}, "option infogan=yes is not bool"),
        ("mocogan", {"batch_size": "0"}, "batch_size must be 1 or more"),
        ("tgan", {"size": "100"}, "a multiple of 16 wide, not 100"),
        ("tgan", {"frames": "32"}, "clips have 16 frames, not 32"),
        ("tgan", {"width": "40"}, "width is a multiple of 16, not 40"),
        ("vgan", {"size": "128"}, "32 frames of 64×64, not 32 of 128×128"),
        ("vgan", {"generator_gradient": "new"}, "generator_gradient=new is not original or fresh"),
        ("dvdgan", {"frames": "10"}, "a multiple of 4 frames, such as 12 or 48, not 10"),
        ("dvdgan", {"size": "96"}, "64, 128, 256 wide, not 96"),
        ("pose_gan", {"size": "128"}, "draws 64×64, not 128"),
        ("gan", {}, "there is no model 'gan'; choose one of mocogan, tgan, vgan, dvdgan, pose_gan"),
    ],
)
def test_options_that_are_refused(model, values, message):
    with pytest.raises(InputError, match=message):
        make_options(model, values)


def test_tgan_at_other_sizes():
    for size in ("96", "128"):
        assert make_options("tgan", {"size": size}).size == int(size)


def test_a_folder_keeps_to_its_model(tmp_path):
    options = make_options("tgan", {"width": "16"})
    describe(tmp_path, "tgan", options, ["a"], {"seed": 0})
    describe(tmp_path, "tgan", options, ["a"], {"seed": 0})
    found = json.loads((tmp_path / "model.json").read_text())
    assert MODELS["tgan"].options(**found["options"]) == options
    other = dataclasses.replace(options, width=32)
    with pytest.raises(InputError, match="holds a training with another options"):
        describe(tmp_path, "tgan", other, ["a"], {"seed": 0})
    with pytest.raises(InputError, match="holds a training with another data"):
        describe(tmp_path, "tgan", options, ["a"], {"seed": 1})


def test_folders_that_hold_no_training(tmp_path):
    with pytest.raises(InputError, match="is not the folder of a training"):
        load_trained(tmp_path)
    (tmp_path / "model.json").write_text('{"model": "gan"}')
    with pytest.raises(InputError, match="is not the description of a baseline"):
        load_trained(tmp_path)
    (tmp_path / "model.json").unlink()
    describe(tmp_path, "pose_gan", make_options("pose_gan", {"width": "2"}), [], {})
    with pytest.raises(InputError, match="holds no checkpoint yet"):
        load_trained(tmp_path)
