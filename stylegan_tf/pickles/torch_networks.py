"""NVIDIA's PyTorch networks, turned into the state of StyleGAN2-ADA's TensorFlow networks.

A PyTorch pickle describes its modules as a tree of plain dicts; nothing in it needs to be run. Both
StyleGAN2-ADA's and StyleGAN3's repositories write StyleGAN2 networks in this form, and their
arithmetic is that of StyleGAN2-ADA's TensorFlow code (Karras et al. 2020, arXiv:2006.06676) with
other names, axes and defaults. So the same Keras networks serve both, and what was a PyTorch pickle
can be written as an official TensorFlow one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.values import settle

VERSION = 5  # of the TensorFlow state's layout
_ROLES = ("G", "D", "G_ema")


class RawModule(NamedTuple):
    """A `torch.nn.Module` as the pickle describes it: its class and its `__dict__`, unchecked."""

    class_name: str
    state: dict


def networks_of_torch(value: Mapping[str, Any]) -> list[NetworkState]:
    """The networks G, D and G_ema of a PyTorch pickle's dict, in the order of (G, D, Gs).

    Raises:
      PickleFormatError: they are not StyleGAN2's; the message says what they seem to be.
    """
    if value.get("G_ema") is None:
        raise PickleFormatError("the pickle holds no networks: a dict without 'G_ema'")
    modules = {role: settle(value[role]) for role in _ROLES if value.get(role) is not None}
    for role, module in modules.items():
        if not isinstance(module, RawModule):
            raise PickleFormatError(f"the pickle's {role!r} is not a network")
    builders = {"G": _generator, "D": _discriminator, "G_ema": _generator}
    names = {"G": "G", "D": "D", "G_ema": "Gs"}
    return [builders[role](_Module(role, raw), names[role]) for role, raw in modules.items()]


class _Module:
    """One module of the tree, with checked access to its parts."""

    def __init__(self, path: str, raw: RawModule) -> None:
        self.path = path
        self.class_name = raw.class_name
        self._state = raw.state
        self._children = self._dict("_modules")
        self._arrays = {**self._dict("_buffers"), **self._dict("_parameters")}

    def _dict(self, name: str) -> dict[str, Any]:
        value = settle(self._state.get(name))
        if not isinstance(value, dict):
            raise PickleFormatError(f"the module {self.path} has no {name}")
        return value

    def has(self, name: str) -> bool:
        """Whether there is a module or array of that name."""
        return self._children.get(name) is not None or self._arrays.get(name) is not None

    def child_names(self) -> list[str]:
        """The names of the modules inside."""
        return list(self._children)

    def child(self, name: str) -> "_Module":
        """The module `name` inside."""
        raw = settle(self._children[name]) if self._children.get(name) is not None else None
        if not isinstance(raw, RawModule):
            raise PickleFormatError(f"the module {self.path} has no {name!r}")
        return _Module(f"{self.path}.{name}", raw)

    def array(self, name: str, dimensions: int | None = None) -> np.ndarray:
        """A parameter or buffer, float32."""
        value = settle(self._arrays[name]) if self._arrays.get(name) is not None else None
        if not isinstance(value, np.ndarray):
            raise PickleFormatError(f"the module {self.path} has no array {name!r}")
        if dimensions is not None and value.ndim != dimensions:
            raise PickleFormatError(
                f"{self.path}.{name} has {value.ndim} dimensions, not {dimensions}"
            )
        return value

    def option(self, name: str, kind: type | tuple[type, ...]) -> Any:
        """A plain attribute of that type; `float` takes whole numbers and numpy's as well."""
        value = settle(self._state.get(name))
        if isinstance(value, np.generic):
            value = value.item()
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise PickleFormatError(f"the module {self.path} has no attribute {name!r} of use")
        return value

    def optional(self, name: str, kind: type) -> Any:
        """As `option`, or None where the attribute is None or missing."""
        return None if settle(self._state.get(name)) is None else self.option(name, kind)


def _generator(module: _Module, name: str) -> NetworkState:
    if not (module.has("synthesis") and module.has("mapping")):
        raise PickleFormatError(f"{module.path} is a {module.class_name[:60]}, not a generator")
    synthesis, mapping = module.child("synthesis"), module.child("mapping")
    if not synthesis.has("b4"):
        kind = "StyleGAN3's own" if synthesis.has("input") else "an unknown"
        raise PickleFormatError(
            f"{module.path} is {kind} generator; only StyleGAN2 networks are read"
        )
    shared = {
        "latent_size": mapping.option("z_dim", int),
        "label_size": mapping.option("c_dim", int),
        "dlatent_size": mapping.option("w_dim", int),
    }
    kwargs = {
        **shared,
        **_mapping_options(mapping),
        **_synthesis_options(synthesis),
        "truncation_psi": 1.0,  # the PyTorch code truncates only when told
        "truncation_cutoff": None,
    }
    beta = mapping.optional("w_avg_beta", float)
    if beta is None:
        raise PickleFormatError(f"{mapping.path} keeps no average W")
    kwargs["dlatent_avg_beta"] = beta
    layers = mapping.option("num_ws", int)
    return NetworkState(
        "G_main",
        name,
        kwargs,
        {"dlatent_avg": mapping.array("w_avg", 1)},
        {
            "synthesis": NetworkState(
                "G_synthesis", "G_synthesis", {}, dict(_synthesis_variables(synthesis)), {}, VERSION
            ),
            "mapping": NetworkState(
                "G_mapping",
                "G_mapping",
                {"dlatent_broadcast": layers},
                dict(_mapping_variables(mapping, "Dense")),
                {},
                VERSION,
            ),
        },
        VERSION,
    )


