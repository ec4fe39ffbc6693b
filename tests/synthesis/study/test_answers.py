import concurrent.futures
import sqlite3

import pytest

from stylegan_tf.errors import InputError
from synthesis.study import answers
from synthesis.study.answers import Answer, AnswerStore


def test_answers_come_back_in_order(tmp_path):
    store = AnswerStore(tmp_path / "answers.sqlite")
    worker, secret = store.begin()
    assert store.worker_of(secret) == worker
    assert store.worker_of("x") is None
    given = [Answer(worker, f"{k:012x}", "left", 1000 + k) for k in (3, 1, 2)]
    assert all(store.add(answer) for answer in given)
    other, _ = store.begin()
    assert store.add(Answer(other, "0" * 12, "neither", 5))
    assert store.all(worker) == given
    assert len(AnswerStore(tmp_path / "answers.sqlite").all()) == 4


def test_first_answer_stays(tmp_path):
    store = AnswerStore(tmp_path / "answers.sqlite")
    worker, _ = store.begin()
    assert store.add(Answer(worker, "a", "left", 10))
    assert store.add(Answer(worker, "a", "left", 20))  # sent twice
    assert not store.add(Answer(worker, "a", "right", 30))
    assert store.all() == [Answer(worker, "a", "left", 10)]


def test_many_at_once_lose_nothing(tmp_path):
    AnswerStore(tmp_path / "answers.sqlite")

    def work(_):
        store = AnswerStore(tmp_path / "answers.sqlite")
        worker, _secret = store.begin()
        for k in range(20):
            store.add(Answer(worker, f"{k:012x}", "right", k))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    kept = AnswerStore(tmp_path / "answers.sqlite").all()
    assert len(kept) == len(set(kept)) == 160


def test_text_is_kept_as_text(tmp_path):
    store = AnswerStore(tmp_path / "answers.sqlite")
    worker, _ = store.begin()
    hostile = Answer(worker, "'); drop table answers; --", "left", 1)
    assert store.add(hostile)
    assert store.all() == [hostile]
    assert store.worker_of("' or '1' = '1") is None


def test_workers_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "MAX_WORKERS", 2)
    store = AnswerStore(tmp_path / "answers.sqlite")
    assert [store.begin() is None for _ in range(3)] == [False, False, True]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"no database, " * 100)
    with pytest.raises(InputError, match="is not a file of answers: file is not a database"):
        AnswerStore(path)
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("create table answers (a)")
    connection.close()
    assert AnswerStore(path)
