"""How far our networks are from NVIDIA's: golden numbers of the official code against ours.

A golden set is a network pickle and an `.npz` beside it, either of them maybe `.xz`;
`tests/data/networks/README.md` says what its arrays are.
"""

import dataclasses
import os
import pathlib
from collections.abc import Iterator, Mapping

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.generator import Generator
from stylegan_tf.network_file import Networks, load_networks
from stylegan_tf.options import ADA, family

# The same official code with other convolution kernels or partly in float64 differs from itself by
# this much of the largest value; the limits leave room for the kernels of other machines.
FLOORS = {
    "StyleGAN2": 3e-6,
    "StyleGAN2-ADA": 4e-6,
    "StyleGAN": 1.1e-5,
    "Progressive GAN": 3e-6,
}
LIMITS = {
    "StyleGAN2": 1e-5,
    "StyleGAN2-ADA": 1e-5,
    "StyleGAN": 3e-5,
    "Progressive GAN": 1e-5,
}
GRADIENT_LIMIT = 1e-4
_KINDS = {
    "G_main": "StyleGAN2",
    ADA: "StyleGAN2-ADA",
    "G_style": "StyleGAN",
    "G_paper": "Progressive GAN",
}
_CROPS: dict[str, tuple[slice, ...]] = {
    "_crop64": np.s_[:, 480:544, 480:544],
    "_corner32": np.s_[:, -32:, -32:],
}
_CROPS |= {"_s8": np.s_[:, ::8, ::8]}


@dataclasses.dataclass(frozen=True)
class Difference:
    """One comparison: the largest difference over the largest golden value, beside its limit."""

    network: str
    kind: str
    what: str
    error: float
    floor: float | None
    limit: float


def golden_names(folder: str | os.PathLike) -> list[str]:
    """The golden sets of a folder, by name; raises InputError if there are none."""
    files = [path.name for path in pathlib.Path(folder).glob("*.pkl*")]
    names = sorted({name.partition(".")[0] for name in files})
    if not names:
        raise InputError(f"no golden networks (NAME.pkl, NAME.npz) in {folder}")
    return names


def load_golden(folder: str | os.PathLike, name: str) -> tuple[Networks, dict[str, np.ndarray]]:
    """The networks of a golden set and its arrays, those of images still channels first."""
    nets = load_networks(_find(folder, f"{name}.pkl"))
    arrays = read_arrays(_find(folder, f"{name}.npz"))
    gradient = pathlib.Path(folder) / f"{name}_grad.npz"
    if gradient.exists():
        arrays |= {f"grad_{key}": value for key, value in read_arrays(gradient).items()}
    return nets, arrays


def measure(folder: str | os.PathLike, name: str) -> Iterator[Difference]:
    """Compares everything that the golden set `name` of `folder` holds."""
    nets, golden = load_golden(folder, name)
    kind = _KINDS[family(nets.Gs.func, nets.Gs.version)]
    for what, error in _errors(nets, golden):
        gradient = what.startswith("gradient")
        yield Difference(
            name,
            kind,
            what,
            error,
            None if gradient else FLOORS[kind],
            GRADIENT_LIMIT if gradient else LIMITS[kind],
        )


