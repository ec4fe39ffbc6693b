"""The studio's server: sessions, pictures, videos, and what it refuses."""

import io
import json
import os
import time

import numpy as np
import pytest
from PIL import Image

from emotion.emotion import Emotion
from encoder.rendered_faces.parameters import sample_identities
from encoder.rendered_faces.renderer import render_face
from stylegan_tf import to_uint8
from synthesis.keyframes import make_keyframe
from synthesis.studio.access import Guard
from synthesis.studio.server import COOKIE, create_app
from synthesis.studio.uploads import MAX_PHOTOGRAPH_BYTES

ROWS = [{"emotions": {}, "seconds": 0.1}, {"emotions": {"happiness": 0.8}, "seconds": 0.5}]


def picture(client, **edit):
    response = client.post("/picture", json=edit)
    assert response.status_code == 200, response.get_json()
    assert response.mimetype == "image/jpeg"
    return np.asarray(Image.open(io.BytesIO(response.data))).astype(int)


def download(client, path):
    with client.get(path) as response:  # it streams a file, which is open until it is closed
        assert response.status_code == 200
        return response.data


def latent(client):
    return np.load(io.BytesIO(client.get("/face.npy").data))


def refusal(response):
    return response.status_code, response.get_json()["error"]


def test_page_and_its_files(client):
    page = client.get("/")
    assert page.mimetype == "text/html"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("studio.css", "timeline.css", "main.js"):
        assert f"page/{name}" in page.text
        assert client.get(f"/page/{name}").status_code == 200
    assert client.get("/page/main.js").mimetype == "text/javascript"


def test_the_page_is_told_what_there_is(client):
    about = client.about
    assert about["emotions"] == ["anger", "happiness", "surprise", "disgust", "sadness"]
    assert about["turns"] == ["yaw"]
    assert (about["resolution"], about["layers"]) == (64, 10)
    assert about["masks"] == ["emotion", "keyframe", "pose", "none"]
    assert about["face"]["kind"] == "rolled"


def test_a_rolled_face_is_the_drivers(client, generator):
    told = client.post("/face", json={"seed": 66, "psi": 0.5}).get_json()
    assert told == {"kind": "rolled", "seed": 66, "psi": 0.5}
    expected = generator.map(generator.sample_z([66]), truncation_psi=0.5)
    np.testing.assert_array_equal(latent(client), expected[0])
    # JPEG of random weights' picture: alike, not the same.
    painted = to_uint8(generator.synthesize(expected))[0].astype(int)
    assert np.abs(picture(client) - painted).mean() < 12
    another = client.post("/face", json={}).get_json()
    assert another["seed"] != client.post("/face", json={}).get_json()["seed"]


def test_sliders_change_the_picture(client):
    calm = picture(client)
    happy = picture(client, emotions={"happiness": 1})
    assert np.abs(happy - calm).max() > 20
    np.testing.assert_array_equal(picture(client, emotions={"happiness": 1}, before=True), calm)
    np.testing.assert_array_equal(picture(client, emotions={"happiness": 0.0}), calm)
    assert np.abs(picture(client, emotions={"happiness": 1}, coefficient=16) - happy).max() > 5
    assert np.abs(picture(client, turns={"yaw": 1}) - calm).max() > 20
    assert np.abs(picture(client, emotions={"happiness": 1}, mask="8-9") - happy).max() > 5
    np.testing.assert_array_equal(picture(client, emotions={"happiness": 1}), happy)


