"""Socket Mode: the same answers without a public address."""

from __future__ import annotations

import httpx
import pytest

from bot.sandbox.slack import Delivery
from bot.sandbox.slack.rules import ANSWER_WITHIN
from tests.slack.office import office, said


def test_everything_through_a_socket(sqlite_url: str) -> None:
    """With an app token alone, commands, mentions, buttons, windows and Home work through the WebSocket."""
    with office(sqlite_url, by_socket=True, slack_signing_secret="") as alder:
        rosa = alder.person("rosa")
        alder.until(lambda: httpx.get(f"{alder.url}/readyz", timeout=60).status_code == 200)
        rosa.command("/seen", "1043", "office")
        private = alder.answer(rosa, "office", has="Tom")
        asked = rosa.says("@seen 1042", "office").message
        alder.reply(rosa, asked, has="Maria Lopez")
        rosa.presses("handled", on=private)
        alder.until(rosa.modal)
        assert rosa.submits({"note": "called"}).taken
        alder.until(lambda: "Handled by" in said(rosa.sees("office")[0]))
        rosa.opens_home()
        alder.until(rosa.home)
        assert httpx.post(f"{alder.url}/slack/events", timeout=60).status_code == 401


def test_a_cut_connection_is_made_again(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the WebSocket breaks, Seen connects again and goes on."""
    monkeypatch.setattr("handlers.slack.socket.PING", 0.5)
    with office(sqlite_url, by_socket=True) as alder:
        alder.slack.app.answer_within = ANSWER_WITHIN  # what goes into a broken connection is soon given up
        rosa = alder.person("rosa")
        alder.until(lambda: httpx.get(f"{alder.url}/readyz", timeout=60).status_code == 200)
        alder.slack.sockets.cut()

        def answered() -> Delivery | None:
            delivery = rosa.command("/seen", "1042", "office")
            return delivery if delivery.taken else None

        alder.until(answered)
        alder.answer(rosa, "office", has="Maria Lopez")


def test_slack_is_down_when_seen_connects(sqlite_url: str) -> None:
    """Where the first try to connect fails, others follow."""
    with office(sqlite_url, by_socket=True) as alder:
        pass
    with office(sqlite_url, by_socket=True, slack_app_token="xapp-of-nobody") as alder:
        answer = httpx.get(f"{alder.url}/readyz", timeout=60)
        assert answer.json()["checks"]["slack"] == "not connected to Slack"
