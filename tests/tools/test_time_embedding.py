import re


def test_times_a_small_network(run_driver, small_network):
    result = run_driver(
        "time_embedding",
        f"--network={small_network.pickle}",
        "--images=4",
        "--iterations=2",
        "--working_resolution=16",
    )
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert re.fullmatch(
        r"image2stylegan, 64×64: \d\.\d+ s a step, \d\.\d+ s of processor time; "
        r"\d+ MiB at the peak",
        first,
    )
    assert re.fullmatch(
        r"last 2 images / first 2: \d+\.\d+ of the time; memory grew by \d+\.\d MiB over 4 images",
        second,
    )


def test_one_network_is_enough(run_driver, small_network):
    flags = [f"--network={small_network.pickle}", "--fresh_resolution=64"]
    result = run_driver("time_embedding", *flags)
    assert result.returncode == 1
    assert "both name a network; give one of them" in result.stderr
