"""The firm's own software: it sends emails through Postmark's API, and tells us what its portal and its books know."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_IDLE = 2.0
"""Seconds after which a connection is not used again: servers close those that nobody speaks on."""


class CallFailed(RuntimeError):  # noqa: N818 - the name says what happened
    """One side of the demo refused what it should take; the text says what."""


@dataclass(slots=True)
class Caller:
    """Posts JSON to one address of this machine, over one connection."""

    url: str
    headers: Mapping[str, str]
    _connection: HTTPConnection | None = None
    _used_at: float = 0.0

    def __enter__(self) -> Self:
        self._connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON of whatever shape
        """The answer to a posted body. Raises ``CallFailed`` unless it is a 200."""
        if self._connection is None:
            raise CallFailed("The caller is used outside its `with` block.")
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self.headers}
        if time.monotonic() - self._used_at > _IDLE:
            self._connection.close()  # the other side may have, too; it is opened anew by the request
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        self._used_at = time.monotonic()
        text = answer.read()
        if answer.status != 200:
            raise CallFailed(f"{path} answered {answer.status}: {text[:300].decode(errors='replace')}")
        return json.loads(text)
