import pytest

from encoder.rendered_faces.head.training_set import TrainingSet


@pytest.fixture
def made_set(tmp_path, made_set_writer):
    made_set_writer(tmp_path / "faces", size=32)
    return TrainingSet(tmp_path / "faces")
