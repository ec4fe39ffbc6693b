import imageio_ffmpeg
import numpy as np
import pytest


@pytest.fixture
def empty_stage(tmp_path):
    """Three frames without anybody."""
    path = tmp_path / "stage.mp4"
    writer = imageio_ffmpeg.write_frames(str(path), (96, 64), fps=10)
    writer.send(None)
    for _ in range(3):
        writer.send(np.full((64, 96, 3), 90, np.uint8))
    writer.close()
    return path


def test_a_clip_without_faces(run_driver, empty_stage, tmp_path):
    output = tmp_path / "faces"
    arguments = [f"--input={empty_stage}", f"--output={output}", "--detector=hog"]
    for size in (320, 640):  # the second try is not refused for the first one's sake
        result = run_driver("extract_faces", *arguments, f"--detection_size={size}")
        assert result.returncode == 1
        assert "no face was found in" in result.stderr.splitlines()[-1]
        assert list(tmp_path.iterdir()) == [empty_stage]


def test_bad_input_is_one_line(run_driver, tmp_path):
    output = tmp_path / "faces"
    for arguments, message in [
        (["--input=none.mp4"], "none.mp4: no such video file"),
        (["--input=none.mp4", "--person=best"], "person"),
        ([], "input"),
    ]:
        result = run_driver("extract_faces", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()
