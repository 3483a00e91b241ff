"""One question to the API: who asks, what for, and the page and dates it wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.sandbox.rules import MAX_PAGE, MAX_REACH, Json, Refusal
from bot.sandbox.state import Account, Mail, Server, Stream
from bot.sandbox.times import read_eastern

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request whose token was right. Account calls have no server."""

    account: Account
    known_server: Server | None
    path: Mapping[str, str] = field(default_factory=dict)
    """The named pieces of the path."""
    query: Mapping[str, str] = field(default_factory=dict)
    """By lower-cased name: Postmark takes them in any case."""
    body: object = None

    @property
    def server(self) -> Server:
        """The server whose token was shown."""
        if self.known_server is None:  # the routes see to it
            raise Refusal(401, 10, "This needs a server token.")
        return self.known_server

    def fields(self) -> Mapping[str, object]:
        """The JSON body, which must be an object."""
        if not isinstance(self.body, Mapping):
            raise Refusal(422, 403, "The body must be a JSON object.")
        return self.body

    def mail(self) -> Mail:
        """The message the path names. Expired, unknown, and another server's can't be told apart."""
        mail = self.server.mails.get(self.path["message_id"])
        if mail is None or not self.account.holds(mail):
            raise Refusal(422, 701, "This message was not found on this server.")
        return mail

    def stream(self) -> Stream:
        """The message stream the path names."""
        return self.named_stream(self.path["stream"])

    def named_stream(self, name: str) -> Stream:
        """A message stream of this server. Raises ``Refusal``."""
        if name not in self.server.streams:
            raise Refusal(422, 1226, f"The message stream '{name}' was not found on this server.")
        return self.server.streams[name]

    def page(self, found: Sequence[T]) -> Sequence[T]:
        """The part of the rows that ``count`` and ``offset`` ask for."""
        count, offset = self._number("count"), self._number("offset")
        if not 1 <= count <= MAX_PAGE:
            raise Refusal(422, 700, f"'count' is between 1 and {MAX_PAGE}.")
        if count + offset > MAX_REACH:  # the number in the body is a guess: only the status is known
            raise Refusal(500, 700, f"'count' and 'offset' together reach beyond {MAX_REACH}.")
        return found[offset : offset + count]

    def within(self, at: datetime) -> bool:
        """Whether a moment lies between ``fromdate`` and ``todate``. A date that can't be read fits nothing."""
        bounds = {name: self.query[name] for name in ("fromdate", "todate") if name in self.query}
        for name, text in bounds.items():
            bound = read_eastern(text, end_of_day=name == "todate")
            if bound is None or (at < bound if name == "fromdate" else at > bound):
                return False
        return True

    def _number(self, name: str) -> int:
        text = self.query.get(name, "")
        if not text.isdecimal():
            raise Refusal(422, 700, f"'{name}' is needed, as a whole number.")
        return int(text)


def listing(name: str, rows: Iterable[Json], total: int) -> Json:
    """The envelope of a list."""
    return {"TotalCount": total, name: list(rows)}


def entries(body: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    """The objects of a list in a JSON body; what is no object is an empty one."""
    given = body.get(name)
    for entry in given if isinstance(given, list) else []:
        yield entry if isinstance(entry, Mapping) else {}
