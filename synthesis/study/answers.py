"""Answers in an SQLite file, which any number of servers and reports may use at once."""

import contextlib
import dataclasses
import os
import pathlib
import secrets
import sqlite3
from collections.abc import Iterator

from stylegan_tf.errors import InputError

MAX_WORKERS = 100_000
MAX_MILLISECONDS = 24 * 3600 * 1000
_WAIT_SECONDS = 30.0  # for another process to finish writing
_SCHEMA = """
create table if not exists workers (
  worker text primary key, secret text not null unique,
  begun text not null default current_timestamp
) strict;
create table if not exists answers (
  worker text not null references workers, pair text not null, choice text not null,
  milliseconds integer not null, given text not null default current_timestamp,
  primary key (worker, pair)
) strict;
"""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What one worker said of one pair.

    Attributes:
      worker: who, by a name that is drawn.
      pair: the pair's name.
      choice: left, right or neither.
      milliseconds: from when both videos could be seen to the answer.
    """

    worker: str
    pair: str
    choice: str
    milliseconds: int


class AnswerStore:
    """The file of a study's answers; every call opens it anew, so threads may share a store."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Makes the file if there is none.

        Raises:
          InputError: it is not such a file.
        """
        self._path = pathlib.Path(path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._open() as connection:
                connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise InputError(f"{path} is not a file of answers: {error}") from error

    def begin(self) -> tuple[str, str] | None:
        """A new worker: name and secret; None if there are `MAX_WORKERS` already."""
        worker, secret = secrets.token_hex(8), secrets.token_urlsafe(24)
        with self._open() as connection:
            (count,) = connection.execute("select count(*) from workers").fetchone()
            if count >= MAX_WORKERS:
                return None
            connection.execute(
                "insert into workers (worker, secret) values (?, ?)", (worker, secret)
            )
        return worker, secret

    def worker_of(self, secret: str) -> str | None:
        """The worker who was given the secret, or None."""
        with self._open() as connection:
            row = connection.execute(
                "select worker from workers where secret = ?", (secret,)
            ).fetchone()
        return None if row is None else str(row[0])

    def add(self, answer: Answer) -> bool:
        """Keeps an answer; False if its worker has said something else of the pair before."""
        with self._open() as connection:
            connection.execute(
                "insert or ignore into answers (worker, pair, choice, milliseconds) "
                "values (?, ?, ?, ?)",
                dataclasses.astuple(answer),
            )
            (choice,) = connection.execute(
                "select choice from answers where worker = ? and pair = ?",
                (answer.worker, answer.pair),
            ).fetchone()
        return bool(choice == answer.choice)

    def all(self, worker: str | None = None) -> list[Answer]:
        """The answers of a worker, or of all, in the order given."""
        query = "select worker, pair, choice, milliseconds from answers"
        with self._open() as connection:
            if worker is None:
                rows = connection.execute(f"{query} order by rowid").fetchall()
            else:
                rows = connection.execute(
                    f"{query} where worker = ? order by rowid", (worker,)
                ).fetchall()
        return [Answer(*row) for row in rows]

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together, or not at all if something is raised."""
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        try:
            with connection:
                yield connection
        finally:
            connection.close()
