"""Who may knock: Basic credentials of the webhook, bearer tokens of the tracking door.

Several users, passwords or tokens may be valid at once, so that a secret can be changed without losing an event: add
the new one, change it at the sender, take the old one away. Nothing configured lets nobody in. Every comparison takes
the same time whether it fails early or late, and all valid secrets are compared every time.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from contextlib import suppress
from hmac import compare_digest
from itertools import product

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send


class BasicCredentials:
    """Any of the users with any of the passwords."""

    def __init__(self, users: Iterable[str] = (), passwords: Iterable[str] = ()) -> None:
        # RFC 7617 leaves the encoding of other letters than ASCII to the client: UTF-8 and Latin-1 are both in use.
        pairs = [f"{user}:{password}" for user, password in product(users, passwords) if user and password]
        self._valid = tuple({form for pair in pairs for form in _encodings(pair)})

    def accept(self, authorization: bytes | None) -> bool:
        """Whether the value of an ``Authorization`` header names valid credentials."""
        given = _credentials(authorization, b"basic")
        if given is None:
            return False
        try:
            return _is_one_of(binascii.a2b_base64(given, strict_mode=True), self._valid)
        except binascii.Error:
            return False


class BearerTokens:
    """Any of the tokens."""

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        self._valid = tuple({form for token in tokens if token for form in _encodings(token)})

    def accept(self, authorization: bytes | None) -> bool:
        """Whether the value of an ``Authorization`` header holds a valid token."""
        given = _credentials(authorization, b"bearer")
        return given is not None and _is_one_of(given, self._valid)


class Closed:
    """An ASGI endpoint for a door whose credentials aren't set: it lets nobody in."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise HTTPException(401, "This door is closed: it is not set up.")


def _credentials(authorization: bytes | None, scheme: bytes) -> bytes | None:
    if authorization is None:
        return None
    given_scheme, _, rest = authorization.strip().partition(b" ")
    return rest.strip() if given_scheme.lower() == scheme else None


def _is_one_of(given: bytes, valid: tuple[bytes, ...]) -> bool:
    found = False
    for one in valid:
        found |= compare_digest(given, one)
    return found


def _encodings(text: str) -> set[bytes]:
    forms = {text.encode()}
    with suppress(UnicodeEncodeError):  # it has letters that only UTF-8 can carry
        forms.add(text.encode("latin-1"))
    return forms
