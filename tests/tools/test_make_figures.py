from PIL import Image


def test_figures_of_masks_sequence_and_expressions(tmp_path, run_driver, small_network):
    flags = [*small_network.flags, f"--output={tmp_path}", "--figure=20,21,25"]
    result = run_driver("make_figures", *flags)
    assert result.returncode == 0, result.stderr
    names = [f"figure_{number}.png{end}" for number in (20, 21, 25) for end in ("", ".record")]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    with Image.open(tmp_path / "figure_20.png") as picture:
        assert picture.width > 7 * 256
        assert picture.height > 4 * 256
    with Image.open(tmp_path / "figure_25.png") as picture:
        assert picture.height > 6 * 256


def test_wrong_flags_are_one_line(tmp_path, run_driver):
    for flags, message in [
        (["--figure=16"], "--figure=16; choose from 17, 18"),
        (["--figure=23"], "figure 23 needs --tgan, a TGAN of tools/train_baseline.py"),
        (["--figure=24", "--mocogan=none"], "none is not the folder of a training"),
        (["--figure=17"], "figure 17 needs --encoder"),
        (["--figure=19"], "figure 19 needs --input, a driving clip"),
        (["--figure=27", "--seeds=1,2"], "figure 27 shows face 3; 2 given"),
    ]:
        result = run_driver("make_figures", f"--output={tmp_path / 'new'}", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
        assert not (tmp_path / "new").exists()
