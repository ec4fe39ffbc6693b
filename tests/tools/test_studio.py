"""The studio in real browsers."""

import concurrent.futures
import hashlib
import io
import json
import pathlib
import shlex
import subprocess
import sys
import urllib.request

import numpy as np
import pytest
from PIL import Image

from encoder.clips.decoding import open_clip
from encoder.rendered_faces.parameters import sample_identities, with_expression
from encoder.rendered_faces.renderer import render_face
from synthesis.video.writing import write_video

ROOT = pathlib.Path(__file__).parents[2]
SLOW = "--iterations=4", "--method=lipton", "--detector=hog", "--leaving_seconds=1", "--port=0"


@pytest.fixture(scope="module")
def shipped(serve_driver):
    """A studio with the network that ships."""
    with serve_driver("studio", *SLOW) as served:
        yield served[0]


@pytest.fixture(scope="module")
def small(serve_driver, small_network):
    """A studio with a network of 64 pixels."""
    with serve_driver("studio", *SLOW, *small_network.flags) as served:
        yield served


def sharp(browser, side=1024):
    """Waits until the picture is there at full size; what is in it."""
    text = "return document.getElementById('sharpness').textContent"
    browser.wait(lambda: browser.run(text) == f"{side} × {side}")
    return picture(browser)


def picture(browser):
    """The picture's pixels, at 32×32, as a text."""
    return browser.run("""
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.drawImage(document.getElementById("after"), 0, 0, 32, 32);
        return canvas.getImageData(0, 0, 32, 32).data.join();
    """)


def slide(browser, name, value):
    browser.run(
        "const s = document.getElementById(`slider-${arguments[0]}`); s.value = arguments[1];"
        "s.dispatchEvent(new Event('input', { bubbles: true }))",
        name,
        value,
    )


def choose_file(browser, selector, path):
    browser.find(selector).send_keys(str(path))


def message(browser, text):
    browser.wait(lambda: text in browser.find("#notices").text)