def _mapping_options(mapping: _Module) -> dict[str, Any]:
    layers = mapping.option("num_layers", int)
    if layers < 1:
        raise PickleFormatError(f"{mapping.path} has no layers")
    first = mapping.child("fc0")
    options = {
        "mapping_layers": layers,
        "mapping_lrmul": first.option("bias_gain", float),
        "mapping_nonlinearity": first.option("activation", str),
    }
    if layers > 1:
        options["mapping_fmaps"] = first.array("weight", 2).shape[0]
    if mapping.has("embed"):
        options["label_fmaps"] = mapping.child("embed").array("weight", 2).shape[0]
    return options


def _mapping_variables(mapping: _Module, layer_name: str) -> Iterator[tuple[str, np.ndarray]]:
    if mapping.has("embed"):
        yield from _dense(mapping.child("embed"), "LabelEmbed")
    for layer in range(mapping.option("num_layers", int)):
        yield from _dense(mapping.child(f"fc{layer}"), f"{layer_name}{layer}")


def _synthesis_options(synthesis: _Module) -> dict[str, Any]:
    blocks = _blocks(synthesis)
    last, layer = blocks[max(blocks)], blocks[4].child("conv1")
    return {
        "num_channels": synthesis.option("img_channels", int),
        "resolution": max(blocks),
        **_channel_options(
            {r: b.child("conv1").array("weight", 4).shape[0] for r, b in blocks.items()}
        ),
        "use_noise": layer.option("use_noise", bool),
        "architecture": last.option("architecture", str),
        "nonlinearity": layer.option("activation", str),
        "num_fp16_res": _count_fp16(blocks),
        "conv_clamp": layer.optional("conv_clamp", float),
        "resample_kernel": _kernel(last.array("resample_filter")),
    }


def _synthesis_variables(synthesis: _Module) -> Iterator[tuple[str, np.ndarray]]:
    blocks = _blocks(synthesis)
    layers = [
        blocks[res].child(name)
        for res in sorted(blocks)
        for name in ("conv0", "conv1")
        if blocks[res].has(name)
    ]
    if layers[0].option("use_noise", bool):
        for index, layer in enumerate(layers):
            yield f"noise{index}", layer.array("noise_const", 2)[np.newaxis, np.newaxis]
    yield "4x4/Const/const", blocks[4].array("const", 3)[np.newaxis]
    for res in sorted(blocks):
        block, prefix = blocks[res], f"{res}x{res}"
        if res == 4:
            yield from _modulated(block.child("conv1"), "4x4/Conv")
        else:
            yield from _modulated(block.child("conv0"), f"{prefix}/Conv0_up", up=True)
            yield from _modulated(block.child("conv1"), f"{prefix}/Conv1")
        if block.has("skip"):
            yield f"{prefix}/Skip/weight", _kernels(block.child("skip"), up=True)
        if block.has("torgb"):
            yield from _modulated(block.child("torgb"), f"{prefix}/ToRGB")


def _discriminator(module: _Module, name: str) -> NetworkState:
    blocks = _blocks(module)
    last, first = blocks.pop(4), blocks[max(blocks)] if len(blocks) > 1 else None
    if first is None:
        raise PickleFormatError(f"{module.path} is not StyleGAN2's discriminator")
    layer, convolution = first.child("conv0"), last.child("conv")
    architecture = first.option("architecture", str)
    clamp = layer.optional("conv_clamp", float)
    widths = {
        res: block.child("conv0").array("weight", 4).shape[0] for res, block in blocks.items()
    }
    widths[4] = convolution.array("weight", 4).shape[0]
    labels = module.option("c_dim", int)
    kwargs = {
        "num_channels": module.option("img_channels", int),
        "resolution": max(blocks),
        "label_size": labels,
        **_channel_options(widths),
        "architecture": architecture,
        "nonlinearity": layer.option("activation", str),
        "num_fp16_res": _count_fp16(blocks),
        "conv_clamp": clamp,
        "resample_kernel": _kernel(first.array("resample_filter")),
        "mbstd_num_features": 0,
    }
    if last.has("mbstd"):
        statistics = last.child("mbstd")
        kwargs["mbstd_group_size"] = statistics.optional("group_size", int)
        kwargs["mbstd_num_features"] = statistics.option("num_channels", int)
    if architecture == "skip" and clamp is not None:
        kwargs["clamp_last_fromrgb"] = False
    variables: dict[str, np.ndarray] = {}
    if labels:
        variables |= _label_variables(module.child("mapping"), kwargs)
    for res in sorted(blocks, reverse=True):
        block, prefix = blocks[res], f"{res}x{res}"
        for part, ours in (("fromrgb", "FromRGB"), ("conv0", "Conv0"), ("conv1", "Conv1_down")):
            if block.has(part):
                variables |= _convolution(block.child(part), f"{prefix}/{ours}")
        if block.has("skip"):
            variables[f"{prefix}/Skip/weight"] = _kernels(block.child("skip"))
    if last.has("fromrgb"):
        variables |= _convolution(last.child("fromrgb"), "4x4/FromRGB")
    variables |= _convolution(convolution, "4x4/Conv")
    variables |= _dense(last.child("fc"), "4x4/Dense0")
    variables |= _dense(last.child("out"), "Output")
    return NetworkState("D_main", name, kwargs, variables, {}, VERSION)


