"""Golden networks: their weights, made anew from their names, and what the originals gave."""

import dataclasses
import io
import lzma
import pathlib
import zlib
from collections.abc import Callable

import keras
import numpy as np
import pytest

DATA = pathlib.Path(__file__).parents[2] / "data" / "baselines"
KEPT = 2000  # of a golden array with more elements every p-th is kept, p a prime


def golden_value(name, shape, kind, fan=1.0, gain=1.0):
    """The golden data's number for a name: a stream of NumPy's seeded by it, rounded to 16 bits."""
    random = np.random.RandomState(zlib.crc32(name.encode()) & 0xFFFFFFFF)
    if kind == "w":
        value = random.standard_normal(shape) * (gain / np.sqrt(float(fan)))
    elif kind == "gamma":
        value = 1.0 + 0.2 * random.standard_normal(shape)
    elif kind == "var":
        value = random.uniform(0.5, 1.5, shape)
    elif kind == "uniform":
        value = random.uniform(-1.0, 1.0, shape)
    else:
        value = {"normal": 1.0, "small": 0.1}[kind] * random.standard_normal(shape)
    return value.astype(np.float16).astype(np.float32)


def thin(array):
    """The elements that golden data keep of an array; all where it has `KEPT` or fewer."""
    array = np.asarray(array)
    if array.size <= KEPT:
        return array
    stride = -(-array.size // KEPT)
    while any(stride % divisor == 0 for divisor in range(2, stride)):
        stride += 1
    return array.ravel()[::stride]


@dataclasses.dataclass(frozen=True)
class Weight:
    """A variable of ours, and the parameter of the original that it holds.

    `convert` leads from the original's layout, of `shape`, to ours; it only moves elements.
    """

    name: str
    variable: keras.Variable
    shape: tuple[int, ...]
    convert: Callable[[np.ndarray], np.ndarray]
    kind: str
    fan: float = 1.0
    gain: float = 1.4

    def original(self, array):
        """An array of the variable's shape in the original's layout."""
        places = self.convert(np.arange(np.prod(self.shape)).reshape(self.shape))
        moved = np.empty(self.shape, np.asarray(array).dtype)
        moved.ravel()[places.ravel()] = np.asarray(array).ravel()
        return moved


class GoldenWeights:
    """The weights of a golden network, by the original's names."""

    def __init__(self, leaves, bias="bias", weight="weight"):
        self.leaves, self.bias, self.weight = leaves, bias, weight
        self.weights = []

    def add(self, name, variable, shape, convert, kind="w", fan=1.0, gain=1.4):
        self.weights.append(Weight(name, variable, tuple(shape), convert, kind, fan, gain))

    def conv(self, layer, name, fan):
        """A convolution: (out, in, space…) there, (space…, in, out) here; transposed, too."""
        *space, a, b = layer.kernel.shape
        axes = [*range(2, 2 + len(space)), 1, 0]
        self.add(
            f"{name}.{self.weight}",
            layer.kernel,
            (b, a, *space),
            lambda array: array.transpose(axes),
            fan=fan,
        )
        if layer.use_bias:
            self.add(
                f"{name}.{self.bias}", layer.bias, layer.bias.shape, lambda array: array, "small"
            )

    def norm(self, layer, name):
        variables = (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
        kinds = ("gamma", "small", "small", "var")
        for leaf, variable, kind in zip(self.leaves, variables, kinds, strict=True):
            if variable is not None:
                self.add(f"{name}.{leaf}", variable, variable.shape, lambda array: array, kind)

    def fill(self, prefix):
        """Gives all variables the golden values."""
        for weight in self.weights:
            name = f"{prefix}.{weight.name}"
            value = golden_value(name, weight.shape, weight.kind, weight.fan, weight.gain)
            weight.variable.assign(weight.convert(value))

    def of(self, variable):
        """The weight that a variable holds."""
        return next(weight for weight in self.weights if weight.variable is variable)

    def running(self):
        """The weights that are running statistics."""
        return [weight for weight in self.weights if not weight.variable.trainable]


def compare(name, ours, golden, relative, absolute=None):
    """Asserts that arrays, ours thinned first, differ by at most a part of the largest value."""
    ours, golden = thin(ours), np.asarray(golden)
    assert ours.size == golden.size, f"{name}: {ours.shape}, not {golden.shape}"
    error = np.abs(ours.ravel() - golden.ravel()).max()
    limit = relative * np.abs(golden).max() if absolute is None else absolute
    assert error <= limit, f"{name}: off by {error:.2e}, more than {limit:.2e}"


@pytest.fixture
def golden():
    """`golden("mocogan_forward")` → the arrays by key."""

    def load(name):
        with lzma.open(DATA / f"{name}.npz.xz") as file:
            return dict(np.load(io.BytesIO(file.read())))

    return load


@pytest.fixture
def golden_weights():
    return GoldenWeights


@pytest.fixture(name="golden_value")
def golden_value_fixture():
    return golden_value


@pytest.fixture(name="compare")
def compare_fixture():
    return compare


@pytest.fixture(name="thin")
def thin_fixture():
    return thin


@pytest.fixture
def float64():
    """Networks are built in float64 while the test runs."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy(before)