@pytest.mark.parametrize(
    ("path", "request_", "message"),
    [
        ("/picture", [], "the request must be a JSON object"),
        ("/picture", {"emotion": {}}, "the request has an unknown field 'emotion'"),
        ("/picture", {"emotions": {"joy": 1}}, "emotions has an unknown field 'joy'"),
        ("/picture", {"emotions": {"fear": 1}}, "there is no direction for fear"),
        ("/picture", {"emotions": {"anger": 3}}, "anger must be a number from -2 to 2"),
        ("/picture", {"emotions": {"anger": "1"}}, "anger must be a number"),
        ("/picture", {"emotions": {"anger": True}}, "anger must be a number"),
        ("/picture", {"emotions": {"anger": 1}, "mask": "0-17"}, "mask '0-17' reaches layer 17"),
        ("/picture", {"mask": "x" * 81}, "mask must be a text of at most 80 characters"),
        ("/picture", {"coefficient": 1e9}, "coefficient must be a number from -40 to 40"),
        ("/picture", {"turns": {"pitch": 1}}, "this network has no direction for pitch"),
        ("/picture", {"preview": 1}, "preview must be true or false"),
        ("/face", {"seed": -1}, "seed must be a whole number from 0 to 4294967295"),
        ("/face", {"seed": 1.5}, "seed must be a whole number"),
        ("/face", {"psi": None}, "psi must be a number"),
        ("/proposal", {"length": 0}, "length must be a whole number from 1 to 20"),
        ("/video", {"rows": []}, "a timeline has 1 to 60 keyframes"),
        ("/video", {"rows": [{"second": 1}]}, "a keyframe has an unknown field 'second'"),
        ("/video", {"rows": ROWS, "fps": 0}, "fps must be a number from 1 to 60"),
        ("/video", {"rows": ROWS, "interpolation": "slerp"}, "interpolation must be one of"),
        ("/video", {"rows": [{"seconds": 50}] * 2}, "a video lasts 60 seconds at most"),
        ("/video", {"rows": [{}, {"seconds": 0}]}, "less than one frame for its transition"),
        ("/video", {"rows": ROWS, "mask": "0-17"}, "mask '0-17' reaches layer 17"),
    ],
)
def test_wrong_requests_are_told(client, path, request_, message):
    code, said = refusal(client.post(path, json=request_))
    assert code == 400
    assert message in said


def test_what_is_no_json_is_refused(client):
    assert client.post("/face", data="seed=1").status_code == 415
    wrong = client.post("/face", data="{", content_type="application/json")
    assert wrong.status_code == 400
    deep = client.post("/face", data="[" * 20_000, content_type="application/json")
    assert deep.status_code == 400
    long = client.post("/face", data=b" " * (1 << 20), content_type="application/json")
    assert long.status_code == 413


def test_a_proposal_is_the_lstms(client):
    told = client.post("/proposal", json={"length": 3, "seed": 1}).get_json()
    assert told == {"seed": 1, "emotions": ["happiness", "surprise", "anger"]}


