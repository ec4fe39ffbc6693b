"""Trainings on two machines: two processes with a TF_CONFIG each, which talk over the network."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start_machines(driver, *arguments, logs):
    """Both machines of a cluster, with the same command."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in free_ports(2)]}
    machines = []
    for index in range(2):
        config = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        with open(logs / f"machine{index}.log", "ab") as log:
            machines.append(
                subprocess.Popen(
                    [sys.executable, f"tools/{driver}.py", "--strategy=multi_worker", *arguments],
                    cwd=ROOT,
                    env={
                        **os.environ,
                        "PYTHONPATH": str(ROOT),
                        "TF_CONFIG": json.dumps(config),
                        "TF_NUM_INTRAOP_THREADS": "1",
                        "TF_CPP_MIN_LOG_LEVEL": "3",
                    },
                    stdout=log,
                    stderr=log,
                )
            )
    return machines


def wait(machines, logs, seconds=240):
    """Their exit codes, and what they said."""
    try:
        codes = [machine.wait(seconds) for machine in machines]
    finally:
        for machine in machines:
            machine.kill()
    return codes, [(logs / f"machine{index}.log").read_text() for index in range(2)]


@pytest.fixture
def lstm_flags():
    return ("--input=markov-chain", "--clips=60", "--clip_length=8", "--units=4", "--window=3")


def weights(path):
    return keras.models.load_model(path, compile=False).get_weights()


def test_two_machines_train_what_one_does(run_driver, lstm_flags, tmp_path):
    one, two = tmp_path / "one.keras", tmp_path / "two.keras"
    flags = (*lstm_flags, "--epochs=3", "--dropout=0")
    result = run_driver("train_emotion_lstm", *flags, f"--output={one}")
    assert result.returncode == 0, result.stderr
    machines = start_machines("train_emotion_lstm", *flags, f"--output={two}", logs=tmp_path)
    codes, said = wait(machines, tmp_path)
    assert codes == [0, 0], said
    assert "held-out clips: accuracy" in said[0]
    for first, second in zip(weights(one), weights(two), strict=True):
        np.testing.assert_allclose(second, first, atol=1e-4)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"two.keras", "two.keras.record"} <= names
    assert not any(name.startswith(".") for name in names)  # no workspace is left


def test_a_machine_that_dies_ends_the_other_and_both_go_on(lstm_flags, tmp_path):
    output = tmp_path / "lstm.keras"
    flags = (*lstm_flags, "--epochs=40", f"--output={output}")
    machines = start_machines("train_emotion_lstm", *flags, logs=tmp_path)
    work = tmp_path / ".lstm.keras.work" / "checkpoints"
    end = time.monotonic() + 200
    while not list(work.glob("*.index")):
        assert time.monotonic() < end, (tmp_path / "machine0.log").read_text()
        time.sleep(0.2)
    machines[1].send_signal(signal.SIGKILL)
    codes, said = wait(machines, tmp_path)
    assert codes[0] == 1, said
    assert "another machine of TF_CONFIG does not answer any more" in said[0].splitlines()[-1]
    assert not output.exists()
    kept = {path.name for path in work.glob("*.index")}
    flags = (*lstm_flags, "--epochs=40", f"--output={output}")
    codes, said = wait(start_machines("train_emotion_lstm", *flags, logs=tmp_path), tmp_path)
    assert codes == [0, 0], said
    assert "going on after epoch" in said[0], kept
    assert output.exists()


def test_a_baseline_on_two_machines(tmp_path):
    from PIL import Image

    random = np.random.default_rng(0)
    for label in ("happiness", "fear"):
        folder = tmp_path / "clips" / label / "one"
        folder.mkdir(parents=True)
        for number in range(16):
            picture = random.integers(0, 256, (64, 64, 3), np.uint8)
            Image.fromarray(picture).save(folder / f"{number:02d}.png")
    machines = start_machines(
        "train_baseline",
        "--model=mocogan",
        "--dataset=clips",
        f"--data={tmp_path}/clips",
        "--options=width=4,image_batch_size=4",
        "--batch_size=4",
        "--steps=2",
        f"--output={tmp_path}/mocogan",
        logs=tmp_path,
    )
    codes, said = wait(machines, tmp_path)
    assert codes == [0, 0], said
    assert (tmp_path / "mocogan" / "checkpoints" / "ckpt-2.index").is_file()
    assert not (tmp_path / "mocogan-worker1" / "checkpoints").exists()


def test_without_a_cluster_it_is_refused(run_driver, lstm_flags, tmp_path):
    result = run_driver(
        "train_emotion_lstm",
        *lstm_flags,
        "--strategy=multi_worker",
        f"--output={tmp_path}/a.keras",
    )
    assert result.returncode == 1
    assert "TF_CONFIG does not say which machines train together" in result.stderr.splitlines()[-1]
