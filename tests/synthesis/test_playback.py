"""A video plays in a browser: Chromium loads it, reads its size and duration, and seeks in it."""

import http.server
import json
import shutil
import subprocess
import threading

import numpy as np
import pytest

from synthesis.video.writing import write_video

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

PAGE = """<!doctype html><video muted preload="auto"></video><script>
const video = document.querySelector("video");
const report = (result) => fetch("result", {method: "POST", body: JSON.stringify(result)});
video.onerror = () => report({error: video.error.message});
video.onloadedmetadata = () => { video.currentTime = video.duration / 2; };
video.onseeked = () => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 1, 1);
  report({width: video.videoWidth, height: video.videoHeight, duration: video.duration,
          time: video.currentTime, pixel: [...context.getImageData(0, 0, 1, 1).data]});
};
video.src = "VIDEO";
</script>"""


@pytest.fixture
def site(tmp_path):
    """A server of `tmp_path`, and what pages on it have reported."""
    results, reported = [], threading.Event()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path)

        def do_GET(self):
            """Serves a part of a file where the browser asks for one, which seeking needs."""
            asked = self.headers.get("Range")
            if asked is None:
                super().do_GET()
                return
            content = (tmp_path / self.path.lstrip("/")).read_bytes()
            first, _, last = asked.removeprefix("bytes=").partition("-")
            part = content[int(first) : int(last) + 1 if last else None]
            self.send_response(206)
            self.send_header("Content-Type", self.guess_type(self.path))
            self.send_header("Content-Length", str(len(part)))
            end = int(first) + len(part) - 1
            self.send_header("Content-Range", f"bytes {first}-{end}/{len(content)}")
            self.end_headers()
            self.wfile.write(part)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            results.append(json.loads(body))
            self.send_response(204)
            self.end_headers()
            reported.set()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", results, reported
        server.shutdown()
        thread.join()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_video_plays_in_chromium(tmp_path, site, name):
    address, results, reported = site
    frames = (np.full((256, 256, 3), (200, 3 * k, 30), np.uint8) for k in range(60))
    write_video(tmp_path / name, frames, fps=30)
    (tmp_path / "page.html").write_text(PAGE.replace("VIDEO", name))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    flags.append(f"--user-data-dir={tmp_path / 'profile'}")
    browser = subprocess.Popen(
        [CHROMIUM, *flags, f"{address}/page.html"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert reported.wait(120), "the page has not answered"
    finally:
        browser.terminate()
        browser.wait()
    (result,) = results
    assert "error" not in result, result
    assert (result["width"], result["height"]) == (256, 256)
    assert result["duration"] == pytest.approx(2, abs=0.05)
    assert result["time"] == pytest.approx(1, abs=0.05)
    assert result["pixel"][0] == pytest.approx(200, abs=12)
    assert result["pixel"][1] == pytest.approx(90, abs=12)  # frame 30
