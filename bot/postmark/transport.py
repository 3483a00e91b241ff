"""postmarker's client with its traps closed.

Left alone, postmarker waits for ever, shows its token in its ``repr``, prints to standard output, follows redirects
(with the token), loses the HTTP status of an error and fails with ``KeyError`` on one that has no ErrorCode.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any

import requests
import urllib3
from postmarker.core import PostmarkClient
from requests.adapters import HTTPAdapter

from bot.postmark.errors import OddAnswer, PostmarkError
from bot.postmark.faults import named, outage, refusal

PARALLEL = 8
"""How many requests to one server may be under way at once. Postmark publishes no limit; this is far from any."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; message details bring the whole email with its attachments, which may have 10 MB before they are encoded."""


class Token(str):
    """A token that a traceback or a log may show the ``repr`` of."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<token>"


class Patience:
    """How long one request may take altogether: ``connect`` and ``read`` seconds, but never past ``expires``."""

    def __init__(self, connect: float, read: float, expires: float | None, clock: Callable[[], float]) -> None:
        self._connect, self._read, self._clock = connect, read, clock
        self._expires = clock() + connect + read if expires is None else expires

    def left(self) -> float:
        """Seconds, never less than none."""
        return max(0.0, self._expires - self._clock())

    def check(self) -> None:
        """Raises ``requests.Timeout`` when there is no time left."""
        if not self.left():
            raise requests.Timeout

    def timeout(self) -> urllib3.Timeout:
        """For the request as a whole; raises ``requests.Timeout`` when there is no time left."""
        self.check()
        return urllib3.Timeout(total=self.left(), connect=self._connect, read=self._read)


class Transport(PostmarkClient):  # type: ignore[misc]  # postmarker has no types
    """One token's way to Postmark. Safe to use from several threads; each call brings its own patience."""

    def __init__(self, *, api_url: str, server: str | None, token: Token, now: Callable[[], datetime]) -> None:
        self._patience = threading.local()
        super().__init__(server_token=token, account_token=token, root_api_url=f"{api_url.rstrip('/')}/")
        # postmarker takes a logger by name that others may have turned up, and gives it a handler for standard output.
        logging.getLogger("Postmarker").handlers.clear()
        self.logger = logging.Logger("postmarker, silenced")  # noqa: LOG001 - so that nobody can turn it up
        self.logger.disabled = True
        self._server, self._token, self._now = server, token, now
        self.skew: timedelta | None = None
        """How far our clock was ahead of Postmark's when it last answered; exact to a second and the answer's way."""
        self._open_session()

    def __repr__(self) -> str:
        return f"Transport(server={self._server!r})"

    @property
    def timeout(self) -> Patience:
        """What postmarker hands to requests as the timeout of the call that this thread is making."""
        current: Patience = self._patience.current
        return current

    @timeout.setter
    def timeout(self, value: object) -> None:
        """Leaves out what postmarker's constructor sets."""

    def ask(
        self, method: str, path: str, *, patience: Patience, data: object = None, **query: object
    ) -> dict[str, Any]:
        """One request, without repeating it. Raises `PostmarkError`, without a cause that could quote the request."""
        self._patience.current = patience
        token_type = "server" if self._server else "account"
        failure: PostmarkError
        try:
            answer = self.call(method, path.lstrip("/"), token_type=token_type, data=data, **query)
        except PostmarkError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError, RecursionError) as error:
            failure = outage(error, self._server)
        else:
            if isinstance(answer, dict):
                return answer
            failure = OddAnswer(f"{named(self._server)} gave an answer that cannot be read.", server=self._server)
        raise failure

    def check_response(self, response: requests.Response) -> None:
        """Called by postmarker with every answer, before it is decoded."""
        with suppress(
            KeyError, ValueError, TypeError, OverflowError
        ):  # an answer without its time says nothing of our clock
            self.skew = self._now() - parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
        if response.ok:
            return
        try:
            answer = json.loads(response.text.replace(self._token, "<token>"))
        except (ValueError, RecursionError):
            answer = None
        raise refusal(response.status_code, response.headers, answer, self._server, self._now())

    def close(self) -> None:
        self.session.close()

    def _open_session(self) -> None:
        """Postmarker would create the session with the first call, which is one too many when two threads begin."""
        session = self.session
        session.max_redirects = 0  # a redirect would take the token along
        session.auth = _unchanged  # otherwise requests looks for a password in ~/.netrc
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _PatientAdapter(pool_maxsize=PARALLEL)
        session.mount("https://", adapter)
        session.mount("http://", adapter)


class _PatientAdapter(HTTPAdapter):
    """Reads the whole answer within the call's patience; left alone, one that drips in never times out."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        patience: Patience = kwargs["timeout"]
        response = super().send(request, *args, **{**kwargs, "stream": True, "timeout": patience.timeout()})
        response.raw = BytesIO(_read(response.raw, patience))
        response.encoding = "utf-8"
        return response


def _read(answer: urllib3.HTTPResponse, patience: Patience) -> bytes:
    body = bytearray()
    try:
        while chunk := answer.read1(1 << 16, decode_content=True):
            body += chunk
            patience.check()
            if len(body) > LARGEST_ANSWER:
                raise requests.exceptions.ContentDecodingError
    finally:
        if not answer.closed:
            answer.close()
    return bytes(body)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
