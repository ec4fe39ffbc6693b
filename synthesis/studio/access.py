"""Who may talk to a studio: where from, with which password, and what browsers may do with it."""

import hmac
import ipaddress

import flask

from stylegan_tf.errors import InputError

MIN_PASSWORD = 8  # characters
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_password(host: str, password: str | None) -> None:
    """Refuses to be open to others without a password.

    Args:
      host: the address to listen at.
      password: what visitors must know; None for nothing.

    Raises:
      InputError: others can reach `host` and there is no password, or it is too short.
    """
    if password is None and not is_loopback(host):
        raise InputError(
            f"--host={host} can be reached by others: give a --password_file, or leave --host out"
        )
    if password is not None and len(password) < MIN_PASSWORD:
        raise InputError(f"a password has {MIN_PASSWORD} characters at least")


class Guard:
    """Checks every request before anything else does, and marks every answer."""

    def __init__(self, local_only: bool, password: str | None) -> None:
        """Makes a guard.

        Args:
          local_only: the studio listens on this machine only, so it is called by a name of this
            machine; anything else is another site's name that was made to lead here.
          password: of HTTP's basic authentication, with any user name; None for none.
        """
        self._local_only = local_only
        self._password = password

    def check(self) -> flask.Response | None:
        """The refusal of a request; None if it may pass."""
        request = flask.request
        if self._local_only:
            name = request.host.rsplit(":", 1)[0] if request.host[-1] != "]" else request.host
            if name not in _LOCAL_NAMES:
                flask.abort(403, "this studio is called 127.0.0.1 or localhost")
        if self._password is not None:
            given = request.authorization
            said = (given.password if given and given.type == "basic" else None) or ""
            if not hmac.compare_digest(said.encode(), self._password.encode()):
                answer = flask.jsonify(error="the password is wrong or missing")
                answer.status_code = 401
                answer.headers["WWW-Authenticate"] = 'Basic realm="studio", charset="UTF-8"'
                return answer
        # A page of another site cannot send the session's cookie, but it could begin sessions.
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and (
            request.method != "GET" or request.path != "/"
        ):
            flask.abort(403, "this is for the studio's own page only")
        return None

    def mark(self, response: flask.Response) -> flask.Response:
        """Tells the browser what the page may do: run its own files, talk to this server."""
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
