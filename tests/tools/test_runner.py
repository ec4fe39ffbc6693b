"""Drivers of many items on other runners than this process."""

import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from encoder.clips.decoding import open_clip

ROOT = pathlib.Path(__file__).parents[2]
RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="needs Ray: requirements-cluster.txt"
)


def contents(folder, *left_out):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in left_out
    }


@pytest.mark.parametrize("runner", ["--num_workers=2", pytest.param("--runner=ray", marks=RAY)])
def test_pictures_are_the_same_wherever_they_are_drawn(tmp_path, run_driver, small_network, runner):
    network = f"--network={small_network.pickle}"
    for name, *flags in (("here",), ("there", runner)):
        result = run_driver(
            "generate_images", network, "--seeds=0-3", f"--output={tmp_path / name}", *flags
        )
        assert result.returncode == 0, result.stderr
        assert "4 written to" in result.stderr
    here, there = contents(tmp_path / "here"), contents(tmp_path / "there")
    assert there == here
    assert len(here) == 5  # and the record, which does not tell where


def test_a_video_of_each_face_into_storage_and_again(tmp_path, run_driver, small_network):
    np.save(tmp_path / "a.npy", np.random.RandomState(0).randn(10, 512).astype(np.float32))
    flags = (*small_network.flags, "--each=mp4", "--emotions=fear", "--frames_between=1")
    url = f"--output=file://{tmp_path / 'videos'}"
    result = run_driver("synthesize_video", *flags, "--seeds=1-2", url)
    assert result.returncode == 0, result.stderr
    assert "2 videos written to file://" in result.stderr
    latent = f"--latent={tmp_path / 'a.npy'}"
    result = run_driver("synthesize_video", *flags, latent, url)
    assert result.returncode == 0, result.stderr
    made = contents(tmp_path / "videos")
    assert list(made) == ["a.mp4", "record.json", "seed0001.mp4", "seed0002.mp4"]
    assert open_clip(tmp_path / "videos" / "a.mp4").num_frames == 3
    assert set(json.loads(made["record.json"])["items"]) == {"a", "seed0001", "seed0002"}

    folder = tmp_path / "folder"
    result = run_driver("synthesize_video", *flags, "--seeds=1-2", f"--output={folder}")
    assert result.returncode == 0, result.stderr
    for name in ("seed0001.mp4", "seed0002.mp4"):
        assert (folder / name).read_bytes() == made[name]
    again = run_driver("synthesize_video", *flags, "--seeds=1-2", f"--output={folder}")
    assert "all 2 are in" in again.stderr
    alone = f"--output={tmp_path / 'one.mp4'}"
    result = run_driver("synthesize_video", *flags[:-3], *flags[-2:], "--seed=2", alone)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "one.mp4").read_bytes() == made["seed0002.mp4"]


@RAY
def test_a_cluster_ends_with_its_driver(tmp_path, small_network):
    output = tmp_path / "out"
    process = subprocess.Popen(
        [
            sys.executable,
            "tools/generate_images.py",
            f"--network={small_network.pickle}",
            "--seeds=0-9999",
            f"--output={output}",
            "--runner=ray",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(output.glob("seed*.png")) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143, said
    assert "Traceback" not in said
    assert not [path for path in output.iterdir() if path.name.endswith(".lock")]


@pytest.mark.parametrize(
    ("driver", "flags", "message"),
    [
        ("generate_images", ["--ray_address=auto"], "--ray_address is for --runner=ray only"),
        ("generate_images", ["--gpus_per_worker=1"], "--gpus_per_worker is for --runner=ray only"),
        ("synthesize_video", ["--num_workers=2"], "--num_workers is for the videos of --each"),
        ("synthesize_video", ["--each=mp4", "--columns=2"], "--each makes a video of each face"),
        ("synthesize_video", ["--each=mp4", "--photo=setup.py"], "embed the photographs first"),
        pytest.param(
            "generate_images",
            ["--runner=ray", "--ray_address=127.0.0.1:1"],
            "the Ray cluster 127.0.0.1:1 is out of reach: Connection refused",
            marks=RAY,
        ),
    ],
)
def test_flags_that_do_not_fit_are_one_line(tmp_path, run_driver, driver, flags, message):
    more = ["--emotions=fear"] if driver == "synthesize_video" else []
    result = run_driver(driver, f"--output={tmp_path / 'out'}", *more, *flags)
    assert result.returncode in (1, 2)
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()
