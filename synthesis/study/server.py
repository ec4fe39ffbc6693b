"""The study as a web site: the page, the videos, and the answers that come back.

Nobody is tracked: no address, no browser and no name is stored, only a drawn name, the answers and
how long they took. A worker's browser holds a secret in a cookie that scripts cannot read; without
it, nobody answers in that worker's name.
"""

import base64
import hashlib
import random
import re

import flask
from werkzeug.exceptions import HTTPException

from synthesis.study.answers import MAX_MILLISECONDS, Answer, AnswerStore
from synthesis.study.pages import read_page
from synthesis.study.study import CHOICES, PAIR_NAME, VIDEO_NAME, Study

MAX_BODY_BYTES = 1024  # an answer has about 100
COOKIE = "study_worker"
_FIELDS = {"worker", "pair", "choice", "milliseconds"}


def create_app(study: Study, store: AnswerStore) -> flask.Flask:
    """The WSGI application of a study.

    | request | answer |
    |---|---|
    | `GET /` | the page |
    | `GET /videos/NAME.mp4` | a video, or the part of it asked for |
    | `POST /workers` | a new worker, or the one whose cookie came along: name, pairs, answered |
    | `POST /answers` | keeps one answer |

    Whatever is wrong with a request is answered with a JSON object `{"error": ...}` and 400
    (not understood), 403 (another worker's name), 404 (no such page, video or pair), 409 (another
    answer before), 413 (too large), 415 (no JSON) or 503 (too many workers).
    """
    app = flask.Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    page = read_page("page.html", study.question)
    policy = _content_policy(page)

    @app.get("/")
    def show_page() -> flask.Response:
        return flask.Response(page, mimetype="text/html")

    @app.get("/videos/<name>")
    def show_video(name: str) -> flask.Response:
        if not VIDEO_NAME.fullmatch(name):
            flask.abort(404, "there is no such video")
        return flask.send_from_directory(
            study.videos.resolve(), name, mimetype="video/mp4", max_age=3600
        )

    @app.post("/workers")
    def begin() -> flask.Response:
        if _body() != {}:
            flask.abort(400, "nothing is to be said to begin")
        secret = flask.request.cookies.get(COOKIE, "")
        worker = store.worker_of(secret) if secret else None
        if worker is None:
            begun = store.begin()
            if begun is None:
                flask.abort(503, "too many have begun")
            worker, secret = begun
        pairs = list(study.pairs)
        random.Random(worker).shuffle(pairs)  # another order for everybody
        response = flask.jsonify(
            worker=worker,
            pairs=[
                {"pair": p.name, "left": f"videos/{p.left}", "right": f"videos/{p.right}"}
                for p in pairs
            ],
            answered=[answer.pair for answer in store.all(worker)],
        )
        response.set_cookie(COOKIE, secret, max_age=30 * 86400, httponly=True, samesite="Strict")
        return response

    @app.post("/answers")
    def keep_answer() -> flask.Response:
        answer = _read_answer(_body())
        secret = flask.request.cookies.get(COOKIE, "")
        if not secret or store.worker_of(secret) != answer.worker:
            flask.abort(403, "this is not your name")
        if study.pair(answer.pair) is None:
            flask.abort(404, "there is no such pair")
        if not store.add(answer):
            flask.abort(409, "you have answered this before")
        return flask.jsonify(kept=True)

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> tuple[flask.Response, int]:
        return flask.jsonify(error=error.description), error.code or 500

    @app.after_request
    def guard(response: flask.Response) -> flask.Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if flask.request.method == "POST":
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _body() -> dict[str, object]:
    """The JSON object of the request; anything else is refused."""
    try:
        body = flask.request.get_json()  # 415 without JSON's content type, 413 if it is too large
    except RecursionError:  # a thousand nested brackets
        flask.abort(400, "a JSON object is expected")
    if not isinstance(body, dict):
        flask.abort(400, "a JSON object is expected")
    return body


def _read_answer(body: dict[str, object]) -> Answer:
    """An answer whose every field has the form it must have; anything else is refused."""
    if set(body) != _FIELDS:
        flask.abort(400, f"an answer has the fields {', '.join(sorted(_FIELDS))}")
    worker, pair, choice, milliseconds = (
        body[field] for field in ("worker", "pair", "choice", "milliseconds")
    )
    if not isinstance(worker, str) or not re.fullmatch(r"[0-9a-f]{16}", worker):
        flask.abort(400, "worker is not a worker's name")
    if not isinstance(pair, str) or not PAIR_NAME.fullmatch(pair):
        flask.abort(400, "pair is not a pair's name")
    if not isinstance(choice, str) or choice not in CHOICES:
        flask.abort(400, f"choice is not one of {', '.join(CHOICES)}")
    if type(milliseconds) is not int or not 0 <= milliseconds <= MAX_MILLISECONDS:
        flask.abort(400, f"milliseconds is not a whole number from 0 to {MAX_MILLISECONDS}")
    return Answer(worker, pair, choice, milliseconds)


def _content_policy(page: str) -> str:
    """Lets the browser run the page's own script and style, by their digests, and nothing else."""

    def digest(tag: str) -> str:
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        return base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{digest('script')}'; "
        f"style-src 'sha256-{digest('style')}'; img-src data:; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
