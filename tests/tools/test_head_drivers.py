"""The drivers of the rendered head refuse bad input before anything heavy starts."""


def test_rendering_needs_a_folder(run_driver, tmp_path):
    (tmp_path / "file").write_text("")
    result = run_driver("render_training_faces", f"--output={tmp_path / 'file'}")
    assert result.returncode == 1
    assert "is a file; give a folder" in result.stderr


def test_rendering_needs_the_assets(run_driver, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEGAN_VIDEO_CACHE", str(tmp_path / "empty"))
    result = run_driver("render_training_faces", f"--output={tmp_path / 'out'}")
    assert result.returncode == 1
    assert "there are no renderer assets" in result.stderr
    assert not (tmp_path / "out").exists()


def test_distilling_needs_rendered_faces(run_driver, tmp_path):
    result = run_driver("distil_head", f"--faces={tmp_path}", f"--work={tmp_path / 'work'}")
    assert result.returncode == 1
    assert "holds no rendered training set" in result.stderr


def test_distilling_knows_its_stages(run_driver, tmp_path):
    result = run_driver(
        "distil_head", f"--faces={tmp_path}", f"--work={tmp_path}", "--last_stage=100"
    )
    assert result.returncode == 1
    assert "--last_stage=100 is none of 32, 64, 128, 256, 512, 1024" in result.stderr


def test_tuning_knows_its_emotions(run_driver, tmp_path):
    result = run_driver(
        "tune_face_expressions", f"--output={tmp_path / 'u.json'}", "--emotions=boredom"
    )
    assert result.returncode == 1
    assert "--emotions=boredom is none of" in result.stderr
