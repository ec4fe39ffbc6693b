"""The study's pages, which lie in `synthesis/assets/study/`."""

import html
import importlib.resources


def read_page(name: str, question: str) -> str:
    """The text of a page, with the question it asks in its places."""
    text = (importlib.resources.files("synthesis") / "assets" / "study" / name).read_text("utf-8")
    return text.replace("{{QUESTION}}", html.escape(question))
