def test_prints_the_table(run_driver):
    result = run_driver("check_parity", "--names=progan_64")
    assert result.returncode == 0, result.stderr
    assert "| progan_64 | Progressive GAN | synthesis |" in result.stdout
    assert "too far" not in result.stdout


def test_says_what_is_wrong(tmp_path, run_driver):
    result = run_driver("check_parity", f"--input={tmp_path}")
    assert result.returncode == 1
    assert "no golden networks" in result.stderr
