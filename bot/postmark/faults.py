"""From what went wrong on the wire, or what Postmark said, to one of our errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ReadTimeoutError

from bot.postmark.errors import (
    PERMANENT_ADVICE,
    BadRequest,
    Maintenance,
    NotFound,
    OddAnswer,
    PostmarkError,
    RateLimited,
    ServerFault,
    TimedOut,
    Unreachable,
    WrongToken,
)
from bot.untrusted import part, text, whole

_CHECK_STREAM = "Check the name of the message stream."
_NOT_FOUND: dict[int | None, str | None] = {12: None, 701: None, 1226: _CHECK_STREAM, 1235: _CHECK_STREAM}
"""ErrorCodes of "there is no such thing", with what to do where it is no message."""

_CHECK_CERTIFICATES = "Check this machine's clock, its certificates, and whether a proxy stands between."
_OUTAGES: tuple[tuple[tuple[type[BaseException], ...], type[PostmarkError], str, str | None], ...] = (
    (
        (requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        Unreachable,
        "could not be reached: its certificate was not accepted",
        _CHECK_CERTIFICATES,
    ),
    ((requests.exceptions.ProxyError,), Unreachable, "could not be reached through the proxy", None),
    ((NameResolutionError,), Unreachable, "could not be reached: its name is not known here", None),
    ((ConnectionRefusedError,), Unreachable, "could not be reached: the connection was refused", None),
    # urllib3 counts "no connection" among the timeouts, so those come after it.
    ((NewConnectionError,), Unreachable, "could not be reached", None),
    ((requests.Timeout, ConnectTimeoutError, ReadTimeoutError, TimeoutError), TimedOut, "did not answer in time", None),
    ((requests.TooManyRedirects,), OddAnswer, "answered with a redirect, which Postmark never does", None),
    ((requests.ConnectionError, urllib3.exceptions.ProtocolError), Unreachable, "cut the connection", None),
)
"""What libraries raise, the first that fits: our error, how its sentence goes on, and what to do."""

Server = str | None


def named(server: Server) -> str:
    """How a sentence names the server that was asked."""
    return f"Postmark (server “{server}”)" if server else "Postmark (account)"


def refusal(status: int, headers: Mapping[str, str], answer: object, server: Server, now: datetime) -> PostmarkError:
    """The error that an answer tells of: its HTTP status, and its JSON where it has some.

    Postmark's ErrorCodes overlap HTTP's numbers, so the body decides before the status does.
    """
    code, said, who = whole(part(answer, "ErrorCode")), _said(answer), named(server)
    facts: dict[str, Any] = {"server": server, "status": status, "error_code": code}
    if status == 429:
        return RateLimited(f"{who} wants fewer requests.", retry_after=_retry_after(headers, now), **facts)
    if code == 10 or status == 401:
        return wrong_token(server, status=status, error_code=code)
    if code == 100:
        failure: PostmarkError = Maintenance(f"{who} is under maintenance.", **facts)
    elif code in _NOT_FOUND or (status == 404 and code is not None):
        failure = NotFound(f"{who} does not know this{said}.", advice=_NOT_FOUND.get(code), **facts)
    elif status >= 500:
        failure = ServerFault(f"{who} has a fault (HTTP {status}{said}).", **facts)
    elif code is None:
        failure = OddAnswer(f"{who} answered something unexpected (HTTP {status}).", **facts)
    else:
        failure = BadRequest(
            f"{who} refused the request (error {code}{said}).", advice=PERMANENT_ADVICE.get(code), **facts
        )
    return failure


def outage(error: Exception, server: Server) -> PostmarkError:
    """The error that an exception of requests or urllib3 tells of. Their texts are left out: they quote the request."""
    causes = _causes(error)
    for kinds, failure, what, advice in _OUTAGES:
        if any(isinstance(cause, kinds) for cause in causes):
            return failure(f"{named(server)} {what}.", server=server, advice=advice)
    return OddAnswer(f"{named(server)} gave an answer that cannot be read.", server=server)


def wrong_token(server: Server, *, status: int | None = None, error_code: int | None = None) -> WrongToken:
    setting = "POSTMARK_SERVER_TOKEN" if server else "POSTMARK_ACCOUNT_TOKEN"
    return WrongToken(
        f"{named(server)} does not accept the token in {setting}.",
        server=server,
        advice=f"Copy the token again from Postmark (Servers → API Tokens) into {setting}."
        if server
        else f"Copy the token again from Postmark (Account → API Tokens) into {setting}.",
        status=status,
        error_code=error_code,
    )


def _said(answer: object) -> str:
    words = text(part(answer, "Message"), 300)
    errors = part(answer, "Errors")
    if isinstance(errors, list):
        words = "; ".join(filter(None, [words, *(_error(entry) for entry in errors[:5])]))
    return f": {words.rstrip('.')}" if words else ""


def _error(entry: object) -> str | None:
    return text(part(entry, "Message") if isinstance(entry, dict) else entry, 200)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait: the header names them, or a date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _causes(error: BaseException | None) -> list[BaseException]:
    """An exception with all that it came from, as far as libraries wrap one in another."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        current = waiting.pop()
        if isinstance(current, BaseException) and current not in found:
            found.append(current)
            waiting += [getattr(current, "reason", None), current.__cause__, current.__context__, *current.args]
    return found
