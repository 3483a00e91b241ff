"""``POST /slack/events``: only what Slack has signed, now, comes in; and nothing of the rest is logged."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.signatures import Signatures
from tests.slack.office import Office, office

BODY = b"command=%2Fseen&text=maria%40secret.example&user_id=U1&response_url=http%3A%2F%2F127.0.0.1%3A9%2Fsecret"
FORM = "application/x-www-form-urlencoded"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def signed(body: bytes, secret: str, at: float | str) -> dict[str, str]:
    stamp = str(int(at)) if isinstance(at, float) else at
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}", "Content-Type": FORM}


def post(alder: Office, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{alder.url}/slack/events", content=body, headers=headers, timeout=60)


def _without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def test_what_slack_has_not_signed(alder: Office, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """Bad, missing, stale, early and non-numeric signatures and times are answered 401; no log holds the body."""
    caplog.set_level(logging.DEBUG)
    secret, now = alder.slack.app.signing_secret, time.time()
    good = signed(BODY, secret, now)
    refused = [
        signed(BODY, "another secret", now),
        signed(BODY + b"x", secret, now),
        signed(BODY, secret, now - 301),
        signed(BODY, secret, now + 310),
        signed(BODY, secret, "soon"),
        signed(BODY, secret, f"{int(now)}.5"),
        signed(BODY, secret, ""),
        signed(BODY, secret, "9" * 400),
        good | {"X-Slack-Request-Timestamp": "-1"},
        good | {"X-Slack-Signature": ""},
        good | {"X-Slack-Signature": good["X-Slack-Signature"].replace("v0=", "v1=")},
        _without(good, "X-Slack-Signature"),
        _without(good, "X-Slack-Request-Timestamp"),
        {"Content-Type": FORM},
    ]
    assert [post(alder, BODY, headers).status_code for headers in refused] == [401] * len(refused)
    told = caplog.text + "".join(capfd.readouterr())
    assert "secret.example" not in told
    assert "maria" not in told
    assert alder.record() == []
    assert f"seen_slack_unsigned_total {float(len(refused))}" in alder.metrics()


def test_both_secrets_count_while_one_is_changed(alder: Office) -> None:
    """While the signing secret is changed, the old and the new one are both good."""
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    for secret in ("an-older-secret", alder.slack.app.signing_secret):
        answer = post(alder, body, signed(body, secret, time.time()) | {"Content-Type": "application/json"})
        assert answer.json() == {"challenge": "abc"}
    assert alder.slack.verify_url()


@pytest.mark.parametrize(
    "settings", [{"slack_signing_secret": ""}, {"slack_bot_token": None}, {"slack_signing_secret": " , "}]
)
def test_what_is_not_set_lets_nobody_in(sqlite_url: str, settings: dict[str, Any]) -> None:
    """Without a signing secret, or without a bot, everything is answered 401."""
    with office(sqlite_url, **settings) as alder:
        for secret in ("", alder.slack.app.signing_secret):
            assert post(alder, BODY, signed(BODY, secret or " ", time.time())).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"payload=%7B", FORM),
        (b"\xff\xfe", FORM),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_signed_nonsense(alder: Office, body: bytes, kind: str) -> None:
    """What is signed and can't be read is answered 400 without a fuss."""
    headers = signed(body, alder.slack.app.signing_secret, time.time()) | {"Content-Type": kind}
    assert post(alder, body, headers).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "reaction_added"}, "team_id": "T1"},
        {"type": "event_callback", "event": {"type": "app_mention"}, "team_id": "T1"},
        {"type": "event_callback", "event_id": "Ev2", "event_time": "later", "event": {"type": "message"}},
        {"type": "something_new"},
        {"type": "block_actions", "actions": None, "user": {"id": "U1"}},
        {"type": "block_actions", "actions": [{"action_id": []}], "channel": "C1", "view": []},
        {"type": "view_submission", "view": {"callback_id": "form_view", "state": []}},
        {},
    ],
)
def test_what_is_none_of_ours_is_taken(alder: Office, body: dict[str, Any]) -> None:
    """Requests that Seen has no use for are acknowledged, so that Slack doesn't send them again."""
    raw = json.dumps(body).encode()
    headers = signed(raw, alder.slack.app.signing_secret, time.time()) | {"Content-Type": "application/json"}
    assert post(alder, raw, headers).status_code == 200


def test_only_posts(alder: Office) -> None:
    """The door takes posts only."""
    assert httpx.get(f"{alder.url}/slack/events", timeout=60).status_code == 405


@given(body=st.binary(max_size=200), seconds=st.integers(-400, 400), other=st.binary(max_size=200))
def test_signatures(body: bytes, seconds: int, other: bytes) -> None:
    """A signature is good for its body alone, and for five minutes around its time."""
    checking = Signatures(["one", "two"], now=lambda: NOW)
    headers = signed(body, "two", str(int((NOW + timedelta(seconds=seconds)).timestamp())))
    stamp, signature = headers["X-Slack-Request-Timestamp"].encode(), headers["X-Slack-Signature"].encode()
    in_time = abs(seconds) <= 300
    assert checking.accept(body, timestamp=stamp, signature=signature) is in_time
    assert checking.accept(other, timestamp=stamp, signature=signature) is (in_time and other == body)
    assert not Signatures([], now=lambda: NOW).accept(body, timestamp=stamp, signature=signature)


@given(stamp=st.binary(max_size=30), signature=st.binary(max_size=80))
def test_any_headers(stamp: bytes, signature: bytes) -> None:
    """Whatever stands in the headers, nobody gets in by it and nothing breaks."""
    assert not Signatures(["one"], now=lambda: NOW).accept(b"", timestamp=stamp, signature=signature)
