"""Pages of the site that lie elsewhere (README.md) or are made (the API reference, from the code).

A MkDocs hook: `mkdocs.yml` names it.
"""

import pathlib
import posixpath
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = pathlib.Path(__file__).parents[1]
PACKAGES = ("stylegan_tf", "encoder", "emotion", "synthesis", "tools")
BROUGHT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "LICENSE.txt",
    "examples/tour.ipynb": "tour.ipynb",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Adds the API reference to the navigation: a page for each folder of modules."""
    pages = [{package: sorted(_reference(package))} for package in PACKAGES]
    config.nav = [*(config.nav or []), {"API reference": pages}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are not in docs/."""
    for source, target in BROUGHT.items():
        text = (ROOT / source).read_text("utf-8")
        if target.endswith(".md"):
            text = _move_links(text)
        files.append(File.generated(config, target, content=text))
    for package in PACKAGES:
        for path, text in _reference(package).items():
            files.append(File.generated(config, path, content=text))
    return files


def _move_links(text: str) -> str:
    """Links of a file in the repository's root → links of a page in docs/."""

    def move(match: re.Match[str]) -> str:
        path, hash_, anchor = match[1].partition("#")
        if "://" in path or not path:
            return match[0]
        return f"]({BROUGHT.get(path, posixpath.relpath(path, 'docs'))}{hash_}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", move, text)


def _reference(package: str) -> dict[str, str]:
    """The reference of a package: path of the page → Markdown that mkdocstrings fills in."""
    pages = {}
    for init in sorted((ROOT / package).rglob("__init__.py")):
        folder = init.parent
        name = ".".join(folder.relative_to(ROOT).parts)
        modules = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
        lines = [f"# {name}", f"::: {name}", "    options: {show_root_heading: false, members: []}"]
        for module in modules:
            lines.append(f"::: {name}.{module}")
            if package == "tools":  # a driver's docstring is its manual
                lines.append("    options: {members: []}")
        pages[f"reference/{name}.md"] = "\n\n".join(lines).replace("\n\n    ", "\n    ") + "\n"
    return pages