def fetch(browser, path):
    """A download, as the browser's own session gets it."""
    cookie = browser.driver.get_cookie("studio_session")
    address = browser.run("return location.href")
    request = urllib.request.Request(
        f"{address}{path}", headers={"Cookie": f"studio_session={cookie['value']}"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


def keys(browser, *names):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    for name in names:
        chain = ActionChains(browser.driver)
        if name.startswith("shift+"):
            chain.key_down(Keys.SHIFT).send_keys(getattr(Keys, name[6:])).key_up(Keys.SHIFT)
        else:
            chain.send_keys(getattr(Keys, name, name))
        chain.perform()


def timeline(browser):
    return browser.run(
        "return [...document.querySelectorAll('.frame')].map((f) =>"
        " [f.querySelector('b').textContent, parseFloat(f.querySelector('span').textContent)])"
    )


def test_from_a_face_to_a_video(chromium, shipped, tmp_path):
    with chromium(shipped, 1280, 1000) as browser:
        # A face.
        first = sharp(browser)
        browser.find("#roll").click()
        browser.wait(lambda: picture(browser) != first)
        browser.run("document.getElementById('roll').focus()")
        calm = sharp(browser)
        # A slider, by keys: the small picture comes, then the large one.
        browser.run("document.getElementById('slider-happiness').focus()")
        keys(browser, "END")
        browser.wait(lambda: picture(browser) != calm)
        assert sharp(browser) != calm
        assert browser.find("#after").get_attribute("alt") == "The face: happiness 150 %"
        measured = browser.run("return performance.getEntriesByType('measure').map((e) => e.name)")
        assert {"preview", "full"} <= set(measured)
        # The wipe.
        browser.find("#compare").click()
        wipe = browser.find("#wipe")
        assert wipe.get_attribute("aria-valuenow") == "50"
        wipe.send_keys("\ue014")  # right arrow
        assert wipe.get_attribute("aria-valuenow") == "55"
        # A timeline.
        slide(browser, "happiness", 0)
        for emotion in ("happiness", "surprise"):
            browser.find("#calm").click()
            if emotion == "happiness":
                browser.find("#add").click()
            slide(browser, emotion, 1)
            browser.find("#add").click()
        assert timeline(browser) == [["calm", 0.5], ["happiness", 1.5], ["surprise", 1.5]]
        browser.run("document.querySelectorAll('.frame')[2].focus()")
        keys(browser, "shift+ARROW_LEFT")
        assert [name for name, _ in timeline(browser)] == ["calm", "surprise", "happiness"]
        keys(browser, *"----", "ARROW_RIGHT", "DELETE", "ARROW_LEFT", "ARROW_LEFT", "-", "-")
        assert timeline(browser) == [["calm", 0.1], ["surprise", 0.5]]
        # A video.
        browser.run("document.getElementById('fps').value = '12'")
        browser.find("#render").click()
        browser.wait(
            lambda: browser.run("return !!document.querySelector('[data-state=done] video')")
        )
        size = "const v = document.querySelector('video'); return [v.videoWidth, v.videoHeight]"
        browser.wait(lambda: browser.run(size) == [1024, 1024])
        duration = browser.run("return document.querySelector('video').duration")
        assert duration == pytest.approx(8 / 12, abs=0.05)
        browser.wait(lambda: browser.run("return document.querySelector('video').currentTime > 0"))
        # Its files.
        links = browser.run(
            "return [...document.querySelectorAll('.job a')].map((a) => a.getAttribute('href'))"
        )
        files = {link.split("/")[-1].split("?")[0]: fetch(browser, link) for link in links}
        (tmp_path / "video.mp4").write_bytes(files["video.mp4"])
        assert open_clip(tmp_path / "video.mp4").num_frames == 8
        with Image.open(io.BytesIO(files["video.gif"])) as gif:
            assert gif.size == (320, 320)
        assert np.load(io.BytesIO(files["latents.npy"])).shape == (8, 18, 512)
        assert np.load(io.BytesIO(files["face.npy"])).shape == (18, 512)
        record = json.loads(files["record.json"])
        for name in ("video.mp4", "latents.npy"):
            assert record["files"][name]["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert browser.find(".command code").text == record["command"]
        assert browser.driver.get_log("browser") == []


def test_the_command_makes_the_same_video(chromium, small, tmp_path):
    with chromium(small[0]) as browser:
        sharp(browser, 64)
        slide(browser, "anger", 0.7)
        slide(browser, "fear", 0.25)
        browser.find("#add").click()
        browser.find("#propose").click()
        browser.wait(lambda: len(timeline(browser)) == 6)
        browser.find("#render").click()
        browser.wait(
            lambda: browser.run("return !!document.querySelector('[data-state=done] video')")
        )
        command = browser.find(".command code").text
        path = browser.run("return document.querySelector('.job video').getAttribute('src')")
        video = fetch(browser, path)
    words = shlex.split(command)
    assert words[:2] == ["python", "tools/synthesize_video.py"]
    words = [word for word in words[2:] if not word.startswith("--output")]
    result = subprocess.run(
        [sys.executable, ROOT / "tools/synthesize_video.py", *words, f"--output={tmp_path}/a.mp4"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "a.mp4").read_bytes() == video


def test_what_is_no_photograph_is_told(chromium, small, tmp_path):
    with chromium(small[0]) as browser:
        before = sharp(browser, 64)
        with open(tmp_path / "large.png", "wb") as file:
            file.truncate(50 << 20)
        choose_file(browser, "#photograph", tmp_path / "large.png")
        message(browser, "This photograph has 50 MB; 20 MB at most are taken.")
        (tmp_path / "text.png").write_text("just a text")
        choose_file(browser, "#photograph", tmp_path / "text.png")
        message(browser, "This is not a picture that can be read; JPEG, PNG, WEBP, BMP, TIFF can.")
        Image.new("RGB", (640, 480), "gray").save(tmp_path / "blank.png")
        choose_file(browser, "#photograph", tmp_path / "blank.png")
        message(browser, "No face was found in this photograph")
        (tmp_path / "film.mp4").write_text("#EXTM3U\n/etc/passwd\n")
        choose_file(browser, "#clip-emotions", tmp_path / "film.mp4")
        message(browser, "This is not a film that can be read")
        assert picture(browser) == before


def drawn_frame():
    """A drawn face that smiles, in a larger white picture."""
    (person,) = sample_identities(1, np.random.default_rng(1234))
    frame = np.full((600, 700, 3), 255, np.uint8)
    frame[100:500, 150:550] = render_face(with_expression(person, "happiness"), 400)
    return frame


def test_a_photograph_and_a_film_come_in(chromium, small, tmp_path):
    frame = drawn_frame()
    Image.fromarray(frame).save(tmp_path / "photograph.png")
    write_video(tmp_path / "film.mp4", [frame] * 5, 5)
    with chromium(small[0]) as browser:
        rolled = sharp(browser, 64)
        choose_file(browser, "#photograph", tmp_path / "photograph.png")
        browser.wait(lambda: browser.run("return !!document.querySelector('.job progress')"))
        browser.wait(lambda: "photograph" in browser.find("#face-note").text)
        assert sharp(browser, 64) != rolled
        choose_file(browser, "#clip-emotions", tmp_path / "film.mp4")
        browser.wait(lambda: timeline(browser) == [["happiness", 1.0]])
        choose_file(browser, "#clip-pose", tmp_path / "film.mp4")
        duration = "const v = document.querySelector('video'); return v ? v.duration : 0"
        browser.wait(lambda: browser.run(duration) == pytest.approx(1.0, abs=0.25))


def test_keyframes_and_the_wipe_follow_the_pointer(chromium, small):
    from selenium.webdriver import ActionChains

    def drag(target, x):
        ActionChains(browser.driver).click_and_hold(target).move_by_offset(
            x // 2, 0
        ).move_by_offset(x - x // 2, 0).release().perform()

    with chromium(small[0], 1280, 1000) as browser:
        sharp(browser, 64)
        for emotion in ("happiness", "fear"):
            browser.find("#calm").click()
            slide(browser, emotion, 1)
            browser.find("#add").click()
        assert timeline(browser) == [["happiness", 0.5], ["fear", 1.5]]
        drag(browser.find(".frame"), 200)
        assert [name for name, _ in timeline(browser)] == ["fear", "happiness"]
        drag(browser.find(".frame .edge"), 96)  # a second
        assert timeline(browser)[0] == ["fear", pytest.approx(2.5, abs=0.05)]
        browser.find("#compare").click()
        wipe = browser.find("#wipe")
        drag(wipe, -150)
        assert 5 < int(wipe.get_attribute("aria-valuenow")) < 45


def memory(process):
    """MB of the process in memory."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_five_browsers_at_once(chromium, small):
    address, process = small

    def visit(seed):
        with chromium(address) as browser:
            sharp(browser, 64)
            browser.run(
                "const s = document.getElementById('seed'); s.value = arguments[0];"
                "s.dispatchEvent(new Event('change'))",
                seed,
            )
            browser.wait(lambda: f"Seed {seed}," in browser.find("#face-note").text)
            browser.run("document.getElementById('length').value = 1")
            browser.run("document.getElementById('propose').click()")
            browser.wait(lambda: len(timeline(browser)) == 2)
            browser.run("document.getElementById('render').click()")
            browser.wait(
                lambda: browser.run("return !!document.querySelector('[data-state=done] video')")
            )
            assert browser.run("return document.querySelectorAll('.job').length") == 1
            assert f"--seed={seed} " in browser.find(".command code").text
            job = browser.run("return document.querySelector('.job video').getAttribute('src')")
            return sharp(browser, 64), fetch(browser, "face.npy"), job

    visit(1)
    before = memory(process)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        seen = list(pool.map(visit, range(1, 6)))
    assert all(len(set(column)) == 5 for column in zip(*seen, strict=True))
    with chromium(address) as browser:  # none of theirs is there any more, nor was ever mine
        for _, _, job in seen:
            script = "fetch(arguments[0]).then((r) => arguments[1](r.status))"
            assert browser.driver.execute_async_script(script, job) == 404
        sharp(browser, 64)
    assert memory(process) < before + 60


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_the_screen_and_can_be_read(chromium, small, width):
    metrics = {"deviceMetrics": {"width": width, "height": 844, "pixelRatio": 1, "touch": True}}
    with chromium(small[0], mobileEmulation=metrics) as browser:
        sharp(browser, 64)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        low = browser.run(
            "return [...document.querySelectorAll('button, .button, select, .slider')]"
            ".filter((e) => e.offsetHeight && e.offsetHeight < 36).map((e) => e.textContent)"
        )
        assert low == []
        unnamed = browser.run(
            "return [...document.querySelectorAll('img, input, select, button')].filter((e) =>"
            " !(e.alt || e.ariaLabel || e.labels?.length || e.textContent.trim()))"
            ".map((e) => e.outerHTML)"
        )
        assert unnamed == []
        for scheme in ("light", "dark"):
            browser.driver.execute_cdp_cmd(
                "Emulation.setEmulatedMedia",
                {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
            )
            assert contrast(browser) >= 4.5
        loaded = browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
        assert all(name.startswith((small[0], "blob:", "data:")) for name in loaded)


def contrast(browser):
    """The least ratio of luminances (WCAG 2) of the page's inks on their grounds."""
    colours = browser.run(
        "return [['body', 'body'], ['#network', 'body'], ['#face-note', '.card'], ['#add', '#add'],"
        " ['.slider', '.card'], ['footer', 'body']].map((pair) => [getComputedStyle(document"
        ".querySelector(pair[0])).color, getComputedStyle(document.querySelector(pair[1]))"
        ".backgroundColor])"
    )

    def luminance(text):
        red, green, blue = (int(part) / 255 for part in text[4:-1].split(","))
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
        ]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    ratios = []
    for ink, ground in colours:
        dark, light = sorted([luminance(ink), luminance(ground)])
        ratios.append((light + 0.05) / (dark + 0.05))
    return min(ratios)


def test_wrong_flags_are_one_line(run_driver, tmp_path):
    (tmp_path / "short").write_text("1234\n")
    for flags, said in [
        (["--host=0.0.0.0"], "can be reached by others: give a --password_file"),
        (["--host=0.0.0.0", f"--password_file={tmp_path}/short"], "8 characters at least"),
        ([f"--password_file={tmp_path}/none"], "cannot be read"),
        (["--password_file=/dev/zero"], "/dev/zero is a device or a pipe"),
        (["--network=none.pkl"], "--network=none.pkl is not a file"),
        (["--directions=none"], "there is no folder none of directions"),
        ([f"--directions={tmp_path}"], "holds no directions, such as happiness.npy"),
        (["--encoder=none"], "none is neither an encoder file"),
        (["--host=300.1.1.1", f"--password_file={__file__}"], "cannot listen at 300.1.1.1:8000"),
    ]:
        result = run_driver("studio", *flags)
        assert result.returncode == 1
        assert said in result.stderr.splitlines()[-1]
