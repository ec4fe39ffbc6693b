"""Downloads from a server on this machine; the network is never touched."""

import http.server
import threading

import pytest

from stylegan_tf import downloads, zoo
from stylegan_tf.errors import InputError

BODY = b"\x80\x04" + bytes(range(256)) * 1000
CONFIRMATION = (
    b'<!DOCTYPE html><form id="search"><input name="q" value="no"></form>'
    b'<form id="download-form" action="/net.pkl" method="get">'
    b'<input type="hidden" name="id" value="a b"><input type="hidden" name="confirm" value="t">'
    b"</form>"
)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, self.headers.get("Range")))
        path = self.path.partition("?")[0]
        if path == "/drive":
            self.reply(200, CONFIRMATION, "text/html; charset=utf-8")
        elif path == "/quota":
            self.reply(200, b"<html>Sorry, the download quota is exceeded</html>", "text/html")
        elif path == "/page":
            self.reply(200, b"<html>Hello</html>", "text/html")
        elif path == "/hidden_page":
            self.reply(200, b"<html>Hello</html>", "application/octet-stream")
        elif path == "/broken.pkl" and not self.headers.get("Range"):
            self.reply(200, BODY[:100_000], "application/octet-stream", len(BODY))
        elif path in ("/net.pkl", "/broken.pkl"):
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            if start >= len(BODY):
                self.reply(416, b"", "text/plain", extra={"Content-Range": f"bytes */{len(BODY)}"})
            else:
                self.reply(206 if start else 200, BODY[start:], "application/octet-stream")
        else:
            self.reply(404, b"", "text/plain")

    def reply(self, status, body, kind, length=None, extra=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for key, value in (extra or {}).items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.requests = []
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(downloads.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_file_is_downloaded_once(server, cache):
    path = zoo.find_network_file(f"{server.address}/net.pkl")
    assert path.read_bytes() == BODY
    assert path.parent == cache
    assert zoo.find_network_file(f"{server.address}/net.pkl") == path
    assert server.requests == [("/net.pkl", None)]
    assert sorted(file.name for file in cache.iterdir()) == sorted([path.name, "sha256.json"])


def test_a_name_is_downloaded_from_its_address(server, cache, monkeypatch):
    monkeypatch.setitem(zoo.ADDRESSES, "my-net", f"{server.address}/net.pkl")
    assert zoo.find_network_file("my-net") == cache / "my-net.pkl"


def test_a_broken_download_is_continued(server, cache):
    with pytest.raises(InputError, match="broke off after 65,536 bytes; run the same command"):
        downloads.download(f"{server.address}/broken.pkl", "b.pkl")
    assert not (cache / "b.pkl").exists()
    assert (cache / "b.pkl.part").stat().st_size == 65_536
    assert downloads.download(f"{server.address}/broken.pkl", "b.pkl").read_bytes() == BODY
    assert server.requests[-1] == ("/broken.pkl", "bytes=65536-")


def test_a_complete_partial_file_is_taken(server, cache):
    cache.mkdir()
    (cache / "b.pkl.part").write_bytes(BODY)
    assert downloads.download(f"{server.address}/net.pkl", "b.pkl").read_bytes() == BODY


def test_a_partial_file_of_another_size_is_dropped(server, cache):
    cache.mkdir()
    (cache / "b.pkl.part").write_bytes(BODY + b"more")
    assert downloads.download(f"{server.address}/net.pkl", "b.pkl").read_bytes() == BODY


def test_drives_confirmation_page_is_passed(server):
    path = downloads.download(f"{server.address}/drive?id=1", "d.pkl")
    assert path.read_bytes() == BODY
    assert server.requests == [("/drive?id=1", None), ("/net.pkl?id=a+b&confirm=t", None)]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("quota", "download quota for it is used up; try again tomorrow, or download it in a"),
        ("page", "gave a web page, not a file; download it in a browser and give its path"),
        ("hidden_page", "a web page, not a network"),
        ("nothing", "the server answered 404 Not Found"),
    ],
)
def test_what_is_no_network_is_refused(server, cache, page, message):
    with pytest.raises(InputError, match=message):
        downloads.download(f"{server.address}/{page}", "p.pkl")
    assert list(cache.iterdir()) == []


def test_no_connection_is_said(server):
    address = server.address
    server.shutdown()
    server.server_close()
    with pytest.raises(InputError, match="could not be downloaded: no connection"):
        downloads.download(f"{address}/net.pkl", "n.pkl")


def test_a_changed_file_is_refused(server, cache):
    path = downloads.download(f"{server.address}/net.pkl", "n.pkl")
    path.write_bytes(BODY[:-1])
    with pytest.raises(InputError, match="has changed since it was downloaded"):
        downloads.download(f"{server.address}/net.pkl", "n.pkl")


def test_a_file_put_there_by_hand_is_recorded_and_used_offline(cache):
    cache.mkdir()
    (cache / "stylegan2-ffhq-config-f.pkl").write_bytes(BODY)
    assert zoo.find_network_file("stylegan2-ffhq-config-f").read_bytes() == BODY
    assert "stylegan2-ffhq-config-f.pkl" in (cache / "sha256.json").read_text()


def test_addresses_that_end_alike_have_files_of_their_own():
    names = {downloads.file_name(f"https://{host}/net.pkl") for host in ("a", "b")}
    assert len(names) == 2
    assert all(name.endswith(".pkl") for name in names)
    assert downloads.file_name("https://drive.google.com/uc?id=XYZ").startswith("XYZ-")


def test_unknown_names_are_refused():
    with pytest.raises(InputError, match="no network 'ffhq': give a path, an address, or one of"):
        zoo.find_network_file("ffhq")
    with pytest.raises(InputError, match="no network file at no/such"):
        zoo.find_network_file("no/such.pkl")