def _label_variables(mapping: _Module, kwargs: dict[str, Any]) -> dict[str, np.ndarray]:
    """Adds the options of a discriminator's label mapping to `kwargs`; returns its variables."""
    options = _mapping_options(mapping)
    widths = {
        options["label_fmaps"],
        options.get("mapping_fmaps", options["label_fmaps"]),
        mapping.option("w_dim", int),
    }
    if len(widths) > 1 or options["mapping_nonlinearity"] != kwargs["nonlinearity"]:
        raise PickleFormatError(
            f"{mapping.path} has layers of several widths or a nonlinearity of its own, which "
            "the TensorFlow form cannot say"
        )
    kwargs["mapping_layers"] = options["mapping_layers"]
    kwargs["mapping_lrmul"] = options["mapping_lrmul"]
    kwargs["mapping_fmaps"] = widths.pop()
    return dict(_mapping_variables(mapping, "Mapping"))


def _blocks(module: _Module) -> dict[int, _Module]:
    """The blocks `b4`, `b8`, … by resolution."""
    sizes = [int(n[1:]) for n in module.child_names() if n[:1] == "b" and n[1:].isdecimal()]
    expected = [4 << k for k in range(len(sizes))]
    if not sizes or sorted(sizes) != expected or len(sizes) > 12:
        raise PickleFormatError(f"{module.path} has not the blocks b4, b8, … of a StyleGAN2")
    return {size: module.child(f"b{size}") for size in expected}


def _count_fp16(blocks: Mapping[int, _Module]) -> int:
    return sum(block.option("use_fp16", bool) for block in blocks.values())


def _channel_options(channels: Mapping[int, int]) -> dict[str, Any]:
    """`fmap_base` and `fmap_max` from the channels at each resolution.

    PyTorch's are min(channel_base // resolution, channel_max), and TensorFlow's `fmap_base` is half
    of `channel_base`: the smallest `channel_base` that gives these channels is found.
    """
    most = max(channels.values())
    base = max(count * res for res, count in channels.items())
    if any(min(base // res, most) != count for res, count in channels.items()):
        raise PickleFormatError(f"channels {dict(channels)} do not follow StyleGAN2's rule")
    return {"fmap_base": base // 2 if base % 2 == 0 else base / 2, "fmap_max": most}


def _kernel(filter_: np.ndarray) -> list:
    """The resampling kernel as the option `resample_kernel` gives it."""
    kernel = np.asarray(filter_, np.float64)
    if kernel.ndim == 2:
        row = kernel.sum(axis=0)
        if not np.allclose(np.outer(kernel.sum(axis=1), row), kernel * kernel.sum(), atol=1e-6):
            return kernel.tolist()
        kernel = row
    if kernel.ndim != 1 or not 1 <= kernel.size <= 64 or not kernel.any():
        raise PickleFormatError("a resampling filter is neither a row nor a square of numbers")
    scaled = kernel / kernel[0] if kernel[0] else kernel
    whole = np.rint(scaled)
    return (whole.astype(int) if np.allclose(scaled, whole, atol=1e-6) else kernel).tolist()


def _dense(module: _Module, name: str) -> Iterator[tuple[str, np.ndarray]]:
    yield f"{name}/weight", module.array("weight", 2).T
    yield f"{name}/bias", module.array("bias", 1)


def _kernels(module: _Module, up: bool = False) -> np.ndarray:
    """A convolution's weights, (out, in, h, w) → (h, w, in, out); up-sampling ones are mirrored."""
    kernels = module.array("weight", 4).transpose(2, 3, 1, 0)
    return kernels[::-1, ::-1] if up else kernels


def _convolution(module: _Module, name: str) -> dict[str, np.ndarray]:
    return {f"{name}/weight": _kernels(module), f"{name}/bias": module.array("bias", 1)}


def _modulated(module: _Module, name: str, up: bool = False) -> Iterator[tuple[str, np.ndarray]]:
    affine = module.child("affine")
    yield f"{name}/weight", _kernels(module, up)
    yield f"{name}/mod_weight", affine.array("weight", 2).T
    # PyTorch's bias of the style includes the 1 that TensorFlow's code adds to it.
    yield f"{name}/mod_bias", affine.array("bias", 1) - np.float32(1)
    if module.has("noise_strength"):
        yield f"{name}/noise_strength", module.array("noise_strength", 0)
    yield f"{name}/bias", module.array("bias", 1)
