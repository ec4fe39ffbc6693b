import json

import pytest

from synthesis.study import answers
from synthesis.study.answers import Answer, AnswerStore
from synthesis.study.server import COOKIE, MAX_BODY_BYTES, create_app


@pytest.fixture
def store(tmp_path):
    return AnswerStore(tmp_path / "answers.sqlite")


@pytest.fixture
def app(study, store):
    return create_app(study, store)


@pytest.fixture
def client(app):
    return app.test_client()


def begin(client):
    return client.post("/workers", json={}).get_json()


def answer(worker, pair, choice="left", milliseconds=1500):
    return {"worker": worker, "pair": pair, "choice": choice, "milliseconds": milliseconds}


def test_answers_arrive(client, store, study):
    begun = begin(client)
    assert {pair["pair"] for pair in begun["pairs"]} == {pair.name for pair in study.pairs}
    assert begun["answered"] == []
    for shown in begun["pairs"]:
        pair = study.pair(shown["pair"])
        assert (shown["left"], shown["right"]) == (f"videos/{pair.left}", f"videos/{pair.right}")
        response = client.post("/answers", json=answer(begun["worker"], pair.name))
        assert response.status_code == 200
    names = [pair["pair"] for pair in begun["pairs"]]
    assert store.all() == [Answer(begun["worker"], name, "left", 1500) for name in names]


def test_same_browser_goes_on_where_it_was(client):
    begun = begin(client)
    client.post("/answers", json=answer(begun["worker"], begun["pairs"][0]["pair"]))
    again = begin(client)
    assert again == {**begun, "answered": [begun["pairs"][0]["pair"]]}


def test_what_is_sent_does_not_tell_who_made_what(client, study):
    sent = client.post("/workers", json={}).get_data(as_text=True) + client.get("/").text
    for model in (*study.models, "check"):
        assert f'"{model}' not in sent
    for path in (
        "/study.json",
        "/answers.sqlite",
        "/videos/../study.json",
        "/videos/%2e%2e/study.json",
    ):
        assert client.get(path).status_code == 404


def test_orders_differ(app):
    orders = {tuple(pair["pair"] for pair in begin(app.test_client())["pairs"]) for _ in range(5)}
    assert len(orders) > 1


def test_page_is_self_contained_and_guarded(client):
    response = client.get("/")
    assert response.mimetype == "text/html"
    assert "http://" not in response.text
    assert "https://" not in response.text
    assert "{{" not in response.text
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not response.headers.getlist("Set-Cookie")


def test_question_is_shown_as_text(tmp_path, study, store):
    import dataclasses

    hostile = dataclasses.replace(study, question="<script>alert(1)</script>?")
    page = create_app(hostile, store).test_client().get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_parts_of_videos_are_served(client, study):
    name = study.pairs[0].left
    with client.get(f"/videos/{name}") as response:
        assert (response.status_code, response.mimetype) == (200, "video/mp4")
        whole = response.data
    with client.get(f"/videos/{name}", headers={"Range": "bytes=4-7"}) as response:
        assert response.status_code == 206
        assert response.data == whole[4:8] == b"ftyp"


def test_cookie_is_hidden_from_scripts_and_other_sites(client):
    cookie = client.post("/workers", json={}).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_another_workers_name_is_refused(app, store):
    first, second = app.test_client(), app.test_client()
    worker = begin(first)["worker"]
    begun = begin(second)
    pair = begun["pairs"][0]["pair"]
    stolen = second.post("/answers", json=answer(worker, pair))
    assert (stolen.status_code, stolen.get_json()) == (403, {"error": "this is not your name"})
    nobody = app.test_client().post("/answers", json=answer(worker, pair))
    assert nobody.status_code == 403
    stranger = app.test_client()
    stranger.set_cookie(COOKIE, "guessed")
    assert stranger.post("/answers", json=answer(worker, pair)).status_code == 403
    assert store.all() == []


def test_unknown_pair_is_refused(client, store):
    response = client.post("/answers", json=answer(begin(client)["worker"], "0" * 12))
    assert (response.status_code, response.get_json()) == (404, {"error": "there is no such pair"})
    assert store.all() == []


SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"worker": SCRIPT}, "worker is not a worker's name"),
        ({"pair": SCRIPT}, "pair is not a pair's name"),
        ({"pair": "' or 1=1 --"}, "pair is not a pair's name"),
        ({"pair": ["a"]}, "pair is not a pair's name"),
        ({"choice": SCRIPT}, "choice is not one of left, right, neither"),
        ({"choice": None}, "choice is not one of"),
        ({"milliseconds": SCRIPT}, "milliseconds is not a whole number"),
        ({"milliseconds": -1}, "milliseconds is not a whole number"),
        ({"milliseconds": 10**12}, "milliseconds is not a whole number"),
        ({"milliseconds": 1.5}, "milliseconds is not a whole number"),
        ({"milliseconds": True}, "milliseconds is not a whole number"),
        ({"comment": SCRIPT}, "an answer has the fields choice, milliseconds, pair, worker"),
    ],
)
def test_hostile_fields_are_refused(client, store, changes, message):
    begun = begin(client)
    body = {**answer(begun["worker"], begun["pairs"][0]["pair"]), **changes}
    response = client.post("/answers", json=body)
    assert response.status_code == 400
    assert message in response.get_json()["error"]
    assert "<script>" not in response.text
    assert store.all() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{" + b" " * (10 << 20) + b"}", "application/json", 413),
        (b" " * (MAX_BODY_BYTES + 1), "application/json", 413),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 1000, "application/json", 400),
        (b"worker=a&pair=b", "application/x-www-form-urlencoded", 415),
        (json.dumps(answer("0" * 16, "0" * 12)).encode(), "text/plain", 415),
    ],
)
@pytest.mark.parametrize("path", ["/answers", "/workers"])
def test_hostile_bodies_are_refused(client, store, path, body, kind, status):
    response = client.post(path, data=body, content_type=kind)
    assert response.status_code == status
    assert response.get_json()["error"]
    assert store.all() == []


def test_second_thoughts_are_refused(client, store):
    begun = begin(client)
    pair = begun["pairs"][0]["pair"]
    for choice, status in (("left", 200), ("left", 200), ("right", 409)):
        response = client.post("/answers", json=answer(begun["worker"], pair, choice))
        assert response.status_code == status
    assert [kept.choice for kept in store.all()] == ["left"]


def test_too_many_workers_are_refused(app, monkeypatch):
    monkeypatch.setattr(answers, "MAX_WORKERS", 1)
    begin(app.test_client())
    assert app.test_client().post("/workers", json={}).status_code == 503
    assert app.test_client().post("/workers", json={"name": SCRIPT}).status_code == 400


def test_other_methods_and_pages_are_refused(client):
    assert client.get("/answers").status_code == 405
    assert client.delete("/workers").status_code == 405
    assert client.get("/admin").get_json()["error"]
