import json

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.training.cluster_config import read_config
from stylegan_tf.training.replicas import Replicas, make_replicas

CLUSTER = {"worker": ["a:1", "b:2"]}


def test_one_device_takes_the_whole_batch():
    replicas = make_replicas("none")
    assert (replicas.count, replicas.is_chief, replicas.has_others) == (1, True, False)
    assert replicas.split([1, 2, 3]) == [1, 2, 3]
    assert replicas.run(lambda rows, factor: sum(rows) * factor, [1, 2, 3], 2) == 12


def test_a_batch_must_divide():
    replicas = Replicas()
    replicas.count = 3
    replicas.check_batch(6)
    with pytest.raises(InputError, match="a batch of 8 does not divide among 3 devices"):
        replicas.check_batch(8)


@pytest.mark.parametrize(
    ("cluster", "kind", "index", "machine"),
    [
        (CLUSTER, "worker", 0, 0),
        (CLUSTER, "worker", 1, 1),
        ({"chief": ["c:1"], **CLUSTER}, "chief", 0, 0),
        ({"chief": ["c:1"], **CLUSTER}, "worker", 0, 1),
    ],
)
def test_which_machine_this_is(monkeypatch, cluster, kind, index, machine):
    config = {"cluster": cluster, "task": {"type": kind, "index": index}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    assert read_config() == machine


@pytest.mark.parametrize(
    "text",
    [
        "",
        "worker",
        "[]",
        "[" * 100_000,
        '{"cluster": 1, "task": {"type": "worker", "index": 0}}',
        '{"cluster": {"worker": ["a:1"]}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"ps": ["a:1"]}, "task": {"type": "ps", "index": 0}}',
    ],
)
def test_a_configuration_that_is_none(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(InputError, match="TF_CONFIG does not say which machines train together"):
        make_replicas("multi_worker")
