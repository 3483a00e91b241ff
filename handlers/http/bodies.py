"""Reading a request's body: how much of it, how long, and as JSON.

Refusals are Starlette ``HTTPException`` with a sentence for the sender; ``handlers.http.app`` answers them as JSON.
After a refusal the server goes on reading what the sender still sends and throws it away, so that the sender gets to
see the answer instead of a broken connection.
"""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from bot.untrusted import read_json

LARGEST = 10 * 1024 * 1024
"""Bytes of a body that are still taken; also Postmark's own limit for a message with its attachments."""
SECONDS = 30.0
"""How long a sender may take to hand over a body."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that (lower-case) name."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


async def read(scope: Scope, receive: Receive) -> bytes:
    """The whole body.

    Raises:
        HTTPException: 413 when it is larger than ``LARGEST`` (told before reading, if its length was announced),
            408 when it does not come in time.
        ClientDisconnect: the sender went away.
    """
    announced = header(scope, b"content-length")
    if announced is not None and int(announced) > LARGEST:
        raise _too_large()
    message = await receive()
    if not message.get("more_body") and message["type"] == "http.request":  # nearly always it comes in one piece
        whole: bytes = message.get("body", b"")
        return whole
    try:
        async with asyncio.timeout(SECONDS):
            return await _gather(message, receive)
    except TimeoutError:
        raise HTTPException(408, f"The body did not arrive within {SECONDS:.0f} seconds.") from None


async def _gather(message: Message, receive: Receive) -> bytes:
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _too_large()
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
    raise ClientDisconnect


def decode(body: bytes) -> object:
    """The JSON value of a body. Raises ``HTTPException`` 400 when there is none."""
    try:
        return read_json(body)
    except ValueError:
        raise HTTPException(400, "The body is not JSON.") from None


def as_object(value: object) -> dict[str, object]:
    """The value, when it is a JSON object. Raises ``HTTPException`` 400 when it is something else."""
    if not isinstance(value, dict):
        raise HTTPException(400, "The body is JSON, but not an object.")
    return value


def _too_large() -> HTTPException:
    return HTTPException(413, f"The body is larger than {LARGEST // 1024 // 1024} MB.")
