"""Serves a page's application: what the studio and the preference study have in common."""

import logging
import socket
from typing import TYPE_CHECKING

import waitress

if TYPE_CHECKING:
    from flask import Flask


def serve_page(
    app: "Flask", listening: socket.socket, threads: int, max_request_bytes: int
) -> None:
    """Prints the page's address and answers requests until it is interrupted.

    Args:
      app: the application.
      listening: a socket that is bound and listens.
      threads: how many requests are answered at once.
      max_request_bytes: larger ones are refused before the application sees them.
    """
    host, port = listening.getsockname()[:2]
    print(f"http://{host}:{port}/", flush=True)
    # With every request that waits for another it would say so: no news on a busy machine.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(
        app,
        sockets=[listening],
        threads=threads,
        max_request_body_size=max_request_bytes,
        ident=None,
        _quiet=True,
    )
