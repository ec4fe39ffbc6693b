"""The page's files, which lie in `synthesis/assets/studio/`."""

import importlib.resources

PAGE = "page.html"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def read_page_files() -> dict[str, tuple[bytes, str]]:
    """Name → content and MIME type of every file of the page; no other file can be asked for."""
    folder = importlib.resources.files("synthesis") / "assets" / "studio"
    return {
        entry.name: (entry.read_bytes(), _KINDS["." + entry.name.rsplit(".", 1)[1]])
        for entry in folder.iterdir()
    }
