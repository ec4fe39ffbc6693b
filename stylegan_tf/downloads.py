"""A cache of network files that downloads each of them once.

Cached files lie in `~/.cache/stylegan-video`, or where the environment variable
`STYLEGAN_VIDEO_CACHE` says. The first download of a file records its SHA-256 there (none is
published), and every later use verifies it. A file that is there is used without the network.
"""

import hashlib
import html.parser
import os
import pathlib
import re
import urllib.parse

import requests
from absl import logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.pickles.errors import PickleFormatError
from stylegan_tf.pickles.formats import refuse_other_formats

CACHE_VARIABLE = "STYLEGAN_VIDEO_CACHE"
TIMEOUT = (10, 60)  # seconds to connect, and between two pieces
PIECE = 1 << 16


def cache_folder() -> pathlib.Path:
    """Where downloaded networks lie."""
    return pathlib.Path(
        os.environ.get(CACHE_VARIABLE) or pathlib.Path.home() / ".cache" / "stylegan-video"
    ).expanduser()


def download(address: str, name: str) -> pathlib.Path:
    """Returns the cached file `name`, downloading it from `address` if it is not there.

    A broken download is continued by the next call. Raises InputError if the server does not
    give the file, or gives something else than a network.
    """
    folder = cache_folder()
    target = folder / name
    if target.exists():
        _verify(target)
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{name}.part"
    try:
        _fetch(address, partial, name)
        with open(partial, "rb") as file:
            refuse_other_formats(file.read(512), partial.stat().st_size)
    except requests.RequestException as error:
        raise InputError(f"{address} could not be downloaded: {_reason(error)}") from error
    except PickleFormatError as error:
        partial.unlink()
        raise type(error)(f"{address}: {error}") from None
    _record(name, _sha256(partial))
    partial.replace(target)
    logging.info("downloaded %s to %s", address, target)
    return target


def _fetch(address: str, partial: pathlib.Path, name: str) -> None:
    """Downloads to `partial`, continuing what is there, and through Drive's confirmation page."""
    with requests.Session() as session:
        for _ in range(2):
            have = partial.stat().st_size if partial.exists() else 0
            headers = {"Range": f"bytes={have}-"} if have else {}
            with session.get(address, headers=headers, stream=True, timeout=TIMEOUT) as response:
                if response.status_code == 416:  # nothing is left, or the file has changed
                    total = re.fullmatch(
                        r"bytes \*/(\d+)", response.headers.get("Content-Range", "")
                    )
                    if total and int(total[1]) == have:
                        return
                    partial.unlink()
                    continue
                response.raise_for_status()
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    address = _confirmed_address(response)
                    continue
                _save(response, partial, name, have if response.status_code == 206 else 0)
                return
    raise InputError(f"{address} keeps asking for a confirmation; download it in a browser")


def _save(response: requests.Response, partial: pathlib.Path, name: str, have: int) -> None:
    length = response.headers.get("Content-Length")
    total = have + int(length) if length and length.isdigit() else None
    progress = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=name, disable=None)
    with progress, open(partial, "ab" if have else "wb") as file:
        try:
            for piece in response.iter_content(PIECE):
                file.write(piece)
                progress.update(len(piece))
        except requests.exceptions.ChunkedEncodingError as error:
            raise InputError(
                f"the download of {name} broke off after {file.tell():,} bytes; "
                "run the same command again to continue it"
            ) from error


class _FormParser(html.parser.HTMLParser):
    """Finds the form by which Google Drive lets a large file be downloaded unscanned."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = values.get("id") == "download-form"
            self.action = values.get("action", "") if self._inside else self.action
        elif tag == "input" and self._inside and values.get("name"):
            self.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _confirmed_address(response: requests.Response) -> str:
    page = next(response.iter_content(PIECE), b"").decode("utf-8", "replace")
    form = _FormParser()
    form.feed(page)
    if not form.action:
        quota = "quota" in page.lower()
        raise InputError(
            f"{response.url} gave a web page, not a file"
            + (": Google Drive's download quota for it is used up; try again tomorrow, or " * quota)
            + ("; " * (not quota))
            + "download it in a browser and give its path"
        )
    action = urllib.parse.urljoin(response.url, form.action)
    return f"{action}{'&' if '?' in action else '?'}{urllib.parse.urlencode(form.fields)}"


def file_name(address: str) -> str:
    """A name in the cache for an address: its own, or Drive's identifier."""
    parts = urllib.parse.urlsplit(address)
    identifier = urllib.parse.parse_qs(parts.query).get("id")
    name = identifier[0] if identifier else pathlib.PurePosixPath(parts.path).name
    name = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")
    if not name:
        raise InputError(f"the address {address} names no file")
    # Two addresses may end alike: what comes before is in the name as a digest.
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    stem, dot, suffix = name.partition(".")
    return f"{stem}-{digest}{dot}{suffix}" if dot else f"{stem}-{digest}.pkl"


def _checksum_file() -> pathlib.Path:
    return cache_folder() / "sha256.json"


def _checksums() -> dict[str, str]:
    path = _checksum_file()
    if not os.path.lexists(path):
        return {}
    found = read_own_json(path, "a list of checksums")
    return {name: str(checksum) for name, checksum in found.items()}


def _record(name: str, checksum: str) -> None:
    checksums = _checksums() | {name: checksum}
    write_json(_checksum_file(), dict(sorted(checksums.items())), indent=1)


def _verify(path: pathlib.Path) -> None:
    checksum, recorded = _sha256(path), _checksums().get(path.name)
    if recorded is None:
        _record(path.name, checksum)
    elif recorded != checksum:
        raise InputError(
            f"{path} has changed since it was downloaded (SHA-256 {checksum[:16]}…, recorded "
            f"{recorded[:16]}…); delete it to download it again"
        )


def _sha256(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return "no connection; check the network, or download it elsewhere and give its path"
    return str(error)
