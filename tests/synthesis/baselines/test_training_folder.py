import json

import pytest

from stylegan_tf.errors import InputError
from synthesis.baselines.training_folder import read_training


def write(folder, step):
    content = {"model": "tgan", "options": {"width": 4}, "classes": ["a", "b"], "data": {}}
    (folder / "model.json").write_text(json.dumps(content))
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    lines = [f'model_checkpoint_path: "ckpt-{step}"', 'all_model_checkpoint_paths: "ckpt-1"']
    (checkpoints / "checkpoint").write_text("\n".join(lines))


def test_what_a_folder_says(tmp_path):
    write(tmp_path, 250)
    found = read_training(tmp_path)
    assert (found.model, found.options, found.classes) == ("tgan", {"width": 4}, ("a", "b"))
    assert found.step == 250


def test_the_checksum_follows_the_checkpoints(tmp_path):
    write(tmp_path, 250)
    before = read_training(tmp_path).checksum()
    assert read_training(tmp_path).checksum() == before
    (tmp_path / "log").mkdir()
    assert read_training(tmp_path).checksum() == before
    write(tmp_path, 300)
    assert read_training(tmp_path).checksum() != before


def test_folders_that_hold_none(tmp_path):
    with pytest.raises(InputError, match="is not the folder of a training"):
        read_training(tmp_path)
    write(tmp_path, 1)
    (tmp_path / "checkpoints" / "checkpoint").write_text("nothing")
    with pytest.raises(InputError, match="holds no checkpoint yet; train longer"):
        read_training(tmp_path)
    (tmp_path / "model.json").write_text('{"model": "tgan"}')
    with pytest.raises(InputError, match="is not the description of a baseline"):
        read_training(tmp_path)
