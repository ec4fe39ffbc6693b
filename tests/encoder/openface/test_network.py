import copy
import pathlib

import numpy as np
import pytest

from encoder.openface.network import MAX_MODULES, build_network, load_openface_network
from encoder.openface.torch7_file import Torch7FileError, Torch7Module, read_torch7_file

DATA = pathlib.Path(__file__).parents[2] / "data" / "openface"


@pytest.fixture(scope="module")
def golden():
    return np.load(DATA / "openface_random.npz")


@pytest.fixture(scope="module")
def root(openface_file):
    return read_torch7_file(openface_file)


@pytest.fixture(scope="module")
def network(openface_file):
    return load_openface_network(openface_file)


def test_descriptors_are_those_of_the_original(network, golden):
    descriptors = network(golden["images"].astype(np.float32) / 255).numpy()
    assert np.abs(descriptors - golden["embeddings"]).max() <= 1e-5
    assert np.abs(descriptors - golden["embeddings64"]).max() <= 1e-5
    np.testing.assert_allclose(np.linalg.norm(descriptors, axis=1), 1, atol=1e-6)


def test_network_has_the_published_size(network):
    assert network.count_params() == 3_733_968 - 2 * (64 + 64 + 192) - 8672


def changed(root, *path, **fields):
    """A copy of the network in which the module at `path` (numbers from 1) has other fields."""
    result = Torch7Module(root.kind, root.version, dict(root.fields))
    module = result
    for number in path:
        part = module.fields["modules"][float(number)]
        part = Torch7Module(part.kind, part.version, dict(part.fields))
        module.fields["modules"] = {**module.fields["modules"], float(number): part}
        module = part
    module.fields.update(fields)
    return result


def test_later_files_with_a_running_variance_give_the_same(root, network, golden):
    later = copy.copy(root)
    for number in (2.0, 7.0, 10.0):
        module = root.fields["modules"][number]
        variance = module.fields["running_std"].astype(np.float64) ** -2 - module.fields["eps"]
        later = changed(later, number, running_var=variance)
        del later.fields["modules"][number].fields["running_std"]
    images = golden["images"].astype(np.float32) / 255
    np.testing.assert_allclose(build_network(later)(images), network(images), atol=1e-6)


def test_kernels_and_strides_come_from_the_file(root, golden):
    """The same weights with today's pools (stride 1, padding 1 in 3a) are another network."""
    today = changed(root, 14, 1, 3, 1, dW=1.0, dH=1.0, padW=1.0, padH=1.0)
    images = golden["images"][:1].astype(np.float32) / 255
    assert np.abs(build_network(today)(images) - golden["embeddings"][:1]).max() > 1e-4


def refusals(root):
    same = root
    for _ in range(12):  # a doubling that would be 4096 modules
        same = Torch7Module("Sequential", 1, {"modules": {1.0: same, 2.0: same}})
    array = np.zeros(64, np.float32)
    return {
        "no module": (1.0, "holds no network of nn"),
        "unknown": (Torch7Module("Tanh", 1, {}), "a module nn.Tanh, which nn4.small2 has not"),
        "no modules": (Torch7Module("Sequential", 1, {}), "an nn.Sequential without modules"),
        "numbering": (
            Torch7Module("Sequential", 1, {"modules": {2.0: root}}),
            "whose modules are not numbered from 1",
        ),
        "a number": (
            Torch7Module("Sequential", 1, {"modules": {1.0: 5.0}}),
            "something in it that is no module",
        ),
        "doubling": (same, "feeds|of more than"),
        "outputs": (
            Torch7Module("Sequential", 1, {"modules": {1.0: Torch7Module("Square", 1, {})}}),
            r"with outputs \(96, 96, 3\)",
        ),
        "size": (changed(root, 1, weight=array), "whose weight has not 9408 numbers"),
        "not finite": (changed(root, 1, bias=array * np.nan), "whose bias is not finite"),
        "kernel": (changed(root, 1, kW=2.5), "kW 2.5; it must be a whole number"),
        "stride": (changed(root, 1, dW=0.0), "dW 0; it must be a whole number"),
        "padding": (changed(root, 1, padW=1e6), r"padW 1e\+06; it must be a whole number"),
        "channels": (changed(root, 6, nInputPlane=63.0), "to a convolution of 63 channels"),
        "ceil": (changed(root, 4, ceil_mode=True), "with ceil_mode"),
        "threshold": (changed(root, 3, threshold=1.0), "an nn.ReLU with a threshold"),
        "norm": (changed(root, 26, p=1.0), "of another norm than 2"),
        "even": (changed(root, 5, size=4.0), "over 4 channels; it is even"),
        "reshape": (changed(root, 20, size=np.array([2])), "reshapes"),
        "infinite": (changed(root, 5, beta=float("inf")), "without a number beta"),
    }


def test_other_networks_are_refused(root):
    for module, message in refusals(root).values():
        with pytest.raises(Torch7FileError, match=message):
            build_network(module)


def test_number_of_modules_is_bounded():
    square = Torch7Module("Square", 1, {})
    table = {float(number): square for number in range(1, MAX_MODULES + 2)}
    with pytest.raises(Torch7FileError, match=f"of more than {MAX_MODULES} modules"):
        build_network(Torch7Module("Sequential", 1, {"modules": table}))


def test_message_names_the_file(tmp_path):
    path = tmp_path / "number.t7"
    path.write_bytes(b"\x01\0\0\0" + b"\0" * 8)
    with pytest.raises(Torch7FileError, match=rf"^{path} holds no network of nn$"):
        load_openface_network(path)
