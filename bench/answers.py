"""How long an answer takes beside the statements it runs, and how it grows with the history.

The statements of an answer are written down as SQLAlchemy is given them, and run again bare, in transactions like the
answer's own, with all rows fetched. Answer and statements, small and large history take turns, customer by customer,
and the middle of the ratios counts, so that a busy moment of the machine disturbs all of them alike.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, event

from bench.figures import Figure
from bench.history import BEGIN, PER_CUSTOMER, customer, fill
from bench.processes import database
from bot.app import App
from bot.judgement import Judgement
from bot.settings import Settings
from store.database import Database
from store.records import Question, Subject, SubjectKind

OF_BARE = 5.0
GROWTH = 1.5
LEARNED_AT = BEGIN + timedelta(days=19, hours=23)

Statements = list[tuple[Any, Any]]


class Watched(Database):
    """A database that writes down what runs in each of its transactions."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.transactions: list[tuple[str, Statements]] = []

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with super().read() as connection, self._written_down("read", connection):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection, self._written_down("write", connection):
            yield connection

    @contextmanager
    def _written_down(self, kind: str, connection: Connection) -> Iterator[None]:
        statements: Statements = []

        def note(_: Connection, clause: Any, many: Any, one: Any, __: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
            statements.append((clause, many or one))

        event.listen(connection, "before_execute", note)
        try:
            yield
        finally:
            event.remove(connection, "before_execute", note)
            self.transactions.append((kind, statements))


class History:
    """A database with so many messages, and questions about its customers."""

    def __init__(self, url: str, count: int) -> None:
        fill(url, count)
        self.count = count
        self._watched, self._plain = Watched(url), Database(url)
        self._noting, self._answering = _app(self._watched), _app(self._plain)
        self._answering.learn(LEARNED_AT, patience=600)  # an answer knows the habits of its recipients
        self._random = random.Random(count)
        self.answers: list[float] = []
        self.bares: list[float] = []

    def ask(self) -> None:
        """Asks about a customer, and runs the answer's statements: remembers the seconds of both."""
        address = customer(self._random.randrange(self.count // PER_CUSTOMER))
        self._watched.transactions.clear()
        _ask(self._noting, address)  # also brings the pages of this customer into memory
        times = [
            (_timed(_ask, self._answering, address), _timed(_run, self._plain, self._watched.transactions))
            for _ in range(5)
        ]
        self.answers.append(min(answer for answer, _ in times))
        self.bares.append(min(bare for _, bare in times))

    def close(self) -> None:
        self._watched.dispose()
        self._plain.dispose()


def measure(kind: str, small: int, large: int, questions: int) -> Iterator[Figure]:
    """The figures of one kind of database, with few and with many messages in it."""
    with database(kind) as small_url, database(kind) as large_url:
        few, many = History(small_url, small), History(large_url, large)
        for _ in range(questions):
            few.ask()
            many.ask()
        few.close()
        many.close()
    for history in (few, many):
        yield Figure(
            name=f"an answer of 10 trails among {history.count:,} messages ({kind})",
            value=_ratio(history.answers, history.bares),
            unit="× its statements bare",
            at_most=OF_BARE,
            details={
                "answer in ms": median(history.answers) * 1000,
                "its statements in ms": median(history.bares) * 1000,
            },
        )
    yield Figure(
        name=f"the same answer among {large:,} messages ({kind})",
        value=_ratio(many.answers, few.answers),
        unit=f"× among {small:,}",
        at_most=GROWTH,
    )


def _ratio(these: list[float], those: list[float]) -> float:
    return median(this / that for this, that in zip(these, those, strict=True))


def _app(database: Database) -> App:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings takes it
    return App(settings, database, Judgement(settings))


def _ask(app: App, address: str) -> None:
    question = Question(text=address, subjects=(Subject(SubjectKind.EMAIL, address),))
    answer = app.answer(question, now=BEGIN + timedelta(days=20), offline=True)
    if len(answer.entries) != PER_CUSTOMER or sum(len(entry.trail.events) for entry in answer.entries) != 40:
        raise RuntimeError("the answer is not the one to be measured")


def _run(database: Database, transactions: list[tuple[str, Statements]]) -> None:
    for kind, statements in transactions:
        with database.read() if kind == "read" else database.write() as connection:
            for clause, values in statements:
                result = connection.execute(clause, values or None)
                if result.returns_rows:
                    result.all()


def _timed(work: Any, *arguments: Any) -> float:  # noqa: ANN401 - whatever is to be timed
    begin = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begin
