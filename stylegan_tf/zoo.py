"""Known network files: those that ship with the package, and the addresses of NVIDIA's."""

import os
import pathlib

from stylegan_tf.downloads import download, file_name
from stylegan_tf.errors import InputError

ASSETS = pathlib.Path(__file__).parent / "assets"

_STYLEGAN2 = "https://nvlabs-fi-cdn.nvidia.com/stylegan2/networks/"
_ADA = "https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada{code}/pretrained/{data}.pkl"
_NGC = "https://api.ngc.nvidia.com/v2/models/nvidia/research/stylegan2/versions/1/files/"
_DRIVE = "https://drive.google.com/uc?id="
_ADA_DATA = ("ffhq", "metfaces", "afhqcat", "afhqdog", "afhqwild", "brecahad", "cifar10")
# The StyleGAN2 networks that came with StyleGAN3, PyTorch pickles.
_NGC_DATA = (
    *("ffhq-1024x1024", "ffhq-512x512", "ffhq-256x256", "ffhqu-1024x1024", "ffhqu-256x256"),
    *("metfaces-1024x1024", "metfacesu-1024x1024", "afhqv2-512x512", "afhqcat-512x512"),
    *("afhqdog-512x512", "afhqwild-512x512", "brecahad-512x512", "cifar10-32x32"),
    *("celebahq-256x256", "lsundog-256x256"),
)
ADDRESSES = {
    f"stylegan2-{data}-config-{config}": f"{_STYLEGAN2}stylegan2-{data}-config-{config}.pkl"
    for data, configs in (
        ("ffhq", "abcdef"),
        ("car", "abcdef"),
        ("cat", "af"),
        ("church", "af"),
        ("horse", "af"),
    )
    for config in configs
}
ADDRESSES |= {
    f"stylegan2-ada{code}-{data}": _ADA.format(code=code, data=data)
    for code in ("", "-pytorch")
    for data in _ADA_DATA
}
ADDRESSES |= {f"stylegan2-{data}": f"{_NGC}stylegan2-{data}.pkl" for data in _NGC_DATA}
ADDRESSES |= {
    "stylegan-ffhq-1024x1024": f"{_DRIVE}1MEGjdvVpUsu1jB4zrXZN7Y4kBBOzizDQ",
    "stylegan-celebahq-1024x1024": f"{_DRIVE}1MGqJl28pN4t7SAtSrPdSRJSQJqahkzUf",
    "stylegan-bedrooms-256x256": f"{_DRIVE}1MOSKeGF0FJcivpBI7s63V9YHloUTORiF",
    "stylegan-cars-512x384": f"{_DRIVE}1MJ6iCfNtMIRicihwRorsM3b7mmtmK9c3",
    "stylegan-cats-256x256": f"{_DRIVE}1MQywl0FNt6lHu8E_EUqnRbviagS7fbiJ",
}


def shipped_names() -> list[str]:
    """The names of networks that come with the package."""
    return sorted(path.name.removesuffix(".pkl.xz") for path in ASSETS.glob("*.pkl.xz"))


def find_network_file(source: str | os.PathLike) -> pathlib.Path:
    """The file of a network given by path, name or address; downloads it if it must.

    Args:
      source: a path; a shipped name (`rendered-faces`); a name in `ADDRESSES`; or an `http(s)`
        address, Google Drive's included.

    Raises:
      InputError: nothing of that name exists, or it cannot be downloaded.
    """
    text = str(source)
    path = pathlib.Path(source)
    if path.exists():
        return path
    if (ASSETS / f"{text}.pkl.xz").exists():
        return ASSETS / f"{text}.pkl.xz"
    if text in ADDRESSES:
        return download(ADDRESSES[text], f"{text}.pkl")
    if text.startswith(("http://", "https://")):
        return download(text, file_name(text))
    raise _not_found(text)


def _not_found(source: str) -> InputError:
    if "/" in source or pathlib.Path(source).suffix:
        return InputError(f"no network file at {source}")
    names = ", ".join([*shipped_names(), *ADDRESSES])
    return InputError(f"no network {source!r}: give a path, an address, or one of {names}")
