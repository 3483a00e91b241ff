"""A stand-in Postmark and an endpoint that writes down what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.callers import Api, Endpoint

MONDAY = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)


@pytest.fixture
def postmark() -> Iterator[Sandbox]:
    """A stand-in with two servers, at nine o'clock on a Monday morning in New York."""
    servers = {"office": "office-token", "shop": "shop-token"}
    with Sandbox(now=MONDAY, servers=servers, account_token="account-token") as sandbox:
        yield sandbox


@pytest.fixture
def api(postmark: Sandbox) -> Api:
    """The stand-in's API, asked with the office's token."""
    return Api(postmark.url, token="office-token")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint for webhooks."""
    with Endpoint() as found:
        yield found


@pytest.fixture
def told(postmark: Sandbox, endpoint: Endpoint) -> Endpoint:
    """The endpoint, with every webhook of the stand-in pointed at it."""
    postmark.connect(endpoint.url, user="seen", password="let me in")
    return endpoint
