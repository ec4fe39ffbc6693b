import pytest

pytest.importorskip("ray", reason="needs Ray: pip install -r requirements-cluster.txt")

from tests.cluster import faults


@pytest.mark.timeout(600)
def test_a_node_a_worker_and_the_driver_die(tmp_path):
    found = faults.run(25, tmp_path)
    assert (found.missing, found.more, found.different, found.redone) == ([], [], [], 0)
    assert 15 <= found.survivors <= 25
