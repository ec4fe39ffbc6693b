import json

from PIL import Image

from encoder.clips.reading import read_frames


def test_demo_stops_where_there_is_no_face_to_score(tmp_path, run_driver, small_network):
    """A network with fresh weights paints no faces: all but the score is there, and it says so."""
    result = run_driver(
        "demo", f"--output={tmp_path}", *small_network.flags, "--length=2", "--frames_between=3"
    )
    assert result.returncode == 1
    assert "a face was found in 0 of 9 frames" in result.stderr.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "keyframes.png",
        "sequence.csv",
        "video.json",
        "video.mp4",
    ]
    assert len(list(read_frames(tmp_path / "video.mp4"))) == 9
    with Image.open(tmp_path / "keyframes.png") as sheet:
        assert sheet.width > 512
    lines = (tmp_path / "sequence.csv").read_text().split()
    assert lines[:2] == ["emotion", "calm"]
    assert len(lines) == 4
    record = json.loads((tmp_path / "video.json").read_text())
    assert record["program"] == "demo.py"
    assert record["flags"]["length"] == 2


def test_wrong_flags_are_one_line(tmp_path, run_driver):
    (tmp_path / "file").write_text("")
    for flags, message in [
        ([f"--output={tmp_path / 'file'}"], "is a file; give a folder"),
        (["--length=0"], "length"),
    ]:
        result = run_driver("demo", f"--output={tmp_path / 'new'}", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
        assert not (tmp_path / "new").exists()
