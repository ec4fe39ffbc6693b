import numpy as np

from encoder.clips.reading import read_frames


def test_walk_comes_back_along_great_circles(tmp_path, run_driver, small_network):
    network, _ = small_network.flags
    flags = [network, "--seeds=1,2", "--loop", "--frames_between=2", f"--output={tmp_path / 'w'}"]
    result = run_driver("mix_faces", *flags)
    assert result.returncode == 0, result.stderr
    frames = np.stack(list(read_frames(tmp_path / "w")))
    assert frames.shape == (7, 64, 64, 3)
    np.testing.assert_array_equal(frames[0], frames[6])
    np.testing.assert_array_equal(frames[1], frames[5])
    assert (tmp_path / "w.json").exists()


def test_wrong_flags_are_one_line(tmp_path, run_driver):
    picture, video = f"--output={tmp_path / 'a.png'}", f"--output={tmp_path / 'a.mp4'}"
    for flags, message in [
        ([video, "--seeds=1"], "a walk needs two or more --seeds"),
        ([picture, "--seeds=1,2"], "a video ends in .mp4"),
        ([video, "--seeds=1", "--styles=2"], "a table or a sum is a .png or .jpg"),
        ([picture, "--plus=none.npy"], "there is no latent file none.npy"),
        ([picture, "--plus=a.npy", "--seeds=1"], "leave --seeds and --styles out"),
    ]:
        result = run_driver("mix_faces", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