def test_a_video_and_everything_with_it(client, finish, generator, studio):
    client.post("/face", json={"seed": 3, "psi": 0.7})
    told = finish(client, client.post("/video", json={"rows": ROWS, "fps": 10}))
    assert (told["state"], told["message"]) == ("done", "")
    assert list(told["files"]) == [
        "video.mp4",
        "video.gif",
        "latents.npy",
        "face.npy",
        "record.json",
    ]
    folder = f"/jobs/{told['name']}"
    files = {name: download(client, f"{folder}/{name}") for name in told["files"]}
    assert {name: len(data) for name, data in files.items()} == told["files"]

    latents = np.load(io.BytesIO(files["latents.npy"]))
    assert latents.shape == (7, 10, 512)
    face = latent(client)
    np.testing.assert_array_equal(np.load(io.BytesIO(files["face.npy"])), face)
    np.testing.assert_array_equal(latents[0], face)
    keyframe = make_keyframe(face, studio.palette.emotions, {Emotion.HAPPINESS: 0.8})
    np.testing.assert_allclose(latents[-1], keyframe, rtol=0, atol=1e-5)
    with Image.open(io.BytesIO(files["video.gif"])) as gif:
        assert gif.n_frames == 7
    record = json.loads(files["record.json"])
    assert record["frames"] == told["answer"]["frames"] == 7
    assert record["network"]["sha256"] == "0" * 64
    assert sorted(record["files"]) == ["face.npy", "latents.npy", "video.gif", "video.mp4"]
    assert record["command"] == told["answer"]["command"]
    assert record["command"].startswith(
        "python tools/synthesize_video.py --network=small.pkl --seed=3 --truncation_psi=0.7 "
    )
    with client.get(f"{folder}/video.mp4?download") as attached:
        assert attached.headers["Content-Disposition"] == "attachment; filename=video.mp4"
    with client.get(f"{folder}/video.mp4", headers={"Range": "bytes=0-9"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)


def test_a_turned_face_goes_by_its_latent(client, finish):
    wish = {"rows": ROWS[:1], "turns": {"yaw": 0.5}, "fps": 10, "loop": True}
    told = finish(client, client.post("/video", json=wish))
    command = told["answer"]["command"]
    assert " --latent=face.npy " in command
    assert " --loop=true " in command
    assert "--seed" not in command
    assert told["answer"]["needs"] == ["face.npy"]
    file = download(client, f"/jobs/{told['name']}/face.npy")
    assert not np.array_equal(np.load(io.BytesIO(file)), latent(client))


def face_picture():
    """A photograph of a drawn face."""
    file = io.BytesIO()
    (person,) = sample_identities(1, np.random.default_rng(1234))
    framed = Image.new("RGB", (700, 600), "white")
    framed.paste(Image.fromarray(render_face(person, 400)), (150, 100))
    framed.save(file, "PNG")
    return file.getvalue()


def test_a_photograph_becomes_the_face(client, finish, studio):
    before = latent(client)
    told = finish(client, client.post("/photograph", data=face_picture()))
    assert (told["state"], told["message"]) == ("done", "")
    assert told["pictures"] >= 4  # the aligned face, and the search's
    shown = client.get(f"/jobs/{told['name']}/picture")
    assert np.asarray(Image.open(io.BytesIO(shown.data))).shape == (64, 64, 3)
    assert client.get("/session").get_json()["face"] == {"kind": "photograph"}
    assert not np.array_equal(latent(client), before)
    session = studio.sessions.find(client.get_cookie(COOKIE).value)
    left = [path for path in session.folder.rglob("*") if path.is_file()]
    assert left == []  # the photograph is gone


def test_photographs_that_are_none(client, finish):
    def told_of(data):
        told = finish(client, client.post("/photograph", data=data))
        assert told["state"] == "failed"
        return told["message"]

    blank = io.BytesIO()
    Image.new("RGB", (300, 200), "gray").save(blank, "PNG")
    assert told_of(blank.getvalue()).startswith("no face was found in this photograph")
    assert told_of(b"just a text") == (
        "this is not a picture that can be read; JPEG, PNG, WEBP, BMP, TIFF can"
    )
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"  # would start Ghostscript
    assert "is not a picture" in told_of(postscript)
    large = io.BytesIO()
    Image.new("1", (8000, 7000)).save(large, "PNG")
    assert "more than 50 megapixels" in told_of(large.getvalue())
    cut = told_of(blank.getvalue()[:200])
    assert "this photograph is not a readable picture" in cut
    assert "/" not in cut  # no path of the server's
    assert client.post("/photograph", data=b"").status_code == 400
    too_large = client.post("/photograph", data=b"0" * (MAX_PHOTOGRAPH_BYTES + 1))
    assert too_large.status_code == 413


def test_films_that_are_none(client, finish):
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    for use in ("emotions", "pose"):
        told = finish(client, client.post(f"/clip/{use}", data=playlist))
        assert told["message"].startswith("this is not a film that can be read")
    told = finish(client, client.post("/clip/emotions", data=b"\0\0\0\x20ftypisom" + bytes(99)))
    assert told["message"] == "this film cannot be read; it may be damaged"
    assert refusal(client.post("/clip/sound", data=b"x"))[1] == "use must be one of emotions, pose"


def test_nobody_sees_anothers(visit, finish):
    one, other = visit(), visit()
    one.post("/face", json={"seed": 1})
    other.post("/face", json={"seed": 2})
    assert not np.array_equal(latent(one), latent(other))
    told = finish(one, one.post("/video", json={"rows": ROWS, "fps": 10}))
    path = f"/jobs/{told['name']}/video.mp4"
    with one.get(path) as response:
        assert response.status_code == 200
    assert refusal(other.get(path)) == (404, "there is no such job")
    assert refusal(other.delete(f"/jobs/{told['name']}")) == (404, "there is no such job")
    assert other.get("/jobs").get_json() == []
    assert one.get_cookie(COOKIE).value != other.get_cookie(COOKIE).value


def test_a_session_ends_when_its_visitor_leaves(visit, finish, studio):
    client = visit()
    finish(client, client.post("/video", json={"rows": ROWS, "fps": 10}))
    session = studio.sessions.find(client.get_cookie(COOKIE).value)
    assert session.folder.is_dir()
    assert client.post("/goodbye").status_code == 200
    assert client.get("/jobs").status_code == 200  # was only loading the page again
    time.sleep(0.8)
    assert session.folder.is_dir()
    client.post("/goodbye")
    for _ in range(100):
        if not session.folder.exists():
            break
        time.sleep(0.1)
    assert not session.folder.exists()
    assert refusal(client.get("/jobs")) == (404, "your session is over; load the page again")
    assert client.post("/picture", json={}).status_code == 404


TRICKS = [
    "../page.html",
    "..%2Fpage.html",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%5C..%5Cpage.html",
    "/etc/passwd",
    "%2Fetc%2Fpasswd",
    "C:%5Cwindows%5Cwin.ini",
    "....//....//etc/passwd",
    "..%252F..%252Fetc%252Fpasswd",
    "main.js%00.css",
    "~root",
    ".",
    "..",
    "link",
    "%E2%80%A5/page.html",
    "video.mp4/../record.json",
    "file:///etc/passwd",
    "a" * 5000,
]


@pytest.mark.parametrize("trick", TRICKS, ids=range(len(TRICKS)))
def test_path_tricks_are_refused(client, finish, studio, trick):
    session = studio.sessions.find(client.get_cookie(COOKIE).value)
    (session.folder / "made").mkdir()
    job = studio.sessions.add_job(session, "video", lambda job: None)
    assert studio.queue.wait(job, 10)
    os.symlink("/etc/passwd", job.folder / "link")
    for path in (
        f"/page/{trick}",
        f"/jobs/{trick}",
        f"/jobs/{trick}/picture",
        f"/jobs/{trick}/video.mp4",
        f"/jobs/{job.name}/{trick}",
        f"/clip/{trick}",
        f"/{trick}",
    ):
        for method in ("get", "post", "delete"):
            response = getattr(client, method)(path)
            # A page, 308 to a plain path, or nothing; never a file.
            assert b"root:" not in response.data
            assert response.status_code in (308, 400, 403, 404, 405) or (
                response.data == client.get("/").data and method == "get"
            ), (method, path, response.status_code)


def test_symbolic_links_do_not_become_downloads(client, studio):
    session = studio.sessions.find(client.get_cookie(COOKIE).value)
    job = studio.sessions.add_job(session, "video", lambda job: None)
    assert studio.queue.wait(job, 10)
    os.symlink("/etc/passwd", job.folder / "video.mp4")  # not in the job's table of files
    assert refusal(client.get(f"/jobs/{job.name}/video.mp4")) == (404, "there is no such file")


def test_only_a_name_of_this_machine_leads_here(client):
    for host in ("127.0.0.1:8000", "localhost", "[::1]:80"):
        assert client.get("/session", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "10.0.0.1"):
        response = client.get("/session", headers={"Host": host})
        assert refusal(response) == (403, "this studio is called 127.0.0.1 or localhost")


def test_other_sites_cannot_use_it(client):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/face", json={}, headers=headers).status_code == 403
    assert client.get("/session", headers=headers).status_code == 403
    assert client.get("/", headers=headers).status_code == 200  # a link may lead here
    assert (
        client.post("/face", json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    )


def test_password(studio):
    client = create_app(studio, Guard(False, "correct horse")).test_client()
    for path in ("/", "/session", "/page/main.js", "/jobs"):
        response = client.get(path)
        assert refusal(response) == (401, "the password is wrong or missing")
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert client.get(path, auth=("anybody", "correct hors")).status_code == 401
    assert client.get("/", auth=("anybody", "correct horse")).status_code == 200
    begun = client.get("/session", auth=("x", "correct horse"))
    assert begun.status_code == 200
    studio.sessions.leave(studio.sessions.find(client.get_cookie(COOKIE).value))


def test_the_cookie_is_kept_from_scripts_and_other_sites(visit, studio):
    response = create_app(studio, Guard(True, None)).test_client().get("/session")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_too_much_at_once(visit, studio):
    client = visit()
    wish = {"rows": [{"seconds": 0.1}, {"emotions": {"anger": 1}, "seconds": 20}], "fps": 30}
    jobs = [client.post("/video", json=wish) for _ in range(3)]
    assert all(response.status_code == 200 for response in jobs)
    assert [response.get_json()["before"] for response in jobs[1:]] == [1, 2]
    code, said = refusal(client.post("/video", json=wish))
    assert (code, said) == (503, "3 jobs of yours are queued already; wait for one")
    for response in jobs:
        assert client.delete(f"/jobs/{response.get_json()['name']}").status_code == 200
    assert client.post("/goodbye").status_code == 200