def _errors(nets: Networks, golden: Mapping[str, np.ndarray]) -> Iterator[tuple[str, float]]:
    Gs, labels = nets.Gs, golden.get("labels", golden.get("c"))
    labels8 = golden.get("d_labels8", golden.get("labels8", golden.get("c8")))
    if isinstance(Gs, Generator):
        own = (Gs.truncation_psi, Gs.truncation_cutoff)
        for key, what, truncation in (
            ("w", "mapping", (1.0, None)),
            ("w_psi07", "mapping, psi 0.7", (0.7, Gs.truncation_cutoff)),
            ("w_psi05_cut4", "mapping, psi 0.5, 4 layers", (0.5, 4)),
            ("w_default", "mapping, own truncation", own),
        ):
            if key in golden:
                yield what, relative_error(Gs.map(golden["z"], labels, *truncation), golden[key])
        images = Gs.synthesize(golden["w"])
        yield from _image_errors("synthesis", "img", images, golden)
        if any(key.startswith("img_psi07") for key in golden):
            truncated = Gs.synthesize(golden["w_psi07"])
            yield from _image_errors("synthesis, psi 0.7", "img_psi07", truncated, golden)
        yield from _image_errors(
            "synthesis, W+", "img_wplus", Gs.synthesize(golden["wplus"]), golden
        )
        if any(key.startswith("img_nonoise") for key in golden):
            plain = Gs.synthesize(golden["w"], noise="none")
            yield from _image_errors("synthesis, no noise", "img_nonoise", plain, golden)
    else:
        images = Gs.generate(golden["z"], labels)
        yield from _image_errors("synthesis", "img", images, golden)
    for key in golden:
        if key.startswith("img_lod"):
            Gs.lod = float(key.removeprefix("img_lod"))
            grown = Gs.synthesize(golden["w"]) if "w" in golden else Gs.generate(golden["z"])
            yield from _image_errors(f"synthesis, lod {Gs.lod:g}", key, grown, golden)
            Gs.lod = 0.0
    if "d_in8" in golden:
        score = nets.D.score(_last(golden["d_in8"]), labels8)
        yield "discriminator, 8 images", relative_error(score, golden["d_score_in8"][:, 0])
    if "d_in_seed" in golden:
        seed = int(np.reshape(golden["d_in_seed"], ()))
        score = nets.D.score(_last(_seeded_images(seed, Gs.resolution)))
        expected = golden["d_score_in2" if "d_score_in2" in golden else "d_score_in"]
        yield "discriminator, 2 images", relative_error(score, expected[:, 0])
    if "d_score_img" in golden:
        score = nets.D.score(images, labels)
        yield "discriminator, synthesised", relative_error(score, golden["d_score_img"][:, 0])
    for key in ("w", "wplus"):
        if isinstance(Gs, Generator) and f"grad_in_{key}" in golden:
            gradient = _gradient(Gs, golden[f"grad_in_{key}"], golden["grad_target"])
            yield f"gradient, {key}", relative_error(gradient, golden[f"grad_grad_{key}"])


def _image_errors(
    what: str, key: str, images: np.ndarray, golden: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, float]]:
    errors = [
        relative_error(
            _first(images[: len(golden[key + suffix])][(slice(None), *crop[1:])]),
            golden[key + suffix],
        )
        for suffix, crop in {"": np.s_[:, :, :], **_CROPS}.items()
        if key + suffix in golden
    ]
    if errors:
        yield what, max(errors)


def _gradient(Gs: Generator, w: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The gradient of mean((synthesis(w) − target)²) with respect to w."""
    w = tf.convert_to_tensor(w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean(tf.square(Gs.synthesis(w) - _last(target)))
    return tape.gradient(loss, w).numpy()


def _seeded_images(seed: int, resolution: int) -> np.ndarray:
    values = np.random.RandomState(seed).randn(2, 3, resolution, resolution).astype(np.float32)
    return np.round(32 * values * np.reshape([0.2, 0.5], [2, 1, 1, 1])).astype(np.float32) / 32


def relative_error(value: np.ndarray, golden: np.ndarray) -> float:
    """max |value − golden| / max |golden|."""
    if value.shape != golden.shape:
        raise InputError(f"the result has shape {value.shape}, the golden one {golden.shape}")
    return float(np.max(np.abs(value - golden)) / np.max(np.abs(golden)))


def _first(images: np.ndarray) -> np.ndarray:
    return np.transpose(images, [0, 3, 1, 2])


def _last(images: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.transpose(images, [0, 2, 3, 1]))


def _find(folder: str | os.PathLike, name: str) -> pathlib.Path:
    for path in (pathlib.Path(folder) / name, pathlib.Path(folder) / f"{name}.xz"):
        if path.exists():
            return path
    raise InputError(f"no {name} or {name}.xz in {folder}")


def table(differences: list[Difference]) -> str:
    """A Markdown table of comparisons."""
    lines = [
        "| network | kind | what | largest error | float noise | limit | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in differences:
        floor = "" if row.floor is None else f"{row.floor:.1e}"
        verdict = "ok" if row.error <= row.limit else "too far"
        lines.append(
            f"| {row.network} | {row.kind} | {row.what} | {row.error:.1e} | {floor} "
            f"| {row.limit:.0e} | {verdict} |"
        )
    return "\n".join(lines)
