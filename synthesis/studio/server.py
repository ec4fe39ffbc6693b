"""The studio as a web site.

A name in a request is only ever looked up in a table of this process, the page's files or the jobs
of the session that asks: none is made a path. Nothing is fetched from elsewhere, and nobody is
told of visitors.
"""

import io
from typing import IO

import flask
import numpy as np
from werkzeug.exceptions import HTTPException

from stylegan_tf.errors import InputError
from synthesis.studio.access import Guard
from synthesis.studio.face import FILE
from synthesis.studio.jobs import Job
from synthesis.studio.page import PAGE, read_page_files
from synthesis.studio.sessions import FullError, Session
from synthesis.studio.studio import Studio
from synthesis.studio.uploads import MAX_CLIP_BYTES, MAX_PHOTOGRAPH_BYTES, TooLargeError

COOKIE = "studio_session"
MAX_JSON_BYTES = 64 << 10
_MIME = {
    "mp4": "video/mp4",
    "gif": "image/gif",
    "json": "application/json",
    "npy": "application/octet-stream",
}


def create_app(studio: Studio, guard: Guard) -> flask.Flask:
    """The WSGI application of a studio.

    | request | answer |
    |---|---|
    | `GET /` | the page |
    | `GET /page/NAME` | a file of the page |
    | `GET /session` | what the page needs to know; begins a session if there is none |
    | `POST /face` | another random face |
    | `GET /face.npy` | the session's latent |
    | `POST /picture` | a JPEG of the face with emotions |
    | `POST /proposal` | emotions that the LSTM proposes |
    | `POST /video` | a job: the video of a timeline |
    | `POST /photograph` | a job: the body, a photograph, becomes the face |
    | `POST /clip/USE` | a job: the body, a film, gives its `emotions` or its `pose` |
    | `GET /jobs` | how far the session's jobs are |
    | `GET /jobs/JOB/picture` | the picture on the way |
    | `GET /jobs/JOB/NAME` | a file that a job made |
    | `DELETE /jobs/JOB` | ends a job |
    | `POST /goodbye` | the page is closed |

    Whatever is wrong with a request is answered with a JSON object `{"error": ...}` and 400 (not
    understood), 401 (no password), 403 (from elsewhere), 404 (no such page, job or file, or no
    session), 413 (too large), 415 (no JSON) or 503 (full).
    """
    app = flask.Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_JSON_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # files keep their order
    files = read_page_files()
    app.before_request(guard.check)
    app.after_request(guard.mark)

    def current() -> Session:
        session = studio.sessions.find(flask.request.cookies.get(COOKIE, ""))
        if session is None:
            flask.abort(404, "your session is over; load the page again")
        return session

    def job_of(session: Session, name: str) -> Job:
        job = session.jobs.get(name)
        if job is None:
            flask.abort(404, "there is no such job")
        return job

    @app.get("/")
    def show_page() -> flask.Response:
        return flask.Response(files[PAGE][0], mimetype=files[PAGE][1])

    @app.get("/page/<name>")
    def show_file(name: str) -> flask.Response:
        if name not in files:
            flask.abort(404, "there is no such file")
        return flask.Response(files[name][0], mimetype=files[name][1])

    @app.get("/session")
    def show_session() -> flask.Response:
        session = studio.sessions.find(flask.request.cookies.get(COOKIE, ""))
        begun = session or studio.sessions.begin()
        response = flask.jsonify(studio.describe(begun))
        if session is None:
            response.set_cookie(COOKIE, begun.secret, httponly=True, samesite="Strict")
        return response

    @app.post("/face")
    def choose_face() -> flask.Response:
        return flask.jsonify(studio.choose_face(current(), _body()))

    @app.get(f"/{FILE}")
    def download_face() -> flask.Response:
        file = io.BytesIO()
        np.save(file, current().face.latent)
        file.seek(0)
        return flask.send_file(file, _MIME["npy"], as_attachment=True, download_name=FILE)

    @app.post("/picture")
    def paint() -> flask.Response:
        return flask.Response(studio.picture(current(), _body()), mimetype="image/jpeg")

    @app.post("/proposal")
    def propose() -> flask.Response:
        current()
        return flask.jsonify(studio.propose(_body()))

    @app.post("/video")
    def render() -> flask.Response:
        return flask.jsonify(studio.describe_job(studio.render(current(), _body())))

    @app.post("/photograph")
    def take_photograph() -> flask.Response:
        flask.request.max_content_length = MAX_PHOTOGRAPH_BYTES
        job = studio.take_photograph(current(), _upload())
        return flask.jsonify(studio.describe_job(job))

    @app.post("/clip/<use>")
    def take_clip(use: str) -> flask.Response:
        flask.request.max_content_length = MAX_CLIP_BYTES
        job = studio.take_clip(current(), _upload(), use)
        return flask.jsonify(studio.describe_job(job))

    @app.get("/jobs")
    def show_jobs() -> flask.Response:
        return flask.jsonify(studio.describe_jobs(current()))

    @app.get("/jobs/<name>/picture")
    def show_progress(name: str) -> flask.Response:
        picture = job_of(current(), name).picture
        if not picture:
            flask.abort(404, "there is no picture yet")
        return flask.Response(picture, mimetype="image/jpeg")

    @app.get("/jobs/<name>/<file>")
    def download(name: str, file: str) -> flask.Response:
        path = job_of(current(), name).files.get(file)
        if path is None:
            flask.abort(404, "there is no such file")
        return flask.send_file(
            path,
            _MIME[path.suffix[1:]],
            as_attachment="download" in flask.request.args,
            download_name=file,
            max_age=None,
        )

    @app.delete("/jobs/<name>")
    def cancel(name: str) -> flask.Response:
        session = current()
        studio.sessions.cancel_job(session, job_of(session, name))
        return flask.jsonify(studio.describe_jobs(session))

    @app.post("/goodbye")
    def leave() -> flask.Response:
        studio.sessions.leave(current())
        return flask.jsonify(left=True)

    @app.errorhandler(InputError)
    def explain_input(error: InputError) -> tuple[flask.Response, int]:
        code = 400
        if isinstance(error, TooLargeError):
            code = 413
        if isinstance(error, FullError):
            code = 503
        return flask.jsonify(error=str(error)), code

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> tuple[flask.Response, int]:
        return flask.jsonify(error=error.description), error.code or 500

    return app


def _body() -> object:
    """The JSON of the request: 415 without its content type, 413 if it is too large."""
    try:
        return flask.request.get_json()
    except RecursionError:  # a thousand nested brackets
        flask.abort(400, "a JSON object is expected")


def _upload() -> IO[bytes]:
    """The body of a request that says how long it is."""
    if flask.request.content_length is None:
        flask.abort(400, "a file of a known length is expected")
    return flask.request.stream
